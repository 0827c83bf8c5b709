"""Queries with which anybody gets a report's figures from the published file.

They are written against facts where the reports read marts, so they check the marts as well. Each gives the figure in
its first column, what it is made of in the next ones.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from textwrap import dedent, indent

from salesops_pipeline.reporting.figures.company import Node, Quarter

Recipe = Callable[["Scope"], str]


@dataclass(frozen=True)
class Scope:
    """What the queries of a report are about.

    Args:
        company_id: Company.
        node: Company, team or person.
        quarter: Fiscal quarter.
        state_day: The day whose open opportunities are meant.
        as_of: Last day of the version.
        is_daily: Whether figures of the quarter end with ``state_day``.
    """

    company_id: str
    node: Node
    quarter: Quarter
    state_day: dt.date
    as_of: dt.date
    is_daily: bool = False

    @property
    def company(self) -> str:
        """Condition on the company."""
        return f"company_id = {_text(self.company_id)}"

    @property
    def day(self) -> str:
        """The day as a literal."""
        return _date(self.state_day)

    @property
    def quarter_start(self) -> str:
        """The first day of the quarter as a literal."""
        return _date(self.quarter.start)

    @property
    def owned(self) -> str:
        """Condition on the as-was owner of an opportunity; empty for the company."""
        return self._holds("owner_person_id", "owner_team_id")

    @property
    def held(self) -> str:
        """Condition on the person of a credit; empty for the company."""
        return self._holds("person_id", "team_id")

    @property
    def mart_node(self) -> str:
        """Condition on the node of a mart."""
        return f"node_type = {_text(self.node.node_type)} and node_id = {_text(self.node.node_id)}"

    def _holds(self, person: str, team: str) -> str:
        if self.node.node_type == "company":
            return ""
        key = _text(self.node.node_id)
        if self.node.node_type == "person":
            return f"\n    and {person} = {key}"
        return f"\n    and {team} in (select team_id from core.bridge_team_ancestor where ancestor_team_id = {key})"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _date(value: dt.date) -> str:
    return f"date '{value.isoformat()}'"


def closed(columns: str, condition: str = "is_closed") -> Recipe:
    """On the opportunities closed in the quarter; in a daily flash as far as they were entered by the day."""

    def recipe(scope: Scope) -> str:
        known = ""
        if scope.is_daily:
            known = dedent(f"""
                and coalesce((
                    select max(event_date) from core.fct_opportunity_event as events
                    where events.opportunity_id = deals.opportunity_id and event_type in ('won', 'lost')
                ), close_date) <= {scope.day}""")
        return (
            f"select {columns}\nfrom core.fct_opportunity as deals\n"
            f"where {scope.company} and {condition} and close_fiscal_quarter_start_date = {scope.quarter_start}"
            f"{scope.owned}{indent(known, '    ')}"
        )

    return recipe


def _credited(scope: Scope) -> str:
    company = replace(scope, node=Node("company", scope.company_id))
    won = closed("opportunity_id", "is_won")(company)
    return (
        "select coalesce(sum(reporting_amount), 0) as amount from core.fct_opportunity_credit\n"
        f"where {scope.company}{scope.held}\n    and opportunity_id in (\n{indent(won, ' ' * 8)}\n    )"
    )


def _quota(scope: Scope) -> str:
    return (
        "select sum(quota_amount) as amount from marts.mart_quota_attainment\n"
        f"where {scope.mart_node} and fiscal_quarter_start_date = {scope.quarter_start}\n"
        "    and person_with_quota_count > 0"
    )


def _with(**parts: str) -> str:
    return "with " + ",\n".join(f"{name} as (\n{indent(sql, '    ')}\n)" for name, sql in parts.items()) + "\n"


def attainment(scope: Scope) -> str:
    """Credits for the opportunities won in the quarter over its quota."""
    return (
        f"{_with(credited=_credited(scope), quota=_quota(scope))}"
        "select credited.amount / nullif(quota.amount, 0) as attainment, credited.amount as credited,\n"
        "    quota.amount as quota\nfrom credited cross join quota"
    )


def _open_deals(scope: Scope) -> str:
    """Open opportunities: the state as published, or for an earlier day the state after the last event by then."""
    if scope.state_day == scope.as_of:
        return (
            "select reporting_amount as amount, close_date from core.fct_opportunity\n"
            f"where {scope.company} and is_open{scope.owned}"
        )
    return dedent(f"""
        with states as (
            select opportunity_id, amount, close_date, status, row_number() over (
                partition by opportunity_id order by event_at desc, event_id desc) as newest_first
            from core.fct_opportunity_event
            where {scope.company} and event_date <= {scope.day}
            union all
            select opportunity_id, amount, close_date, status, 1 as newest_first
            from core.fct_opportunity
            where {scope.company} and (created_date is null or created_date <= {scope.day})
                and opportunity_id not in (select opportunity_id from core.fct_opportunity_event)
        )
        select cast(states.amount * deals.reporting_rate as decimal(18, 2)) as amount, states.close_date
        from states join core.fct_opportunity as deals on deals.opportunity_id = states.opportunity_id
        where states.newest_first = 1 and states.status = 'open'""").strip()


def open_deals(columns: str) -> Recipe:
    """On the opportunities open at the end of the day, with columns amount and close_date."""
    return lambda scope: f"{_with(open_deals=_open_deals(scope))}select {columns}\nfrom open_deals"


def past_due(scope: Scope) -> str:
    """Open opportunities whose close date has gone by."""
    columns = "count(*) as past_due, coalesce(sum(amount), 0) as amount"
    return f"{open_deals(columns)(scope)}\nwhere close_date < {scope.day}"


def closing(scope: Scope) -> str:
    """Open opportunities expected to close in the quarter."""
    columns = "coalesce(sum(amount), 0) as amount, count(*) as open_deals"
    return f"{open_deals(columns)(scope)}\n{_closing_condition(scope)}"


def _closing_condition(scope: Scope) -> str:
    return f"where close_date >= {scope.quarter_start} and close_date < {_date(scope.quarter.end)}"


def coverage(scope: Scope) -> str:
    """Open pipeline that closes in the quarter, over what is left of the quota."""
    pipeline = f"select coalesce(sum(amount), 0) as amount from open_deals\n{_closing_condition(scope)}"
    parts = _with(open_deals=_open_deals(scope), pipeline=pipeline, credited=_credited(scope), quota=_quota(scope))
    return (
        f"{parts}select pipeline.amount / nullif(greatest(quota.amount - credited.amount, 0), 0) as coverage,\n"
        "    pipeline.amount as closing, quota.amount - credited.amount as left_of_quota\n"
        "from pipeline cross join credited cross join quota"
    )


def moved(event_type: str) -> Recipe:
    """On the events of a kind on the day; for a change of amount the money is the change."""
    return lambda scope: (
        "select count(distinct opportunity_id) as opportunities,\n"
        "    coalesce(sum(case when field_name = 'amount' then coalesce(new_amount, 0) - coalesce(old_amount, 0)\n"
        "        else new_amount end), 0) as amount\n"
        f"from core.fct_opportunity_event\nwhere {scope.company} and event_date = {scope.day}"
        f" and event_type = {_text(event_type)}"
    )


def _rates(scope: Scope, node: str) -> str:
    return (
        "select node_id, credited_amount / quota_amount as attainment from marts.mart_quota_attainment\n"
        f"where {scope.company} and node_type = 'person' and quota_amount > 0\n"
        f"    and fiscal_quarter_start_date = {scope.quarter_start}{node}"
    )


def percentile(scope: Scope) -> str:
    """Share of the other persons with a quota whose attainment is lower, ties by half."""
    own = f" and node_id = {_text(scope.node.node_id)}"
    return (
        f"{_with(own=_rates(scope, own), peers=_rates(scope, own.replace(' = ', ' <> ')))}"
        "select avg(case when peers.attainment < own.attainment then 1.0 when peers.attainment = own.attainment\n"
        "    then 0.5 else 0.0 end) as percentile\nfrom own cross join peers"
    )


def quotas_by_team(company_id: str, quarter: Quarter) -> str:
    """Bookings quotas of a quarter per person and team of then.

    Amounts per person are those of the attainment mart; the facts add which team a quota belongs to. Only where quotas
    are set by month can a person have several teams in a quarter, and then the facts have the amounts.
    """
    return dedent(f"""
        with ranked as (
            select person_id, team_id, reporting_amount, rank() over (
                partition by person_id
                order by case period_type when 'quarter' then 1 when 'month' then 2 else 3 end) as shortest_first
            from core.fct_quota
            where company_id = {_text(company_id)} and quota_type = 'bookings'
                and period_start_date < {_date(quarter.end)} and period_end_date > {_date(quarter.start)}
        ),
        by_team as (
            select person_id, team_id, sum(reporting_amount) as amount,
                count(*) over (partition by person_id) as team_count
            from ranked where shortest_first = 1 group by person_id, team_id
        )
        select by_team.person_id, by_team.team_id,
            case when by_team.team_count = 1 then attained.quota_amount else by_team.amount end as amount
        from by_team join marts.mart_quota_attainment as attained
            on attained.company_id = {_text(company_id)} and attained.node_type = 'person'
            and attained.node_id = by_team.person_id and attained.fiscal_quarter_start_date = {_date(quarter.start)}
        order by by_team.person_id, by_team.team_id""").strip()


def at_quota(scope: Scope) -> str:
    """Persons at or above quota over persons with a quota, with what they did in the node."""
    held = f"where true{scope.held}\n" if scope.held else ""
    quotas = f"select person_id, sum(amount) as amount from by_team\n{held}group by person_id having sum(amount) <> 0"
    credits = _credited(scope).replace("select ", "select person_id, ", 1) + "\ngroup by person_id"
    parts = _with(by_team=quotas_by_team(scope.company_id, scope.quarter), quotas=quotas, credits=credits)
    return (
        f"{parts}select count(*) filter (where credits.amount >= quotas.amount) / nullif(count(*), 0) as share,\n"
        "    count(*) filter (where credits.amount >= quotas.amount) as at_quota, count(*) as with_quota\n"
        "from quotas left join credits on credits.person_id = quotas.person_id"
    )
