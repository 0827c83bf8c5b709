"""The rows of a tiny hand-made company: 2 sellers, 4 accounts of which one lost a merge, 450 opportunities."""

from __future__ import annotations

import datetime as dt
from typing import Any

from salesops_pipeline.sandbox.ids import record_id
from salesops_pipeline.sandbox.schema import SOBJECTS

TODAY = dt.date(2026, 3, 31)
NOW = "2026-03-31T23:59:59.000+0000"
DATA = "/services/data/v62.0"
CLIENT_ID, CLIENT_SECRET = "consumer-key", "consumer-secret"
STAGES = ("Prospecting", "Proposal", "Closed Won")


def make_id(sobject: str, number: int) -> str:
    """The id of the n-th row of an object."""
    return record_id(SOBJECTS[sobject].key_prefix, "Ab", number)


def stamp(day: int, hour: int = 12, minute: int = 0) -> str:
    """A moment in March 2026, as the store keeps it."""
    return f"2026-03-{day:02d}T{hour:02d}:{minute:02d}:00.000+0000"


def row(sobject: str, number: int, **values: Any) -> dict[str, Any]:
    """A row whose other fields are empty; flags are off and audit stamps are the first of March."""
    flags = {field.name: 0 for field in SOBJECTS[sobject].fields if field.type == "boolean"}
    stamps = dict.fromkeys(("CreatedDate", "LastModifiedDate", "SystemModstamp"), stamp(1))
    return {**flags, **stamps, "Id": make_id(sobject, number), **values}


ACCOUNTS = (
    row("Account", 1, Name="Harbour Energy", Industry="Energy", OwnerId=make_id("User", 1)),
    row("Account", 2, Name='O\'Neil & Söhne\n"Grain"', Industry=None, OwnerId=make_id("User", 2)),
    row("Account", 3, Name="50%_off\\Retail", Industry="Retail", OwnerId=make_id("User", 1)),
    row("Account", 4, Name="Harbour Enrgy", IsDeleted=1, MasterRecordId=make_id("Account", 1), OwnerId=None),
)
OPPORTUNITIES = tuple(
    row(
        "Opportunity",
        number,
        Name=f"Deal {number}",
        AccountId=make_id("Account", number % 3 + 1) if number % 7 else None,
        OwnerId=make_id("User", number % 2 + 1),
        StageName=STAGES[number % 3],
        Amount=None if number % 5 == 0 else number * 10.5,
        CloseDate=(TODAY + dt.timedelta(days=number - 225)).isoformat(),
        IsWon=int(number % 3 == 2),
        IsDeleted=int(number % 50 == 0),
        SystemModstamp=stamp(number % 31 + 1, number % 24),
    )
    for number in range(1, 451)
)
DELETED = (
    ("Opportunity", make_id("Opportunity", 50), stamp(20)),
    ("Opportunity", make_id("Opportunity", 9001), stamp(25, 8)),
    ("Opportunity", make_id("Opportunity", 9002), stamp(5)),
    ("Account", make_id("Account", 4), stamp(30)),
)
