"""The few file operations that the lake needs, on the local disk and in an S3 bucket.

Both keep the same promises: a written file appears whole or not at all, and is durable when the call returns; a listing
shows every file that was written before it. Everything else in the lake is built on these two.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from upath import UPath

LakePath: TypeAlias = "Path | UPath"
"""A place in the lake. Both kinds are put together with ``/`` and written out with ``str``."""


@dataclass(frozen=True)
class StoredFile:
    """One file of a listing: where it lies, its size in bytes, and when it was written (UTC)."""

    path: LakePath
    size: int
    modified_at: dt.datetime


class Storage(Protocol):
    """What holds the files of a lake."""

    def list_files(self, folder: LakePath) -> list[StoredFile]:
        """All files under a folder, at any depth; none if there is no such folder."""
        ...

    def read(self, path: LakePath) -> bytes | None:
        """The content of a file, or None if there is none."""
        ...

    def write(self, path: LakePath, content: bytes) -> None:
        """Write a small file."""
        ...

    def writing(self, path: LakePath) -> AbstractContextManager[Path]:
        """A local file to fill, which becomes ``path`` when the context ends, and vanishes if it ends in an error."""
        ...

    def open(self, path: LakePath) -> Any:
        """A file for reading from any position, as pyarrow takes it."""
        ...

    def remove(self, path: LakePath) -> None:
        """Remove a file; nothing happens if it is gone."""
        ...


class LocalStorage:
    """The local file system."""

    def list_files(self, folder: LakePath) -> list[StoredFile]:
        """See `Storage`."""
        found: list[StoredFile] = []
        with suppress(FileNotFoundError), os.scandir(str(folder)) as entries:
            for entry in entries:
                if entry.is_dir():
                    found.extend(self.list_files(Path(entry.path)))
                else:
                    with suppress(FileNotFoundError):  # renamed since the folder was opened
                        status = entry.stat()
                        modified_at = dt.datetime.fromtimestamp(status.st_mtime, dt.UTC)
                        found.append(StoredFile(Path(entry.path), status.st_size, modified_at))
        return found

    def read(self, path: LakePath) -> bytes | None:
        """See `Storage`."""
        try:
            return Path(str(path)).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, path: LakePath, content: bytes) -> None:
        """See `Storage`."""
        with self.writing(path) as temporary:
            temporary.write_bytes(content)

    @contextmanager
    def writing(self, path: LakePath) -> Iterator[Path]:
        """See `Storage`."""
        target = Path(str(path))
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
        try:
            yield temporary
            _sync(temporary)
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync(target.parent)

    def open(self, path: LakePath) -> Any:
        """See `Storage`."""
        import pyarrow as pa

        return pa.OSFile(str(path))

    def remove(self, path: LakePath) -> None:
        """See `Storage`."""
        Path(str(path)).unlink(missing_ok=True)


class S3Storage:
    """A bucket. A put is atomic and durable, and a listing is consistent, by the definition of the service.

    Args:
        root: The lake's folder, for messages.
        filesystem: An ``s3fs.S3FileSystem`` that does not cache listings.
    """

    def __init__(self, root: LakePath, filesystem: Any) -> None:
        self._root = root
        self._filesystem = filesystem

    def list_files(self, folder: LakePath) -> list[StoredFile]:
        """See `Storage`."""
        with self._explained():
            found = self._filesystem.find(_key(folder), detail=True)
        return [
            StoredFile(folder / name.removeprefix(f"{_key(folder)}/"), entry["size"], entry["LastModified"])
            for name, entry in found.items()
        ]

    def read(self, path: LakePath) -> bytes | None:
        """See `Storage`."""
        with self._explained():
            try:
                return self._filesystem.cat_file(_key(path))
            except FileNotFoundError as error:
                if "bucket" in str(error):
                    raise
                return None

    def write(self, path: LakePath, content: bytes) -> None:
        """See `Storage`."""
        with self._explained():
            self._filesystem.pipe_file(_key(path), content)

    @contextmanager
    def writing(self, path: LakePath) -> Iterator[Path]:
        """See `Storage`."""
        with tempfile.TemporaryDirectory(prefix="salesops-lake-") as folder:
            temporary = Path(folder) / path.name
            yield temporary
            with self._explained():
                self._filesystem.put_file(str(temporary), _key(path))

    def open(self, path: LakePath) -> Any:
        """See `Storage`."""
        with self._explained():
            return self._filesystem.open(_key(path), "rb")

    def remove(self, path: LakePath) -> None:
        """See `Storage`."""
        with self._explained(), suppress(FileNotFoundError):
            self._filesystem.rm_file(_key(path))

    def _explained(self) -> AbstractContextManager[None]:
        from salesops_pipeline.lake.s3 import explained

        return explained(str(self._root))


def storage_of(root: LakePath) -> Storage:
    """The storage that a lake's folder lies in."""
    if isinstance(root, Path):
        return LocalStorage()
    return S3Storage(root, root.fs)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _key(path: LakePath) -> str:
    return str(path).removeprefix("s3://")
