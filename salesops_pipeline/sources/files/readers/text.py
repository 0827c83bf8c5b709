"""Delimited text: CSV, TSV and their relatives, read in a stream."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO

from salesops_pipeline.sources.files.mapping import NamedFile
from salesops_pipeline.sources.files.readers.table import FileTable, ReadError, RefusedRow, TableBuilder, column_names

_LARGEST_FIELD = 64 * 1024 * 1024
"""The csv module's own limit (128 KB) is less than a long text field of a CRM."""
_CHUNK_CHARACTERS = 1 << 20
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8"}

Record = tuple[int, list[str]]


def read_text(path: Path, options: NamedFile, *, file: str) -> FileTable:
    """Read a delimited text file.

    Args:
        path: The file.
        options: Encoding, separator, quote, row end, header and rows to skip.
        file: What to call it in messages and in `FileTable.files`.

    Raises:
        ReadError: Wrong encoding, no header, or a quote that never closes.
    """
    encoding = options.encoding or "utf-8-sig"
    try:
        with path.open(encoding=encoding, newline="") as stream:
            return _table(_without_last(_records(stream, path, options), options.skip_last_rows or 0), options, file)
    except UnicodeDecodeError:
        raise ReadError(*_encoding_reason(path, encoding)) from None
    except UnicodeError as error:
        raise ReadError(f"is not {encoding} text: {error}") from None


def _records(stream: IO[str], path: Path, options: NamedFile) -> Iterator[Record | RefusedRow]:
    separator = options.separator or ("," if path.suffix.lower() == ".csv" else "\t")
    skip = options.skip_rows or 0
    if options.row_end or len(separator) > 1:
        lines = _split_rows(stream, options.row_end) if options.row_end else _lines(stream)
        yield from ((number, line.split(separator)) for number, line in islice(lines, skip, None) if line)
        return
    for _ in range(skip):
        next(stream, None)
    quote = '"' if options.quote is None else options.quote
    csv.field_size_limit(max(csv.field_size_limit(), _LARGEST_FIELD))
    reader = csv.reader(
        stream,
        delimiter=separator,
        quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        strict=True,
    )
    while True:
        number = skip + reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "unexpected end of data" in str(error) or "field larger" in str(error):
                raise ReadError(
                    "a quote opens here and is never closed (`quote: none` reads quotes as text)", row=number
                ) from None
            yield RefusedRow("", number, f"the quotes in the row do not match: {error}")
            continue
        if fields:
            yield number, fields


def _lines(stream: IO[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(stream, start=1):
        yield number, line.rstrip("\r\n")


def _split_rows(stream: IO[str], row_end: str) -> Iterator[tuple[int, str]]:
    """Rows that end in ``row_end``; a line break behind it belongs to it. Numbered by the line they begin in."""
    rest, number = "", 1
    while chunk := stream.read(_CHUNK_CHARACTERS):
        *rows, rest = (rest + chunk).split(row_end)
        for row in rows:
            stripped = row.lstrip("\r\n")
            number += row[: len(row) - len(stripped)].count("\n")
            yield number, stripped
            number += stripped.count("\n") + row_end.count("\n")
    stripped = rest.lstrip("\r\n")
    if stripped.strip():
        yield number + rest[: len(rest) - len(stripped)].count("\n"), stripped.rstrip("\r\n")


def _without_last(records: Iterable[Record | RefusedRow], count: int) -> Iterator[Record | RefusedRow]:
    held: deque[Record | RefusedRow] = deque()
    for record in records:
        held.append(record)
        if len(held) > count:
            yield held.popleft()


def _table(records: Iterator[Record | RefusedRow], options: NamedFile, file: str) -> FileTable:
    refused: list[RefusedRow] = []
    builder: TableBuilder | None = None
    width = 0
    if isinstance(options.header, tuple):
        builder, width = TableBuilder(column_names(options.header)), len(options.header)
    for record in records:
        if isinstance(record, RefusedRow):
            refused.append(RefusedRow(file, record.row, record.reason))
            continue
        number, fields = record
        if builder is None:
            has_header = options.header is not False
            builder, width = TableBuilder(column_names(fields if has_header else [""] * len(fields))), len(fields)
            if has_header:
                continue
        if not any(field and not field.isspace() for field in fields):
            continue
        if len(fields) == width:
            builder.add(number, fields)
        else:
            expected = "names" if isinstance(options.header, tuple) else "columns"
            refused.append(RefusedRow(file, number, f"the row has {len(fields)} values for {width} {expected}"))
    if builder is None:
        raise ReadError("the file is empty: it has no header")
    return builder.finish(file, refused)


def _encoding_reason(path: Path, encoding: str) -> tuple[str]:
    data = path.read_bytes()
    name = encoding.removesuffix("-sig")
    for mark, marked in _MARKS.items():
        if data.startswith(mark) and marked != name:
            return (f"is not {name} text: it begins with the mark of {marked}, so say `encoding: {marked}`",)
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return (
            f"is not {name} text: byte {data[error.start]:#04x} in line {line} "
            "(`encoding: cp1252` reads Windows exports)",
        )
    return (f"is not {name} text",)
