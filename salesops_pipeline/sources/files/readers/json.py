"""JSON: a list of objects, objects inside a document, or one object per line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from salesops_pipeline.sources.files.mapping import NamedFile
from salesops_pipeline.sources.files.readers.table import (
    CellKind,
    FileTable,
    ReadError,
    RefusedRow,
    TableBuilder,
    column_names,
)

PARENT = "parent"
"""Prefix of the columns of the record around, where lists inside records are opened."""
_LINE_SUFFIXES = (".jsonl", ".ndjson")

Cells = dict[str, tuple[str | None, CellKind]]


def read_json(path: Path, options: NamedFile, *, file: str) -> FileTable:
    """Read JSON records. Nested objects become columns with dotted names; lists inside a record stay JSON text.

    Raises:
        ReadError: The file is not JSON, or the path in `records` does not lead to records.
    """
    refused: list[RefusedRow] = []
    try:
        text = path.read_text(encoding=options.encoding or "utf-8-sig")
    except UnicodeError as error:
        raise ReadError(f"is not {options.encoding} text: {error}") from None
    has_lines = path.suffix.lower() in _LINE_SUFFIXES
    documents = _lines(text, file, refused) if has_lines else iter([(None, _load(text))])
    steps = options.records.split(".") if options.records else []
    records: list[tuple[int, Cells]] = []
    for line, document in documents:
        for cells in _open(document, steps, {}):
            records.append((line or len(records) + 1, cells))
    names = list(dict.fromkeys(name for _, cells in records for name in cells))
    builder = TableBuilder(column_names(names), has_kinds=True)
    missing = (None, CellKind.TEXT)
    for number, cells in records:
        row = [cells.get(name, missing) for name in names]
        builder.add(number, [value for value, _ in row], [kind for _, kind in row])
    return builder.finish(file, refused)


def _load(text: str) -> object:
    try:
        return json.loads(text, parse_float=Decimal)
    except json.JSONDecodeError as error:
        raise ReadError(f"is not JSON: {error.msg} (column {error.colno})", row=error.lineno) from None


def _lines(text: str, file: str, refused: list[RefusedRow]) -> Iterator[tuple[int, object]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield number, json.loads(line, parse_float=Decimal)
        except json.JSONDecodeError as error:
            refused.append(RefusedRow(file, number, f"the line is not JSON: {error.msg} (column {error.colno})"))


def _open(node: object, path: list[str], around: Cells) -> Iterator[Cells]:
    """The records that ``path`` leads to, each with the fields of the records around it."""
    if isinstance(node, list):
        for item in node:
            yield from _open(item, path, around)
        return
    if not isinstance(node, dict):
        raise ReadError("holds something else than objects where records are expected (`records` says where they are)")
    if not path:
        yield _flatten(node) | around
        return
    step, *rest = path
    if step not in node:
        raise ReadError(f"`records`: there is no {step!r}; there are {', '.join(map(str, node)) or 'no fields'}")
    fields = _flatten({name: value for name, value in node.items() if name != step})
    outer = {f"{PARENT}.{name}": cell for name, cell in (fields | around).items()}
    if node[step] is not None:
        yield from _open(node[step], rest, outer)


def _flatten(record: dict[str, object], prefix: str = "") -> Cells:
    cells: Cells = {}
    for name, value in record.items():
        if isinstance(value, dict):
            cells |= _flatten(value, f"{prefix}{name}.")
        else:
            cells[f"{prefix}{name}"] = _cell(value)
    return cells


def _cell(value: object) -> tuple[str | None, CellKind]:
    if value is None:
        return None, CellKind.TEXT
    if isinstance(value, str):
        return value, CellKind.TEXT
    if isinstance(value, bool):
        return str(value).lower(), CellKind.NATIVE
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False, default=str), CellKind.TEXT
    return str(value), CellKind.NATIVE
