"""Spark's tables are read by their contracts: no Spark is needed for it, and none runs here."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from salesops_pipeline.errors import GateError
from salesops_pipeline.publishing.spark_tables import NOTE_NAME, note_model_tables
from salesops_pipeline.publishing.warehouse import SparkWarehouse

COLUMNS = {"deal_id": "varchar", "amount": "decimal(18,2)", "closed_at": "timestamp"}


def _node(schema: str, name: str) -> dict:
    return {
        "resource_type": "model",
        "schema": schema,
        "alias": name,
        "description": "It's one row per deal.",
        "columns": {
            column: {"name": column, "data_type": data_type, "description": f"The {column}."}
            for column, data_type in COLUMNS.items()
        },
    }


@pytest.fixture
def warehouse(tmp_path: Path) -> SparkWarehouse:
    """One table in two files, with columns in another order and Spark's types, and a model that nobody may read."""
    manifest = tmp_path / "manifest.json"
    nodes = {"a": _node("marts", "mart_deal"), "b": _node("staging", "stg_deal")}
    manifest.write_text(json.dumps({"nodes": nodes}), encoding="utf-8")
    note_model_tables(manifest, {"core", "marts"}, tmp_path)
    folder = tmp_path / "warehouse" / "marts.db" / "mart_deal"
    folder.mkdir(parents=True)
    for number in (1, 2):
        duckdb.sql(
            f"select timestamptz '2026-03-0{number} 12:00:00.000001+00' as closed_at, 'd{number}' as deal_id, "
            f"cast({number} as decimal(20, 2)) as amount"
        ).write_parquet(str(folder / f"part-{number}.snappy.parquet"))
    (folder / "_SUCCESS").touch()
    return SparkWarehouse(tmp_path, tmp_path / "warehouse")


def test_tables_have_the_shape_of_their_contracts(warehouse: SparkWarehouse) -> None:
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'Asia/Tokyo'")
        warehouse.attach(connection)
        described = connection.execute("describe warehouse.marts.mart_deal").fetchall()
        rows = connection.execute("from warehouse.marts.mart_deal order by deal_id").fetchall()
        comments = connection.execute("select comment from duckdb_views() where view_name = 'mart_deal'").fetchall()
        views = connection.execute("select view_name from duckdb_views() where not internal").fetchall()
    assert [row[:2] for row in described] == [
        ("deal_id", "VARCHAR"),
        ("amount", "DECIMAL(18,2)"),
        ("closed_at", "TIMESTAMP"),
    ]
    assert rows[1] == ("d2", Decimal("2.00"), dt.datetime(2026, 3, 2, 12, 0, 0, 1))
    assert comments == [("It's one row per deal.",)]
    assert views == [("mart_deal",)]


def test_a_lost_file_is_noticed(warehouse: SparkWarehouse) -> None:
    before = warehouse.state()
    next(warehouse.path.rglob("part-2*")).unlink()
    assert warehouse.state() != before


def test_a_table_without_files_is_an_error(warehouse: SparkWarehouse) -> None:
    for file in warehouse.path.rglob("*.parquet"):
        file.unlink()
    with duckdb.connect() as connection, pytest.raises(GateError, match="mart_deal has no files"):
        warehouse.attach(connection)


def test_a_table_that_lacks_a_column_is_an_error(warehouse: SparkWarehouse) -> None:
    for file in warehouse.path.rglob("*.parquet"):
        duckdb.sql("select 'd1' as deal_id").write_parquet(str(file))
    with duckdb.connect() as connection, pytest.raises(GateError, match="lacks amount, closed_at"):
        warehouse.attach(connection)


def test_an_unreadable_note_is_an_error(warehouse: SparkWarehouse) -> None:
    (warehouse.home / NOTE_NAME).write_text("[{", encoding="utf-8")
    with duckdb.connect() as connection, pytest.raises(GateError, match="not readable"):
        warehouse.attach(connection)


def test_clear_leaves_nothing(warehouse: SparkWarehouse) -> None:
    warehouse.clear()
    assert warehouse.state() is None
