"""The dbt models as Dagster assets: one step builds and tests staging, conformed, core and marts.

The step is one because only two places are gated: what lands before it and the candidate version after it. dbt's own
tests run inside it and stop it; the build record keeps a half-built or failed warehouse from ever becoming a candidate.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliResource, DbtProject, dbt_assets

from salesops_pipeline.engine import dbt_target, note_built_tables, prepare_engine
from salesops_pipeline.orchestration.context import resolve_as_of
from salesops_pipeline.orchestration.dbt_manifest import dbt_environment, dbt_executable, project_fingerprint
from salesops_pipeline.orchestration.dbt_results import (
    prune_artifacts,
    summarise_run,
    wait_for_warehouse,
    with_row_counts,
)
from salesops_pipeline.orchestration.exclusive import hold_run_lock
from salesops_pipeline.orchestration.failures import one_line_failures
from salesops_pipeline.orchestration.keys import raw_key
from salesops_pipeline.publishing import build_record
from salesops_pipeline.publishing.candidate import PUBLISHED_SCHEMAS
from salesops_pipeline.settings import Settings

WAREHOUSE_POOL = "warehouse"
"""One writer at a time: DuckDB refuses a second one, and a reader too, while the file is open for writing."""

_WITHOUT_UNIT_TESTS = ("--exclude-resource-type", "unit_test")
"""Unit tests check the models, not the data; `make test` runs them."""


class BuildConfig(dg.Config):
    """Inputs of a build."""

    as_of: str | None = None
    """The day to look at, YYYY-MM-DD; today when empty."""


class Translator(DagsterDbtTranslator):
    """Where dbt's nodes stand in the graph: keys, groups, owners."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """``raw/<system>/<table>`` for sources, ``<layer>/<model>`` for models."""
        if dbt_resource_props["resource_type"] == "source":
            if dbt_resource_props["source_name"] == "derived":
                return dg.AssetKey(["derived", dbt_resource_props["name"]])
            return raw_key(dbt_resource_props["source_name"], dbt_resource_props["name"])
        return dg.AssetKey([layer(dbt_resource_props), dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The layer, and for staging the system, for marts the pillar."""
        folders = dbt_resource_props["fqn"][1:-1]
        return "_".join(folders[:2]) if folders[0] in {"staging", "marts"} else folders[0]

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """Marts belong to those who define the numbers, everything below to those who build it."""
        return ["team:sales-operations" if layer(dbt_resource_props) == "marts" else "team:data-engineering"]


def layer(props: Mapping[str, Any]) -> str:
    """The layer of a model: the first folder under ``models/``."""
    return str(props["fqn"][1])


def build_warehouse_assets(manifest: Path, project_dir: Path) -> list[dg.AssetsDefinition]:
    """All dbt models as one asset step."""

    @dbt_assets(
        manifest=manifest,
        project=DbtProject(project_dir=project_dir, profiles_dir=project_dir),
        dagster_dbt_translator=Translator(),
        name="warehouse",
        pool=WAREHOUSE_POOL,
    )
    def warehouse(
        context: dg.AssetExecutionContext, config: BuildConfig, settings: dg.ResourceParam[Settings]
    ) -> Iterator[Any]:
        with one_line_failures():
            hold_run_lock(settings)
            as_of = resolve_as_of(config.as_of, settings)
            prepare_engine(settings)
            models = project_fingerprint(project_dir)
            full_refresh = build_record.needs_full_refresh(build_record.last_build(settings), models)
            # Noted before anything changes: a crash from here on leaves a build that did not end, not one that passed.
            build_record.start_build(settings, as_of=as_of, models=models, full_refresh=full_refresh)
            if settings.engine == "duckdb":
                wait_for_warehouse(settings.warehouse_path)
            settings.lake.write_catalog()
            settings.lake.write_run_context(as_of=as_of)
        context.log.info(f"Building {'everything' if full_refresh else 'what changed'} as of {as_of}")
        os.environ.update(dbt_environment(settings))
        artifacts = settings.data_dir / "dbt" / context.run_id
        dbt = DbtCliResource(
            project_dir=str(project_dir),
            profiles_dir=str(project_dir),
            dbt_executable=dbt_executable(),
            target=dbt_target(settings),
        )
        invocation = dbt.cli(
            ["build", *(["--full-refresh"] if full_refresh else []), *_WITHOUT_UNIT_TESTS],
            context=context,
            raise_on_error=False,
            target_path=artifacts,
        )
        events = list(invocation.stream())
        # Row counts and examples of failed tests are read from the DuckDB file; Spark's are not worth another session.
        database = settings.warehouse_path if settings.engine == "duckdb" else None
        summary = summarise_run(artifacts / "run_results.json", database)
        complete = invocation.is_successful() and not context.is_subset
        note_built_tables(settings, artifacts / "manifest.json", PUBLISHED_SCHEMAS)
        build_record.finish_build(settings, passed=complete, dbt=summary.dbt, failed_nodes=summary.failed_nodes)
        yield from with_row_counts(events, database)
        prune_artifacts(artifacts.parent)
        if not invocation.is_successful():
            raise dg.Failure(
                description=f"dbt: {summary.dbt.failed} failed: {'; '.join(summary.explanations)}. "
                "The warehouse will not become a version; readers keep the last one that passed.",
                allow_retries=False,
            )

    return [warehouse]
