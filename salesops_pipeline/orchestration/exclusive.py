"""One run at a time: what a run builds, audits and publishes must all be its own.

Dagster's pools keep single steps apart, but two runs could still take turns, and one would publish what the other
built. The lock is held by the process until it ends, so a killed run cannot keep it.
"""

from __future__ import annotations

import fcntl
from typing import IO

from salesops_pipeline.errors import ConfigurationError
from salesops_pipeline.settings import Settings

_HELD: dict[str, IO[str]] = {}
"""Lock files that this process holds, by path; open files, because closing one gives the lock back."""


def hold_run_lock(settings: Settings) -> None:
    """Take the run lock of a data folder for the rest of this process; a second call does nothing.

    Raises:
        ConfigurationError: Another process is running the pipeline on this folder.
    """
    path = settings.data_dir / "run.lock"
    if str(path) in _HELD:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise ConfigurationError(
            "another run is under way", where=str(settings.data_dir), fix="Wait for it to end, then start again."
        ) from None
    _HELD[str(path)] = file
