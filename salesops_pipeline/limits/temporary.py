"""Folders for what does not fit into memory: one per process, removed with it, or by the next one if it was killed."""

from __future__ import annotations

import atexit
import fcntl
import shutil
import tempfile
from pathlib import Path
from typing import IO

from salesops_pipeline.errors import ConfigurationError
from salesops_pipeline.settings import Settings

_PREFIX = "salesops-"
_LOCK_NAME = "in-use"
_OWN: dict[Path, tuple[Path, IO[str]]] = {}
"""This process's folder under each root, with a locked file: the kernel frees it when the process ends."""


def temporary_root(settings: Settings) -> Path:
    """Where such folders are made."""
    return settings.temp_dir or settings.data_dir / "tmp"


def own_folder(settings: Settings) -> Path:
    """This process's folder; made at the first call, when folders that dead processes left behind are removed too.

    Raises:
        ConfigurationError: It cannot be written.
    """
    root = temporary_root(settings)
    if root in _OWN and _OWN[root][0].is_dir():
        return _OWN[root][0]
    try:
        root.mkdir(parents=True, exist_ok=True)
        with (root / ".lock").open("w", encoding="utf-8") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)  # nobody takes a folder for abandoned between its making and its locking
            remove_abandoned(root)
            folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=root))
            lock = (folder / _LOCK_NAME).open("w", encoding="utf-8")
            fcntl.flock(lock, fcntl.LOCK_EX)
    except OSError as error:
        raise ConfigurationError(
            f"no folder for temporary files: {error.strerror}", where=str(root), fix="Set SALESOPS_TEMP_DIR."
        ) from None
    _OWN[root] = (folder, lock)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def remove_abandoned(root: Path) -> int:
    """Remove the folders of processes that are gone; how many there were."""
    removed = 0
    for folder in root.glob(f"{_PREFIX}*"):
        if _is_abandoned(folder / _LOCK_NAME):
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed


def _is_abandoned(lock: Path) -> bool:
    try:
        with lock.open("r+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except FileNotFoundError:
        return True  # killed before the folder was locked
    return True
