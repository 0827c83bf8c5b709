"""The headline figures of a quarterly report."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from salesops_pipeline.reporting import formats
from salesops_pipeline.reporting.figures.performance import (
    ZERO,
    Spread,
    cumulative,
    deal_size,
    distribution,
    members,
    sales_cycle,
)
from salesops_pipeline.reporting.figures.quarter import CompanyQuarter, NodeQuarter
from salesops_pipeline.reporting.figures.rows import NO_QUOTA, Attainment, WinRate
from salesops_pipeline.reporting.model import Comparison, Kind, Tile, Tiles, Value
from salesops_pipeline.reporting.pipeline_tiles import amount_of, closing_tile, coverage_tile
from salesops_pipeline.reporting.ratios import Missing, Ratio
from salesops_pipeline.reporting.statistics import percentile_rank

NO_WON = "no won deals"


def headline(whole: CompanyQuarter, part: NodeQuarter) -> Tiles:
    """Bookings, attainment, win rates, deal size, cycle, losses, and how the persons stand to their quotas."""
    rate, before = win_rate_of(whole, part), win_rate_of(whole, part, previous=True)
    lost = Tile(
        "lost",
        "Lost",
        rate.lost_count,
        "count",
        amount_of(rate.lost_amount, rate.lost_count),
        comparisons=_earlier(whole, before.lost_count, "count"),
    )
    return Tiles(
        (
            _bookings(whole, part, rate, before),
            _attainment(whole, part),
            _win_rate_by_count(whole, rate, before),
            _win_rate_by_value(whole, rate, before),
            _deal_size(whole, part),
            _sales_cycle(part),
            lost,
            _place(whole, part) if part.node.node_type == "person" else _at_quota(whole, part),
        )
    )


def pipeline(whole: CompanyQuarter, part: NodeQuarter) -> Tiles:
    """What is open at the as-of date, and whether it covers what is left of the quota."""
    row = attainment_of(whole, part)
    count = sum(stage.open_count for stage in part.stages)
    weighted = sum((stage.weighted_amount for stage in part.stages), ZERO)
    closing = sum((stage.closing_this_quarter_amount for stage in part.stages), ZERO)
    credited, quota = (row.credited_amount or ZERO, row.quota_amount) if row else (ZERO, None)
    currency = whole.company.currency
    return Tiles(
        (
            Tile(
                "pipeline",
                "Open pipeline",
                amount_of(sum((stage.open_amount for stage in part.stages), ZERO), count),
                "money",
                detail=f"{formats.count_of(count, 'deal')}; weighted {formats.compact_money(weighted, currency)}",
            ),
            closing_tile(closing, f"by {formats.day(whole.quarter.last_day)}"),
            coverage_tile(closing, credited, quota, currency),
            Tile("past_due", "Past due", sum(stage.past_due_count for stage in part.stages), "count"),
        )
    )


def win_rate_of(whole: CompanyQuarter, part: NodeQuarter, *, previous: bool = False) -> WinRate:
    """The node's closed opportunities in the quarter, or in the one before; zeros when there are none."""
    start = whole.quarter.start if not previous else whole.previous.start if whole.previous else dt.date.min
    found = next((row for row in part.win_rates if row.quarter_start == start), None)
    return found or WinRate(part.node.node_type, part.node.node_id, start)


def attainment_of(whole: CompanyQuarter, part: NodeQuarter, *, previous: bool = False) -> Attainment | None:
    """The node's attainment in the quarter, or in the one before; None without quota and credit."""
    quarter = whole.previous if previous else whole.quarter
    return next((row for row in part.attainments if quarter and row.quarter_start == quarter.start), None)


def _earlier(whole: CompanyQuarter, value: Value, kind: Kind) -> tuple[Comparison, ...]:
    return (Comparison(whole.previous.label, value, kind),) if whole.previous else ()


def _bookings(whole: CompanyQuarter, part: NodeQuarter, rate: WinRate, before: WinRate) -> Tile:
    comparisons = _earlier(whole, before.won_amount, "money")
    if whole.is_running and whole.previous:
        day = min(whole.previous.start + (whole.as_of - whole.quarter.start), whole.previous.last_day)
        same_day = Decimal(sum(deal.booked_amount for deal in part.previous_won if deal.booking_date <= day))
        comparisons += (Comparison(f"{whole.previous.label}, by {formats.day(day)}", same_day, "money"),)
    detail = f"{formats.count_of(rate.won_count, 'deal')} won"
    return Tile("bookings", "Bookings", rate.won_amount, "money", detail=detail, comparisons=comparisons)


