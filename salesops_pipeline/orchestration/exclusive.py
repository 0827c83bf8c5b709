"""One run at a time: what a run builds, audits and publishes must all be its own.

Dagster's pools keep single steps apart, but two runs could still take turns, and one would publish what the other
built. The lock is held by the process until it ends, so a killed run cannot keep it.
"""

from __future__ import annotations

import fcntl
import time
from pathlib import Path
from typing import IO

from salesops_pipeline.errors import ConfigurationError
from salesops_pipeline.settings import Settings

_PATIENCE_SECONDS = 1.0
"""Longer than anybody takes to look whether the lock is free."""

_HELD: dict[str, IO[str]] = {}
"""Lock files that this process holds, by path; open files, because closing one gives the lock back."""


def is_run_under_way(settings: Settings) -> bool:
    """Whether any process, this one included, is running the pipeline on a data folder."""
    path = _lock_path(settings)
    if str(path) in _HELD:
        return True
    if not path.exists():
        return False
    with path.open("a", encoding="utf-8") as file:
        return not _lock(file)


def hold_run_lock(settings: Settings) -> None:
    """Take the run lock of a data folder for the rest of this process; a second call does nothing.

    Raises:
        ConfigurationError: Another process is running the pipeline on this folder.
    """
    path = _lock_path(settings)
    if str(path) in _HELD:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a", encoding="utf-8")
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not _lock(file):
        if time.monotonic() > deadline:
            file.close()
            raise ConfigurationError(
                "another run is under way", where=str(settings.data_dir), fix="Wait for it to end, then start again."
            )
        time.sleep(_PATIENCE_SECONDS / 10)
    _HELD[str(path)] = file


def _lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lock_path(settings: Settings) -> Path:
    return settings.data_dir / "run.lock"
