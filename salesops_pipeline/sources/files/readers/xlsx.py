"""Spreadsheets: the sheets of XLSX files."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

from salesops_pipeline.sources.files.mapping import NamedFile
from salesops_pipeline.sources.files.problems import did_you_mean
from salesops_pipeline.sources.files.readers.table import CellKind, FileTable, ReadError, TableBuilder, column_names

ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})

Cell = tuple[str | None, CellKind]
Row = tuple[int, list[Cell]]


def read_xlsx(path: Path, options: NamedFile, *, file: str) -> FileTable:
    """Read one sheet of a spreadsheet. Formulas give the value that was last calculated.

    Raises:
        ReadError: The file is no spreadsheet, the sheet is not there, or it has no header.
    """
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise ReadError(f"is not a spreadsheet that can be read: {error}") from None
    try:
        name = options.sheet or book.sheetnames[0]
        if name not in book.sheetnames:
            raise ReadError(
                f"has no sheet {name!r}{did_you_mean(name, book.sheetnames)}; it has {', '.join(book.sheetnames)}"
            )
        sheet = book[name]
        # Some programs write a wrong size into the sheet; without it openpyxl counts the rows itself.
        sheet.reset_dimensions()
        return _table(_rows(sheet.iter_rows(values_only=True), options), options, file)
    finally:
        book.close()


def _rows(values: Iterator[Sequence[object]], options: NamedFile) -> Iterator[Row]:
    held: deque[Row] = deque()
    for number, row in enumerate(values, start=1):
        cells = [as_cell(value) for value in row]
        if number <= (options.skip_rows or 0) or all(text is None for text, _ in cells):
            continue
        held.append((number, cells))
        if len(held) > (options.skip_last_rows or 0):
            yield held.popleft()


def _table(rows: Iterator[Row], options: NamedFile, file: str) -> FileTable:
    if isinstance(options.header, tuple):
        names = column_names(options.header)
    else:
        first = next(rows, None)
        if first is None:
            raise ReadError("the sheet is empty: it has no header")
        texts = [text for text, _ in first[1]]
        names = column_names(texts if options.header is not False else [None] * len(texts))
        if options.header is False:
            rows = _put_back(first, rows)
    builder = TableBuilder(names, has_kinds=True)
    empty: list[Cell] = [(None, CellKind.TEXT)] * len(names)
    for number, cells in rows:
        padded = (cells + empty)[: len(names)]
        builder.add(number, [text for text, _ in padded], [kind for _, kind in padded])
    return builder.finish(file)


def _put_back(first: Row, rest: Iterator[Row]) -> Iterator[Row]:
    yield first
    yield from rest


def as_cell(value: object) -> Cell:
    """The text of a cell's value, and whether the cell was a text."""
    if value is None:
        return None, CellKind.TEXT
    if isinstance(value, bool):
        return str(value).lower(), CellKind.NATIVE
    if isinstance(value, int):
        return str(value), CellKind.NATIVE
    if isinstance(value, float):
        # A spreadsheet shows and keeps 15 significant digits; the rest is noise of binary fractions.
        return f"{value:.15g}", CellKind.NATIVE
    if isinstance(value, dt.datetime):
        return str(value.date() if value.time() == dt.time() else value), CellKind.NATIVE
    if isinstance(value, dt.date | dt.time):
        return value.isoformat(), CellKind.NATIVE
    text = str(value)
    return text, CellKind.ERROR if text in ERRORS else CellKind.TEXT
