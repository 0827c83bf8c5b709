"""Tables that several reports share: pipeline, history, members, teams, distribution."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from salesops_pipeline.reporting import formats
from salesops_pipeline.reporting.figures.company import Quarter
from salesops_pipeline.reporting.figures.day import StageTotal
from salesops_pipeline.reporting.figures.performance import Distribution, Member, MonthBookings
from salesops_pipeline.reporting.figures.quarter import NodeQuarter
from salesops_pipeline.reporting.figures.rows import NO_CLOSED, NO_QUOTA, Stage
from salesops_pipeline.reporting.model import Column, Table, Value
from salesops_pipeline.reporting.ratios import Missing, ratio

_ZERO = Decimal(0)


def months_table(months: Sequence[MonthBookings], last_day: dt.date) -> Table:
    """Bookings per fiscal month; months after ``last_day`` have not begun."""
    ahead = Missing("not begun")
    return Table(
        name="bookings-by-month",
        title="Bookings by month",
        columns=(
            Column("month", "Month"),
            Column("won_count", "Won deals", "count"),
            Column("won_amount", "Bookings", "money"),
        ),
        rows=tuple(
            (f"{month.month_start:%b %Y}", month.won_count, month.won_amount)
            if month.month_start <= last_day or month.won_count
            else (f"{month.month_start:%b %Y}", ahead, ahead)
            for month in months
        ),
        total=(
            "Quarter",
            sum(month.won_count for month in months),
            sum((month.won_amount for month in months), _ZERO),
        ),
    )


def progress_table(
    quarter: Quarter, current: Sequence[Decimal], previous: Sequence[Decimal], quota: Decimal | None
) -> Table:
    """Bookings to date for each day of the quarter, next to the quarter before and the quota."""
    rows = []
    for offset in range(quarter.length_days):
        rows.append(
            (
                quarter.start + dt.timedelta(days=offset),
                current[offset] if offset < len(current) else None,
                previous[offset] if offset < len(previous) else None,
                quota,
            )
        )
    return Table(
        name="bookings-to-date",
        title="Bookings to date, day by day",
        columns=(
            Column("day", "Day", "date"),
            Column("current", "Bookings to date", "money"),
            Column("previous", "Previous quarter, same day", "money"),
            Column("quota", "Quota", "money"),
        ),
        rows=tuple(rows),
    )


def stages_table(stages: Sequence[Stage], empty: str) -> Table:
    """Open pipeline by stage."""
    return Table(
        name="pipeline-by-stage",
        title="Open pipeline by stage",
        columns=(
            Column("stage", "Stage"),
            Column("open_count", "Open deals", "count"),
            Column("open_amount", "Amount", "money"),
            Column("weighted", "Weighted", "money"),
            Column("closing", "Closing this quarter", "money"),
            Column("past_due", "Past due", "count"),
        ),
        rows=tuple(
            (
                stage.stage_name,
                stage.open_count,
                stage.open_amount,
                stage.weighted_amount,
                stage.closing_this_quarter_amount,
                stage.past_due_count,
            )
            for stage in stages
        ),
        total=(
            "All stages",
            sum(stage.open_count for stage in stages),
            sum((stage.open_amount for stage in stages), _ZERO),
            sum((stage.weighted_amount for stage in stages), _ZERO),
            sum((stage.closing_this_quarter_amount for stage in stages), _ZERO),
            sum(stage.past_due_count for stage in stages),
        ),
        empty=empty,
        note="Weighted by each opportunity's own probability.",
    )


def stage_totals_table(stages: Sequence[StageTotal]) -> Table:
    """Open deals by stage at the end of a day."""
    return Table(
        name="pipeline-by-stage",
        title="Open pipeline by stage",
        columns=(
            Column("stage", "Stage"),
            Column("open_count", "Open deals", "count"),
            Column("open_amount", "Amount", "money"),
            Column("past_due_count", "Past due", "count"),
            Column("past_due_amount", "Past due amount", "money"),
        ),
        rows=tuple(
            (row.stage_name, row.open_count, row.open_amount, row.past_due_count, row.past_due_amount) for row in stages
        ),
        total=(
            "All stages",
            sum(row.open_count for row in stages),
            sum((row.open_amount for row in stages), _ZERO),
            sum(row.past_due_count for row in stages),
            sum((row.past_due_amount for row in stages), _ZERO),
        ),
        empty="no opportunity is open",
    )


def history_table(part: NodeQuarter, calendar: Sequence[Quarter]) -> Table:
    """Bookings, win rates and attainment over the last quarters."""
    rates = {row.quarter_start: row for row in part.win_rates}
    attained = {row.quarter_start: row for row in part.attainments}
    first = min((*rates, *attained), default=None)
    rows: list[tuple[Value, ...]] = []
    for quarter in calendar:
        if first is None or quarter.start < first:
            continue
        rate, attainment = rates.get(quarter.start), attained.get(quarter.start)
        rows.append(
            (
                quarter.label,
                rate.won_count if rate else 0,
                rate.closed_count if rate else 0,
                rate.won_amount if rate else _ZERO,
                rate.by_count() if rate else Missing(NO_CLOSED),
                rate.by_value() if rate else Missing(NO_CLOSED),
                attainment.quota_amount if attainment else None,
                attainment.rate() if attainment else Missing(NO_QUOTA),
            )
        )
    return Table(
        name="last-quarters",
        title="The last quarters",
        columns=(
            Column("quarter", "Quarter"),
            Column("won_count", "Won", "count"),
            Column("closed_count", "Closed", "count"),
            Column("won_amount", "Bookings", "money"),
            Column("rate_count", "Win rate, count", "percent"),
            Column("rate_value", "Win rate, value", "percent"),
            Column("quota", "Quota", "money"),
            Column("attainment", "Attainment", "percent", bar=True),
        ),
        rows=tuple(rows),
        empty="nothing was closed and no quota was set in this quarter or the seven before",
    )


PEOPLE_COLUMNS = (
    Column("won_count", "Won", "count"),
    Column("closed_count", "Closed", "count"),
    Column("win_rate", "Win rate", "percent"),
    Column("bookings", "Bookings", "money"),
    Column("credited", "Credited", "money"),
    Column("quota", "Quota", "money"),
    Column("attainment", "Attainment", "percent", bar=True),
)


def members_table(members: Sequence[Member], *, empty: str, with_teams: bool) -> Table:
    """Everybody in a node, with a total that equals the node's own figures."""
    closed = sum(member.closed_count for member in members)
    won = sum(member.won_count for member in members)
    quotas = [member.quota_amount for member in members if member.quota_amount is not None]
    quota = sum(quotas, _ZERO) if quotas else None
    credited = sum((member.credited_amount for member in members), _ZERO)
    totals: list[Value] = [
        won,
        closed,
        ratio(won, closed, empty=NO_CLOSED),
        sum((member.won_amount for member in members), _ZERO),
        credited,
        quota,
        ratio(credited, quota, empty=NO_QUOTA),
    ]
    return Table(
        name="people",
        title="Everybody with a deal, a credit or a quota",
        columns=(Column("person", "Person"), *([Column("team", "Team")] if with_teams else []), *PEOPLE_COLUMNS),
        rows=tuple(
            (
                member.name,
                *([member.team_names] if with_teams else []),
                member.won_count,
                member.closed_count,
                member.win_rate(),
                member.won_amount,
                member.credited_amount,
                member.quota_amount,
                member.attainment(),
            )
            for member in members
        ),
        total=(f"Total of {formats.number(len(members))}", *([""] if with_teams else []), *totals),
        empty=empty,
        note="Deals, credits and quotas count in the team the person was in at the time.",
    )


def distribution_tables(spread: Distribution) -> tuple[Table, Table]:
    """Persons per band of attainment, and the order statistics."""
    bands = Table(
        name="attainment-bands",
        title="Persons by attainment",
        columns=(Column("band", "Attainment"), Column("persons", "Persons", "count")),
        rows=spread.bands,
    )
    low, middle, high = spread.quartiles
    figures = Table(
        name="attainment-spread",
        title="Spread of attainment",
        columns=(Column("figure", "Figure"), Column("value", "Value", "percent")),
        rows=(
            ("25th percentile", low),
            ("Median", middle),
            ("75th percentile", high),
            ("Persons at or above quota", spread.at_or_above),
            ("Persons below half of their quota", spread.below_half),
        ),
    )
    return bands, figures
