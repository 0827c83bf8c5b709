"""Deleting what Dagster remembers of old runs: their records, events and logs."""

from __future__ import annotations

import datetime as dt

import dagster as dg

_FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def delete_old_runs(instance: dg.DagsterInstance, *, before: dt.datetime) -> list[str]:
    """Delete finished runs that were created before a moment.

    The runs that last materialised an asset stay, however old: they hold what Dagster shows of it.

    Args:
        instance: Dagster's storage.
        before: The moment, with a time zone.

    Returns:
        The ids of the deleted runs.
    """
    holding = {
        record.asset_entry.last_materialization_record.run_id
        for record in instance.get_asset_records()
        if record.asset_entry.last_materialization_record is not None
    }
    old = instance.get_run_records(filters=dg.RunsFilter(statuses=_FINISHED, created_before=before))
    doomed = [record.dagster_run.run_id for record in old if record.dagster_run.run_id not in holding]
    for run_id in doomed:
        instance.delete_run(run_id)
        instance.compute_log_manager.delete_logs(prefix=[run_id])
    return doomed
