"""Opening the file of a feed: its cells cleaned, its rows filtered, its expressions evaluated, its lookups at hand."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from salesops_pipeline.sources.files.arrow import compute
from salesops_pipeline.sources.files.cells import LookupTable
from salesops_pipeline.sources.files.mapping import MAPPING_FILE, Feed, Lookup, Mapping, NamedFile
from salesops_pipeline.sources.files.problems import Problem, did_you_mean
from salesops_pipeline.sources.files.readers import FileReader, FileReadError, FileTable, RefusedRow, concat
from salesops_pipeline.sources.files.sql import Evaluated, SqlError, evaluate, native_kinds

if TYPE_CHECKING:
    import pyarrow as pa


class FeedError(Exception):
    """A feed cannot be read at all: something that the mapping names is not there, or its SQL is wrong."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.reason for problem in problems))


@dataclass(frozen=True)
class ExpressionCells:
    """What an expression gave for the rows of a feed."""

    texts: pa.ChunkedArray
    kinds: pa.ChunkedArray | None
    """`CellKind` of each cell, or None if all are texts."""
    reasons: pa.Array
    """Why the expression failed on a row, or null."""


@dataclass(frozen=True)
class FeedFile:
    """The rows of a feed's file, or files, that the feed wants."""

    options: NamedFile
    names: tuple[str, ...]
    texts: pa.Table
    """Clean cells: no blanks around, empty ones null."""
    kinds: dict[str, pa.ChunkedArray]
    rows: pa.ChunkedArray
    files: pa.ChunkedArray
    unreadable: tuple[RefusedRow, ...]
    read_count: int
    left_out_count: int
    expressions: dict[str, ExpressionCells]
    """What each target column that is an expression gave."""
    lookups: dict[str, LookupTable]
    """What the target columns with a lookup look into."""


class LookupTables:
    """The named files of a mapping, as tables for SQL and for lookups.

    Args:
        mapping: The mapping.
        reader: Reads the files of its folder.
    """

    def __init__(self, mapping: Mapping, reader: FileReader) -> None:
        self._mapping = mapping
        self._reader = reader
        self._lookups: dict[tuple[str, str, str], LookupTable] = {}

    def texts(self, name: str) -> pa.Table:
        """The clean cells of a named file.

        Raises:
            FileReadError: The file is missing or cannot be read.
        """
        options = self._mapping.named_file(name)
        return clean(self._reader.all(options).texts, options.null_values or ())

    def lookup(self, lookup: Lookup) -> LookupTable:
        """What ``lookup`` looks into.

        Raises:
            FileReadError: The file is missing or cannot be read, or lacks one of the columns.
        """
        key = (lookup.in_, lookup.key, lookup.value)
        if key not in self._lookups:
            options = self._mapping.named_file(lookup.in_)
            texts = self.texts(lookup.in_)
            for name in (lookup.key, lookup.value):
                if name not in texts.column_names:
                    raise FileReadError.of(options.file, _no_column(name, texts.column_names))
            columns = (texts.column(name).to_pylist() for name in (lookup.key, lookup.value))
            self._lookups[key] = LookupTable(*columns, file=options.file)
        return self._lookups[key]


def clean(texts: pa.Table, null_values: Collection[str]) -> pa.Table:
    """Cells without blanks around them; empty cells and those that mean "no value" are null."""
    import pyarrow as pa

    pc = compute()
    nothing = pa.array(["", *null_values], pa.string())
    columns: list[pa.ChunkedArray] = []
    for column in texts.columns:
        trimmed = pc.utf8_trim_whitespace(column)
        columns.append(pc.if_else(pc.is_in(trimmed, value_set=nothing), pa.scalar(None, pa.string()), trimmed))
    return pa.table(columns, names=texts.column_names)


def open_feed_file(
    feed: Feed, options: NamedFile, mapping: Mapping, reader: FileReader, tables: LookupTables
) -> FeedFile:
    """Read what a feed needs.

    Raises:
        FeedError: A file, sheet or column is missing, a file cannot be read, or SQL is wrong; with everything found.
    """
    try:
        parts = reader.each(options)
        lookups = {name: tables.lookup(spec.lookup) for name, spec in feed.columns.items() if spec.lookup}
    except FileReadError as error:
        raise FeedError(
            [Problem(error.reason, file=error.file, row=error.row, feed=feed.name, entity=feed.entity)]
        ) from None
    if problems := _missing_columns(feed, parts):
        raise FeedError(problems)
    whole = concat(parts)
    texts = clean(whole.texts, options.null_values or ())
    evaluated = _evaluate(feed, texts, mapping, tables)
    if evaluated is None:
        chosen, kinds, rows, files = texts, whole.kinds, whole.rows, whole.files
    else:
        at = evaluated.positions
        chosen, rows, files = texts.take(at), whole.rows.take(at), whole.files.take(at)
        kinds = {name: column.take(at) for name, column in whole.kinds.items()}
    return FeedFile(
        options=options,
        names=whole.names,
        texts=chosen,
        kinds=kinds,
        rows=rows,
        files=files,
        unreadable=whole.refused,
        read_count=len(whole.rows) + len(whole.refused),
        left_out_count=len(whole.rows) - len(rows),
        expressions={} if evaluated is None else _as_cells(evaluated),
        lookups=lookups,
    )


def _missing_columns(feed: Feed, parts: Sequence[FileTable]) -> list[Problem]:
    problems: list[Problem] = []
    for part in parts:
        for target, spec in feed.columns.items():
            if spec.from_ is not None and spec.from_ not in part.columns:
                reason = _no_column(spec.from_, part.columns)
                problems.append(Problem(reason, file=part.names[0], feed=feed.name, entity=feed.entity, column=target))
    return problems


def _no_column(name: str, names: Sequence[str]) -> str:
    hint = " (a single column: is `separator` right?)" if len(names) == 1 and re.search(r"[;,|\t]", names[0]) else ""
    return f"the file has no column {name!r}{did_you_mean(name, names)}; it has {', '.join(names)}{hint}"


def _evaluate(feed: Feed, texts: pa.Table, mapping: Mapping, tables: LookupTables) -> Evaluated | None:
    expressions = {name: spec.expression for name, spec in feed.columns.items() if spec.expression is not None}
    if not expressions and feed.where is None:
        return None
    try:
        return evaluate(texts, where=feed.where, expressions=expressions, named_files=mapping.files, read=tables.texts)
    except FileReadError as error:
        problem = Problem(error.reason, file=error.file, row=error.row, feed=feed.name, entity=feed.entity)
    except SqlError as error:
        key = f"columns.{error.name}.expression" if error.name else "where"
        problem = Problem(
            error.reason, file=MAPPING_FILE, feed=feed.name, entity=feed.entity, column=f"{feed.name}.{key}"
        )
    raise FeedError([problem])


def _as_cells(evaluated: Evaluated) -> dict[str, ExpressionCells]:
    import pyarrow as pa

    cells: dict[str, ExpressionCells] = {}
    for name, column in evaluated.texts.items():
        texts = clean(pa.table({name: column}), ()).column(0)
        kinds = pa.chunked_array([native_kinds(len(texts))]) if name in evaluated.native else None
        failed = evaluated.failures.get(name)
        reasons = pa.nulls(len(texts), pa.string())
        if failed:
            reasons = pa.array([failed.get(position) for position in evaluated.positions.to_pylist()], pa.string())
        cells[name] = ExpressionCells(texts, kinds, reasons)
    return cells
