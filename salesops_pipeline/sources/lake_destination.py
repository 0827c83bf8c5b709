"""dlt's filesystem destination for the lake, with every file written beside its place and renamed into it.

Plain fsspec writes files in place. dlt reads its own small files (state, schema, loads) at the start of every load, so
one that a kill left half written would stop all later loads.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from dlt.destinations import filesystem
from dlt.destinations.impl.filesystem.filesystem import FilesystemClient
from fsspec.implementations.local import LocalFileSystem


class AtomicLocalFileSystem(LocalFileSystem):
    """The local file system; a written or copied file appears whole or not at all."""

    def cp_file(self, path1: str, path2: str, **kwargs: Any) -> None:
        """Copy a file; `put_file`, which dlt's load jobs use, comes through here too."""
        target = Path(str(self._strip_protocol(path2)))
        part = _part(target)
        shutil.copyfile(str(self._strip_protocol(path1)), part)
        part.replace(target)

    def write_text(
        self,
        path: str,
        value: str,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        **kwargs: Any,
    ) -> int:
        """Write a text file; the folder is made if needed."""
        target = Path(str(self._strip_protocol(path)))
        target.parent.mkdir(parents=True, exist_ok=True)
        part = _part(target)
        written = part.write_text(value, encoding=encoding, errors=errors, newline=newline)
        part.replace(target)
        return written


class LakeClient(FilesystemClient):
    """dlt's client with the atomic file system in place of fsspec's plain one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fs_client = AtomicLocalFileSystem()


class LakeDestination(filesystem):
    """dlt's filesystem destination with `LakeClient`."""

    @property
    def client_class(self) -> type[FilesystemClient]:
        """The client that writes."""
        return LakeClient


def lake_destination(raw_dir: Path, layout: str) -> LakeDestination:
    """The destination of every raw table: column names as the source has them, one folder per table."""
    return LakeDestination(
        bucket_url=raw_dir.as_uri(),
        layout=layout,
        naming_convention="direct",
        warn_unsafe_layout_separators=False,
    )


def _part(target: Path) -> Path:
    # A leading dot and another suffix: no reader of the lake mistakes it for data.
    return target.with_name(f".{target.name}.part")
