"""Currencies and their monthly rates against the corporate currency, now and then corrected afterwards."""

from __future__ import annotations

import math

from salesops_pipeline.sandbox.company.clock import stamp
from salesops_pipeline.sandbox.company.config import company
from salesops_pipeline.sandbox.company.people import operations_user, system_user
from salesops_pipeline.sandbox.company.world import Row, World

_FOREVER = "9999-12-31"
_DIGITS = 6
_CORRECTED = 0.25


def founding(world: World) -> None:
    """Set up the currencies, with rates from the first day of the month in which the company starts."""
    at, by = stamp(world.day, 15), system_user(world)
    for code, currency in company()["currencies"].items():
        world.new(
            "CurrencyType",
            at,
            by,
            IsoCode=code,
            ConversionRate=currency["rate"],
            DecimalPlaces=currency["decimals"],
            IsActive=1,
            IsCorporate=int(code == company()["corporate_currency"]),
        )
        world.new(
            "DatedConversionRate",
            at,
            by,
            IsoCode=code,
            StartDate=world.day.replace(day=1).isoformat(),
            NextStartDate=_FOREVER,
            ConversionRate=currency["rate"],
        )


def daily(world: World) -> None:
    """On the first of a month a new rate begins; on the fifth, finance may correct the month before."""
    if world.day.day == 1 and world.day != world.start:
        _next_month(world)
    if world.day.day == 5:
        _correction(world)


def _next_month(world: World) -> None:
    rng, at, by = world.rng("currencies"), stamp(world.day, 60), system_user(world)
    for code, currency in company()["currencies"].items():
        latest = _latest(world, code)
        world.change("DatedConversionRate", latest, at, by, NextStartDate=world.day.isoformat())
        drift = math.exp(rng.gauss(0.0, currency["volatility"]))
        row = world.new(
            "DatedConversionRate",
            at,
            by,
            IsoCode=code,
            StartDate=world.day.isoformat(),
            NextStartDate=_FOREVER,
            ConversionRate=round(latest["ConversionRate"] * drift, _DIGITS),
        )
        world.memo.setdefault("rates", {})[code] = row
        current = next(row for row in world.rows["CurrencyType"].values() if row["IsoCode"] == code)
        world.change("CurrencyType", current, at, by, ConversionRate=row["ConversionRate"])


def _correction(world: World) -> None:
    rng = world.rng("rate corrections")
    for code, currency in company()["currencies"].items():
        rows = [row for row in world.rows["DatedConversionRate"].values() if row["IsoCode"] == code]
        if currency["volatility"] and len(rows) > 1 and rng.random() < _CORRECTED:
            corrected = round(rows[-2]["ConversionRate"] * (1 + rng.uniform(-0.003, 0.003)), _DIGITS)
            at = stamp(world.day, 17 * 3600)
            world.change("DatedConversionRate", rows[-2], at, operations_user(world), ConversionRate=corrected)
            world.counts["late edited", "DatedConversionRate"] += 1


def _latest(world: World, code: str) -> Row:
    index = world.memo.get("rates")
    if index is None:
        index = world.memo["rates"] = {row["IsoCode"]: row for row in world.rows["DatedConversionRate"].values()}
    return index[code]


def rate(world: World, code: str) -> float:
    """Units of a currency for one unit of the corporate currency, today."""
    return _latest(world, code)["ConversionRate"]
