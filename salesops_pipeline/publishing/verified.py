"""Whether files are the ones that were audited: bytes are compared once, after that only what the file system says.

SHA-256 of a large version takes longer than most of what is done with it. Inode, size and time of change tell whether
anybody has written to a file since its bytes were compared. What they cannot tell, a disk that forgets, `salesops
doctor` finds: it compares the bytes whatever was noted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from salesops_pipeline.limits.machine import available_threads
from salesops_pipeline.publishing.files import sha256_of, write_atomically

_NOTES_NAME = ".verified.json"


def checksums(files: Iterable[Path]) -> dict[Path, str]:
    """SHA-256 of files, several at a time."""
    files = list(files)
    with ThreadPoolExecutor(available_threads()) as pool:
        return dict(zip(files, pool.map(sha256_of, files), strict=True))


def altered(published_dir: Path, audited: Mapping[Path, str], *, look_closely: bool = False) -> list[Path]:
    """The files that are not the ones that were audited; one that is missing is among them.

    Args:
        published_dir: The folder of all that is published, in which is noted what has been compared.
        audited: Files, and the SHA-256 they had when they were audited.
        look_closely: Compare the bytes whatever was noted.
    """
    present = {file: sha256 for file, sha256 in audited.items() if file.is_file()}
    noted = {} if look_closely else _read(published_dir)
    unknown = [file for file, sha256 in present.items() if _note(file, sha256).items() - noted.items()]
    found = checksums(unknown)
    note_checksums(published_dir, found)
    return [file for file, sha256 in audited.items() if file not in present or found.get(file, sha256) != sha256]


def note_checksums(published_dir: Path, found: Mapping[Path, str]) -> None:
    """Note the checksums of files that were just read or written as a whole."""
    if not found:
        return
    notes = _read(published_dir)
    for file, sha256 in found.items():
        notes |= _note(file, sha256)
    inodes = {str(file.lstat().st_ino) for file in published_dir.rglob("*")}
    with suppress(OSError):  # who may only read compares the bytes each time
        for left_by_a_kill in published_dir.glob(f".{_NOTES_NAME}.*"):
            left_by_a_kill.unlink(missing_ok=True)  # its writer, if it lives after all, only loses its note
        write_atomically(
            published_dir / _NOTES_NAME, json.dumps({key: note for key, note in notes.items() if key in inodes})
        )


def _note(file: Path, sha256: str) -> dict[str, str]:
    """What is noted of a file: by its inode, which it keeps when a candidate becomes a version."""
    status = file.stat()
    return {str(status.st_ino): f"{status.st_size} {status.st_mtime_ns} {sha256}"}


def _read(published_dir: Path) -> dict[str, str]:
    try:
        return json.loads((published_dir / _NOTES_NAME).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
