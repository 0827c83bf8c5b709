"""Quotas per closer and fiscal quarter: new business, prorated and ramped for newcomers, plus the book of renewals."""

from __future__ import annotations

import datetime as dt

from salesops_pipeline.sandbox.company import people, periods
from salesops_pipeline.sandbox.company.clock import FiscalQuarter, fiscal_quarter, stamp
from salesops_pipeline.sandbox.company.config import hazards
from salesops_pipeline.sandbox.company.world import World

_ADJUSTED_ON_DAY = 45
_STEP = 500


def daily(world: World) -> None:
    """Whoever carries a quota and has none for this quarter gets one; in mid-quarter a few are changed."""
    quarter = fiscal_quarter(world.day)
    for user_id in people.active(world, *people.QUOTA_ROLES):
        data = people.person(world, user_id)
        if data.get("quota_quarter") != quarter.start.isoformat():
            data["quota_quarter"] = quarter.start.isoformat()
            _set(world, user_id, quarter)
    if (world.day - quarter.start).days == _ADJUSTED_ON_DAY:
        _adjust(world, quarter)


def _set(world: World, user_id: str, quarter: FiscalQuarter) -> None:
    table, data = hazards()["quotas"], people.person(world, user_id)
    since = dt.date.fromisoformat(data["since"])
    full = table["amount"][data["role"]] * (1 + table["raise_per_year"]) ** (
        quarter.year - fiscal_quarter(world.start).year
    )
    full *= 1 + world.rng(f"quota/{user_id}").uniform(-table["spread"], table["spread"])
    amount = full * share(quarter, max(since, world.start), since, table["ramp"])
    amount += table["book"][data["role"]] * _book(world, user_id, quarter)
    world.new(
        "ForecastingQuota",
        stamp(world.day, 1200),
        people.operations_user(world),
        PeriodId=periods.quarter_id(world, quarter.start),
        StartDate=quarter.start.isoformat(),
        QuotaOwnerId=user_id,
        IsAmount=1,
        QuotaAmount=float(max(_STEP, round(amount / _STEP) * _STEP)),
        CurrencyIsoCode="USD",
    )


def _book(world: World, user_id: str, quarter: FiscalQuarter) -> float:
    """US dollars of contracts that end in what is left of a quarter, at accounts that somebody owns."""
    accounts, first = world.rows["Account"], max(world.day, quarter.start).isoformat()
    return sum(
        contract["amount"]
        for account, contract in sorted(world.latent["contract"].items())
        if first <= contract["end"] < quarter.end.isoformat() and accounts[account]["OwnerId"] == user_id
    )


def share(quarter: FiscalQuarter, first_day: dt.date, since: dt.date, ramp: list[float]) -> float:
    """Which part of a full quota somebody carries.

    Args:
        quarter: The quarter the quota is for.
        first_day: From when on it counts; a quarter that began earlier is prorated by days.
        since: First day in the role; decides how far the ramp has come.
        ramp: Shares of a full quota in the quarter of arrival and in the one after.
    """
    days = (quarter.end - max(first_day, quarter.start)).days / (quarter.end - quarter.start).days
    started = fiscal_quarter(since)
    quarters_done = (quarter.year - started.year) * 4 + quarter.number - started.number
    return days * (ramp[quarters_done] if quarters_done < len(ramp) else 1.0)


def _adjust(world: World, quarter: FiscalQuarter) -> None:
    rng = world.rng("quota adjustments")
    for row in world.rows["ForecastingQuota"].values():
        if row["StartDate"] == quarter.start.isoformat() and rng.random() < hazards()["quotas"]["adjusted"]:
            amount = float(round(row["QuotaAmount"] * rng.choice([0.8, 0.9, 1.1, 1.15]) / _STEP) * _STEP)
            at = stamp(world.day, 16 * 3600)
            world.change("ForecastingQuota", row, at, people.operations_user(world), QuotaAmount=amount)
