"""What is known about the last build of the warehouse: for which day, whether it passed, and what it left.

A failing dbt test leaves its model already replaced in the warehouse. So a candidate is cut only from a warehouse whose
last build ended well and which has not been touched since; anything else was never tested as a whole.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from salesops_pipeline.errors import GateError
from salesops_pipeline.publishing.files import write_atomically
from salesops_pipeline.publishing.warehouse import WarehouseState, warehouse_of
from salesops_pipeline.settings import Settings


class DbtCounts(BaseModel):
    """Outcomes of dbt's tests, and of models that could not be built."""

    model_config = ConfigDict(frozen=True)

    passed: int = 0
    warned: int = 0
    failed: int = 0


class BuildRecord(BaseModel):
    """The last build of the warehouse."""

    model_config = ConfigDict(frozen=True)

    status: Literal["running", "passed", "failed"]
    as_of_date: dt.date
    started_at: dt.datetime
    finished_at: dt.datetime | None = None
    dbt: DbtCounts = DbtCounts()
    failed_nodes: tuple[str, ...] = ()
    warehouse: WarehouseState | None = None
    models: str = ""
    """Fingerprint of the models that it built the tables from."""
    full_refresh: bool = False
    """Whether it built every table from nothing."""


def record_path(settings: Settings) -> Path:
    """Where the record lies: beside the warehouse."""
    return warehouse_of(settings).record_path


def needs_full_refresh(last: BuildRecord | None, models: str) -> bool:
    """Whether tables of other models may lie in the warehouse, so that building only what changed would mix them.

    Args:
        last: The last build, if there was one. One that was to build everything and did not pass has to be repeated: it
            may have left some tables as they were.
        models: Fingerprint of the models as they are now.
    """
    if last is None or last.models != models:
        return True
    return last.full_refresh and last.status != "passed"


def last_build(settings: Settings) -> BuildRecord | None:
    """The last build as far as it can be told: None where there was none or its record cannot be read any more."""
    try:
        return read_build(settings)
    except GateError:
        return None


def start_build(settings: Settings, as_of: dt.date, *, models: str = "", full_refresh: bool = False) -> BuildRecord:
    """Note that a build has begun. Until `finish_build` nothing is published from the warehouse, also after a crash.

    Args:
        settings: Where the warehouse lies.
        as_of: The day it looks at.
        models: Fingerprint of the models it builds.
        full_refresh: Whether it builds every table from nothing.
    """
    record = BuildRecord(
        status="running",
        as_of_date=as_of,
        started_at=dt.datetime.now(dt.UTC),
        models=models,
        full_refresh=full_refresh,
    )
    write_atomically(record_path(settings), record.model_dump_json(indent=2))
    return record


def finish_build(settings: Settings, *, passed: bool, dbt: DbtCounts, failed_nodes: Sequence[str] = ()) -> BuildRecord:
    """Note how the build ended that `start_build` began.

    Call it when no connection to the warehouse is open for writing any more.

    Args:
        settings: Where the warehouse lies.
        passed: Whether every model was built and every test of error severity passed.
        dbt: Outcomes of dbt's tests.
        failed_nodes: Names of models and tests that failed.

    Raises:
        GateError: No build was begun.
    """
    begun = read_build(settings)
    if begun is None:
        raise GateError("a build ended that never began", where=str(record_path(settings)))
    record = begun.model_copy(
        update={
            "status": "passed" if passed else "failed",
            "finished_at": dt.datetime.now(dt.UTC),
            "dbt": dbt,
            "failed_nodes": tuple(failed_nodes),
            "warehouse": warehouse_of(settings).state(),
        }
    )
    write_atomically(record_path(settings), record.model_dump_json(indent=2))
    return record


def read_build(settings: Settings) -> BuildRecord | None:
    """The last build, or None if there was none.

    Raises:
        GateError: The record is not readable.
    """
    path = record_path(settings)
    try:
        return BuildRecord.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValidationError as error:
        raise GateError(
            f"the build record is not readable: {error.errors()[0]['msg']}", where=str(path), fix="Build again."
        ) from None


def require_passed_build(settings: Settings) -> BuildRecord:
    """The last build, if the warehouse is exactly what it left and it passed.

    Raises:
        GateError: It failed, did not end, never was, or the warehouse was changed afterwards.
    """
    record = read_build(settings)
    warehouse = warehouse_of(settings)
    where, state = str(warehouse.path), warehouse.state()
    if record is None or state is None:
        raise GateError("there is no finished build of the warehouse", where=where, fix="Run `salesops run`.")
    if record.status == "running":
        raise GateError(
            "the last build of the warehouse did not end",
            where=where,
            fix="Wait for it, or run `salesops run` again if it was interrupted.",
        )
    if record.status == "failed":
        names = ", ".join(record.failed_nodes) or "see the log of the build"
        raise GateError(
            f"the last build of the warehouse failed: {names}", where=where, fix="Mend the cause and build again."
        )
    if record.warehouse != state:
        raise GateError(
            "the warehouse was changed after its last tested build", where=where, fix="Run `salesops run` again."
        )
    return record
