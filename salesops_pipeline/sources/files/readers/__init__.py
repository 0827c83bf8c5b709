"""Reading exports of any kind into one shape: texts, with the row each came from."""

from __future__ import annotations

from salesops_pipeline.sources.files.readers.dispatch import FileReader, FileReadError, matching_files, read_file
from salesops_pipeline.sources.files.readers.table import CellKind, FileTable, ReadError, RefusedRow, concat

__all__ = [
    "CellKind",
    "FileReadError",
    "FileReader",
    "FileTable",
    "ReadError",
    "RefusedRow",
    "concat",
    "matching_files",
    "read_file",
]
