"""Date literals as intervals, seen from Wednesday 2026-05-20."""

from __future__ import annotations

import datetime as dt

import pytest

from salesops_pipeline.sandbox.salesforce.date_literals import RelativeDate

TODAY = dt.date(2026, 5, 20)


@pytest.mark.parametrize(
    ("name", "count", "first", "after"),
    [
        ("TODAY", None, "2026-05-20", "2026-05-21"),
        ("YESTERDAY", None, "2026-05-19", "2026-05-20"),
        ("LAST_N_DAYS", 3, "2026-05-17", "2026-05-21"),
        ("NEXT_N_DAYS", 3, "2026-05-21", "2026-05-24"),
        ("N_DAYS_AGO", 3, "2026-05-17", "2026-05-18"),
        ("LAST_90_DAYS", None, "2026-02-19", "2026-05-21"),
        ("THIS_WEEK", None, "2026-05-17", "2026-05-24"),
        ("LAST_MONTH", None, "2026-04-01", "2026-05-01"),
        ("THIS_QUARTER", None, "2026-04-01", "2026-07-01"),
        ("NEXT_QUARTER", None, "2026-07-01", "2026-10-01"),
        ("LAST_N_QUARTERS", 2, "2025-10-01", "2026-04-01"),
        ("LAST_YEAR", None, "2025-01-01", "2026-01-01"),
        ("LAST_N_MONTHS", 7, "2025-10-01", "2026-05-01"),
        ("LAST_N_YEARS", 99999999, "0001-01-01", "2026-01-01"),
    ],
)
def test_interval(name: str, count: int | None, first: str, after: str) -> None:
    expected = (dt.date.fromisoformat(first), dt.date.fromisoformat(after))
    assert RelativeDate(name, count).interval(TODAY) == expected


def test_sunday_begins_its_week() -> None:
    assert RelativeDate("THIS_WEEK").interval(dt.date(2026, 5, 17))[0] == dt.date(2026, 5, 17)


@pytest.mark.parametrize(("name", "count"), [("LAST_N_DAYS", None), ("TODAY", 3), ("LAST_FORTNIGHT", None)])
def test_unknown_literals(name: str, count: int | None) -> None:
    assert not RelativeDate(name, count).is_known()
