"""Figures of a quarter and of a day, against queries that know nothing of the code under test."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from salesops_pipeline.reporting.figures import published
from salesops_pipeline.reporting.figures.company import Node, companies, quarter_named, quarters
from salesops_pipeline.reporting.figures.day import by_stage, load_day, previous_working_day
from salesops_pipeline.reporting.figures.performance import (
    bookings_by_month,
    cumulative,
    deal_size,
    members,
    sales_cycle,
)
from salesops_pipeline.reporting.figures.quarter import load_quarter
from salesops_pipeline.reporting.quarterly_tiles import attainment_of, win_rate_of
from salesops_pipeline.reporting.ratios import Missing, Ratio

from .conftest import AS_OF

LABELS = ["FY2027-Q1", "FY2027-Q2", "FY2027-Q3", "FY2027-Q4"]


def _quarter(connection, label="FY2027-Q4"):
    company = next(each for each in companies(connection) if each.company_id == "acme")
    calendar = quarters(connection, "acme")
    chosen = quarter_named(calendar, label)
    assert chosen is not None
    return load_quarter(connection, company, calendar, chosen, AS_OF)


def _day(connection, day=AS_OF):
    company = next(each for each in companies(connection) if each.company_id == "acme")
    calendar = quarters(connection, "acme")
    chosen = quarter_named(calendar, day.isoformat())
    assert chosen is not None
    return load_day(connection, company, calendar, chosen, day, AS_OF)


@pytest.mark.parametrize("label", LABELS)
def test_deals_of_every_node_add_up_to_its_mart(connection, label):
    whole = _quarter(connection, label)
    assert len(whole.nodes()) > 5
    for node in whole.nodes():
        part = whole.slice(node)
        rate = win_rate_of(whole, part)
        assert (len(part.won), len(part.lost)) == (rate.won_count, rate.lost_count), node
        assert sum(deal.booked_amount for deal in part.won) == rate.won_amount, node
        assert sum(deal.booked_amount for deal in part.lost) == rate.lost_amount, node


@pytest.mark.parametrize("label", LABELS)
def test_members_add_up_to_their_node(connection, label):
    whole = _quarter(connection, label)
    for node in whole.nodes():
        part = whole.slice(node)
        people = members(part, whole.organisation)
        row = attainment_of(whole, part)
        quotas = [member.quota_amount for member in people if member.quota_amount is not None]
        assert sum(member.credited_amount for member in people) == (row.credited_amount if row else 0), node
        assert (sum(quotas) if quotas else None) == (row.quota_amount if row else None), node
        assert sum(member.closed_count for member in people) == len(part.won) + len(part.lost), node


def test_who_changed_team_counts_in_each_team_with_what_was_done_there(connection):
    whole = _quarter(connection)
    quota = {
        team: sum(row.amount for row in whole.slice(Node("team", team)).quotas if row.person_id == "p:2")
        for team in ("t:dach", "t:uk")
    }
    # Monthly quotas of 60,000.50: November began in DACH, December and January in UK.
    assert quota == {"t:dach": Decimal("60000.50"), "t:uk": Decimal("120001.00")}


def test_yearly_quotas_count_by_quarter(connection):
    whole = _quarter(connection)
    (quota,) = whole.slice(Node("person", "p:4")).quotas
    assert quota.amount == Decimal("200000.00")


@pytest.mark.parametrize("label", LABELS)
def test_months_and_days_add_up_to_the_bookings(connection, label):
    whole = _quarter(connection, label)
    part = whole.slice(whole.company.node)
    months = bookings_by_month(part.won, whole.quarter)
    expected = connection.execute(
        """
        select date_trunc('month', close_date)::date, count(*), sum(coalesce(reporting_amount, 0))
        from core.fct_opportunity where is_won and close_date >= ? and close_date < ? group by 1 order by 1
        """,
        [whole.quarter.start, whole.quarter.end],
    ).fetchall()
    found = [(row.month_start, row.won_count, row.won_amount) for row in months if row.won_count]
    assert found == expected
    assert cumulative(part.won, whole.quarter, whole.last_day)[-1] == sum(row.won_amount for row in months)


def test_deal_size_and_cycle_leave_out_what_cannot_be_measured_and_say_so(connection):
    part = _quarter(connection).slice(Node("company", "acme"))
    size, cycle = deal_size(part.won), sales_cycle(part.won)
    query = "from core.fct_opportunity where is_won and close_date >= date '2026-11-01'"
    counted, middle = connection.execute(
        f"select count(*), median(reporting_amount) {query} and reporting_amount <> 0"
    ).fetchone()
    assert (size.counted, size.left_out) == (counted, 2)
    assert float(size.median or 0) == pytest.approx(float(middle))
    counted, middle = connection.execute(
        f"select count(*), median(days_to_close) {query} and days_to_close >= 0"
    ).fetchone()
    assert (cycle.counted, cycle.left_out, float(cycle.median or 0)) == (counted, 1, middle)


def test_open_pipeline_is_there_only_while_the_quarter_runs(connection):
    assert _quarter(connection).stages
    finished = _quarter(connection, "FY2027-Q3")
    assert not finished.stages
    assert not finished.open_deals


def test_the_first_quarter_has_none_before_it(connection):
    assert _quarter(connection, "FY2027-Q1").previous is None


@pytest.mark.parametrize("day", [AS_OF, dt.date(2026, 11, 5), dt.date(2026, 10, 14), dt.date(2026, 7, 31)])
def test_the_quarter_to_date_counts_what_was_entered_by_the_day(connection, day):
    figures = _day(connection, day)
    found = figures.book.to_date(day)
    won, closed, bookings = connection.execute(
        """
        select count(*) filter (where is_won), count(*), sum(reporting_amount) filter (where is_won)
        from core.fct_opportunity
        where is_closed and close_date >= ? and close_date <= ?
        """,
        [figures.book.quarter.start, day],
    ).fetchone()
    assert (len(found.won), found.closed_count, found.bookings) == (won, closed, bookings)
    assert figures.book.line(day)[-1] == bookings


def test_the_as_of_day_agrees_with_the_marts(connection):
    figures = _day(connection)
    now = figures.book.to_date(AS_OF)
    row = connection.execute(
        "select credited_amount, quota_amount from marts.mart_quota_attainment "
        "where node_type = 'company' and fiscal_quarter_start_date = date '2026-11-01'"
    ).fetchone()
    assert (now.credited_amount, now.quota_amount) == row
    stages = connection.execute(
        "select stage_name, open_count, open_amount, past_due_count from marts.mart_pipeline_stage "
        "where node_type = 'company' order by stage_order"
    ).fetchall()
    found = by_stage(figures.open_deals, AS_OF)
    assert [(row.stage_name, row.open_count, row.open_amount, row.past_due_count) for row in found] == stages


def test_open_deals_rebuilt_from_events_agree_with_the_published_state(connection):
    rebuilt = {deal.opportunity_id: deal for deal in published.open_deals_on(connection, "acme", AS_OF)}
    state = {deal.opportunity_id: deal for deal in published.open_deals(connection, "acme")}
    assert rebuilt == state


def test_open_deals_of_an_earlier_day_have_the_stage_amount_and_date_of_then(connection):
    day = dt.date(2026, 10, 14)
    created, closed_since = connection.execute(
        """
        select count(distinct opportunity_id) filter (where event_type = 'created'),
            count(distinct opportunity_id) filter (where event_type in ('won', 'lost'))
        from core.fct_opportunity_event where event_date <= ?
        """,
        [day],
    ).fetchone()
    found = published.open_deals_on(connection, "acme", day)
    assert len(found) == created - closed_since + 1  # one without history
    pushed = connection.execute(
        """
        select opportunity_id, old_value::date from core.fct_opportunity_event
        where event_type = 'close_date_pushed' and event_date > ?
            and opportunity_id in (
                select opportunity_id from core.fct_opportunity_event where event_type = 'created' and event_date <= ?)
        """,
        [day, day],
    ).fetchall()
    dates = {deal.opportunity_id: deal.close_date for deal in found}
    assert pushed
    assert all(dates[opportunity_id] == before for opportunity_id, before in pushed)


@pytest.mark.parametrize("day", [AS_OF, dt.date(2026, 10, 14)])
def test_moves_of_the_day_are_those_of_the_events(connection, day):
    figures = _day(connection, day)
    expected = connection.execute(
        """
        select event_type, count(distinct opportunity_id)
        from core.fct_opportunity_event where event_date = ? group by event_type
        """,
        [day],
    ).fetchall()
    assert expected
    assert all(figures.moved(event_type).opportunity_count == count for event_type, count in expected)
    assert len(figures.events) == sum(count for _, count in expected)


def test_the_working_day_before_monday_is_friday():
    assert previous_working_day(dt.date(2026, 11, 23)) == dt.date(2026, 11, 20)
    assert previous_working_day(dt.date(2026, 11, 22)) == dt.date(2026, 11, 20)
    assert previous_working_day(dt.date(2026, 11, 20)) == dt.date(2026, 11, 19)


def test_before_the_first_event_there_is_nothing_to_compare_with(connection):
    figures = _day(connection, dt.date(2026, 2, 3))
    assert figures.previous_working_day is None
    assert figures.previous_book is None
    assert figures.moved_before("created") is None


def test_attainment_without_a_quota_has_a_reason(connection):
    whole = _quarter(connection)
    part = whole.slice(Node("person", "p:6"))
    row = attainment_of(whole, part)
    assert row is not None
    assert row.rate() == Missing("no quota")
    everybody = members(whole.slice(whole.company.node), whole.organisation)
    assert sum(isinstance(member.attainment(), Ratio) for member in everybody) == 6
