"""Whoever copies a query out of a report and runs it on the published file gets the figure above it."""

from __future__ import annotations

import pytest

from .pages import read_page

LABELS = {
    "bookings": "Bookings",
    "attainment": "Quota attainment",
    "win_rate_count": "Win rate, by count",
    "win_rate_value": "Win rate, by value",
    "deal_size": "Average won deal",
    "sales_cycle": "Sales cycle, median",
    "lost": "Lost",
    "at_quota": "Persons at quota",
    "percentile": "Place among peers",
    "pipeline": "Open pipeline",
    "closing": "Closing this quarter",
    "coverage": "Pipeline coverage",
    "past_due": "Past due",
    "day_created": "Created",
    "day_won": "Won",
    "day_lost": "Lost",
    "day_stage_advanced": "Advanced",
    "day_close_date_pushed": "Pushed",
    "day_close_date_pulled_in": "Pulled in",
    "day_amount_increased": "Amount raised",
    "day_amount_decreased": "Amount lowered",
}
MAY_BE_SUPPRESSED = {"at_quota", "percentile"}


def test_figures_can_be_recomputed(pages, connection):
    confirmed = {path: _recompute(connection, path) for path in pages}
    assert sum(count for path, count in confirmed.items() if "quarterly" in path.as_posix()) > 160
    assert all(count >= 12 for path, count in confirmed.items() if "acme/daily" in path.as_posix())


def _recompute(connection, path) -> int:
    page = read_page(path)
    assert page.sql
    confirmed = 0
    for metric, sql in page.sql.items():
        row = connection.execute(sql).fetchone()
        assert row is not None, (path, metric)
        figures = page.tiles[LABELS[metric]]
        if row[0] is None or (metric in MAY_BE_SUPPRESSED and not figures):
            continue
        assert figures[0] == pytest.approx(float(row[0]), rel=1e-6, abs=0.006), (path, metric, sql)
        confirmed += 1
    return confirmed
