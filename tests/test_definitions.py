"""The code location loads without secrets, and its shape changes only on purpose."""

from __future__ import annotations

import dagster as dg
import pytest

from salesops_pipeline.contracts import load_contract, systems
from salesops_pipeline.definitions import build_defs


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return build_defs()


@pytest.fixture(scope="module")
def graph(definitions: dg.Definitions) -> dg.AssetGraph:  # pyright: ignore
    return definitions.resolve_asset_graph()


def test_it_validates(definitions: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(definitions)


def test_every_raw_table_is_an_asset(graph) -> None:
    keys = graph.get_all_asset_keys()
    for system in systems():
        for table in load_contract(system).tables:
            assert dg.AssetKey(["raw", system, table.name]) in keys


def test_every_asset_has_a_group_an_owner_a_description_and_kinds(graph) -> None:
    lacking = [
        key.to_user_string()
        for key in graph.materializable_asset_keys
        if not (
            graph.get(key).description
            and graph.get(key).owners
            and graph.get(key).kinds
            and graph.get(key).group_name != "default"
        )
    ]
    assert lacking == []


def test_raw_assets_have_a_freshness_policy_and_columns(graph) -> None:
    for key in graph.materializable_asset_keys:
        if key.path[0] == "raw":
            spec = graph.get(key)
            assert spec.freshness_policy is not None
            assert "dagster/column_schema" in spec.metadata


def test_reports_hang_on_the_published_version_only(graph) -> None:
    for key in graph.materializable_asset_keys:
        if key.path[0] == "reports":
            assert graph.get(key).parent_keys == {dg.AssetKey(["published", "version"])}


def test_the_lineage_reaches_from_source_to_report(graph) -> None:
    ancestors, open_keys = set(), {dg.AssetKey(["reports", "quarterly"])}
    while open_keys:
        key = open_keys.pop()
        ancestors.add(key)
        open_keys |= graph.get(key).parent_keys - ancestors
    assert dg.AssetKey(["raw", "salesforce", "opportunity"]) in ancestors
    assert dg.AssetKey(["raw", "files", "quota"]) in ancestors


def test_checks_on_landing_and_on_the_candidate_block(graph) -> None:
    checks = [key for key in graph.asset_check_keys if key.asset_key.path[0] in {"raw", "published"}]
    assert {key.asset_key.path[0] for key in checks} == {"raw", "published"}
    assert all(graph.get_check_spec(key).blocking for key in checks)


def test_jobs_and_schedules(definitions: dg.Definitions) -> None:
    assert {"daily", "reports", "compaction"} <= {job.name for job in definitions.resolve_all_job_defs()}
    schedules = {schedule.name: schedule for schedule in definitions.schedules or []}
    assert {name: schedule.cron_schedule for name, schedule in schedules.items()} == {  # pyright: ignore
        "daily_at_five": "0 5 * * *",
        "sunday_compaction": "0 2 * * 0",
        "sunday_retention": "0 3 * * 0",
    }
    assert {schedule.default_status for schedule in schedules.values()} == {dg.DefaultScheduleStatus.STOPPED}  # pyright: ignore


def test_the_daily_run_does_no_maintenance(definitions: dg.Definitions) -> None:
    daily, compaction = (definitions.resolve_job_def(name).asset_layer for name in ("daily", "compaction"))
    assert compaction.executable_asset_keys == {dg.AssetKey(["lake", "compacted_files"])}
    assert not set(daily.executable_asset_keys) & set(compaction.executable_asset_keys)
