"""The rules of the project that can be read off the parsed manifest and the SQL."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from salesops_pipeline.contracts import load_contract
from salesops_pipeline.lake import Lake
from tests.dbt.dbt_command import DBT_PROJECT_DIR, Dbt

pytestmark = pytest.mark.xdist_group("dbt")

LAYERS_READ = {
    "staging": set(),
    "conformed": {"staging", "conformed"},
    "core": {"conformed", "core"},
    "marts": {"core", "marts"},
}
"""Which layers a layer may read; sources are read by staging alone."""

EXTRA_COLUMNS = {"account": {"merged_at", "custom_fields"}, "opportunity": {"source_modified_at", "custom_fields"}}
"""What conformed entities have beyond what a file may bring."""

SYSTEM_NAMES = re.compile(r"salesforce|hubspot|stripe|stg_", re.IGNORECASE)
CLOCK = re.compile(r"current_timestamp|current_date|\bnow\(|\btoday\(|localtimestamp|getdate", re.IGNORECASE)


@pytest.fixture(scope="module")
def models(parsed: Dbt) -> dict[str, dict[str, Any]]:
    """Models by name."""
    nodes = parsed.manifest()["nodes"].values()
    return {node["name"]: node for node in nodes if node["resource_type"] == "model"}


def _layer(model: dict[str, Any]) -> str:
    return model["fqn"][1]


def test_every_model_and_column_is_described(models: dict[str, dict[str, Any]]) -> None:
    gaps = [name for name, model in models.items() if not model["description"] or not model["columns"]]
    gaps += [
        f"{name}.{column}"
        for name, model in models.items()
        for column, entry in model["columns"].items()
        if not entry["description"]
    ]
    assert gaps == []


def test_contracts_are_enforced_above_staging(models: dict[str, dict[str, Any]]) -> None:
    without = [
        name
        for name, model in models.items()
        if _layer(model) != "staging" and not model["config"]["contract"]["enforced"]
    ]
    assert without == []


def test_layers_read_only_what_lies_below(parsed: Dbt, models: dict[str, dict[str, Any]]) -> None:
    by_id = {model["unique_id"]: model for model in models.values()}
    wrong = []
    for name, model in models.items():
        for parent in model["depends_on"]["nodes"]:
            if parent.startswith("source."):
                allowed = _layer(model) == "staging"
            else:
                allowed = _layer(by_id[parent]) in LAYERS_READ[_layer(model)]
            if not allowed:
                wrong.append(f"{name} reads {parent}")
    assert wrong == []


def test_every_model_has_a_key_test(parsed: Dbt, models: dict[str, dict[str, Any]]) -> None:
    tested = {
        parent
        for node in parsed.manifest()["nodes"].values()
        if node["resource_type"] == "test" and (node.get("test_metadata") or {}).get("name") == "primary_key"
        for parent in node["depends_on"]["nodes"]
    }
    without = {
        name
        for name, model in models.items()
        if model["unique_id"] not in tested and not name.startswith("stg_files__") and name != "conformed_quarantine"
    }
    assert without == set(), "exports are keyed and tested once conformed; the quarantine may name a value twice"


def test_conformed_columns_are_those_that_a_file_may_bring(models: dict[str, dict[str, Any]]) -> None:
    common = {"company_id", "source_system", "known_at"}
    for table in load_contract("files").tables:
        if table.name in {"quarantine", "feed_load"}:
            continue
        expected = {column.name for column in table.columns if not column.name.startswith("_")}
        expected |= common | EXTRA_COLUMNS.get(table.name, set())
        assert set(models[f"conformed_{table.name}"]["columns"]) == expected, table.name


def test_every_raw_table_has_a_staging_model(parsed: Dbt, models: dict[str, dict[str, Any]]) -> None:
    staged = {
        parent
        for name, model in models.items()
        if _layer(model) == "staging" and not name.endswith("__raw_tables")
        for parent in model["depends_on"]["nodes"]
    }
    assert set(parsed.manifest()["sources"]) - staged == set()


def test_no_model_below_conformed_names_a_system(models: dict[str, dict[str, Any]]) -> None:
    named = [
        name
        for name, model in models.items()
        if _layer(model) in {"core", "marts"} and SYSTEM_NAMES.search(model["raw_code"])
    ]
    assert named == []


def test_no_model_looks_at_the_clock() -> None:
    files = [*DBT_PROJECT_DIR.glob("models/**/*.sql"), *DBT_PROJECT_DIR.glob("macros/**/*.sql")]
    assert [file.name for file in files if CLOCK.search(file.read_text(encoding="utf-8"))] == []


def test_another_lake_does_not_parse_the_project_again(parsed: Dbt) -> None:
    elsewhere = replace(parsed, lake=Lake(parsed.lake.root.with_name("elsewhere")))
    elsewhere.run("parse")
    log = (parsed.target / "logs" / "dbt.log").read_text(encoding="utf-8")
    assert "0 files deleted, 0 files added, 0 files changed" in log
    assert "Unable to do partial parsing because" not in log.rsplit("Running with dbt=", 1)[1]


def test_every_mart_has_one_pillar_and_an_owner(models: dict[str, dict[str, Any]]) -> None:
    marts = {name: model for name, model in models.items() if _layer(model) == "marts"}
    assert marts
    for name, model in marts.items():
        assert model["config"]["meta"]["pillar"] == model["fqn"][2], name
        assert model["config"]["meta"]["owner"], name


def test_models_are_short(models: dict[str, dict[str, Any]]) -> None:
    long = {name: lines for name, model in models.items() if (lines := model["raw_code"].count("\n")) > 200}
    assert long == {}
