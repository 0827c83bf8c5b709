"""The headline figures of the daily flash: what moved today, and where the quarter stands."""

from __future__ import annotations

from salesops_pipeline.reporting import formats
from salesops_pipeline.reporting.figures.book import ToDate
from salesops_pipeline.reporting.figures.day import CompanyDay
from salesops_pipeline.reporting.figures.performance import total
from salesops_pipeline.reporting.model import Comparison, Kind, Tile, Tiles, Value
from salesops_pipeline.reporting.pipeline_tiles import amount_of, closing_tile, coverage_tile

_MOVES = (
    ("created", "Created"),
    ("won", "Won"),
    ("lost", "Lost"),
    ("stage_advanced", "Advanced"),
    ("close_date_pushed", "Pushed"),
    ("close_date_pulled_in", "Pulled in"),
    ("amount_increased", "Amount raised"),
    ("amount_decreased", "Amount lowered"),
)


def moves(figures: CompanyDay) -> Tiles:
    """Opportunities that moved on the day, by kind of move, next to the previous working day."""
    tiles = []
    for event_type, label in _MOVES:
        now, before = figures.moved(event_type), figures.moved_before(event_type)
        comparisons: tuple[Comparison, ...] = ()
        if before is not None and figures.previous_working_day is not None:
            day = formats.short_weekday(figures.previous_working_day)
            comparisons = (Comparison(day, before.opportunity_count, "count"),)
        tiles.append(
            Tile(f"day_{event_type}", label, now.opportunity_count, "count", now.amount, comparisons=comparisons)
        )
    return Tiles(tuple(tiles))


def standing(figures: CompanyDay) -> Tiles:
    """Bookings, attainment and win rates of the quarter to date, and the open pipeline at the end of the day."""
    currency = figures.company.currency
    now = figures.book.to_date(figures.day)
    before = _same_day_before(figures)
    quota = f" of {formats.compact_money(now.quota_amount, currency)} quota" if now.quota_amount else ""
    elapsed = f"day {figures.book.quarter.day_number(figures.day)} of {figures.book.quarter.length_days}"
    won, closed = formats.compact_money(now.bookings, currency), formats.compact_money(now.closed_amount, currency)
    bookings = Tile(
        "bookings",
        "Bookings",
        now.bookings,
        "money",
        detail=f"{formats.count_of(len(now.won), 'deal')} won; {elapsed}",
        comparisons=_then(before, before and before.bookings, "money"),
    )
    attainment = Tile(
        "attainment",
        "Quota attainment",
        now.attainment(),
        "percent",
        detail=f"{formats.compact_money(now.credited_amount, currency)} credited{quota}",
        comparisons=_then(before, before and before.attainment(), "percent"),
    )
    by_count = Tile(
        "win_rate_count",
        "Win rate, by count",
        now.win_rate(),
        "percent",
        detail=f"{formats.number(len(now.won))} won of {formats.number(now.closed_count)} closed",
        comparisons=_then(before, before and before.win_rate(), "percent"),
    )
    by_value = Tile(
        "win_rate_value",
        "Win rate, by value",
        now.win_rate_by_value(),
        "percent",
        detail=f"{won} won of {closed} closed",
        comparisons=_then(before, before and before.win_rate_by_value(), "percent"),
    )
    return Tiles((bookings, attainment, by_count, by_value, *_pipeline(figures, now)))


def _same_day_before(figures: CompanyDay) -> ToDate | None:
    day = figures.same_day_of_previous_quarter()
    return figures.previous_book.to_date(day) if figures.previous_book and day else None


def _then(before: ToDate | None, value: Value, kind: Kind) -> tuple[Comparison, ...]:
    return (Comparison(f"Last quarter, by {formats.day(before.day)}", value, kind),) if before else ()


def _pipeline(figures: CompanyDay, now: ToDate) -> tuple[Tile, ...]:
    comparisons: tuple[Comparison, ...] = ()
    if figures.previous_working_day is not None:
        label = formats.short_weekday(figures.previous_working_day)
        comparisons = (Comparison(label, total(figures.previously_open), "money"),)
    closing = figures.closing_this_quarter
    return (
        Tile(
            "pipeline",
            "Open pipeline",
            amount_of(total(figures.open_deals), len(figures.open_deals)),
            "money",
            detail=f"{formats.count_of(len(figures.open_deals), 'deal')} open",
            comparisons=comparisons,
        ),
        closing_tile(total(closing), f"{formats.count_of(len(closing), 'deal')} expected to close"),
        coverage_tile(total(closing), now.credited_amount, now.quota_amount, figures.company.currency),
        Tile("past_due", "Past due", len(figures.past_due), "count", total(figures.past_due)),
    )
