"""Fingerprints: short texts that are equal when what they stand for is.

Work that is left out because nothing has changed is left out because fingerprints were equal. So they err on one side:
they may differ for the same meaning (a comment was edited), and are never equal for another one.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Iterable
from pathlib import Path


def of_files(root: Path, entries: Iterable[str] = (".",)) -> str:
    """A hash over names and contents of files, hexadecimal.

    Args:
        root: Folder that names are relative to, so that a moved project keeps its fingerprint.
        entries: Files and folders under it; what does not exist counts as such. Python's caches are left out.
    """
    return of_contents(
        (str(file.relative_to(root)), file.read_bytes())
        for path in (root / entry for entry in entries)
        for file in ([path] if path.is_file() else sorted(path.rglob("*")))
        if file.is_file() and "__pycache__" not in file.parts
    )


def of_contents(files: Iterable[tuple[str, bytes]]) -> str:
    """A hash over names and contents, in their order, hexadecimal."""
    digest = hashlib.sha256()
    for name, content in files:
        _add(digest, name.encode())
        _add(digest, content)
    return digest.hexdigest()


def of_texts(texts: Iterable[str]) -> str:
    """A hash over texts and their order, hexadecimal."""
    digest = hashlib.sha256()
    for text in texts:
        _add(digest, text.encode())
    return digest.hexdigest()


def of_packages(names: Iterable[str]) -> str:
    """Names and versions of installed packages, readable; one that is not installed is named as such."""
    return ", ".join(f"{name} {_version(name)}" for name in names)


def _add(digest: hashlib._Hash, content: bytes) -> None:
    # With its length, so that the end of one text cannot be taken for the beginning of the next.
    digest.update(len(content).to_bytes(8, "big"))
    digest.update(content)


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
