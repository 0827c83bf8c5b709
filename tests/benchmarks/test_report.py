"""What is made of measurements: fits, percentiles, shares, queries that fit the marts, and the page."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import duckdb
import pytest
import yaml

from salesops_pipeline.settings import PROJECT_DIR
from tests.benchmarks import bench_bi_queries, bench_changes, bench_growth, bench_shares, results
from tests.benchmarks.measure import BenchmarkError, Measured, run_measured
from tests.benchmarks.pipeline import PipelineRun
from tests.benchmarks.replay import compiled_models
from tests.benchmarks.report import report

VALUES = {
    "quarter": dt.date(2026, 8, 1),
    "last_quarter": dt.date(2026, 5, 1),
    "day": dt.date(2026, 10, 1),
    "team": "t",
    "person": "p",
    "account": "a",
    "opportunity": "o",
}


def test_the_exponent_of_a_power_is_found() -> None:
    sizes = [1_000.0, 10_000.0, 30_000.0]
    assert bench_growth.fitted_exponent(sizes, [3 * size**1.2 for size in sizes]) == pytest.approx(1.2)


@pytest.mark.parametrize(("share", "expected"), [(0.5, 10), (0.95, 19), (1.0, 20), (0.01, 1)])
def test_percentiles_are_measured_values(share: float, expected: int) -> None:
    assert bench_bi_queries.percentile([float(value) for value in range(20, 0, -1)], share) == expected


def test_the_parts_of_a_run_add_up_to_its_time() -> None:
    run = PipelineRun(
        Measured(100.0, 150.0, 0),
        {"extract_files": 2, "audit_files": 5, "warehouse": 60, "published__candidate": 8, "audit_candidate": 4},
        {"model": 60.0, "test": 20.0},
        40.0,
    )
    parts = bench_shares.parts(run)
    assert sum(parts.values()) == pytest.approx(100.0)
    assert (parts["dbt models"], parts["dbt tests"], parts["dbt start-up, parsing, results"]) == (30.0, 10.0, 20.0)
    assert parts["Python and Dagster around the steps"] == 21.0
    assert bench_shares.checks_share(parts) == pytest.approx(0.19)


def test_targets_are_judged_on_what_was_measured() -> None:
    again = {"nothing new": Measured(12.0, 1.0, 0), "1 % changed": Measured(14.0, 1.0, 0)}
    found = {
        figure.measured: figure.is_met for figure in bench_changes.result(10, Measured(100.0, 1.0, 0), again).figures
    }
    assert found == {"12.0 s": False, "12.0% of a full run": False, "14.0% of a full run": True}


def test_every_query_fits_the_published_tables() -> None:
    queries = bench_bi_queries.read_queries(VALUES)
    assert len(queries) == 30
    with duckdb.connect() as connection:
        for schema in ("core", "marts"):
            connection.execute(f"create schema {schema}")
            for path in (PROJECT_DIR / "dbt_project" / "models" / schema).rglob("*.yml"):
                for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
                    columns = ", ".join(f'"{column["name"]}" {column["data_type"]}' for column in model["columns"])
                    connection.execute(f'create table {schema}."{model["name"]}" ({columns})')
        for query in queries.values():
            connection.execute(query)


def test_compiled_models_come_after_what_they_read(tmp_path: Path) -> None:
    def node(name: str, *parents: str) -> dict[str, object]:
        return {"resource_type": "model", "schema": "core", "alias": name, "depends_on": {"nodes": list(parents)}}

    nodes = {
        "model.last": node("last", "model.first", "source.x"),
        "model.first": node("first"),
        "model.not_run": node("n"),
    }
    results_of_dbt = [{"unique_id": key, "compiled_code": f"select '{key}'"} for key in ("model.last", "model.first")]
    (tmp_path / "manifest.json").write_text(json.dumps({"nodes": nodes}), encoding="utf-8")
    (tmp_path / "run_results.json").write_text(json.dumps({"results": results_of_dbt}), encoding="utf-8")
    assert [name for _, name, _ in compiled_models(tmp_path)] == ["first", "last"]


def test_a_command_that_fails_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match="nothing here"):
        run_measured(["sh", "-c", "echo nothing here; exit 3"], log=tmp_path / "log")


def test_the_page_says_what_was_found_and_results_survive_being_kept(tmp_path: Path) -> None:
    figures = (
        results.Figure("models / bare DuckDB", "1.40 x", "<= 1.25 x", is_met=False, note="Median of the turns."),
        results.Figure("with tests", "1.90 x"),
    )
    found = results.Result("a", "Full build", "10 opportunities", "How.", figures, (("", "s"), ("dbt | models", "4")))
    results.save(tmp_path / "results.json", {"a": found})
    kept = results.load(tmp_path / "results.json")
    assert kept == {"a": found}
    page = report(kept)
    assert (
        f"| a | models / bare DuckDB | 10 opportunities | <= 1.25 x | 1.40 x | **no** | {found.measured_on} |" in page
    )
    assert "* with tests: **1.90 x**." in page
    assert "| dbt \\| models | 4 |" in page
