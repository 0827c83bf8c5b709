"""Large tables lie in the order of what readers filter by, and the order is total."""

from __future__ import annotations

import duckdb
import pytest
import yaml

from salesops_pipeline.publishing.cut import build_candidate
from salesops_pipeline.publishing.row_order import order_of, ordered_tables
from salesops_pipeline.settings import PROJECT_DIR, Settings
from tests.publishing.conftest import build_warehouse, rewrite_warehouse


@pytest.mark.parametrize("table", ordered_tables())
def test_an_order_names_columns_of_the_model_and_ends_in_its_key(table: str) -> None:
    _, name = table.split(".")
    (path,) = (PROJECT_DIR / "dbt_project" / "models").rglob(f"{name}.yml")
    (model,) = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
    (key,) = (test["primary_key"]["arguments"]["columns"] for test in model["data_tests"] if "primary_key" in test)
    order = ordered_tables()[table]
    assert set(order) <= {column["name"] for column in model["columns"]}
    assert set(key) <= set(order), "two rows could change places"


def test_a_table_without_an_order_or_without_its_columns_is_ordered_by_all() -> None:
    assert order_of("marts.mart_run", ["as_of_date"]) == "all"
    assert order_of("core.fct_lead", ["lead_id"]) == "all"
    assert order_of("core.fct_lead", ["lead_id", "created_date", "status"]) == '"created_date", "lead_id"'


def test_file_and_parquet_lie_in_that_order(settings: Settings) -> None:
    build_warehouse(settings)
    rewrite_warehouse(
        settings,
        "create table core.fct_lead as select 'l' || i as lead_id, date '2026-01-01' + cast(i % 7 as integer) "
        "as created_date from range(300000) t(i) order by hash(i)",
    )
    candidate = build_candidate(settings)
    with duckdb.connect(str(candidate.duckdb_path), read_only=True) as connection:
        rows = connection.execute("select created_date, lead_id from core.fct_lead").fetchall()
        parquet = connection.execute(
            f"select created_date, lead_id from '{candidate.parquet_dir}/core/fct_lead.parquet'"
        ).fetchall()
    assert rows == sorted(rows)
    assert parquet == rows
