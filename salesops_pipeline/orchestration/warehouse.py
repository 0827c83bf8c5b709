"""The dbt models as Dagster assets: one step builds and tests staging, conformed, core and marts.

The step is one because only two places are gated: what lands before it and the candidate version after it. dbt's own
tests run inside it and stop it; the build record keeps a half-built or failed warehouse from ever becoming a candidate.

When nothing differs from what the last build read, dbt is not started. If what is published and reported follows from
that build too, the step gives no output at all: Dagster then skips everything behind it, and every asset keeps the
materialisation that it has. Otherwise it reports the tables as unchanged, so that the steps behind it can do their
part.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

<<<<<<< HEAD
from salesops_pipeline.building.project import ParsedProject
from salesops_pipeline.orchestration.context import resolve_as_of
from salesops_pipeline.orchestration.dbt_specs import load_specs, node_name
from salesops_pipeline.orchestration.exclusive import hold_run_lock
from salesops_pipeline.orchestration.failures import one_line_failures
from salesops_pipeline.orchestration.keys import WAREHOUSE_STEP
from salesops_pipeline.orchestration.notes import note
=======
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
>>>>>>> main
from salesops_pipeline.settings import Settings

WAREHOUSE_POOL = "warehouse"
"""One writer at a time: DuckDB refuses a second one, and a reader too, while the file is open for writing."""


class BuildConfig(dg.Config):
    """Inputs of a build."""

    as_of: str | None = None
    """The day to look at, YYYY-MM-DD; today when empty."""
    rebuild: bool = False
    """Build every table from nothing, also when nothing has changed."""


def build_warehouse_assets(project: ParsedProject) -> list[dg.AssetsDefinition]:
    """All dbt models as one asset step."""
    specs = load_specs(project)

    @dg.multi_asset(
        name=WAREHOUSE_STEP,
        specs=specs.assets,
        check_specs=specs.checks,
        can_subset=True,
        pool=WAREHOUSE_POOL,
        # A test that compares two models may be shown at either.
        allow_arbitrary_check_specs=True,
    )
    def warehouse(
        context: dg.AssetExecutionContext, config: BuildConfig, settings: dg.ResourceParam[Settings]
    ) -> Iterator[Any]:
        from salesops_pipeline.building.build import build_warehouse
        from salesops_pipeline.building.results import row_counts
        from salesops_pipeline.orchestration.dbt_events import node_events
        from salesops_pipeline.orchestration.standing import asks_for_reports, version_with_reports

        assets = [spec for spec in specs.assets if spec.key in context.selected_asset_keys]
        checks = [spec for spec in specs.checks if spec.key in context.selected_asset_check_keys]
        with one_line_failures():
            hold_run_lock(settings)
            as_of = resolve_as_of(config.as_of, settings)
<<<<<<< HEAD
            built = build_warehouse(
                settings,
                as_of=as_of,
                artifacts=settings.data_dir / "dbt" / context.run_id,
                rebuild=config.rebuild,
                only=_names([*assets, *checks]) if context.is_subset else (),
                on_plan=lambda plan: context.log.info(
                    f"Building as of {as_of}: {plan.reason}" if plan.is_needed else plan.reason
                ),
            )
        is_skipped = built.summary is None and not asks_for_reports(context.run.run_config)
        if is_skipped and (version := version_with_reports(settings)):
            note(context.log, f"{built.plan.reason}: version {version.version} stays")
            return
        yield from node_events(
            assets, checks, built.nodes, build=built.record.id, row_counts=row_counts(settings.warehouse_path)
        )
        if built.summary is not None and built.summary.failed_nodes:
=======
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
>>>>>>> main
            raise dg.Failure(
                description=f"dbt: {built.summary.dbt.failed} failed: {'; '.join(built.summary.explanations)}. "
                "The warehouse will not become a version; readers keep the last one that passed.",
                allow_retries=False,
            )

    return [warehouse]


def _names(specs: Sequence[dg.AssetSpec | dg.AssetCheckSpec]) -> tuple[str, ...]:
    """The names that dbt gives models and tests, which select exactly them."""
    return tuple(node_name(spec) for spec in specs)
