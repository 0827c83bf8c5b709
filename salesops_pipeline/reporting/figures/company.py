"""Who and when: companies, their teams and persons, and their fiscal calendar."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from salesops_pipeline.reporting.figures.query import fetch

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NodeType = Literal["company", "team", "person"]


@dataclass(frozen=True, order=True)
class Node:
    """Somebody a report is about."""

    node_type: NodeType
    node_id: str


@dataclass(frozen=True)
class Company:
    """A company of the deployment."""

    company_id: str
    company_name: str
    currency: str
    time_zone: str

    @property
    def node(self) -> Node:
        """The company as a node."""
        return Node("company", self.company_id)


@dataclass(frozen=True)
class Quarter:
    """A fiscal quarter, ``[start, end)``."""

    label: str
    start: dt.date
    end: dt.date

    @property
    def last_day(self) -> dt.date:
        """The last day that belongs to it."""
        return self.end - dt.timedelta(days=1)

    @property
    def length_days(self) -> int:
        """Number of days."""
        return (self.end - self.start).days

    def day_number(self, day: dt.date) -> int:
        """1 on the first day."""
        return (day - self.start).days + 1


@dataclass(frozen=True)
class Team:
    """A team today; attribution to teams is as-was, their names are today's."""

    team_id: str
    team_name: str
    parent_team_id: str | None
    depth: int


@dataclass(frozen=True)
class _Descendant:
    ancestor_team_id: str
    team_id: str


@dataclass(frozen=True)
class _PersonName:
    person_id: str
    name: str


@dataclass(frozen=True)
class Organisation:
    """A company's teams and persons.

    Args:
        teams: By id, parents before children, siblings by name.
        subtrees: Per team the ids of itself and everything below.
        persons: Name by id.
    """

    teams: dict[str, Team]
    subtrees: dict[str, frozenset[str]]
    persons: dict[str, str]

    def name(self, node: Node, company: Company) -> str:
        """The name of a node; its id where nobody gave a name."""
        if node.node_type == "company":
            return company.company_name
        if node.node_type == "team":
            return self.teams[node.node_id].team_name if node.node_id in self.teams else node.node_id
        return self.persons.get(node.node_id) or node.node_id

    def team_name(self, team_id: str | None) -> str:
        """The name of a team, or that there is none."""
        if team_id is None:
            return "No team"
        return self.teams[team_id].team_name if team_id in self.teams else team_id


def companies(connection: DuckDBPyConnection) -> list[Company]:
    """All companies of a version, by id."""
    return fetch(
        connection,
        Company,
        """
        select company_id, coalesce(company_name, company_id) as company_name,
               reporting_currency_code as currency, time_zone
        from core.dim_company order by company_id
        """,
    )


def organisation(connection: DuckDBPyConnection, company_id: str) -> Organisation:
    """Teams and persons of one company; a person's name is the newest one known."""
    teams = fetch(
        connection,
        Team,
        """
        select team_id, coalesce(team_name, team_id) as team_name, parent_team_id, depth
        from core.dim_team where company_id = ? order by team_name, team_id
        """,
        [company_id],
    )
    descendants = fetch(
        connection,
        _Descendant,
        """
        select ancestors.ancestor_team_id, ancestors.team_id
        from core.bridge_team_ancestor as ancestors
        join core.dim_team as teams on teams.team_id = ancestors.team_id
        where teams.company_id = ?
        """,
        [company_id],
    )
    persons = fetch(
        connection,
        _PersonName,
        """
        select person_id, arg_max(name, valid_from) as name
        from core.dim_person where company_id = ? group by person_id order by person_id
        """,
        [company_id],
    )
    subtrees: dict[str, set[str]] = {team.team_id: {team.team_id} for team in teams}
    for row in descendants:
        subtrees.setdefault(row.ancestor_team_id, set()).add(row.team_id)
    return Organisation(
        teams={team.team_id: team for team in _parents_first(teams)},
        subtrees={team_id: frozenset(members) for team_id, members in subtrees.items()},
        persons={person.person_id: person.name for person in persons},
    )


def _parents_first(teams: list[Team]) -> list[Team]:
    known = {team.team_id for team in teams}
    children: dict[str | None, list[Team]] = {}
    for team in teams:
        children.setdefault(team.parent_team_id if team.parent_team_id in known else None, []).append(team)
    ordered: list[Team] = []
    waiting = list(reversed(children.get(None, [])))
    while waiting:
        team = waiting.pop()
        ordered.append(team)
        waiting.extend(reversed(children.get(team.team_id, [])))
    return ordered


def quarters(connection: DuckDBPyConnection, company_id: str) -> list[Quarter]:
    """The fiscal quarters of a company's calendar, oldest first."""
    return fetch(
        connection,
        Quarter,
        """
        select distinct fiscal_quarter_label as label, fiscal_quarter_start_date as start,
               fiscal_quarter_end_date as "end"
        from core.dim_date where company_id = ? order by start
        """,
        [company_id],
    )


def quarter_of(calendar: list[Quarter], day: dt.date) -> Quarter | None:
    """The quarter that holds a day."""
    return next((quarter for quarter in calendar if quarter.start <= day < quarter.end), None)


def quarter_named(calendar: list[Quarter], text: str) -> Quarter | None:
    """The quarter with this label, or the one that holds this ISO date."""
    wanted = text.strip().upper()
    for quarter in calendar:
        if quarter.label.upper() == wanted:
            return quarter
    try:
        return quarter_of(calendar, dt.date.fromisoformat(wanted))
    except ValueError:
        return None


def previous_quarter(calendar: list[Quarter], quarter: Quarter) -> Quarter | None:
    """The one before, if the calendar goes back that far."""
    return next((other for other in calendar if other.end == quarter.start), None)


def as_of_date(connection: DuckDBPyConnection) -> dt.date:
    """The last day the version knows of."""
    row = connection.execute("select as_of_date from marts.mart_run").fetchone()
    assert row is not None, "mart_run has exactly one row"
    return row[0]
