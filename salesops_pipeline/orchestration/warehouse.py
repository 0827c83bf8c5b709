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

from salesops_pipeline.building.project import ParsedProject
from salesops_pipeline.orchestration.context import resolve_as_of
from salesops_pipeline.orchestration.dbt_specs import load_specs, node_name
from salesops_pipeline.orchestration.exclusive import hold_run_lock
from salesops_pipeline.orchestration.failures import one_line_failures
from salesops_pipeline.orchestration.keys import WAREHOUSE_STEP
from salesops_pipeline.orchestration.notes import note
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
        from salesops_pipeline.limits.duck import limits_of
        from salesops_pipeline.limits.exhaustion import exhaustion
        from salesops_pipeline.orchestration.dbt_events import node_events
        from salesops_pipeline.orchestration.standing import asks_for_reports, version_with_reports

        assets = [spec for spec in specs.assets if spec.key in context.selected_asset_keys]
        checks = [spec for spec in specs.checks if spec.key in context.selected_asset_check_keys]
        with one_line_failures():
            hold_run_lock(settings)
            as_of = resolve_as_of(config.as_of, settings)
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
        counts = row_counts(settings.warehouse_path) if settings.engine == "duckdb" else {}
        yield from node_events(assets, checks, built.nodes, build=built.record.id, row_counts=counts)
        if built.summary is not None and built.summary.failed_nodes:
            found = "; ".join(built.summary.explanations)
            exhausted = exhaustion(found, limits_of(settings))
            raise dg.Failure(
                description=(exhausted.line() if exhausted else f"dbt: {built.summary.dbt.failed} failed: {found}.")
                + " The warehouse will not become a version; readers keep the last one that passed.",
                allow_retries=False,
            )

    return [warehouse]


def _names(specs: Sequence[dg.AssetSpec | dg.AssetCheckSpec]) -> tuple[str, ...]:
    """The names that dbt gives models and tests, which select exactly them."""
    return tuple(node_name(spec) for spec in specs)
