"""One build of the warehouse: decide what is needed, note that it begins, run dbt, note how it ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from salesops_pipeline.building.inputs import current_inputs
from salesops_pipeline.building.invocation import run_build
from salesops_pipeline.building.nodes import KnownNodes, keep_nodes, read_nodes
from salesops_pipeline.building.plan import BuildPlan, plan_build
from salesops_pipeline.building.results import DbtSummary, prune_artifacts, summarise, wait_for_warehouse
from salesops_pipeline.engine import dbt_target, note_built_tables, prepare_engine
from salesops_pipeline.publishing.build_record import (
    BuildRecord,
    finish_build,
    is_untouched,
    last_build,
    start_build,
)
from salesops_pipeline.publishing.candidate import PUBLISHED_SCHEMAS
from salesops_pipeline.settings import Settings


@dataclass(frozen=True)
class Build:
    """How the warehouse stands after `build_warehouse`.

    Args:
        record: The build it follows from: the one just made, or an earlier one if nothing had to be done.
        plan: What was decided, and why.
        nodes: What is known of every model and test.
        summary: How dbt ended; None if it was not started.
    """

    record: BuildRecord
    plan: BuildPlan
    nodes: KnownNodes
    summary: DbtSummary | None


def build_warehouse(
    settings: Settings,
    *,
    as_of: dt.date,
    artifacts: Path,
    rebuild: bool = False,
    only: tuple[str, ...] = (),
    on_plan: Callable[[BuildPlan], object] = lambda plan: None,
) -> Build:
    """Bring the warehouse up to date.

    Args:
        settings: Where lake and warehouse lie. The caller holds the run lock.
        as_of: The day to look at.
        artifacts: A new folder beside those of earlier runs, for what dbt leaves behind.
        rebuild: Build every table from nothing, also if nothing has changed.
        only: Names of the only models and tests to run. Such a build is never complete: nothing is published from it.
        on_plan: Told what was decided before anything is done.

    Raises:
        ConfigurationError: dbt cannot parse the project, or somebody else holds the warehouse open.
    """
    target = dbt_target(settings)
    settings.lake.write_catalog()
    inputs = current_inputs(settings, as_of=as_of, target=target)
    last = last_build(settings)
    untouched = last is not None and is_untouched(settings, last)
    plan = plan_build(last, inputs, is_untouched=untouched, rebuild=rebuild)
    on_plan(plan)
    if last is not None and not plan.is_needed and not only:
        return Build(last, plan, read_nodes(settings), None)
    prepare_engine(settings)
    # Noted before anything changes: a crash from here on leaves a build that did not end, not one that passed.
    record = start_build(settings, as_of, inputs=inputs, full_refresh=plan.full_refresh)
    # Examples of failed tests are read from the DuckDB file; Spark's are not worth a session of their own.
    database = settings.warehouse_path if settings.engine == "duckdb" else None
    if database:
        wait_for_warehouse(database)
    settings.lake.write_run_context(as_of=as_of)
    invocation = run_build(
        settings,
        artifacts=artifacts,
        target=target,
        only=only,
        full_refresh=plan.full_refresh,
    )
    summary = summarise(invocation.results, database, error=invocation.error)
    if not invocation.success and not summary.failed_nodes:
        summary = summarise((), database, error=invocation.error or "dbt failed without saying where")
    note_built_tables(settings, artifacts / "manifest.json", PUBLISHED_SCHEMAS)
    nodes = (read_nodes(settings) if only else KnownNodes()).updated(invocation.results, record.id)
    passed = invocation.success and not only
    if passed:
        keep_nodes(settings, nodes)
    record = finish_build(
        settings, passed=passed, dbt=nodes.counts() if passed else summary.dbt, failed_nodes=summary.failed_nodes
    )
    prune_artifacts(artifacts.parent)
    return Build(record, plan, nodes, summary)
