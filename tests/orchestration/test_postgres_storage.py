"""Dagster's PostgreSQL is reached with the driver that Dagster is written for."""

from __future__ import annotations

import pytest

from salesops_pipeline.orchestration.postgres_storage import with_driver


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgresql://u:word@h:5433/d", "postgresql+psycopg2://u:word@h:5433/d"),
        ("postgresql://u:a%40b%2Fc@h/d?sslmode=require", "postgresql+psycopg2://u:a%40b%2Fc@h/d?sslmode=require"),
        ("postgresql+psycopg://u:word@h/d", "postgresql+psycopg://u:word@h/d"),
    ],
)
def test_the_driver_is_named_unless_the_url_names_one(given: str, used: str) -> None:
    assert with_driver(given) == used
