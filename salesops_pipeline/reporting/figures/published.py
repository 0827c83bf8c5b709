"""The queries on core and marts. Each returns rows in a fixed order, so that reports are the same every time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from salesops_pipeline.reporting.figures.company import Quarter
from salesops_pipeline.reporting.figures.query import fetch
from salesops_pipeline.reporting.figures.rows import (
    Attainment,
    Credit,
    Deal,
    Event,
    Movement,
    PersonQuota,
    Refused,
    Stage,
    WinRate,
)
from salesops_pipeline.reporting.recipes import quotas_by_team

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_DEAL = """
    deals.opportunity_id, coalesce(deals.opportunity_name, deals.opportunity_id) as opportunity_name,
    deals.account_name, deals.owner_person_id, deals.owner_name, deals.owner_team_id as team_id, deals.stage_name,
    deals.stage_order, deals.status, deals.reporting_amount as amount, deals.close_date
"""


def closed_deals(connection: DuckDBPyConnection, company_id: str, quarter: Quarter) -> list[Deal]:
    """Opportunities whose close date lies in the quarter and that are won or lost, largest first."""
    return fetch(
        connection,
        Deal,
        f"""
        with closings as (
            select opportunity_id, max(event_date) as closed_on
            from core.fct_opportunity_event
            where company_id = ? and event_type in ('won', 'lost')
            group by opportunity_id
        )
        select {_DEAL}, coalesce(closings.closed_on, deals.close_date) as closed_on, deals.days_to_close
        from marts.mart_opportunity as deals
        left join closings on closings.opportunity_id = deals.opportunity_id
        where deals.company_id = ? and deals.is_closed and deals.close_fiscal_quarter_start_date = ?
        order by coalesce(deals.reporting_amount, 0) desc, deals.close_date, deals.opportunity_id
        """,
        [company_id, company_id, quarter.start],
    )


def open_deals(connection: DuckDBPyConnection, company_id: str, *, before: dt.date | None = None) -> list[Deal]:
    """Opportunities open at the as-of date, largest first.

    Args:
        connection: The published version.
        company_id: Whose.
        before: Only those expected to close before this day.
    """
    return fetch(
        connection,
        Deal,
        f"""
        select {_DEAL}, cast(null as date) as closed_on, cast(null as integer) as days_to_close
        from marts.mart_opportunity as deals
        where deals.company_id = ? and deals.is_open and (? is null or deals.close_date < ?)
        order by coalesce(deals.reporting_amount, 0) desc, deals.close_date, deals.opportunity_id
        """,
        [company_id, before, before],
    )


def open_deals_on(connection: DuckDBPyConnection, company_id: str, day: dt.date) -> list[Deal]:
    """Opportunities that were open at the end of an earlier day, from the state after their last event by then.

    The team is that of their owner on that day. Amounts are at the rates of the version, so that two days compare
    without the movement of currencies. An opportunity without any event (its source keeps no history) counts as it is.

    Args:
        connection: The published version.
        company_id: Whose.
        day: A day before the as-of date, in the company's time zone.
    """
    return fetch(
        connection,
        Deal,
        """
        with newest as (
            select arg_max(event_id, (event_at, event_id)) as event_id
            from core.fct_opportunity_event
            where company_id = ? and event_date <= ?
            group by opportunity_id
        ),
        states as (
            select opportunity_id, owner_person_id, stage_name, status, amount, close_date
            from core.fct_opportunity_event
            where status = 'open' and event_id in (select event_id from newest)
            union all
            select opportunity_id, owner_person_id, stage_name, status, amount, close_date
            from core.fct_opportunity
            where company_id = ? and is_open and (created_date is null or created_date <= ?)
                and opportunity_id not in (select opportunity_id from core.fct_opportunity_event where company_id = ?)
        ),
        stages as (
            select stage_name, min(stage_order) as stage_order
            from core.dim_stage where company_id = ? group by stage_name
        )
        select states.opportunity_id, coalesce(deals.opportunity_name, states.opportunity_id) as opportunity_name,
               deals.account_name, states.owner_person_id, owners.name as owner_name, owners.team_id,
               states.stage_name, stages.stage_order, states.status,
               cast(states.amount * deals.reporting_rate as decimal(18, 2)) as amount, states.close_date,
               cast(null as date) as closed_on, cast(null as integer) as days_to_close
        from states
        left join marts.mart_opportunity as deals on deals.opportunity_id = states.opportunity_id
        left join stages on stages.stage_name = states.stage_name
        left join core.dim_person as owners
            on owners.person_id = states.owner_person_id
            and owners.valid_from <= ? and (owners.valid_to is null or owners.valid_to > ?)
        order by coalesce(states.amount * deals.reporting_rate, 0) desc, states.close_date, states.opportunity_id
        """,
        [company_id, day, company_id, day, company_id, company_id, day, day],
    )


def credits(connection: DuckDBPyConnection, company_id: str, quarter: Quarter) -> list[Credit]:
    """Credits for the opportunities won in the quarter."""
    return fetch(
        connection,
        Credit,
        """
        select opportunity_id, person_id, team_id, credit_share, coalesce(reporting_amount, 0) as amount
        from core.fct_opportunity_credit
        where company_id = ? and status = 'won' and close_fiscal_quarter_start_date = ?
        order by reporting_amount desc, opportunity_id, person_id
        """,
        [company_id, quarter.start],
    )


def quotas(connection: DuckDBPyConnection, company_id: str, quarter: Quarter) -> list[PersonQuota]:
    """Bookings quotas of the quarter per person and team of then."""
    return fetch(connection, PersonQuota, quotas_by_team(company_id, quarter))


def latest_closing(connection: DuckDBPyConnection, company_id: str) -> dt.date | None:
    """First day of the latest quarter in which the company closed anything; None when it never did."""
    row = connection.execute(
        """
        select max(fiscal_quarter_start_date) from marts.mart_win_rate
        where company_id = ? and node_type = 'company' and closed_count > 0
        """,
        [company_id],
    ).fetchone()
    return row[0] if row else None


def win_rates(connection: DuckDBPyConnection, company_id: str, history: list[Quarter]) -> list[WinRate]:
    """Win rates of all nodes over some quarters, oldest first."""
    return fetch(
        connection,
        WinRate,
        """
        select node_type, node_id, fiscal_quarter_start_date as quarter_start, won_count, closed_count, won_amount,
               closed_amount, no_rate_reason, no_value_rate_reason
        from marts.mart_win_rate
        where company_id = ? and fiscal_quarter_start_date between ? and ?
        order by node_type, node_id, fiscal_quarter_start_date
        """,
        [company_id, history[0].start, history[-1].start],
    )


def attainments(connection: DuckDBPyConnection, company_id: str, history: list[Quarter]) -> list[Attainment]:
    """Attainment of all nodes over some quarters, oldest first."""
    return fetch(
        connection,
        Attainment,
        """
        select node_type, node_id, fiscal_quarter_start_date as quarter_start,
               case when person_with_quota_count > 0 then quota_amount end as quota_amount, credited_amount,
               person_with_quota_count, no_rate_reason
        from marts.mart_quota_attainment
        where company_id = ? and fiscal_quarter_start_date between ? and ?
        order by node_type, node_id, fiscal_quarter_start_date
        """,
        [company_id, history[0].start, history[-1].start],
    )


def stages(connection: DuckDBPyConnection, company_id: str) -> list[Stage]:
    """Open pipeline of all nodes by stage, in the order of the sales process."""
    return fetch(
        connection,
        Stage,
        """
        select node_type, node_id, stage_name, stage_order, open_count, open_amount, weighted_amount, past_due_count,
               closing_this_quarter_amount
        from marts.mart_pipeline_stage
        where company_id = ?
        order by node_type, node_id, stage_order nulls last, stage_name
        """,
        [company_id],
    )


def refused(connection: DuckDBPyConnection, company_id: str) -> list[Refused]:
    """What was refused of a company's exports, most first."""
    return fetch(
        connection,
        Refused,
        """
        select source_system, file_name, column_name, reason, count(*) as value_count
        from marts.mart_quarantine
        where company_id = ?
        group by source_system, file_name, column_name, reason
        order by value_count desc, source_system, file_name, column_name, reason
        """,
        [company_id],
    )


def movements(connection: DuckDBPyConnection, company_id: str, day: dt.date) -> list[Movement]:
    """What happened on a day, for all nodes."""
    return fetch(
        connection,
        Movement,
        """
        select node_type, node_id, event_type, opportunity_count, coalesce(reporting_amount, 0) as amount
        from marts.mart_daily_movement
        where company_id = ? and event_date = ?
        order by node_type, node_id, event_type
        """,
        [company_id, day],
    )


def events(connection: DuckDBPyConnection, company_id: str, day: dt.date) -> list[Event]:
    """The changes of a day, in the order they happened."""
    return fetch(
        connection,
        Event,
        """
        select events.event_id, events.opportunity_id,
               coalesce(deals.opportunity_name, events.opportunity_id) as opportunity_name, deals.account_name,
               events.owner_person_id, events.owner_team_id as team_id, events.event_type, events.old_value,
               events.new_value, events.old_amount, events.new_amount as amount, events.stage_name, events.close_date
        from core.fct_opportunity_event as events
        left join marts.mart_opportunity as deals on deals.opportunity_id = events.opportunity_id
        where events.company_id = ? and events.event_date = ?
        order by events.event_at, events.event_id
        """,
        [company_id, day],
    )
