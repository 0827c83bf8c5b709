"""What dbt left behind, in words."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from salesops_pipeline.building.results import DbtSummary, read_results, summarise


def _summary(tmp_path: Path, warehouse: Path, *results: dict) -> DbtSummary:
    path = tmp_path / "run_results.json"
    path.write_text(json.dumps({"results": results}))
    return summarise(read_results(path), warehouse)


def test_a_failing_test_is_explained_by_one_of_its_rows(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create table amounts as select 'EUR' as currency_code, date '2026-03-04' as rate_date")
    summary = _summary(
        tmp_path,
        warehouse,
        {"unique_id": "model.salesops.amounts", "status": "success"},
        {"unique_id": "test.salesops.unique_amounts.1", "status": "pass"},
        {"unique_id": "test.salesops.not_late.2", "status": "warn"},
        {
            "unique_id": "test.salesops.assert_every_amount_has_a_rate",
            "status": "fail",
            "failures": 7,
            "message": "Got 7 results, configured to fail if != 0",
            "compiled_code": "select * from amounts",
        },
    )
    assert (summary.dbt.passed, summary.dbt.warned, summary.dbt.failed) == (1, 1, 1)
    assert summary.failed_nodes == ("assert_every_amount_has_a_rate",)
    assert summary.explanations == (
        "assert_every_amount_has_a_rate: 7 rows, for example currency_code=EUR, rate_date=2026-03-04",
    )


def test_a_model_that_could_not_be_built_keeps_the_words_of_dbt(tmp_path: Path) -> None:
    result = {"unique_id": "model.salesops.dim_date", "status": "error", "message": "Runtime Error\n  out of memory"}
    summary = _summary(tmp_path, tmp_path / "none.duckdb", result)
    assert summary.explanations == ("dim_date: Runtime Error out of memory",)


def test_a_dbt_that_did_not_start_counts_as_failed_and_says_why(tmp_path: Path) -> None:
    results = read_results(tmp_path / "run_results.json")
    assert results == ()
    summary = summarise(results, tmp_path / "none.duckdb", error="Could not set lock on file")
    assert (summary.dbt.failed, summary.explanations) == (1, ("Could not set lock on file",))
