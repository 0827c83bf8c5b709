"""The pure calculations of the simulation: money, the calendar, chances, quotas."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesops_pipeline.sandbox.company import chances, clock, money, quotas
from salesops_pipeline.sandbox.company.config import company, hazards
from salesops_pipeline.sandbox.company.stages import OPEN_STAGES

DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31))
CURRENCIES = st.sampled_from(sorted(company()["currencies"]))


@given(
    st.integers(1, 5000),
    st.integers(1, 900_000),
    st.integers(0, 60).map(lambda halves: halves / 2),
    CURRENCIES,
)
def test_line_total_is_exact_decimal_arithmetic(quantity: int, minor: int, discount: float, currency: str) -> None:
    places = Decimal(1).scaleb(-money.decimals(currency))
    price = money.from_minor(minor, currency)
    exact = quantity * Decimal(str(price)) * (100 - Decimal(str(discount))) / 100
    expected = exact.quantize(places, ROUND_HALF_UP)
    assert Decimal(str(money.line_total(quantity, price, discount, currency))) == expected


@given(
    st.integers(0, 10**12),
    st.sampled_from([[50.0, 50.0], [60.0, 40.0], [33.33, 33.33, 33.34], [100.0]]),
    CURRENCIES,
)
def test_shares_of_everything_sum_to_everything(minor: int, percentages: list[float], currency: str) -> None:
    total = money.from_minor(minor, currency)
    parts = money.shares(total, percentages, currency)
    assert sum(money.to_minor(part, currency) for part in parts) == minor


def test_a_partial_share_is_rounded_to_the_minor_unit() -> None:
    assert money.shares(1000.0, [12.5], "USD") == [125.0]
    assert money.shares(999.0, [25.0], "JPY") == [250.0]


@given(DAYS)
def test_a_day_lies_in_its_fiscal_quarter(day: dt.date) -> None:
    quarter = clock.fiscal_quarter(day)
    assert quarter.start <= day < quarter.end
    assert quarter.start.month in (2, 5, 8, 11)
    assert 89 <= (quarter.end - quarter.start).days <= 92
    assert clock.fiscal_quarter(quarter.end - dt.timedelta(days=1)) == quarter
    assert clock.fiscal_quarter(quarter.end).start == quarter.end


@pytest.mark.parametrize(
    ("day", "year", "number"),
    [("2026-01-31", 2026, 4), ("2026-02-01", 2027, 1), ("2026-04-30", 2027, 1), ("2026-11-01", 2027, 4)],
)
def test_fiscal_year_is_named_after_the_year_it_ends_in(day: str, year: int, number: int) -> None:
    quarter = clock.fiscal_quarter(dt.date.fromisoformat(day))
    assert (quarter.year, quarter.number) == (year, number)


@given(DAYS, st.integers(0, 86_399), st.integers(0, 500_000))
def test_stamps_sort_like_moments(day: dt.date, second: int, more: int) -> None:
    earlier = clock.stamp(day, second)
    later = clock.plus_seconds(earlier, more)
    assert (earlier < later) == (more > 0)
    assert clock.day_of(later) == day + dt.timedelta(days=(second + more) // 86_400)


@given(st.floats(0.05, 20), st.sampled_from(OPEN_STAGES))
def test_better_odds_and_later_stages_win_more(odds: float, stage: str) -> None:
    chance = chances.win_chance(odds, stage)
    assert 0 < chance < chances.win_chance(odds * 1.5, stage) < 1
    ahead = OPEN_STAGES[OPEN_STAGES.index(stage) + 1 :]
    assert all(chance < chances.win_chance(odds, later) for later in ahead)


@pytest.mark.parametrize("odds", [0.5, 1.0, 3.0])
def test_win_chance_is_what_walking_through_the_stages_gives(odds: float) -> None:
    rng, runs = Random(11), 6000
    won = sum(walk(rng, odds) for _ in range(runs))
    expected = chances.win_chance(odds, OPEN_STAGES[0])
    assert abs(won / runs - expected) < 4 * (expected * (1 - expected) / runs) ** 0.5


def walk(rng: Random, odds: float) -> bool:
    """One opportunity, day by day, by the rules of `progress` and at triple pace."""
    index, skip = 0, hazards()["skip_stage_chance"]
    while True:
        rates, chance = chances.hazard(OPEN_STAGES[index], odds, 3.0), rng.random()
        if chance < rates.advance:
            if index == len(OPEN_STAGES) - 1:
                return True
            index += 2 if index + 2 < len(OPEN_STAGES) and rng.random() < skip else 1
        elif chance < rates.advance + rates.lose:
            return False
        elif chance < sum(rates):
            index -= 1


@given(st.floats(0.01, 50), st.floats(0.01, 50), st.sampled_from(OPEN_STAGES))
def test_hazards_stay_chances_and_keep_their_ratio(odds: float, pace: float, stage: str) -> None:
    rates, plain = chances.hazard(stage, odds, pace), chances.hazard(stage, odds, 0.01)
    assert sum(rates) <= 0.9 + 1e-9
    assert rates.advance * plain.lose == pytest.approx(rates.lose * plain.advance)
    base = hazards()["stages"][stage]
    assert rates.advance / rates.lose == pytest.approx(odds * base["advance"] / base["lose"])


@given(DAYS, st.integers(0, 400), st.integers(0, 800))
@settings(max_examples=200)
def test_a_quota_share_is_between_nothing_and_all(day: dt.date, first: int, tenure: int) -> None:
    quarter = clock.fiscal_quarter(day)
    since = day - dt.timedelta(days=tenure)
    part = quotas.share(quarter, max(since, day - dt.timedelta(days=first)), since, [0.35, 0.7])
    assert 0 < part <= 1


def test_a_quota_is_prorated_and_ramped_for_newcomers() -> None:
    quarter = clock.fiscal_quarter(dt.date(2026, 8, 1))  # 92 days
    hired = dt.date(2026, 9, 16)  # 46 days left
    assert quotas.share(quarter, hired, hired, [0.4, 0.8]) == pytest.approx(0.2)
    following = clock.fiscal_quarter(quarter.end)
    assert quotas.share(following, hired, hired, [0.4, 0.8]) == pytest.approx(0.8)
    assert quotas.share(clock.fiscal_quarter(following.end), hired, hired, [0.4, 0.8]) == 1.0
