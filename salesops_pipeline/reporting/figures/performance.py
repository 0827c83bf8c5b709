"""Pure arithmetic on deals, credits and quotas: by month, cumulative, deal size, cycle, members, distribution."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from salesops_pipeline.reporting.figures.company import Organisation, Quarter
from salesops_pipeline.reporting.figures.quarter import NodeQuarter
from salesops_pipeline.reporting.figures.rows import NO_CLOSED, NO_QUOTA, Deal
from salesops_pipeline.reporting.ratios import Missing, Ratio, ratio
from salesops_pipeline.reporting.statistics import group_too_small, mean, median, quantile

ZERO = Decimal(0)

_Row = TypeVar("_Row")


def total(deals: Iterable[Deal]) -> Decimal:
    """Sum of the amounts, in the reporting currency."""
    return sum((deal.booked_amount for deal in deals), ZERO)


def month_starts(quarter: Quarter) -> list[dt.date]:
    """First days of the fiscal months of a quarter."""
    starts = [quarter.start]
    while (following := _next_month(starts[-1])) < quarter.end:
        starts.append(following)
    return starts


def _next_month(day: dt.date) -> dt.date:
    return day.replace(year=day.year + day.month // 12, month=day.month % 12 + 1)


@dataclass(frozen=True)
class MonthBookings:
    """What was won in one fiscal month."""

    month_start: dt.date
    won_count: int
    won_amount: Decimal


def bookings_by_month(won: Sequence[Deal], quarter: Quarter) -> list[MonthBookings]:
    """Won deals per fiscal month of the quarter, months without any included."""
    starts = month_starts(quarter)
    grouped: dict[dt.date, list[Deal]] = {start: [] for start in starts}
    for deal in won:
        grouped[max(start for start in starts if start <= deal.booking_date)].append(deal)
    return [MonthBookings(start, len(deals), total(deals)) for start, deals in grouped.items()]


def cumulative(won: Iterable[Deal], quarter: Quarter, last_day: dt.date) -> list[Decimal]:
    """Bookings to date for each day of the quarter up to ``last_day``, by close date.

    A deal that was closed ahead of its close date counts on the last day, so that the line ends at the total.
    """
    per_day: dict[dt.date, Decimal] = defaultdict(lambda: ZERO)
    for deal in won:
        per_day[min(deal.booking_date, last_day)] += deal.booked_amount
    running, line = ZERO, []
    for offset in range((last_day - quarter.start).days + 1):
        running += per_day[quarter.start + dt.timedelta(days=offset)]
        line.append(running)
    return line


@dataclass(frozen=True)
class Spread:
    """Mean and median of some values, and how many could not take part."""

    mean: Decimal | None
    median: Decimal | None
    counted: int
    left_out: int


def deal_size(won: Sequence[Deal]) -> Spread:
    """Amounts of won deals; deals without an amount or with zero are left out and counted."""
    amounts = [deal.amount for deal in won if deal.amount]
    return Spread(mean(amounts), median(amounts), len(amounts), len(won) - len(amounts))


def sales_cycle(won: Sequence[Deal]) -> Spread:
    """Days from creation to close of won deals; unknown and negative (back-dated) ones are left out and counted."""
    days = [Decimal(deal.days_to_close) for deal in won if deal.days_to_close is not None and deal.days_to_close >= 0]
    return Spread(mean(days), median(days), len(days), len(won) - len(days))


@dataclass(frozen=True)
class Member:
    """One person's part of a node, in the teams they were in when it happened."""

    person_id: str | None
    name: str
    team_names: str
    quota_amount: Decimal | None
    credited_amount: Decimal
    won_count: int
    won_amount: Decimal
    closed_count: int

    def attainment(self) -> Ratio | Missing:
        """Credited over quota."""
        return ratio(self.credited_amount, self.quota_amount, empty=NO_QUOTA)

    def win_rate(self) -> Ratio | Missing:
        """Won over closed opportunities."""
        return ratio(self.won_count, self.closed_count, empty=NO_CLOSED)


