"""Run a job of the code location in this process, telling the caller what happens as it happens."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import dagster as dg
from dagster_shared.error import SerializableErrorInfo

from salesops_pipeline.contracts import load_contract, systems
from salesops_pipeline.errors import ConfigurationError
from salesops_pipeline.orchestration.exclusive import hold_run_lock
from salesops_pipeline.orchestration.instance import close_orphaned_runs, prepare_dagster_home
from salesops_pipeline.orchestration.keys import WAREHOUSE_STEP, extraction_step, raw_key
from salesops_pipeline.orchestration.notes import is_note
from salesops_pipeline.settings import Settings

_LOGGER = "listener"
Listener = Callable[[str, str], None]
"""Called with a kind (``step``, ``done``, ``retry``, ``failed``, ``check``, ``note``, ``log``) and a line of text."""


@dataclass(frozen=True)
class RunOutcome:
    """How a run ended."""

    run_id: str
    success: bool
    failures: tuple[str, ...]
    loads: tuple[tuple[str, dict[str, object]], ...]
    """Raw tables that were loaded, with the metadata of their materialisation."""


def run_daily(
    settings: Settings,
    *,
    as_of: str | None = None,
    sources: Sequence[str] = (),
    full: bool = False,
    rebuild: bool = False,
    listener: Listener,
) -> RunOutcome:
    """Run the daily job: every source, or only the named ones, then everything behind them.

    Args:
        settings: Settings of the run.
        as_of: The day to look at, YYYY-MM-DD; today when None.
        sources: Systems to pull; all when empty.
        full: Read everything again, not only what changed.
        rebuild: Build every table from nothing, also if nothing changed.
        listener: Told what happens as it happens.

    Raises:
        ConfigurationError: A named source does not exist, or another run is under way.
    """
    for source in sources:
        if source not in systems():
            raise ConfigurationError(f"no source {source!r}", where="--source", fix=f"One of: {', '.join(systems())}.")
    hold_run_lock(settings)
    prepare_dagster_home(settings)
    from salesops_pipeline.definitions import build_defs

    failures: list[str] = []
    definitions = build_defs(
        settings=dg.ResourceDefinition.hardcoded_resource(settings),
        loggers={_LOGGER: _telling_logger(listener, failures)},
    )
    with dg.DagsterInstance.get() as instance:
        for run_id in close_orphaned_runs(instance):
            listener("log", f"closed run {run_id[:8]}, whose process had been killed")
        job = definitions.resolve_job_def("daily")
        return _execute(
            job,
            instance,
            run_config(as_of, sources or systems(), full=full, rebuild=rebuild),
            _selection(job, sources),
            failures,
        )


def run_config(
    as_of: str | None, sources: Sequence[str], *, full: bool = False, rebuild: bool = False
) -> dict[str, object]:
    """The run configuration of the daily job; the listener's logger takes the place of Dagster's console."""
    ops: dict[str, object] = {WAREHOUSE_STEP: {"config": {"as_of": as_of, "rebuild": rebuild}}}
    if full:
        ops |= {extraction_step(system): {"config": {"full": True}} for system in sources}
    return {
        "ops": ops,
        "loggers": {_LOGGER: {}},
    }


def _selection(job: dg.JobDefinition, sources: Sequence[str]) -> list[dg.AssetKey] | None:
    if not sources:
        return None
    skipped = {
        raw_key(system, table.name)
        for system in systems()
        if system not in sources
        for table in load_contract(system).tables
    }
    return sorted(set(job.asset_layer.executable_asset_keys) - skipped)


def _execute(
    job: dg.JobDefinition,
    instance: dg.DagsterInstance,
    config: dict[str, object],
    selection: list[dg.AssetKey] | None,
    failures: list[str],
) -> RunOutcome:
    result = job.execute_in_process(
        run_config=config, instance=instance, asset_selection=selection, raise_on_error=False
    )
    loads: dict[str, dict[str, object]] = {
        "/".join(event.materialization.asset_key.path[1:]): {
            name: value.value for name, value in event.materialization.metadata.items()
        }
        for event in result.get_asset_materialization_events()
        if event.materialization.asset_key.path[0] == "raw"
    }
    return RunOutcome(result.run_id, result.success, tuple(failures), tuple(sorted(loads.items())))


class _Telling(logging.Handler):
    """Passes Dagster's events on as they are logged. Watching the event log instead would read all of it once more."""

    def __init__(self, listener: Listener, failures: list[str]) -> None:
        super().__init__()
        self._listener = listener
        self._failures = failures

    def emit(self, record: logging.LogRecord) -> None:
        """Tell the listener what it may want to know."""
        metadata = getattr(record, "dagster_meta", {})
        event = metadata.get("dagster_event")
        if event is not None:
            kind, text = describe(event)
        else:
            kind = "note" if is_note(record) else "log" if record.levelno >= logging.INFO else ""
            text = str(metadata.get("orig_message", ""))
        if kind == "failed":
            self._failures.append(text)
        if kind:
            self._listener(kind, text)


def _telling_logger(listener: Listener, failures: list[str]) -> dg.LoggerDefinition:
    logger = logging.Logger("salesops.run", level=logging.DEBUG)
    logger.addHandler(_Telling(listener, failures))
    return dg.LoggerDefinition(lambda _: logger, description="Tells the command line what happens.")


def describe(event: dg.DagsterEvent) -> tuple[str, str]:
    """What to tell a person about an event: a kind and a line; an empty kind for what is of no interest."""
    step = event.step_key or ""
    match event.event_type:
        case dg.DagsterEventType.STEP_START:
            return "step", step
        case dg.DagsterEventType.STEP_SUCCESS:
            return "done", step
        case dg.DagsterEventType.STEP_UP_FOR_RETRY:
            return "retry", f"{step}: {_root(event.step_retry_data.error)}; trying again"
        case dg.DagsterEventType.STEP_FAILURE:
            return "failed", f"{step}: {_reason(event)}"
        case dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            check = event.asset_check_evaluation_data
            if not check.passed:
                return (
                    "check",
                    f"{check.asset_key.to_user_string()} {check.check_name}: {check.description or 'not met'}",
                )
    return "", ""


def _root(error: SerializableErrorInfo | None) -> str:
    while error is not None and error.cause is not None:
        error = error.cause
    if error is None:
        return "no reason given"
    if (error.cls_name or "").endswith("InterruptedError"):
        return "interrupted; nothing is lost, start it again"
    return error.message.strip().split(f"{error.cls_name}: ", 1)[-1]


def _reason(event: dg.DagsterEvent) -> str:
    data = event.step_failure_data
    failure = data.user_failure_data
    return failure.description if failure is not None and failure.description else _root(data.error)
