"""Ratios: a quotient or a reason, never a zero that stands for nothing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from salesops_pipeline.reporting.figures.book import QuarterBook
from salesops_pipeline.reporting.figures.company import Quarter
from salesops_pipeline.reporting.figures.rows import Attainment, Deal, WinRate
from salesops_pipeline.reporting.pipeline_tiles import coverage
from salesops_pipeline.reporting.ratios import Missing, Ratio, ratio

START = dt.date(2026, 11, 1)


def test_a_ratio_keeps_what_it_is_made_of():
    found = ratio(12, 19, empty="no closed opportunities")
    assert isinstance(found, Ratio)
    assert (found.numerator, found.denominator) == (12, 19)
    assert found.value == Decimal(12) / Decimal(19)


@pytest.mark.parametrize("denominator", [0, Decimal("0.00"), None])
def test_nothing_to_divide_by_gives_the_reason(denominator):
    assert ratio(0, denominator, empty="no quota") == Missing("no quota")


def test_the_reason_of_the_mart_wins():
    assert ratio(1, 2, reason="quota is zero", empty="no quota") == Missing("quota is zero")


def test_nothing_won_of_something_closed_is_a_rate_of_zero():
    found = ratio(0, 4, empty="no closed opportunities")
    assert isinstance(found, Ratio)
    assert found.value == 0


def test_a_zero_amount_takes_the_rate_by_value_only():
    rate = WinRate("person", "p", START, 1, 2, Decimal(0), Decimal(0), None, "closed amount is zero")
    assert rate.by_count() == Ratio(Decimal(1), Decimal(2))
    assert rate.by_value() == Missing("closed amount is zero")


def test_an_empty_quarter_has_reasons_for_both_rates():
    rate = WinRate("person", "p", START)
    assert rate.by_count() == rate.by_value() == Missing("no closed opportunities")


def test_credit_without_quota_has_no_attainment():
    row = Attainment("person", "p", START, None, Decimal(500), 0, "no quota")
    assert row.rate() == Missing("no quota")


@pytest.mark.parametrize(
    ("credited", "quota", "expected"),
    [
        ("40", "100", Ratio(Decimal(90), Decimal(60))),
        ("100", "100", Missing("the quota is reached")),
        ("140", "100", Missing("the quota is reached")),
        ("40", None, Missing("no quota")),
    ],
)
def test_coverage_is_what_closes_over_what_is_left(credited, quota, expected):
    assert coverage(Decimal(90), Decimal(credited), quota and Decimal(quota)) == expected


def test_the_mart_says_where_a_rate_by_value_would_say_nothing():
    rate = WinRate("company", "c", START, 3, 5, Decimal(900), Decimal(900), None, "lost deals have no amount")
    assert rate.by_value() == Missing("lost deals have no amount")
    assert rate.by_count() == Ratio(Decimal(3), Decimal(5))


def test_everything_won_is_a_rate_of_one():
    rate = WinRate("company", "c", START, 3, 3, Decimal(900), Decimal(900))
    assert rate.by_value() == Ratio(Decimal(900), Decimal(900))


def deal(status, amount):
    """A deal that closed on the first day of the quarter."""
    return Deal(
        opportunity_id="o",
        opportunity_name="Deal",
        account_name=None,
        owner_person_id=None,
        owner_name=None,
        team_id=None,
        stage_name="Closed",
        stage_order=None,
        status=status,
        amount=None if amount is None else Decimal(amount),
        close_date=START,
        closed_on=START,
        days_to_close=None,
    )


@pytest.mark.parametrize(
    ("won", "lost", "expected"),
    [
        ([900], [], Ratio(Decimal(900), Decimal(900))),
        ([900], [100, None], Ratio(Decimal(900), Decimal(1000))),
        ([900], [0, None], Missing("lost deals have no amount")),
        ([], [0], Missing("closed amount is zero")),
        ([], [], Missing("no closed opportunities")),
    ],
)
def test_on_any_day_of_the_quarter_the_rate_by_value_follows_the_same_rule(won, lost, expected):
    """Otherwise a source that empties the amount of lost deals would show 100 % for ever."""
    deals = [deal(status, amount) for status, amounts in (("won", won), ("lost", lost)) for amount in amounts]
    book = QuarterBook(Quarter("FY2027-Q4", START, dt.date(2027, 2, 1)), tuple(deals), (), ())
    assert book.to_date(START).win_rate_by_value() == expected
