"""What dbt left behind, in words."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from salesops_pipeline.orchestration.dbt_results import summarise_run


def _results(tmp_path: Path, *results: dict) -> Path:
    path = tmp_path / "run_results.json"
    path.write_text(json.dumps({"results": results}))
    return path


def test_a_failing_test_is_explained_by_one_of_its_rows(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create table amounts as select 'EUR' as currency_code, date '2026-03-04' as rate_date")
    summary = summarise_run(
        _results(
            tmp_path,
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
        ),
        warehouse,
    )
    assert (summary.dbt.passed, summary.dbt.warned, summary.dbt.failed) == (1, 1, 1)
    assert summary.failed_nodes == ("assert_every_amount_has_a_rate",)
    assert summary.explanations == (
        "assert_every_amount_has_a_rate: 7 rows, for example currency_code=EUR, rate_date=2026-03-04",
    )


def test_a_model_that_could_not_be_built_keeps_the_words_of_dbt(tmp_path: Path) -> None:
    result = {"unique_id": "model.salesops.dim_date", "status": "error", "message": "Runtime Error\n  out of memory"}
    summary = summarise_run(_results(tmp_path, result), tmp_path / "none.duckdb")
    assert summary.explanations == ("dim_date: Runtime Error out of memory",)


def test_a_dbt_that_did_not_start_counts_as_failed(tmp_path: Path) -> None:
    assert summarise_run(tmp_path / "run_results.json", tmp_path / "none.duckdb").dbt.failed == 1
