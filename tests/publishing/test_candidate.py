"""A candidate is cut from a tested warehouse only, whole or not at all, and the same rows give the same bytes."""

from __future__ import annotations

import datetime as dt
import json

import duckdb
import pytest

from salesops_pipeline.errors import GateError, ResourceError
from salesops_pipeline.publishing.build_record import DbtCounts, finish_build, read_build, record_path, start_build
from salesops_pipeline.publishing.candidate import candidate_dir, open_candidate
from salesops_pipeline.publishing.cut import build_candidate
from salesops_pipeline.settings import Settings
from tests.publishing.conftest import AS_OF, build_warehouse, rewrite_warehouse


def test_holds_core_and_marts_in_both_forms(settings: Settings) -> None:
    build_warehouse(settings)
    candidate = build_candidate(settings)
    assert candidate.manifest.as_of_date == AS_OF
    assert candidate.manifest.dbt == DbtCounts(passed=7, warned=1)
    assert {name: content.rows for name, content in candidate.manifest.tables.items()} == {
        "core.fct_opportunity": 5000,
        "marts.mart_bookings": 1,
        "marts.mart_run": 1,
        "marts.mart_source_freshness": 1,
    }
    with duckdb.connect(str(candidate.duckdb_path), read_only=True) as connection:
        ids = [row[0] for row in connection.execute("select opportunity_id from core.fct_opportunity").fetchall()]
        parquet = connection.execute(
            f"select opportunity_id from '{candidate.parquet_dir}/core/fct_opportunity.parquet'"
        ).fetchall()
        schemas = connection.execute(
            "select distinct table_schema from information_schema.tables order by 1"
        ).fetchall()
    assert ids == sorted(ids)
    assert [row[0] for row in parquet] == ids
    assert schemas == [("core",), ("marts",)]


def test_carries_descriptions(settings: Settings) -> None:
    build_warehouse(settings)
    with duckdb.connect(str(build_candidate(settings).duckdb_path), read_only=True) as connection:
        tables = connection.execute("select comment from duckdb_tables() where table_name = 'fct_opportunity'")
        assert tables.fetchall() == [("It's one row per opportunity.",)]
        columns = connection.execute("select comment from duckdb_columns() where column_name = 'reporting_amount'")
        assert columns.fetchall() == [("In reporting currency.",)]


def test_same_rows_give_same_parquet_bytes(settings: Settings) -> None:
    build_warehouse(settings)
    first = build_candidate(settings).manifest.tables
    build_warehouse(settings)
    assert build_candidate(settings).manifest.tables == first
    build_warehouse(settings, "100.01")
    changed = build_candidate(settings).manifest.tables
    assert {name for name in first if first[name] != changed[name]} == {"core.fct_opportunity", "marts.mart_bookings"}


def test_another_process_finds_the_same_candidate(settings: Settings) -> None:
    build_warehouse(settings)
    candidate = build_candidate(settings)
    assert open_candidate(settings) == candidate


def test_no_candidate_yet(settings: Settings) -> None:
    with pytest.raises(GateError, match="no candidate"):
        open_candidate(settings)


def test_refused_when_the_build_failed(settings: Settings) -> None:
    build_warehouse(settings)
    start_build(settings, AS_OF)
    finish_build(settings, passed=False, dbt=DbtCounts(passed=6, failed=1), failed_nodes=["unique_mart_bookings"])
    with pytest.raises(GateError, match="failed: unique_mart_bookings"):
        build_candidate(settings)
    assert not candidate_dir(settings).exists()


def test_refused_while_the_build_runs_or_after_it_was_killed(settings: Settings) -> None:
    build_warehouse(settings)
    start_build(settings, AS_OF)
    with pytest.raises(GateError, match="did not end"):
        build_candidate(settings)


def test_refused_when_somebody_wrote_to_the_warehouse_afterwards(settings: Settings) -> None:
    build_warehouse(settings)
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        connection.execute("update core.fct_opportunity set reporting_amount = 0")
    with pytest.raises(GateError, match="was changed after its last tested build"):
        build_candidate(settings)


def test_looking_at_the_warehouse_changes_nothing(settings: Settings) -> None:
    build_warehouse(settings)
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        connection.execute("select count(*) from core.fct_opportunity").fetchall()
    build_candidate(settings)


def test_refused_without_any_build(settings: Settings) -> None:
    with pytest.raises(GateError, match="no finished build"):
        build_candidate(settings)
    with pytest.raises(GateError, match="never began"):
        finish_build(settings, passed=True, dbt=DbtCounts())


def test_refused_when_marts_are_of_another_day(settings: Settings) -> None:
    build_warehouse(settings)
    start_build(settings, AS_OF + dt.timedelta(days=1))
    finish_build(settings, passed=True, dbt=DbtCounts())
    with pytest.raises(GateError, match="as of 2026-06-30, but the build was for 2026-07-01"):
        build_candidate(settings)


def test_refused_when_there_is_nothing_to_publish(settings: Settings) -> None:
    start_build(settings, AS_OF)
    settings.warehouse_path.parent.mkdir(parents=True, exist_ok=True)
    duckdb.connect(str(settings.warehouse_path)).close()
    finish_build(settings, passed=True, dbt=DbtCounts())
    with pytest.raises(GateError, match="no tables to publish"):
        build_candidate(settings)


def test_an_unreadable_build_record_is_a_closed_gate(settings: Settings) -> None:
    build_warehouse(settings)
    record_path(settings).write_text('{"status": "passed"', encoding="utf-8")
    with pytest.raises(GateError, match="not readable"):
        build_candidate(settings)


def test_the_record_keeps_what_happened(settings: Settings) -> None:
    build_warehouse(settings)
    record = read_build(settings)
    assert record is not None
    assert record.finished_at is not None
    assert record.finished_at >= record.started_at
    assert (record.status, record.as_of_date, record.dbt.passed) == ("passed", AS_OF, 7)


def test_names_the_loads_that_the_build_read(settings: Settings) -> None:
    build_warehouse(settings)
    lake = settings.lake
    lake.catalog_path.parent.mkdir(parents=True)
    loads_of_files: list[list[str]] = [[], ["20.5"], ["100.25"], ["20.5", "100.25"]]  # none: a zero-row contract file
    lines = [json.dumps({"system": "salesforce", "loads": loads}) for loads in loads_of_files]
    lake.catalog_path.write_text("\n".join(lines), encoding="utf-8")
    assert build_candidate(settings).manifest.raw_loads == {"salesforce": ("20.5", "100.25")}


def test_running_out_of_room_is_one_line_and_leaves_nothing_behind(settings: Settings) -> None:
    build_warehouse(settings)
    rewrite_warehouse(
        settings,
        "create table core.fct_large as select md5(i::varchar) || md5((i + 7)::varchar) as text "
        "from range(1500000) t(i)",
    )
    small = settings.model_copy(update={"memory_limit": "70MB", "temp_limit": "10MB", "threads": 1})
    with pytest.raises(ResourceError, match=r"neither into .* of memory nor into .* of temporary files") as caught:
        build_candidate(small)
    assert "\n" not in caught.value.line()
    assert not candidate_dir(settings).exists()
    assert [path.name for path in settings.published_dir.iterdir()] == [".lock"]
    assert build_candidate(settings).manifest.tables["core.fct_large"].rows == 1_500_000
