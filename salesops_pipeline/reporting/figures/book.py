"""Where a quarter stood on any of its days: what had been entered as closed by then."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from salesops_pipeline.reporting.figures.company import Quarter
from salesops_pipeline.reporting.figures.performance import ZERO, cumulative, total
from salesops_pipeline.reporting.figures.rows import (
    NO_CLOSED,
    NO_CLOSED_AMOUNT,
    NO_LOST_AMOUNT,
    NO_QUOTA,
    Credit,
    Deal,
    PersonQuota,
)
from salesops_pipeline.reporting.ratios import Missing, Ratio, ratio


@dataclass(frozen=True)
class ToDate:
    """Where a quarter stands at the end of one of its days, for some node.

    Args:
        day: The day.
        won: Deals whose close date lies in the quarter, entered as won by that day, largest first.
        closed_count: Won and lost deals.
        closed_amount: Their amount.
        credited_amount: Credits for the won ones.
        quota_amount: Quota of the whole quarter; None without any.
    """

    day: dt.date
    won: tuple[Deal, ...]
    closed_count: int
    closed_amount: Decimal
    credited_amount: Decimal
    quota_amount: Decimal | None

    @property
    def bookings(self) -> Decimal:
        """Amount won."""
        return total(self.won)

    def win_rate(self) -> Ratio | Missing:
        """Won over closed deals."""
        return ratio(len(self.won), self.closed_count, empty=NO_CLOSED)

    def win_rate_by_value(self) -> Ratio | Missing:
        """Won over closed amount, by the rule of ``mart_win_rate``, which knows only where the quarter stands today."""
        if self.closed_amount and self.closed_count > len(self.won) and self.closed_amount == self.bookings:
            return Missing(NO_LOST_AMOUNT)
        return ratio(self.bookings, self.closed_amount, empty=NO_CLOSED_AMOUNT if self.closed_count else NO_CLOSED)

    def attainment(self) -> Ratio | Missing:
        """Credits over quota."""
        return ratio(self.credited_amount, self.quota_amount, empty=NO_QUOTA)


@dataclass(frozen=True)
class QuarterBook:
    """The closed deals of a quarter with credits and quotas: enough to say where it stood on any of its days."""

    quarter: Quarter
    closed: tuple[Deal, ...]
    credits: tuple[Credit, ...]
    quotas: tuple[PersonQuota, ...]

    def to_date(self, day: dt.date, teams: frozenset[str] | None = None) -> ToDate:
        """Where it stood at the end of ``day``, for the company or for some teams."""
        closed = [deal for deal in self.closed if (deal.closed_on or deal.booking_date) <= day and _in(deal, teams)]
        won_ids = {deal.opportunity_id for deal in self.closed if (deal.closed_on or deal.booking_date) <= day}
        quotas = [row.amount for row in self.quotas if _in(row, teams)]
        return ToDate(
            day=day,
            won=tuple(deal for deal in closed if deal.status == "won"),
            closed_count=len(closed),
            closed_amount=total(closed),
            credited_amount=sum(
                (row.amount for row in self.credits if row.opportunity_id in won_ids and _in(row, teams)), ZERO
            ),
            quota_amount=sum(quotas, ZERO) if quotas else None,
        )

    def line(self, day: dt.date) -> list[Decimal]:
        """Bookings to date for each day of the quarter up to ``day``, as far as they were entered by then."""
        return cumulative(self.to_date(day).won, self.quarter, day)


def _in(row: Deal | Credit | PersonQuota, teams: frozenset[str] | None) -> bool:
    return teams is None or row.team_id in teams
