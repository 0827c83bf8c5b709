"""Dagster's PostgreSQL is reached with the driver that Dagster is written for, by a connection that stays open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from salesops_pipeline.orchestration.instance import dagster_yaml
from salesops_pipeline.orchestration.postgres_storage import with_driver
from salesops_pipeline.settings import load_settings
from tests.postgres_server import Server, needs_postgres


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


def on_a_server(test: Callable[..., None]) -> Callable[..., None]:
    """A test that needs PostgreSQL."""
    for mark in (*needs_postgres, pytest.mark.xdist_group("postgres")):
        test = mark(test)
    return test


@dg.asset
def an_asset() -> None:
    """Something to run."""


@on_a_server
def test_events_share_one_connection_which_ends_with_the_instance(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = postgres.create_database()
    url = postgres.url(database)
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    monkeypatch.setenv("SALESOPS_DAGSTER_POSTGRES_URL", url)
    settings = load_settings(data_dir=tmp_path, dagster_postgres_url=url)
    (tmp_path / "dagster.yaml").write_text(dagster_yaml(settings), encoding="utf-8")

    def connections() -> int:
        with postgres.connect() as asking:
            found = asking.execute("select count(*) from pg_stat_activity where datname = %s", [database]).fetchall()
        return found[0][0]

    with dg.DagsterInstance.get() as instance:
        run_id = dg.materialize([an_asset], instance=instance).run_id
        assert len(instance.all_logs(run_id)) > 5
        assert connections() == 1
    assert connections() == 0
