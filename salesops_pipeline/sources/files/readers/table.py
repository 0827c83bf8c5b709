"""The one shape that every reader produces: columns of text, and where each row came from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH_ROWS = 50_000


class CellKind(IntEnum):
    """What a cell was in the file, where its text alone does not say."""

    TEXT = 0
    """A text: the mapping's formats say how to read it."""
    NATIVE = 1
    """A number, date or boolean by itself: its text is plain (``1234.5``, ``2026-03-31``, ``true``)."""
    ERROR = 2
    """An error of the spreadsheet, such as ``#N/A``."""


class ReadError(Exception):
    """A file cannot be read as the mapping describes it.

    Args:
        reason: What is wrong, without the file's name.
        row: Line or row number, if the problem is at one.
    """

    def __init__(self, reason: str, *, row: int | None = None) -> None:
        self.reason = reason
        self.row = row
        super().__init__(reason)


@dataclass(frozen=True)
class RefusedRow:
    """A row whose cells could not be told apart."""

    file: str
    row: int
    reason: str


@dataclass(frozen=True)
class FileTable:
    """What was read from one file, or from several of the same shape."""

    names: tuple[str, ...]
    """The files, relative to the mapping's folder."""
    texts: pa.Table
    """The file's columns, all of them text."""
    rows: pa.ChunkedArray
    """Line or row number of each row in its file, the header included."""
    files: pa.ChunkedArray
    """File of each row (dictionary-encoded)."""
    kinds: dict[str, pa.ChunkedArray] = field(default_factory=dict)
    """`CellKind` of each cell, for columns in which not all cells are texts."""
    refused: tuple[RefusedRow, ...] = ()

    @property
    def columns(self) -> list[str]:
        """Names of the file's columns."""
        return list(self.texts.column_names)


class TableBuilder:
    """Collects rows into compact batches, so that a large file never stands in memory as Python objects.

    Args:
        columns: Names of the columns.
        has_kinds: Whether rows come with the kinds of their cells.
    """

    def __init__(self, columns: Sequence[str], *, has_kinds: bool = False) -> None:
        self._columns = list(columns)
        self._cells: list[Sequence[str | None]] = []
        self._kinds: list[Sequence[int]] | None = [] if has_kinds else None
        self._rows: list[int] = []
        self._cell_batches: list[list[pa.Array]] = []
        self._kind_batches: list[list[pa.Array]] = []
        self._row_batches: list[pa.Array] = []

    def add(self, row: int, cells: Sequence[str | None], kinds: Sequence[int] | None = None) -> None:
        """Add one row: exactly one cell, and one kind if the builder has them, for each column."""
        self._rows.append(row)
        self._cells.append(cells)
        if self._kinds is not None and kinds is not None:
            self._kinds.append(kinds)
        if len(self._rows) >= _BATCH_ROWS:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        self._cell_batches.append([pa.array(cells, pa.string()) for cells in zip(*self._cells, strict=True)])
        if self._kinds is not None:
            self._kind_batches.append([pa.array(kinds, pa.int8()) for kinds in zip(*self._kinds, strict=True)])
            self._kinds = []
        self._row_batches.append(pa.array(self._rows, pa.int64()))
        self._cells, self._rows = [], []

    def finish(self, file: str, refused: Iterable[RefusedRow] = ()) -> FileTable:
        """The table of everything that was added."""
        import pyarrow as pa

        if self._rows:
            self._flush()

        def column(batches: list[list[pa.Array]], index: int, type_: pa.DataType) -> pa.ChunkedArray:
            return pa.chunked_array([batch[index] for batch in batches], type_)

        cells = [column(self._cell_batches, index, pa.string()) for index in range(len(self._columns))]
        kinds = {
            name: column(self._kind_batches, index, pa.int8())
            for index, name in enumerate(self._columns)
            if self._kinds is not None
        }
        rows = pa.chunked_array(self._row_batches, pa.int64())
        return FileTable(
            names=(file,),
            texts=pa.table(cells, names=self._columns),
            rows=rows,
            files=same_file(file, len(rows)),
            kinds=kinds,
            refused=tuple(refused),
        )


def same_file(file: str, length: int) -> pa.ChunkedArray:
    """The `FileTable.files` of a table that comes from one file."""
    import pyarrow as pa

    indices = pa.repeat(pa.scalar(0, pa.int32()), length)
    return pa.chunked_array([pa.DictionaryArray.from_arrays(indices, pa.array([file], pa.string()))])


def concat(tables: Sequence[FileTable]) -> FileTable:
    """Several files of the same shape as one table; a column that one of them lacks is empty there."""
    import pyarrow as pa

    if len(tables) == 1:
        return tables[0]
    names = list(dict.fromkeys(name for table in tables for name in table.columns))
    with_kinds = {name for table in tables for name in table.kinds}

    def kinds(table: FileTable, name: str) -> pa.ChunkedArray:
        text = pa.repeat(pa.scalar(int(CellKind.TEXT), pa.int8()), len(table.rows))
        return table.kinds.get(name, pa.chunked_array([text]))

    schema = pa.schema([(name, pa.string()) for name in names])
    return FileTable(
        names=tuple(name for table in tables for name in table.names),
        texts=pa.concat_tables([schema.empty_table(), *(table.texts for table in tables)], promote_options="default"),
        rows=_chain(table.rows for table in tables),
        files=_chain(table.files for table in tables),
        kinds={name: _chain(kinds(table, name) for table in tables) for name in sorted(with_kinds)},
        refused=tuple(row for table in tables for row in table.refused),
    )


def _chain(arrays: Iterable[pa.ChunkedArray]) -> pa.ChunkedArray:
    import pyarrow as pa

    chained = list(arrays)
    return pa.chunked_array([chunk for array in chained for chunk in array.chunks], chained[0].type)


def column_names(header: Sequence[str | None]) -> list[str]:
    """Usable names for a header's cells: blanks tidied, empty ones numbered, repeated ones told apart.

    Names that differ only in case count as repeated, because SQL does not tell them apart.
    """
    names: list[str] = []
    taken: set[str] = set()
    for position, cell in enumerate(header, start=1):
        base = " ".join((cell or "").split()) or f"column_{position}"
        name, count = base, 1
        while name.casefold() in taken:
            count += 1
            name = f"{base}_{count}"
        taken.add(name.casefold())
        names.append(name)
    return names
