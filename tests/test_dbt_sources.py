"""The dbt source entries follow the contracts."""

from __future__ import annotations

from pathlib import Path

import yaml

from salesops_pipeline import dbt_sources
from salesops_pipeline.contracts import load_contract, systems


def test_the_project_has_them_in_step() -> None:
    assert dbt_sources.out_of_date() == [], "run: python -m salesops_pipeline.dbt_sources"


def test_every_table_and_column_is_there_with_its_asset_key(tmp_path: Path) -> None:
    dbt_sources.write(tmp_path)
    for system in systems():
        (source,) = yaml.safe_load(dbt_sources.sources_path(system, tmp_path).read_text())["sources"]
        tables = {table["name"]: table for table in source["tables"]}
        contract = load_contract(system)
        assert set(tables) == {table.name for table in contract.tables}
        for table in contract.tables:
            entry = tables[table.name]
            assert entry["config"]["meta"]["dagster"]["asset_key"] == ["raw", system, table.name]
            assert [column["name"] for column in entry["columns"]] == [column.name for column in table.columns]


def test_a_changed_file_is_noticed_and_rewritten(tmp_path: Path) -> None:
    dbt_sources.write(tmp_path)
    path = dbt_sources.sources_path("policy", tmp_path)
    path.write_text("version: 2\n")
    assert dbt_sources.out_of_date(tmp_path) == [path]
    assert dbt_sources.write(tmp_path) == [path]
    assert dbt_sources.out_of_date(tmp_path) == []
