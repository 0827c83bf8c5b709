"""Numbers as text."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesops_pipeline.reporting import formats
from salesops_pipeline.reporting.ratios import Missing, Ratio


@pytest.mark.parametrize(
    ("amount", "currency", "exact", "compact"),
    [
        ("1234.5", "USD", "$1,234.50", "$1,235"),
        ("-1234.5", "EUR", "−€1,234.50", "−€1,235"),
        ("999999.50", "GBP", "£999,999.50", "£1.00M"),
        ("4823120", "CHF", "CHF\N{NO-BREAK SPACE}4,823,120.00", "CHF\N{NO-BREAK SPACE}4.82M"),
        ("2500000000", "USD", "$2,500,000,000.00", "$2.50B"),
        ("0", "USD", "$0.00", "$0"),
    ],
)
def test_money(amount, currency, exact, compact):
    assert formats.money(Decimal(amount), currency) == exact
    assert formats.compact_money(Decimal(amount), currency) == compact


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (Ratio(Decimal(12), Decimal(19)), "percent", "63.2%"),
        (Ratio(Decimal(7), Decimal(3)), "times", "2.3×"),
        (Missing("no quota"), "percent", "no quota"),
        (Decimal("82.5"), "days", "82.5"),
        (Decimal("82"), "days", "82"),
        (dt.date(2026, 11, 2), "date", "2 Nov 2026"),
        (dt.datetime(2026, 11, 2, 6, 5), "timestamp", "2 Nov 2026 06:05 UTC"),
        (None, "money", ""),
        (1234, "count", "1,234"),
    ],
)
def test_cells(value, kind, expected):
    assert formats.text(value, kind) == expected


def test_cents_show_as_soon_as_one_amount_has_them():
    assert formats.money_places([Decimal("10.00"), None, Missing("x")]) == 0
    assert formats.money_places([Decimal("10.00"), Decimal("0.01")]) == 2


@given(st.decimals(min_value=-(10**15), max_value=10**15, places=2))
def test_the_machine_readable_form_loses_nothing(amount):
    assert Decimal(formats.exact(amount)) == amount
