"""Spark and DuckDB build the same tables from the same lake, to the last row and cent, and publish the same files."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from salesops_pipeline.publishing.candidate import PUBLISHED_SCHEMAS
from salesops_pipeline.publishing.cut import build_candidate
from tests.spark.conftest import WORKERS, Built
from tests.spark.engines import Engine

# The first test waits for the cluster and for both builds.
pytestmark = [pytest.mark.spark, pytest.mark.xdist_group("spark"), pytest.mark.timeout(1800)]


def _tables(built: Built) -> list[tuple[str, str]]:
    """Every table of core and marts that the project has, by its manifest."""
    nodes = json.loads((built.duckdb.target_dir / "manifest.json").read_text(encoding="utf-8"))["nodes"].values()
    return sorted(
        (node["schema"], node["alias"])
        for node in nodes
        if node["resource_type"] == "model" and node["schema"] in PUBLISHED_SCHEMAS
    )


def _only_in(connection: duckdb.DuckDBPyConnection, one: str, other: str) -> list[tuple]:
    return connection.execute(f"select * from (from {one} except all from {other}) limit 3").fetchall()


def test_every_table_is_the_same(built: Built, tmp_path: Path) -> None:
    tables = _tables(built)
    assert len(tables) > 30
    copies = {engine.settings.engine: _copied(engine, tables, tmp_path) for engine in (built.duckdb, built.spark)}
    different: dict[str, list[tuple]] = {}
    rows = 0
    with duckdb.connect() as connection:
        for name, path in copies.items():
            connection.execute(f"attach '{path}' as {name}_built (read_only)")
        for schema, table in tables:
            one, other = (f'{name}_built."{schema}"."{table}"' for name in copies)
            assert _columns(connection, one) == _columns(connection, other), table
            rows += len(connection.execute(f"select 1 from {one}").fetchall())
            found = _only_in(connection, one, other) + _only_in(connection, other, one)
            if found:
                different[f"{schema}.{table}"] = found
    assert different == {}
    assert rows > 500


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple]:
    return [row[:2] for row in connection.execute(f"describe {table}").fetchall()]


def _copied(engine: Engine, tables: list[tuple[str, str]], folder: Path) -> Path:
    """The tables as readers get them, in a DuckDB file: what was built on Spark is read through its contracts."""
    path = folder / f"{engine.settings.engine}.duckdb"
    with engine.connect() as connection:
        connection.execute(f"attach '{path}' as copied")
        for schema, table in tables:
            connection.execute(f'create schema if not exists copied."{schema}"')
            connection.execute(f'create table copied."{schema}"."{table}" as from warehouse."{schema}"."{table}"')
    return path


def test_both_workers_ran_tasks(built: Built) -> None:
    """By Spark's event log: which executor ended how many tasks, and on which worker it ran."""
    worker_of: dict[str, str] = {}
    tasks: Counter[str] = Counter()
    for log in built.events.glob("*/events_*"):
        for line in log.read_text(encoding="utf-8").splitlines():
            event = json.loads(line)
            if event["Event"] == "SparkListenerExecutorAdded":
                url = event["Executor Info"]["Log Urls"]["stdout"]
                worker_of[event["Executor ID"]] = url.split("/logPage")[0]
            elif event["Event"] == "SparkListenerTaskEnd" and event["Task End Reason"]["Reason"] == "Success":
                tasks[event["Task Info"]["Executor ID"]] += 1
    ran_on = Counter[str]()
    for executor, count in tasks.items():
        ran_on[worker_of[executor]] += count
    assert len(ran_on) == WORKERS
    assert min(ran_on.values()) > 100, ran_on


def test_candidates_are_the_same(built: Built) -> None:
    """What would be published does not say which engine built it."""
    contents = []
    for engine in (built.duckdb, built.spark):
        manifest = build_candidate(engine.settings).manifest
        contents.append({name: (table.rows, table.sha256) for name, table in manifest.tables.items()})
    assert contents[0] == contents[1]
    assert len(contents[0]) == len(_tables(built))
