"""A lock between processes on this machine."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from salesops_pipeline.errors import SourceError


@contextmanager
def only_one(path: Path, what: str, where: str) -> Iterator[None]:
    """Hold an operating-system lock; it goes away with the process, also when that is killed.

    Args:
        path: The lock file, on a local disk.
        what: What must not be under way twice, for the message.
        where: On what it works, for the message.

    Raises:
        SourceError: Another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SourceError(f"{what} is running", where=where, fix="Wait until it has finished.") from None
        yield
