"""One day of one company: what happened, where the quarter stands, what is open at the end of the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from salesops_pipeline.reporting.figures import published
from salesops_pipeline.reporting.figures.book import QuarterBook
from salesops_pipeline.reporting.figures.company import (
    Company,
    Node,
    Organisation,
    Quarter,
    organisation,
    previous_quarter,
)
from salesops_pipeline.reporting.figures.performance import ZERO, total
from salesops_pipeline.reporting.figures.rows import Deal, Event, Refused

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class Moved:
    """How many opportunities moved in one way, and how much money that is."""

    opportunity_count: int = 0
    amount: Decimal = ZERO


@dataclass(frozen=True)
class CompanyDay:
    """What happened in a company on a day.

    Args:
        day: The day.
        as_of: The last day known.
        organisation: Teams and persons.
        book: The quarter that holds the day.
        previous_book: The quarter before; None where the calendar begins.
        previous_working_day: The one before ``day``; None when nothing is known of it.
        movements: Per node and event type.
        previous_movements: The same for the previous working day.
        events: Every change of the day.
        open_deals: Open at the end of the day, largest first.
        previously_open: Open at the end of the previous working day.
        last_event_date: Latest day up to ``day`` with any change; None when there is none.
        refused: Values of the company's exports that were refused.
    """

    company: Company
    organisation: Organisation
    day: dt.date
    as_of: dt.date
    book: QuarterBook
    previous_book: QuarterBook | None
    previous_working_day: dt.date | None
    movements: dict[tuple[Node, str], Moved]
    previous_movements: dict[tuple[Node, str], Moved]
    events: tuple[Event, ...]
    open_deals: tuple[Deal, ...]
    previously_open: tuple[Deal, ...]
    last_event_date: dt.date | None
    refused: tuple[Refused, ...]

    def moved(self, event_type: str, node: Node | None = None) -> Moved:
        """Events of a type on the day, of the company unless a node is given."""
        return self.movements.get((node or self.company.node, event_type), Moved())

    def moved_before(self, event_type: str) -> Moved | None:
        """The company's events of a type on the previous working day; None when nothing is known of it."""
        if self.previous_working_day is None:
            return None
        return self.previous_movements.get((self.company.node, event_type), Moved())

    @property
    def past_due(self) -> tuple[Deal, ...]:
        """Open deals whose close date has gone by, longest ago first."""
        overdue = (deal for deal in self.open_deals if deal.days_past_due(self.day))
        return tuple(
            sorted(overdue, key=lambda deal: (-deal.days_past_due(self.day), -deal.booked_amount, deal.opportunity_id))
        )

    @property
    def closing_this_quarter(self) -> tuple[Deal, ...]:
        """Open deals whose expected close date lies in the quarter, gone by or not."""
        first, end = self.book.quarter.start, self.book.quarter.end
        return tuple(deal for deal in self.open_deals if deal.close_date and first <= deal.close_date < end)

    def same_day_of_previous_quarter(self) -> dt.date | None:
        """The day with the same number in the quarter before; its last day where it is shorter."""
        if self.previous_book is None:
            return None
        before = self.previous_book.quarter
        return min(before.start + (self.day - self.book.quarter.start), before.last_day)


def load_day(
    connection: DuckDBPyConnection,
    company: Company,
    calendar: list[Quarter],
    quarter: Quarter,
    day: dt.date,
    as_of: dt.date,
) -> CompanyDay:
    """Fetch everything the daily flash of a company says.

    Args:
        connection: The published version.
        company: Whose day.
        calendar: All its fiscal quarters.
        quarter: The one that holds the day.
        day: Which day, not after ``as_of``.
        as_of: The version's last day.
    """
    company_id = company.company_id
    before = previous_quarter(calendar, quarter)
    first, last = _event_range(connection, company_id, day)
    working_day = previous_working_day(day)
    known_before = working_day if first and working_day >= first else None
    return CompanyDay(
        company=company,
        organisation=organisation(connection, company_id),
        day=day,
        as_of=as_of,
        book=_book(connection, company_id, quarter),
        previous_book=_book(connection, company_id, before) if before else None,
        previous_working_day=known_before,
        movements=_movements(connection, company_id, day),
        previous_movements=_movements(connection, company_id, known_before) if known_before else {},
        events=tuple(published.events(connection, company_id, day)),
        open_deals=_open(connection, company_id, day, as_of),
        previously_open=_open(connection, company_id, known_before, as_of) if known_before else (),
        last_event_date=last,
        refused=tuple(published.refused(connection, company_id)),
    )


def _book(connection: DuckDBPyConnection, company_id: str, quarter: Quarter) -> QuarterBook:
    return QuarterBook(
        quarter=quarter,
        closed=tuple(published.closed_deals(connection, company_id, quarter)),
        credits=tuple(published.credits(connection, company_id, quarter)),
        quotas=tuple(published.quotas(connection, company_id, quarter)),
    )


def _movements(connection: DuckDBPyConnection, company_id: str, day: dt.date) -> dict[tuple[Node, str], Moved]:
    rows = published.movements(connection, company_id, day)
    return {(row.node, row.event_type): Moved(row.opportunity_count, row.amount) for row in rows}


def _open(connection: DuckDBPyConnection, company_id: str, day: dt.date, as_of: dt.date) -> tuple[Deal, ...]:
    if day == as_of:
        return tuple(published.open_deals(connection, company_id))
    return tuple(published.open_deals_on(connection, company_id, day))


def _event_range(
    connection: DuckDBPyConnection, company_id: str, day: dt.date
) -> tuple[dt.date | None, dt.date | None]:
    row = connection.execute(
        """
        select min(event_date), max(event_date) from core.fct_opportunity_event
        where company_id = ? and event_date <= ?
        """,
        [company_id, day],
    ).fetchone()
    return (row[0], row[1]) if row else (None, None)


def previous_working_day(day: dt.date) -> dt.date:
    """The last day from Monday to Friday before a day; holidays are not known."""
    before = day - dt.timedelta(days=1)
    return before - dt.timedelta(days=max(before.weekday() - 4, 0))


@dataclass(frozen=True)
class StageTotal:
    """Open deals in one stage."""

    stage_name: str
    open_count: int
    open_amount: Decimal
    past_due_count: int
    past_due_amount: Decimal


def by_stage(deals: Iterable[Deal], day: dt.date) -> list[StageTotal]:
    """Open deals per stage, in the order of the sales process."""
    grouped: dict[tuple[int, str], list[Deal]] = {}
    for deal in deals:
        order = 10_000 if deal.stage_order is None else deal.stage_order
        grouped.setdefault((order, deal.stage_name), []).append(deal)
    rows = []
    for (_, name), members in sorted(grouped.items()):
        overdue = [deal for deal in members if deal.days_past_due(day)]
        rows.append(StageTotal(name, len(members), total(members), len(overdue), total(overdue)))
    return rows
