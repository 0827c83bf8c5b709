"""File operations that survive a kill at any moment: atomic writes, checksums, a lock between processes."""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from salesops_pipeline.errors import GateError

_LOCK_POLL_SECONDS = 0.05


def write_atomically(path: Path, text: str) -> None:
    """Write a text file so that readers see the old content or the new, never a part; durable on return."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_directory(path.parent)


def sync_file(path: Path) -> None:
    """Make the content of a closed file durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_directory(path: Path) -> None:
    """Make the names in a directory durable, after files were created or renamed in it."""
    sync_file(path)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def locked(path: Path, *, timeout_seconds: float = 60.0) -> Iterator[None]:
    """Hold an exclusive lock between processes; a killed holder releases it, because the kernel does.

    Raises:
        GateError: Somebody else holds it for longer than the timeout.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        deadline = time.monotonic() + timeout_seconds
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise GateError(
                        f"another publication has been under way for {timeout_seconds:.0f} seconds",
                        where=str(path),
                        fix="Wait for it to end, then try again.",
                    ) from None
                time.sleep(_LOCK_POLL_SECONDS)
        yield
