"""Which files a mapping means, which reader reads them, and each of them read only once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from salesops_pipeline.sources.files.mapping import NamedFile
from salesops_pipeline.sources.files.problems import did_you_mean
from salesops_pipeline.sources.files.readers.json import read_json
from salesops_pipeline.sources.files.readers.parquet import read_parquet
from salesops_pipeline.sources.files.readers.table import FileTable, ReadError, concat
from salesops_pipeline.sources.files.readers.text import read_text
from salesops_pipeline.sources.files.readers.xlsx import read_xlsx

_READERS: dict[str, Callable[..., FileTable]] = {
    **dict.fromkeys((".csv", ".tsv", ".tab", ".txt"), read_text),
    **dict.fromkeys((".xlsx", ".xlsm"), read_xlsx),
    **dict.fromkeys((".json", ".jsonl", ".ndjson"), read_json),
    ".parquet": read_parquet,
}
_LAYOUT = ("encoding", "separator", "quote", "row_end", "header", "skip_rows", "skip_last_rows", "sheet", "records")


def matching_files(directory: Path, options: NamedFile) -> list[str]:
    """The files that ``options.file`` means, relative to the folder, by name.

    Raises:
        ReadError: There is none.
    """
    if any(sign in options.file for sign in "*?["):
        found = sorted(path for path in directory.glob(options.file) if path.is_file())
        if not found:
            raise ReadError("no file in the folder fits this pattern")
        return [path.relative_to(directory).as_posix() for path in (found[-1:] if options.take == "last" else found)]
    if not (directory / options.file).is_file():
        names = [path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file()]
        raise ReadError(f"there is no such file{did_you_mean(options.file, names)}")
    return [Path(options.file).as_posix()]


def read_file(directory: Path, file: str, options: NamedFile) -> FileTable:
    """Read one file as text, whatever its kind.

    Raises:
        ReadError: The kind is unknown, or the file is not what the mapping says.
    """
    reader = _READERS.get(Path(file).suffix.lower())
    if reader is None:
        raise ReadError(f"what kind of file is it? Known are {', '.join(_READERS)}")
    return reader(directory / file, options, file=file)


class FileReadError(ReadError):
    """A `ReadError` that knows its file."""

    file: str = ""

    @classmethod
    def of(cls, file: str, reason: str, *, row: int | None = None) -> FileReadError:
        """The error for a file, relative to the mapping's folder."""
        error = cls(reason, row=row)
        error.file = file
        return error


class FileReader:
    """Reads the files of one mapping's folder and keeps what it has read, for feeds that share a file."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._read: dict[tuple[object, ...], FileTable] = {}

    def each(self, options: NamedFile) -> list[FileTable]:
        """The tables of the files that ``options`` mean, one by one.

        Raises:
            FileReadError: A file is missing or cannot be read.
        """
        try:
            files = matching_files(self._directory, options)
        except ReadError as error:
            raise FileReadError.of(options.file, error.reason) from None
        return [self._one(file, options) for file in files]

    def all(self, options: NamedFile) -> FileTable:
        """The same as one table."""
        return concat(self.each(options))

    def _one(self, file: str, options: NamedFile) -> FileTable:
        key = (file, *(getattr(options, name) for name in _LAYOUT if hasattr(options, name)))
        if key not in self._read:
            try:
                self._read[key] = read_file(self._directory, file, options)
            except ReadError as error:
                raise FileReadError.of(file, error.reason, row=error.row) from None
        return self._read[key]
