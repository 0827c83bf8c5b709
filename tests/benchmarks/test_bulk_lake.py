"""The bulk generator's lakes obey the contracts, repeat, and tell one story."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from salesops_pipeline.contracts import LOAD_ID_COLUMN, load_contract
from salesops_pipeline.lake import Lake
from tests.benchmarks.bulk_lake import write_changes, write_history

OPPORTUNITIES = 400
AS_OF = dt.date(2026, 11, 1)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A small history and one further load."""
    lake = Lake(tmp_path_factory.mktemp("bulk") / "lake")
    write_history(lake, opportunities=OPPORTUNITIES, as_of=AS_OF)
    write_changes(lake, share=0.1)
    return lake


def _paths(lake: Lake, table: str) -> list[str]:
    return [str(path) for path in lake.visible_files("salesforce", table)]


def _rows(lake: Lake, sql: str, *tables: str) -> list[tuple]:
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        for table in tables:
            connection.read_parquet(_paths(lake, table), union_by_name=True).create_view(table)
        return connection.execute(sql).fetchall()


def test_files_have_the_contracts_columns_and_types(lake: Lake) -> None:
    for table in load_contract("salesforce").tables:
        expected = {field.name: field.type for field in table.arrow_schema()}
        for path in _paths(lake, table.name):
            found = {field.name: field.type for field in pq.read_schema(path)}
            assert LOAD_ID_COLUMN in found, table.name
            assert {name: found[name] for name in expected} == expected, table.name


def test_ids_are_unique_within_a_load(lake: Lake) -> None:
    for table in ("opportunity", "task", "event", "opportunity_history", "account", "lead", "contact"):
        sql = f"select Id from {table} group by Id, _dlt_load_id having count(*) > 1"
        assert _rows(lake, sql, table) == [], table


def test_history_ends_in_the_state_of_the_opportunity(lake: Lake) -> None:
    sql = """
        with last_state as (
            select Id, StageName, CloseDate from opportunity
            qualify row_number() over (partition by Id order by cast(_dlt_load_id as double) desc) = 1
        ), last_snapshot as (
            select OpportunityId, StageName, CloseDate from opportunity_history
            qualify row_number() over (partition by OpportunityId order by CreatedDate desc, Id desc) = 1
        )
        select count(*), count(*) filter (o.StageName = h.StageName and o.CloseDate = h.CloseDate)
        from last_state as o inner join last_snapshot as h on o.Id = h.OpportunityId where o.StageName is not null
    """
    ((all_of_them, agreeing),) = _rows(lake, sql, "opportunity", "opportunity_history")
    assert all_of_them >= OPPORTUNITIES
    assert agreeing == all_of_them


def test_ten_activities_for_an_opportunity(lake: Lake) -> None:
    ((activities,),) = _rows(
        lake, "select (select count(distinct Id) from task) + (select count(distinct Id) from event)", "task", "event"
    )
    assert activities >= 10 * OPPORTUNITIES


def test_the_same_arguments_give_the_same_rows(lake: Lake, tmp_path: Path) -> None:
    again = Lake(tmp_path / "lake")
    write_history(again, opportunities=OPPORTUNITIES, as_of=AS_OF)
    first = lake.completed_loads("salesforce")[0]
    for table in ("opportunity", "task", "opportunity_history"):
        sql = f"select count(*), sum(hash(t)) from {table} as t where _dlt_load_id = '{first}'"
        assert _rows(lake, sql, table) == _rows(again, sql, table)
