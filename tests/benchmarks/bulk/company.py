"""The bulk company: how large it is, when its loads are taken, and where that is kept."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from salesops_pipeline.errors import ConfigurationError
from salesops_pipeline.lake import Lake
from salesops_pipeline.sandbox.company.config import company

AS_OF = dt.date(2026, 11, 1)
"""The as-of day of all bulk companies, unless another is given."""
DAYS_FOR_CHANGES = 30
"""The first load is so many days before the as-of day: as many, less weekends, can bring further loads."""


@dataclass(frozen=True)
class BulkCompany:
    """What was written so far; kept beside the lake, since further loads go on from there.

    Args:
        opportunities: Opportunities of the first load.
        seed: Where all chance comes from.
        as_of: The day that builds look at; all loads lie before its end.
        years: Length of the history.
        loads: Load packages written.
        opportunities_now: Opportunities of all loads together.
        accounts_now: Accounts of all loads together.
    """

    opportunities: int
    seed: int
    as_of: dt.date
    years: int = 4
    loads: int = 0
    opportunities_now: int = 0
    accounts_now: int = 0

    @property
    def first_load_day(self) -> dt.date:
        """The working day at whose end the first load is taken."""
        return _last_workday(self.as_of - dt.timedelta(days=DAYS_FOR_CHANGES))

    @property
    def day_zero(self) -> dt.date:
        """The Monday on which the history begins."""
        day = self.first_load_day - dt.timedelta(days=round(365.25 * self.years))
        return day - dt.timedelta(days=day.weekday())

    @property
    def first_horizon(self) -> int:
        """Working days from the first day to the end of the first load's."""
        days = (self.first_load_day - self.day_zero).days
        return days // 7 * 5 + days % 7 + 1

    def load_day(self, load: int) -> dt.date:
        """The day at whose end a load is taken: one working day after the load before it. Loads count from 0."""
        weeks, days = divmod(self.first_horizon - 1 + load, 5)
        return self.day_zero + dt.timedelta(days=weeks * 7 + days)

    def load_id(self, load: int) -> str:
        """Nine in the evening of the load's day, as dlt names its packages."""
        moment = dt.datetime.combine(self.load_day(load), dt.time(21), dt.UTC)
        return f"{int(moment.timestamp())}.25"

    @property
    def people(self) -> int:
        """Users: one for every 200 opportunities."""
        return max(40, self.opportunities // 200)

    @property
    def accounts(self) -> int:
        """Accounts of the first load."""
        return self.opportunities * 55 // 100

    def parameters(self) -> dict[str, int | float | dt.date]:
        """What the SQL knows as macros without arguments."""
        teams = max(3, round(self.people / 8.5))
        areas = max(3, -(-teams // 8))
        return {
            "seed": self.seed,
            "opportunities": self.opportunities,
            "accounts": self.accounts,
            "teams": teams,
            "areas": areas,
            "sellers": self.people - 6 - areas - teams,
            "campaigns": self.years * 12 * (2 + self.opportunities // 50_000),
            "day_zero": self.day_zero,
            "epoch_zero": int(dt.datetime.combine(self.day_zero, dt.time(), dt.UTC).timestamp()),
            "as_of": self.as_of,
            "first_horizon": self.first_horizon,
            "horizon": self.first_horizon + self.loads,
            "last_horizon": self.first_horizon + self.loads - 1,
            "partner_share": 1 - company()["partner_discount"],
        }


def _last_workday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=max(0, day.weekday() - 4))


def state_file(lake: Lake) -> Path:
    """Where a lake's `BulkCompany` is kept: beside the lake, not in it."""
    return Path(str(lake.root)).parent / "bulk_lake.json"


def read_company(lake: Lake) -> BulkCompany:
    """The company that a lake holds.

    Raises:
        ConfigurationError: The lake was not written by this generator.
    """
    path = state_file(lake)
    if not path.exists():
        raise ConfigurationError(
            "no bulk company to change", where=str(path), fix="Write one first, with --opportunities."
        )
    stored = json.loads(path.read_text(encoding="utf-8"))
    return BulkCompany(**stored | {"as_of": dt.date.fromisoformat(stored["as_of"])})


def keep_company(lake: Lake, bulk: BulkCompany) -> None:
    """Write down what a lake holds, for further loads."""
    state_file(lake).write_text(json.dumps(asdict(bulk) | {"as_of": bulk.as_of.isoformat()}), encoding="utf-8")
