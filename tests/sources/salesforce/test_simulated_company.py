"""The connector against the simulated company: the lake holds what the org holds, at first and after a week."""

from __future__ import annotations

import datetime as dt
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from salesops_pipeline.contracts import load_contract
from salesops_pipeline.sandbox import simulation
from salesops_pipeline.sandbox.salesforce.clock import api_datetime
from salesops_pipeline.sandbox.schema import SOBJECTS
from salesops_pipeline.sandbox.store import Store
from salesops_pipeline.sources.salesforce.source import load
from tests.sources.salesforce.conftest import Connect, latest

TABLES = load_contract("salesforce").tables


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    simulation.create(folder, seed=11, people=12, years=1, until=dt.date(2026, 9, 30))
    return folder


@pytest.fixture
def sandbox_dir(company: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(company, tmp_path / "sandbox"))


def as_stored(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, dt.datetime):
        return api_datetime(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def stored(sandbox_dir: Path, sobject: str, columns: list[str]) -> dict[str, dict[str, Any]]:
    with Store.open(sandbox_dir, read_only=True) as store:
        rows = [dict(row) for row in store.query(f'select * from "{sobject}"')]
    return {row["Id"]: {name: row[name] for name in columns} for row in rows if not row.get("IsDeleted")}


def test_the_lake_holds_what_the_org_holds(sandbox_dir: Path, connect: Connect) -> None:
    with connect(sandbox_dir) as connection:
        load(connection.settings)
    for table in TABLES:
        columns = [column.name for column in table.columns if SOBJECTS[table.object].has(column.name)]
        in_lake = {
            key: {name: as_stored(row[name]) for name in columns}
            for key, row in latest(connection.settings, table.name).items()
        }
        assert in_lake == stored(sandbox_dir, table.object, columns), table.name


def test_a_week_later_only_changes_are_fetched_and_the_result_equals_a_full_load(
    sandbox_dir: Path, connect: Connect
) -> None:
    with connect(sandbox_dir) as connection:
        first = load(connection.settings)
        simulation.advance(sandbox_dir, days=7)
        connection.stats(reset=True)
        second = load(connection.settings)
        stats = connection.stats()
    with connect(sandbox_dir, name="fresh") as fresh:
        load(fresh.settings)
    assert 0 < second.rows < first.rows / 10
    assert stats["rows_served"] < first.rows / 8
    assert second.requests < 100
    for table in TABLES:
        assert latest(connection.settings, table.name) == latest(fresh.settings, table.name), table.name


def test_what_was_deleted_stays_deleted_and_merges_stay_visible_after_the_recycle_bin(
    sandbox_dir: Path, connect: Connect
) -> None:
    merged: dict[str, str] = {}
    with connect(sandbox_dir) as connection:
        load(connection.settings)
        for days in (9, 9, 9, 40):
            simulation.advance(sandbox_dir, days=days)
            load(connection.settings, tables=["account", "opportunity"])
            with Store.open(sandbox_dir, read_only=True) as store:
                losers = store.query("select Id, MasterRecordId from Account where MasterRecordId is not null")
                merged |= {row["Id"]: row["MasterRecordId"] for row in losers}
    with Store.open(sandbox_dir, read_only=True) as store:
        for sobject, name in {"Opportunity": "opportunity", "Account": "account"}.items():
            gone = {row["id"] for row in store.query("select id from _deleted where sobject = ?", (sobject,))}
            purged = gone - {row["Id"] for row in store.query(f'select Id from "{sobject}"')}
            everything = latest(connection.settings, name, with_deleted=True)
            assert set(latest(connection.settings, name)) == set(stored(sandbox_dir, sobject, []))
            assert {key for key, row in everything.items() if row["IsDeleted"]} <= gone
            assert purged & set(everything)
    assert merged
    in_lake = latest(connection.settings, "account", with_deleted=True)
    assert {key: in_lake[key]["MasterRecordId"] for key in merged} == merged


@pytest.mark.parametrize("faults", ["503:every=17,retry_after=0;short_pages;token_ttl=1", "late_visible_minutes=25"])
def test_a_troubled_load_ends_with_the_same_rows(sandbox_dir: Path, connect: Connect, faults: str) -> None:
    with connect(sandbox_dir, faults=faults) as connection:
        load(connection.settings)
    simulation.advance(sandbox_dir, days=2)
    with connect(sandbox_dir) as again:
        load(again.settings)
    with connect(sandbox_dir, name="fresh") as fresh:
        load(fresh.settings)
    for table in TABLES:
        assert latest(again.settings, table.name) == latest(fresh.settings, table.name), table.name
