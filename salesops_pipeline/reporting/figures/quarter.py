"""One fiscal quarter of one company, fetched once and sliced per node."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from salesops_pipeline.reporting.figures import published
from salesops_pipeline.reporting.figures.company import (
    Company,
    Node,
    Organisation,
    Quarter,
    organisation,
    previous_quarter,
)
from salesops_pipeline.reporting.figures.rows import Attainment, Credit, Deal, PersonQuota, Refused, Stage, WinRate

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

HISTORY_QUARTERS = 8


@dataclass(frozen=True)
class NodeQuarter:
    """What one node did in one quarter.

    Args:
        node: Who.
        name: Its name.
        won: Opportunities won, by as-was owner or team.
        lost: Opportunities lost.
        previous_won: Opportunities won in the quarter before.
        open_deals: Open opportunities expected to close by the end of the quarter, past-due ones included; only while
            the quarter runs.
        credits: Credits for opportunities won in the quarter, also those that others own.
        quotas: Quotas of the persons in the node.
        win_rates: Up to eight quarters, oldest first; quarters without closed opportunities are absent.
        attainments: Likewise; quarters without a quota and a credit are absent.
        stages: Open pipeline; only while the quarter runs.
    """

    node: Node
    name: str
    won: tuple[Deal, ...]
    lost: tuple[Deal, ...]
    previous_won: tuple[Deal, ...]
    open_deals: tuple[Deal, ...]
    credits: tuple[Credit, ...]
    quotas: tuple[PersonQuota, ...]
    win_rates: tuple[WinRate, ...]
    attainments: tuple[Attainment, ...]
    stages: tuple[Stage, ...]


@dataclass(frozen=True)
class CompanyQuarter:
    """What a company did in one quarter; `slice` gives a node's part of it.

    Args:
        company: Whose.
        organisation: Its teams and persons.
        quarter: Which quarter.
        calendar: The quarters of the history, this one last.
        as_of: Last day that is known.
        latest_closed: The latest quarter in which the company closed anything; None when it never did.
        refused: Values of its exports that were refused.
    """

    company: Company
    organisation: Organisation
    quarter: Quarter
    calendar: tuple[Quarter, ...]
    as_of: dt.date
    latest_closed: Quarter | None
    refused: tuple[Refused, ...]
    closed: tuple[Deal, ...]
    previous_won: tuple[Deal, ...]
    open_deals: tuple[Deal, ...]
    credits: tuple[Credit, ...]
    quotas: tuple[PersonQuota, ...]
    win_rates: dict[Node, tuple[WinRate, ...]]
    attainments: dict[Node, tuple[Attainment, ...]]
    stages: dict[Node, tuple[Stage, ...]]

    @property
    def is_running(self) -> bool:
        """Whether the as-of day lies in the quarter."""
        return self.quarter.start <= self.as_of < self.quarter.end

    @property
    def last_day(self) -> dt.date:
        """The last day of the quarter that figures can speak of."""
        return min(self.as_of, self.quarter.last_day)

    @property
    def previous(self) -> Quarter | None:
        """The quarter before."""
        return previous_quarter(list(self.calendar), self.quarter)

    def nodes(self) -> list[Node]:
        """The company, then teams, then persons, with any figure or quota in the quarter; by name."""
        current = [
            *(node for node, rows in self.win_rates.items() if rows[-1].quarter_start == self.quarter.start),
            *(node for node, rows in self.attainments.items() if rows[-1].quarter_start == self.quarter.start),
            *self.stages,
        ]
        order = {team_id: position for position, team_id in enumerate(self.organisation.teams)}
        teams = {node for node in current if node.node_type == "team"}
        persons = {node for node in current if node.node_type == "person"}
        return [
            self.company.node,
            *sorted(teams, key=lambda node: (order.get(node.node_id, len(order)), node.node_id)),
            *sorted(persons, key=lambda node: (self.organisation.name(node, self.company), node.node_id)),
        ]

    def slice(self, node: Node) -> NodeQuarter:
        """The part of one node."""
        closed = [deal for deal in self.closed if self._owns(node, deal)]
        return NodeQuarter(
            node=node,
            name=self.organisation.name(node, self.company),
            won=tuple(deal for deal in closed if deal.status == "won"),
            lost=tuple(deal for deal in closed if deal.status == "lost"),
            previous_won=tuple(deal for deal in self.previous_won if self._owns(node, deal)),
            open_deals=tuple(deal for deal in self.open_deals if self._owns(node, deal)),
            credits=tuple(row for row in self.credits if self._holds(node, row.person_id, row.team_id)),
            quotas=tuple(row for row in self.quotas if self._holds(node, row.person_id, row.team_id)),
            win_rates=self.win_rates.get(node, ()),
            attainments=self.attainments.get(node, ()),
            stages=self.stages.get(node, ()),
        )

    def _owns(self, node: Node, deal: Deal) -> bool:
        return self._holds(node, deal.owner_person_id, deal.team_id)

    def _holds(self, node: Node, person_id: str | None, team_id: str | None) -> bool:
        if node.node_type == "company":
            return True
        if node.node_type == "person":
            return person_id == node.node_id
        return team_id in self.organisation.subtrees.get(node.node_id, frozenset({node.node_id}))


def load_quarter(
    connection: DuckDBPyConnection, company: Company, calendar: list[Quarter], quarter: Quarter, as_of: dt.date
) -> CompanyQuarter:
    """Fetch everything the quarterly reports of a company say.

    Args:
        connection: The published version.
        company: Whose quarter.
        calendar: All its fiscal quarters, oldest first.
        quarter: Which one.
        as_of: The version's last day.
    """
    position = calendar.index(quarter)
    history = calendar[max(0, position - HISTORY_QUARTERS + 1) : position + 1]
    before = previous_quarter(calendar, quarter)
    is_running = quarter.start <= as_of < quarter.end
    company_id = company.company_id
    latest = published.latest_closing(connection, company_id)
    return CompanyQuarter(
        company=company,
        organisation=organisation(connection, company_id),
        quarter=quarter,
        calendar=tuple(history),
        as_of=as_of,
        latest_closed=next((each for each in calendar if each.start == latest), None),
        refused=tuple(published.refused(connection, company_id)),
        closed=tuple(published.closed_deals(connection, company_id, quarter)),
        previous_won=tuple(
            deal
            for deal in (published.closed_deals(connection, company_id, before) if before else ())
            if deal.status == "won"
        ),
        open_deals=tuple(published.open_deals(connection, company_id, before=quarter.end) if is_running else ()),
        credits=tuple(published.credits(connection, company_id, quarter)),
        quotas=tuple(published.quotas(connection, company_id, quarter)),
        win_rates=_by_node(published.win_rates(connection, company_id, history)),
        attainments=_by_node(published.attainments(connection, company_id, history)),
        stages=_by_node(published.stages(connection, company_id) if is_running else ()),
    )


class _HasNode(Protocol):
    @property
    def node(self) -> Node: ...


_Row = TypeVar("_Row", bound=_HasNode)


def _by_node(rows: Iterable[_Row]) -> dict[Node, tuple[_Row, ...]]:
    grouped: dict[Node, list[_Row]] = defaultdict(list)
    for row in rows:
        grouped[row.node].append(row)
    return {node: tuple(members) for node, members in grouped.items()}
