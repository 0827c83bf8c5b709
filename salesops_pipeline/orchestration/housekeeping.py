"""What keeps a deployment in order over months: runs that died are closed, and old runs are deleted."""

import datetime as dt

import dagster as dg

from salesops_pipeline.orchestration.exclusive import is_run_under_way
from salesops_pipeline.orchestration.instance import close_orphaned_runs
from salesops_pipeline.orchestration.retention import delete_old_runs
from salesops_pipeline.settings import Settings

_LOOK_SECONDS = 60


@dg.sensor(
    name="dead_runs",
    minimum_interval_seconds=_LOOK_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Closes runs whose process was killed together with the code server, so that the next one can start.",
)
def dead_runs(context: dg.SensorEvaluationContext, settings: dg.ResourceParam[Settings]) -> dg.SkipReason:
    """Close runs that nobody executes any more.

    A process number says nothing about another container, but the lock on the data folder does: whoever pulls or
    builds holds it, wherever it runs.
    """
    if is_run_under_way(settings):
        return dg.SkipReason("A run is under way.")
    closed = close_orphaned_runs(context.instance)
    return dg.SkipReason(f"Closed {', '.join(closed)}." if closed else "No run has died.")


@dg.op(description="Delete old runs with their events and logs; what each asset was last made by stays.")
def delete_runs(context: dg.OpExecutionContext, settings: dg.ResourceParam[Settings]) -> None:
    """Delete runs older than ``SALESOPS_KEEP_RUN_DAYS``."""
    before = dt.datetime.now(dt.UTC) - dt.timedelta(days=settings.keep_run_days)
    deleted = delete_old_runs(context.instance, before=before)
    context.log.info(f"deleted {len(deleted)} runs from before {before:%Y-%m-%d}")


@dg.job(name="retention", description="Delete Dagster's records of runs that are older than SALESOPS_KEEP_RUN_DAYS.")
def retention() -> None:
    """One step."""
    delete_runs()


RETENTION_SCHEDULE = dg.ScheduleDefinition(
    name="sunday_retention",
    job=retention,
    cron_schedule="0 3 * * 0",
    execution_timezone="UTC",
    description="Once a week, before the sales week begins.",
)
