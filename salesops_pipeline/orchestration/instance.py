"""Dagster's own storage under the data folder, and what a killed process leaves behind in it."""

from __future__ import annotations

import os
from pathlib import Path

import dagster as dg
import psutil

from salesops_pipeline.errors import ConfigurationError
from salesops_pipeline.publishing.files import write_atomically
from salesops_pipeline.publishing.postgres.connection import connect, one_line
from salesops_pipeline.settings import Settings

_OURS = "# Written by salesops at every start. To keep changes of your own, remove this line.\n"

_DAGSTER_YAML = """\
telemetry:
  enabled: false
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

_LOCAL_STORAGE = """\
storage:
  custom:
    module: salesops_pipeline.orchestration.event_log
    class: LocalStorage
    config:
      base_dir:
        env: DAGSTER_HOME
"""

_POSTGRES_VARIABLE = "SALESOPS_DAGSTER_POSTGRES_URL"
_POSTGRES_STORAGE = f"""\
storage:
  custom:
    module: salesops_pipeline.orchestration.postgres_storage
    class: PostgresStorage
    config:
      postgres_url:
        env: {_POSTGRES_VARIABLE}
"""

_UNFINISHED = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.CANCELING]


def dagster_yaml(settings: Settings) -> str:
    """Dagster's configuration for these settings. The password stays in the environment."""
    in_postgres = bool(settings.dagster_postgres_url.get_secret_value())
    return _OURS + _DAGSTER_YAML + (_POSTGRES_STORAGE if in_postgres else _LOCAL_STORAGE)


def prepare_dagster_home(settings: Settings) -> Path:
    """Create Dagster's home with its configuration, and point this process and its children at it.

    A configuration of the user's own is left alone.

    Raises:
        ConfigurationError: Dagster's PostgreSQL cannot be reached, or the user's own configuration does not use it.
    """
    home = settings.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    _write_configuration(home / "dagster.yaml", settings)
    os.environ["DAGSTER_HOME"] = str(home)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    return home


def _write_configuration(path: Path, settings: Settings) -> None:
    url = settings.dagster_postgres_url
    found = path.read_text(encoding="utf-8") if path.exists() else _OURS
    wanted = dagster_yaml(settings)
    if found.startswith(_OURS) and found != wanted:
        write_atomically(path, wanted)
    if not url.get_secret_value():
        return
    if not found.startswith(_OURS) and _POSTGRES_VARIABLE not in found:
        raise ConfigurationError(
            f"{_POSTGRES_VARIABLE} is set, but a dagster.yaml of your own does not use it",
            where=str(path),
            fix="Remove the file, or add the storage from deploy/dagster.yaml to it.",
        )
    # It may have come from .env, which Dagster's own processes do not read.
    os.environ[_POSTGRES_VARIABLE] = url.get_secret_value()
    with one_line(url, fix=f"Check {_POSTGRES_VARIABLE} and the server.", kind=ConfigurationError), connect(url):
        pass


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
    # The process that executes steps; if none has begun, the one that was about to.
    for kind in (dg.DagsterEventType.STEP_START, dg.DagsterEventType.RUN_START):
        for entry in instance.all_logs(run_id, of_type=kind):
            if entry.dagster_event is not None and entry.dagster_event.pid is not None:
                return int(entry.dagster_event.pid)
    return None