def _attainment(whole: CompanyQuarter, part: NodeQuarter) -> Tile:
    row, before = attainment_of(whole, part), attainment_of(whole, part, previous=True)
    currency = whole.company.currency
    detail = ""
    if row is not None:
        credited = formats.compact_money(row.credited_amount or ZERO, currency)
        detail = f"{credited} credited"
        if row.quota_amount:
            detail += f" of {formats.compact_money(row.quota_amount, currency)} quota"
    if whole.is_running:
        elapsed = f"day {whole.quarter.day_number(whole.as_of)} of {whole.quarter.length_days}"
        detail = f"{detail}; {elapsed}" if detail else elapsed
    return Tile(
        "attainment",
        "Quota attainment",
        row.rate() if row else Missing(NO_QUOTA),
        "percent",
        detail=detail,
        comparisons=_earlier(whole, before.rate() if before else Missing(NO_QUOTA), "percent"),
    )


def _win_rate_by_count(whole: CompanyQuarter, rate: WinRate, before: WinRate) -> Tile:
    return Tile(
        "win_rate_count",
        "Win rate, by count",
        rate.by_count(),
        "percent",
        detail=f"{formats.number(rate.won_count)} won of {formats.number(rate.closed_count)} closed",
        comparisons=_earlier(whole, before.by_count(), "percent"),
    )


def _win_rate_by_value(whole: CompanyQuarter, rate: WinRate, before: WinRate) -> Tile:
    currency = whole.company.currency
    won, closed = (formats.compact_money(amount, currency) for amount in (rate.won_amount, rate.closed_amount))
    return Tile(
        "win_rate_value",
        "Win rate, by value",
        rate.by_value(),
        "percent",
        detail=f"{won} won of {closed} closed",
        comparisons=_earlier(whole, before.by_value(), "percent"),
    )


def _deal_size(whole: CompanyQuarter, part: NodeQuarter) -> Tile:
    size = deal_size(part.won)
    median = "" if size.median is None else f"median {formats.compact_money(size.median, whole.company.currency)}; "
    return Tile(
        "deal_size",
        "Average won deal",
        Missing(NO_WON) if size.mean is None else formats.rounded(size.mean, 2),
        "money",
        detail=f"{median}{_counted(size, 'without an amount')}",
    )


def _sales_cycle(part: NodeQuarter) -> Tile:
    cycle = sales_cycle(part.won)
    missing = "no known duration" if part.won else NO_WON
    mean = "" if cycle.mean is None else f"mean {formats.number(cycle.mean)} days; "
    return Tile(
        "sales_cycle",
        "Sales cycle, median",
        Missing(missing) if cycle.median is None else cycle.median,
        "days",
        detail=f"{mean}{_counted(cycle, 'of unknown duration')}",
    )


def _counted(spread: Spread, why: str) -> str:
    left_out = f", {formats.number(spread.left_out)} {why} left out" if spread.left_out else ""
    return f"{formats.count_of(spread.counted, 'won deal')}{left_out}"


def _place(whole: CompanyQuarter, part: NodeQuarter) -> Tile:
    own = attainment_of(whole, part)
    own_rate = own.rate() if own else Missing(NO_QUOTA)
    others = [
        rate.value
        for node, rows in whole.attainments.items()
        if node.node_type == "person" and node != part.node and rows[-1].quarter_start == whole.quarter.start
        if isinstance(rate := rows[-1].rate(), Ratio)
    ]
    place = percentile_rank(own_rate.value, others) if isinstance(own_rate, Ratio) else own_rate
    detail = f"share of {formats.count_of(len(others), 'other person', 'other persons')} with a lower attainment"
    return Tile("percentile", "Place among peers", place, "percent", detail=detail)


def _at_quota(whole: CompanyQuarter, part: NodeQuarter) -> Tile:
    people = members(part, whole.organisation)
    spread = distribution([rate.value for member in people if isinstance(rate := member.attainment(), Ratio)])
    detail = ""
    if not isinstance(spread, Missing):
        reached, all_of_them = spread.at_or_above.numerator, spread.at_or_above.denominator
        detail = f"{formats.number(reached)} of {formats.number(all_of_them)} persons with a quota"
    value = spread if isinstance(spread, Missing) else spread.at_or_above
    return Tile("at_quota", "Persons at quota", value, "percent", detail=detail)


def progress(whole: CompanyQuarter, part: NodeQuarter) -> tuple[list[Decimal], list[Decimal]]:
    """Bookings to date per day of this quarter and of the one before."""
    current = cumulative(part.won, whole.quarter, whole.last_day) if whole.last_day >= whole.quarter.start else []
    previous = cumulative(part.previous_won, whole.previous, whole.previous.last_day) if whole.previous else []
    return current, previous
