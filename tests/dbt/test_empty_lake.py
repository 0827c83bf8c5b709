"""Empty is normal: everything builds before the first system is connected."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.dbt.dbt_command import Dbt

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dbt")]


def test_every_model_builds_and_every_test_passes(empty: tuple[Dbt, dict[str, str]], parsed: Dbt) -> None:
    _, statuses = empty
    assert set(statuses.values()) <= {"success", "pass", "no-op"}
    models = [name for name in parsed.manifest()["nodes"] if name.startswith("model.")]
    assert {name for name in statuses if name.startswith("model.")} == set(models)


def test_marts_are_there_and_empty(empty: tuple[Dbt, dict[str, str]]) -> None:
    dbt, _ = empty
    contents = dbt.contents("marts")
    assert contents["marts.mart_opportunity"][0] == 0
    assert contents["marts.mart_win_rate"][0] == 0
    assert dbt.query("select as_of_date from marts.mart_run") == [(dt.date(2026, 6, 30),)]


def test_freshness_names_every_table_that_could_be_loaded(empty: tuple[Dbt, dict[str, str]], parsed: Dbt) -> None:
    dbt, _ = empty
    tables = {(entry["source_name"], entry["name"]) for entry in parsed.manifest()["sources"].values()}
    rows = dbt.query(
        "select source_system, table_name, raw_row_count, last_checked_at from marts.mart_source_freshness"
    )
    assert {(system, table) for system, table, *_ in rows} == tables
    assert {(count, checked) for *_, count, checked in rows} == {(0, None)}
