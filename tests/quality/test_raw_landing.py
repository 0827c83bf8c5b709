"""The kept landing database takes in what is new, and then is what it would be if it were made from the beginning."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

import duckdb
import pytest

from salesops_pipeline.contracts import load_contract
from salesops_pipeline.quality import raw_landing
from salesops_pipeline.quality.contract_suites import raw_suites
from salesops_pipeline.quality.raw_landing import raw_database
from salesops_pipeline.settings import Settings, load_settings
from tests.dbt.random_loads import START, files_load, salesforce_load
from tests.dbt.raw_lake import write_load

SEEDS = 4
LOADS = 5


def contents(settings: Settings, system: str) -> dict[str, list[tuple]]:
    """All rows of the newest versions, of what came twice, and of the landed columns, by table."""
    contract = load_contract(system)
    suites = raw_suites(contract, settings.expectations_dir / "raw" / system)
    with raw_database(settings, contract, suites) as path, duckdb.connect(str(path), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        tables = connection.execute(
            "select schema_name || '.\"' || table_name || '\"' from duckdb_tables() "
            "where schema_name in ('raw', 'raw_repeated') order by all"
        ).fetchall()
        return {table: connection.execute(f"select * from {table} order by all").fetchall() for (table,) in tables}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path / "data")


@pytest.mark.parametrize("seed", range(SEEDS))
def test_load_by_load_is_the_same_as_at_once(settings: Settings, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(seed)
    followed: list[str] = []
    follow = raw_landing.follow_versions
    monkeypatch.setattr(raw_landing, "follow_versions", lambda *given: (followed.append(given[1].name), follow(*given)))
    step_by_step: dict[str, dict[str, list[tuple]]] = {}
    for number in range(LOADS):
        # Every fourth load began before the one that arrived last: it does not simply follow.
        began = START.timestamp() + 86400 * (number if number % 4 != 3 else number - 2) + number
        write_load(settings.lake, "salesforce", f"{began:.1f}", salesforce_load(random, everything=number == 0))
        write_load(settings.lake, "files", f"{began:.1f}", files_load(random))
        step_by_step = {system: contents(settings, system) for system in ("salesforce", "files")}
    assert followed
    shutil.rmtree(settings.data_dir / "quality")
    followed.clear()
    assert {system: contents(settings, system) for system in ("salesforce", "files")} == step_by_step
    assert not followed
    assert len(step_by_step["salesforce"]['raw."opportunity"']) > 2


def test_a_database_that_cannot_be_read_is_made_again(settings: Settings) -> None:
    write_load(settings.lake, "salesforce", "1774600000.1", salesforce_load(Random(1), everything=True))
    before = contents(settings, "salesforce")
    path = settings.data_dir / "quality" / "landing" / "salesforce" / "landing.duckdb"
    path.write_bytes(b"not a database")
    assert contents(settings, "salesforce") == before


def test_nothing_is_read_again_when_nothing_has_landed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    write_load(settings.lake, "salesforce", "1774600000.1", salesforce_load(Random(1), everything=True))
    before = contents(settings, "salesforce")
    for name in ("build_versions", "follow_versions"):
        monkeypatch.setattr(raw_landing, name, lambda *_: pytest.fail("read again"))
    assert contents(settings, "salesforce") == before
