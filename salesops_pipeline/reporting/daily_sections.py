"""The sections of the daily flash."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from salesops_pipeline.reporting import deal_tables, formats, pictures, tables
from salesops_pipeline.reporting.figures.company import Node
from salesops_pipeline.reporting.figures.day import CompanyDay, by_stage
from salesops_pipeline.reporting.figures.performance import ZERO, total
from salesops_pipeline.reporting.figures.rows import Event
from salesops_pipeline.reporting.model import Block, Column, Note, Row, Table, Value

TOP_MOVEMENTS = 12
PAST_DUE_SHOWN = 20

_IN_WORDS = {
    "created": "Created",
    "reopened": "Reopened",
    "stage_advanced": "Advanced",
    "stage_regressed": "Moved back",
    "stage_changed": "Changed stage",
    "amount_increased": "Amount raised",
    "amount_decreased": "Amount lowered",
    "close_date_pushed": "Pushed",
    "close_date_pulled_in": "Pulled in",
    "owner_changed": "Changed owner",
}
"""The movements worth a line; what changes along with a stage, such as the forecast category, is not."""


def quiet(figures: CompanyDay) -> tuple[Block, ...]:
    """A day on which nothing was entered says so, and when something last was."""
    if figures.events:
        return ()
    if figures.last_event_date is None:
        return (Note(f"No data, because no opportunity of {figures.company.company_name} had been created yet."),)
    return (Note(f"Nothing changed on this day; the last change was on {formats.weekday(figures.last_event_date)}."),)


def charts(figures: CompanyDay) -> tuple[Block, ...]:
    """Bookings to date, and the open pipeline by stage at the end of the day."""
    company, quarter = figures.company, figures.book.quarter
    now = figures.book.to_date(figures.day)
    before = figures.previous_book
    line = tables.progress_table(
        quarter,
        figures.book.line(figures.day),
        before.line(before.quarter.last_day) if before else [],
        now.quota_amount,
    )
    stages = tables.stage_totals_table(by_stage(figures.open_deals, figures.day))
    drawn = []
    if now.won or now.quota_amount or (before and before.to_date(before.quarter.last_day).won):
        drawn.append(
            pictures.progress_chart(
                line,
                name=company.company_name,
                quarter=quarter.label,
                previous=before.quarter.label if before else None,
                quota=now.quota_amount,
                until=formats.day(figures.day),
                currency=company.currency,
            )
        )
    if stages.rows:
        drawn.append(pictures.stage_chart(stages, company.currency, is_wide=not drawn))
    return (*([Row(tuple(drawn))] if drawn else []), stages)


def changes(figures: CompanyDay) -> tuple[Block, ...]:
    """Wins, losses and the biggest other movements of the day, by name."""
    wins = [event for event in figures.events if event.event_type == "won"]
    losses = [event for event in figures.events if event.event_type == "lost"]
    others = [event for event in figures.events if event.event_type in _IN_WORDS]
    others.sort(key=lambda event: (-event.weight, event.event_id))
    return (
        _closed_table(figures, "wins", "Wins", wins, "no deal was won on this day"),
        _closed_table(figures, "losses", "Losses", losses, "no deal was lost on this day"),
        Table(
            name="movements",
            title="Biggest movements",
            columns=(
                Column("deal", "Opportunity"),
                Column("account", "Account"),
                Column("owner", "Owner"),
                Column("what", "What happened"),
                Column("from", "From"),
                Column("to", "To"),
                Column("amount", "Amount", "money"),
            ),
            rows=tuple(
                (
                    event.opportunity_name,
                    event.account_name,
                    _owner(figures, event),
                    _IN_WORDS[event.event_type],
                    *_from_to(figures, event),
                    event.amount,
                )
                for event in others
            ),
            empty="no other change was entered on this day",
            note="Ordered by the money concerned: the difference for changed amounts, otherwise the whole amount.",
            shown_rows=TOP_MOVEMENTS,
        ),
    )


def _closed_table(figures: CompanyDay, name: str, title: str, events: Sequence[Event], empty: str) -> Table:
    ordered = sorted(events, key=lambda event: (-event.weight, event.event_id))
    return Table(
        name=name,
        title=title,
        columns=(
            Column("deal", "Opportunity"),
            Column("account", "Account"),
            Column("owner", "Owner"),
            Column("team", "Team"),
            Column("close_date", "Close date", "date"),
            Column("amount", "Amount", "money"),
        ),
        rows=tuple(
            (
                event.opportunity_name,
                event.account_name,
                _owner(figures, event),
                figures.organisation.team_name(event.team_id),
                event.close_date,
                event.amount,
            )
            for event in ordered
        ),
        total=(f"Total of {len(ordered)}", "", "", "", "", sum((event.amount or ZERO for event in ordered), ZERO)),
        empty=empty,
    )


def _owner(figures: CompanyDay, event: Event) -> str:
    return _person(figures, event.owner_person_id) or "No owner"


def _person(figures: CompanyDay, person_id: str | None) -> str | None:
    return figures.organisation.persons.get(person_id, person_id) if person_id else None


def _from_to(figures: CompanyDay, event: Event) -> tuple[str | None, str | None]:
    """What the change was from and to, in the reader's terms."""
    currency = figures.company.currency
    if event.event_type in ("amount_increased", "amount_decreased"):
        return _money(event.old_amount, currency), _money(event.amount, currency)
    if event.event_type == "owner_changed":
        return _person(figures, event.old_value), _person(figures, event.new_value)
    if event.event_type.startswith("close_date_"):
        return _day(event.old_value), _day(event.new_value)
    return event.old_value, event.new_value


