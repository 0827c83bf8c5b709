"""dlt's filesystem destination for the lake, every file in it written whole or not at all.

On a local disk plain fsspec writes files in place. dlt reads its own small files (state, schema, loads) at the start of
every load, so one that a kill left half written would stop all later loads; they are written beside their place and
renamed into it. In a bucket a put is atomic, and dlt reaches it the way the rest of the pipeline does.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlt.destinations import filesystem
from dlt.destinations.impl.filesystem.filesystem import FilesystemClient
from fsspec.implementations.local import LocalFileSystem

if TYPE_CHECKING:
    from salesops_pipeline.lake.storage import LakePath


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
    """dlt's client with a file system that keeps the lake's promises in place of the one dlt makes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_local_filesystem:
            self.fs_client = AtomicLocalFileSystem()
        else:
            from salesops_pipeline.lake.s3 import s3_path

            self.fs_client = s3_path(self.config.bucket_url).fs


class LakeDestination(filesystem):
    """dlt's filesystem destination with `LakeClient`."""

    @property
    def client_class(self) -> type[FilesystemClient]:
        """The client that writes."""
        return LakeClient


def lake_destination(raw_dir: LakePath, layout: str) -> LakeDestination:
    """The destination of every raw table: column names as the source has them, one folder per table."""
    return LakeDestination(
        bucket_url=raw_dir.as_uri() if isinstance(raw_dir, Path) else str(raw_dir),
        layout=layout,
        naming_convention="direct",
        warn_unsafe_layout_separators=False,
    )


def _part(target: Path) -> Path:
    # A leading dot and another suffix: no reader of the lake mistakes it for data.
    return target.with_name(f".{target.name}.part")
