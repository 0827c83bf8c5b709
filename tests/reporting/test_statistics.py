"""Order statistics against the standard library, and the protection of small groups."""

from __future__ import annotations

import statistics
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesops_pipeline.reporting.figures.performance import BANDS, Distribution, distribution
from salesops_pipeline.reporting.ratios import Missing, Ratio
from salesops_pipeline.reporting.statistics import mean, median, percentile_rank, quantile

AMOUNTS = st.lists(st.decimals(min_value=-(10**9), max_value=10**9, places=2), min_size=1, max_size=40)


@given(AMOUNTS)
def test_median_and_mean_agree_with_the_standard_library(values):
    assert median(values) == statistics.median(values)
    assert mean(values) == pytest.approx(statistics.mean(values))


@given(st.lists(st.decimals(min_value=-(10**6), max_value=10**6, places=2), min_size=2, max_size=40))
def test_quartiles_agree_with_the_inclusive_method_of_the_standard_library(values):
    expected = statistics.quantiles(values, n=4, method="inclusive")
    found = [quantile(values, Decimal(share)) for share in ("0.25", "0.5", "0.75")]
    assert [float(value) for value in found if value is not None] == pytest.approx([float(value) for value in expected])


def test_no_values_have_no_statistics():
    assert median([]) is None
    assert mean([]) is None


def test_percentile_counts_ties_half():
    others = [Decimal("0.5"), Decimal("0.8"), Decimal("0.8"), Decimal("1.2")]
    assert percentile_rank(Decimal("0.8"), others) == Ratio(Decimal(2), Decimal(4))
    assert percentile_rank(Decimal("2"), others) == Ratio(Decimal(4), Decimal(4))


def test_a_place_in_a_small_group_is_not_given_away():
    found = percentile_rank(Decimal(1), [Decimal(1)] * 3)
    assert isinstance(found, Missing)
    assert "fewer than 5" in found.reason
    assert isinstance(percentile_rank(Decimal(1), [Decimal(1)] * 4), Ratio)


def test_four_persons_are_too_few_for_a_distribution():
    assert isinstance(distribution([Decimal(1)] * 4), Missing)
    assert isinstance(distribution([Decimal(1)] * 5), Distribution)


@given(st.lists(st.decimals(min_value=0, max_value=3, places=4), min_size=5, max_size=60))
def test_every_person_is_in_exactly_one_band(rates):
    spread = distribution(rates)
    assert isinstance(spread, Distribution)
    assert sum(count for _, count in spread.bands) == len(rates)
    assert spread.at_or_above.numerator == sum(
        count for label, count in spread.bands if label in {"100% to 120%", "120% and more"}
    )


def test_bands_meet_without_gap():
    assert [high for _, _, high in BANDS[:-1]] == [low for _, low, _ in BANDS[1:]]