def members(part: NodeQuarter, organisation: Organisation) -> list[Member]:
    """Everybody with a deal, a credit or a quota in the node, best attainment first.

    The rows add up to the node's own figures, because a person who changed team counts in each team with what they did
    there.
    """
    won = _grouped(part.won, lambda deal: deal.owner_person_id)
    lost = _grouped(part.lost, lambda deal: deal.owner_person_id)
    credits = _grouped(part.credits, lambda row: row.person_id)
    quotas = _grouped(part.quotas, lambda row: row.person_id)
    rows = []
    for person_id in {*won, *lost, *credits, *quotas}:
        teams = {
            organisation.team_name(row.team_id)
            for row in (*won[person_id], *lost[person_id], *credits[person_id], *quotas[person_id])
        }
        owned = won[person_id] + lost[person_id]
        rows.append(
            Member(
                person_id=person_id,
                name="No owner" if person_id is None else organisation.persons.get(person_id) or person_id,
                team_names=", ".join(sorted(teams)),
                quota_amount=sum((row.amount for row in quotas[person_id]), ZERO) if quotas[person_id] else None,
                credited_amount=sum((row.amount for row in credits[person_id]), ZERO),
                won_count=len(won[person_id]),
                won_amount=total(won[person_id]),
                closed_count=len(owned),
            )
        )
    return sorted(rows, key=_best_first)


def _best_first(member: Member) -> tuple[bool, Decimal, Decimal, str, str]:
    attainment = member.attainment()
    rate = attainment.value if isinstance(attainment, Ratio) else ZERO
    return (isinstance(attainment, Missing), -rate, -member.credited_amount, member.name, member.person_id or "")


def _grouped(rows: Iterable[_Row], key: Callable[[_Row], str | None]) -> dict[str | None, list[_Row]]:
    grouped: dict[str | None, list[_Row]] = defaultdict(list)
    for row in rows:
        grouped[key(row)].append(row)
    return grouped


BANDS: tuple[tuple[str, Decimal, Decimal | None], ...] = (
    ("below 50%", Decimal("-Infinity"), Decimal("0.5")),
    ("50% to 80%", Decimal("0.5"), Decimal("0.8")),
    ("80% to 100%", Decimal("0.8"), Decimal("1")),
    ("100% to 120%", Decimal("1"), Decimal("1.2")),
    ("120% and more", Decimal("1.2"), None),
)


@dataclass(frozen=True)
class Distribution:
    """How attainment spreads over the persons of a node.

    Args:
        bands: Label and number of persons; lower bounds belong to the band, upper bounds do not.
        quartiles: 25th, 50th and 75th percentile.
        at_or_above: Persons at or above quota, over persons with a quota.
        below_half: Persons below half of it.
    """

    bands: tuple[tuple[str, int], ...]
    quartiles: tuple[Decimal, Decimal, Decimal]
    at_or_above: Ratio
    below_half: Ratio


def distribution(rates: Sequence[Decimal]) -> Distribution | Missing:
    """The distribution of attainment, unless the group is too small to stay anonymous."""
    if reason := group_too_small(len(rates)):
        return Missing(reason)
    size = Decimal(len(rates))
    quartiles = [quantile(rates, Decimal(share)) or ZERO for share in ("0.25", "0.5", "0.75")]
    return Distribution(
        bands=tuple(
            (label, sum(low <= rate and (high is None or rate < high) for rate in rates)) for label, low, high in BANDS
        ),
        quartiles=(quartiles[0], quartiles[1], quartiles[2]),
        at_or_above=Ratio(Decimal(sum(rate >= 1 for rate in rates)), size),
        below_half=Ratio(Decimal(sum(rate < Decimal("0.5") for rate in rates)), size),
    )
