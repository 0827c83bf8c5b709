"""The data steward merges accounts that were entered twice: children move to the survivor, the other one is deleted.

A few opportunities end up with the merged account's id again, because an integration that does not know of the merge
writes its stale copy back. Until the recycle bin is emptied, only `MasterRecordId` tells where their account went.
"""

from __future__ import annotations

import datetime as dt
from random import Random

from salesops_pipeline.sandbox.company import people, recycle
from salesops_pipeline.sandbox.company.clock import is_workday, stamp
from salesops_pipeline.sandbox.company.config import hazards
from salesops_pipeline.sandbox.company.world import Row, World

_NOTICED_AFTER_DAYS = 21


def daily(world: World) -> None:
    """Merge as many planted duplicates as are due."""
    if not is_workday(world.day):
        return
    rng = world.rng("merges")
    for _ in range(world.due("merges", hazards()["records"]["merges"])):
        candidates = _candidates(world)
        if candidates:
            merge(world, *rng.choice(candidates), rng)


def _candidates(world: World) -> list[tuple[Row, Row]]:
    """Pairs (duplicate, original) that were entered some time ago and are both still there."""
    accounts, noticed = world.rows["Account"], (world.day - dt.timedelta(days=_NOTICED_AFTER_DAYS)).isoformat()
    pairs = []
    for record, data in sorted(world.latent["duplicate"].items()):
        loser, survivor = accounts.get(record), accounts.get(data["original"])
        waiting = data["merged_on"] is None and data["planted_on"] <= noticed
        if waiting and loser and survivor and not loser["IsDeleted"] and not survivor["IsDeleted"]:
            pairs.append((loser, survivor))
    return pairs


def merge(world: World, loser: Row, survivor: Row, rng: Random) -> None:
    """Merge ``loser`` into ``survivor``."""
    at, by = stamp(world.day, 18 * 3600 + rng.randrange(3600)), people.operations_user(world)
    old, new = loser["Id"], survivor["Id"]
    for contact in world.live("Contact"):
        if contact["AccountId"] == old:
            world.touch("Contact", contact, at, AccountId=new)
    world.regroup("Contact")
    for child in world.live("Account"):
        if child["ParentId"] == old:
            world.touch("Account", child, at, ParentId=new if child["Id"] != new else None)
    stale = _move_opportunities(world, old, new, at, rng)
    for sobject in ("Task", "Event"):
        world.sql(
            f'update "{sobject}" set "WhatId" = case "WhatId" when ? then ? else "WhatId" end, "AccountId" = ?,'
            ' "SystemModstamp" = max("SystemModstamp", ?) where "AccountId" = ?',
            old,
            new,
            new,
            at,
            old,
        )
    _join_contracts(world, old, new)
    if world.latent["contract"].get(new) and survivor["Type"] != "Customer":
        world.change("Account", survivor, at, by, Type="Customer")
    recycle.delete(world, "Account", loser, at, by, MasterRecordId=new)
    world.touch("Account", survivor, at)
    world.latent["duplicate"][old]["merged_on"] = world.day.isoformat()
    world.latent["merge"][old] = {"survivor": new, "merged_at": at, "stale_opportunities": stale}
    world.counts["merged", "Account"] += 1


def _move_opportunities(world: World, old: str, new: str, at: str, rng: Random) -> list[str]:
    stale = []
    for row in world.rows["Opportunity"].values():
        if row["AccountId"] == old:
            if not row["IsDeleted"] and rng.random() < hazards()["records"]["merge_keeps_old_account"]:
                stale.append(row["Id"])
            world.touch("Opportunity", row, at, AccountId=old if row["Id"] in stale else new)
    return stale


def _join_contracts(world: World, old: str, new: str) -> None:
    contracts = world.latent["contract"]
    if old in contracts:
        moved = contracts.pop(old)
        kept = contracts.setdefault(new, {"end": moved["end"], "amount": 0.0})
        kept["amount"] += moved["amount"]