def _money(amount: Decimal | None, currency: str) -> str | None:
    return None if amount is None else formats.money(amount, currency, formats.money_places([amount]))


def _day(value: str | None) -> str | None:
    try:
        return formats.day(dt.date.fromisoformat((value or "")[:10]))
    except ValueError:
        return value


def teams(figures: CompanyDay) -> Table:
    """What moved today and where the quarter stands, per team with everything below it."""
    rows = []
    organisation = figures.organisation
    open_amounts: dict[str | None, Decimal] = defaultdict(Decimal)
    for deal in figures.open_deals:
        open_amounts[deal.team_id] += deal.booked_amount
    for team in organisation.teams.values():
        below = organisation.subtrees[team.team_id]
        open_amount = sum((open_amounts.get(each, ZERO) for each in below), ZERO)
        row = _team_row(figures, Node("team", team.team_id), below, open_amount)
        if any(isinstance(value, int | Decimal) and value for value in row):
            rows.append((formats.INDENT * team.depth + team.team_name, *row))
    return Table(
        name="teams",
        title="Each team with everything below it",
        columns=(
            Column("team", "Team"),
            Column("created", "Created", "count"),
            Column("won", "Won", "count"),
            Column("won_amount", "Won amount", "money"),
            Column("lost", "Lost", "count"),
            Column("pushed", "Pushed", "count"),
            Column("open_amount", "Open pipeline", "money"),
            Column("bookings", "Bookings to date", "money"),
            Column("quota", "Quota", "money"),
            Column("attainment", "Attainment", "percent", bar=True),
        ),
        rows=tuple(rows),
        total=(
            figures.company.company_name,
            *_team_row(figures, figures.company.node, None, total(figures.open_deals)),
        ),
        empty="no team has a figure on this day or in this quarter",
    )


def _team_row(figures: CompanyDay, node: Node, teams: frozenset[str] | None, open_amount: Decimal) -> tuple[Value, ...]:
    to_date = figures.book.to_date(figures.day, teams)
    won = figures.moved("won", node)
    return (
        figures.moved("created", node).opportunity_count,
        won.opportunity_count,
        won.amount,
        figures.moved("lost", node).opportunity_count,
        figures.moved("close_date_pushed", node).opportunity_count,
        open_amount,
        to_date.bookings,
        to_date.quota_amount,
        to_date.attainment(),
    )


def past_due(figures: CompanyDay) -> Table:
    """Open deals that should have closed by now."""
    return deal_tables.deals_table(
        "past-due",
        "Past-due deals",
        figures.past_due,
        empty="no open deal is past its close date",
        date_label="Close date",
        with_stage=True,
        overdue_on=figures.day,
        shown_rows=PAST_DUE_SHOWN,
        note="Open deals whose close date has gone by; the longest overdue first.",
    )
