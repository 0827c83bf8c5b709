"""Dagster's own storage under the data folder, and what a killed process leaves behind in it."""

from __future__ import annotations

import os
from pathlib import Path

import dagster as dg
import psutil

from salesops_pipeline.settings import Settings

DAGSTER_YAML = """\
# Written by salesops; edit it to move Dagster's storage to PostgreSQL or to send runs elsewhere.
telemetry:
  enabled: false
storage:
  custom:
    module: salesops_pipeline.orchestration.event_log
    class: LocalStorage
    config:
      base_dir:
        env: DAGSTER_HOME
nux:
  enabled: false
concurrency:
  pools:
    granularity: op
    default_limit: 1
  runs:
    max_concurrent_runs: 1
run_monitoring:
  enabled: true
  free_slots_after_run_end_seconds: 1
"""

_UNFINISHED = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.CANCELING]


def prepare_dagster_home(settings: Settings) -> Path:
    """Create Dagster's home with its configuration, and point this process at it. An existing file is left alone."""
    home = settings.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    configuration = home / "dagster.yaml"
    if not configuration.exists():
        configuration.write_text(DAGSTER_YAML, encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(home)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    return home


def close_orphaned_runs(instance: dg.DagsterInstance) -> list[str]:
    """Mark runs as failed whose process is gone, and free the pools they held.

    A run that is killed cannot report its end; its slot in the warehouse pool would block every later run for ever.

    Returns:
        The ids of the runs that were closed.
    """
    closed = []
    for record in instance.get_run_records(filters=dg.RunsFilter(statuses=_UNFINISHED)):
        run = record.dagster_run
        pid = _process_of(instance, run.run_id)
        if pid is not None and not _is_running(pid, since=record.update_timestamp.timestamp()):
            instance.report_run_failed(run, "The process of this run has ended without a word (killed?).")
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
            closed.append(run.run_id)
    return closed


def _is_running(pid: int, *, since: float) -> bool:
    """Whether that process was there already at ``since`` (Unix time) and still is; its number may have a new owner."""
    try:
        return psutil.Process(pid).create_time() <= since
    except psutil.NoSuchProcess:
        return False


def _process_of(instance: dg.DagsterInstance, run_id: str) -> int | None:
    # The process that executes steps; the events before them may come from the one that launched the run.
    for entry in instance.all_logs(run_id, of_type=dg.DagsterEventType.STEP_START):
        if entry.dagster_event is not None and entry.dagster_event.pid is not None:
            return int(entry.dagster_event.pid)
    return None
