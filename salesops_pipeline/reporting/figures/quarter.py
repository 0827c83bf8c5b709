"""One fiscal quarter of one company, fetched once and sliced per node."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import merge
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

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
        return list(self._nodes)

    @cached_property
    def _nodes(self) -> tuple[Node, ...]:
        current = [
            *(node for node, rows in self.win_rates.items() if rows[-1].quarter_start == self.quarter.start),
            *(node for node, rows in self.attainments.items() if rows[-1].quarter_start == self.quarter.start),
            *self.stages,
        ]
        order = {team_id: position for position, team_id in enumerate(self.organisation.teams)}
        teams = {node for node in current if node.node_type == "team"}
        persons = {node for node in current if node.node_type == "person"}
        return (
            self.company.node,
            *sorted(teams, key=lambda node: (order.get(node.node_id, len(order)), node.node_id)),
            *sorted(persons, key=lambda node: (self.organisation.name(node, self.company), node.node_id)),
        )

    @cached_property
    def closed_by_id(self) -> dict[str, Deal]:
        """The deals closed in the quarter, by opportunity."""
        return {deal.opportunity_id: deal for deal in self.closed}

    def slice(self, node: Node) -> NodeQuarter:
        """The part of one node."""
        closed = self._closed.of(node)
        return NodeQuarter(
            node=node,
            name=self.organisation.name(node, self.company),
            won=tuple(deal for deal in closed if deal.status == "won"),
            lost=tuple(deal for deal in closed if deal.status == "lost"),
            previous_won=tuple(self._previous_won.of(node)),
            open_deals=tuple(self._open_deals.of(node)),
            credits=tuple(self._credits.of(node)),
            quotas=tuple(self._quotas.of(node)),
            win_rates=self.win_rates.get(node, ()),
            attainments=self.attainments.get(node, ()),
            stages=self.stages.get(node, ()),
        )

    # A large company has thousands of nodes: looking through all its rows for each of them would take hours.
    @cached_property
    def _closed(self) -> _NodeIndex[Deal]:
        return _NodeIndex(self.closed, lambda deal: (deal.owner_person_id, deal.team_id), self.organisation)

    @cached_property
    def _previous_won(self) -> _NodeIndex[Deal]:
        return _NodeIndex(self.previous_won, lambda deal: (deal.owner_person_id, deal.team_id), self.organisation)

    @cached_property
    def _open_deals(self) -> _NodeIndex[Deal]:
        return _NodeIndex(self.open_deals, lambda deal: (deal.owner_person_id, deal.team_id), self.organisation)

    @cached_property
    def _credits(self) -> _NodeIndex[Credit]:
        return _NodeIndex(self.credits, lambda row: (row.person_id, row.team_id), self.organisation)

    @cached_property
    def _quotas(self) -> _NodeIndex[PersonQuota]:
        return _NodeIndex(self.quotas, lambda row: (row.person_id, row.team_id), self.organisation)


_Held = TypeVar("_Held")


class _NodeIndex(Generic[_Held]):
    """Rows by the nodes that hold them, in their own order.

    Args:
        rows: The rows of a company.
        holder: Person and team that hold a row.
        organisation: Which teams a team contains.
    """

    def __init__(
        self,
        rows: Sequence[_Held],
        holder: Callable[[_Held], tuple[str | None, str | None]],
        organisation: Organisation,
    ) -> None:
        self._rows = rows
        self._subtrees = organisation.subtrees
        self._of_person: dict[str | None, list[int]] = defaultdict(list)
        self._of_team: dict[str | None, list[int]] = defaultdict(list)
        for position, row in enumerate(rows):
            person_id, team_id = holder(row)
            self._of_person[person_id].append(position)
            self._of_team[team_id].append(position)

    def of(self, node: Node) -> Sequence[_Held]:
        """The rows of a company, a person, or a team with all teams below it."""
        if node.node_type == "company":
            return self._rows
        if node.node_type == "person":
            return [self._rows[position] for position in self._of_person.get(node.node_id, ())]
        teams = self._subtrees.get(node.node_id, frozenset({node.node_id}))
        return [self._rows[position] for position in merge(*(self._of_team.get(team, ()) for team in teams))]


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
