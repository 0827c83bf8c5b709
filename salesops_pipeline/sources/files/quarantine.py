"""Collecting the cells and rows of one feed that were refused, in the shape of the contract's quarantine table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from salesops_pipeline.contracts import Column, load_contract
from salesops_pipeline.sources.files.arrow import compute
from salesops_pipeline.sources.files.entities import QUARANTINE, SYSTEM, entity_table
from salesops_pipeline.sources.files.problems import Problem
from salesops_pipeline.sources.files.readers import RefusedRow

if TYPE_CHECKING:
    import pyarrow as pa

_LONGEST_VALUE = 200


class Refusals:
    """The refusals of one feed.

    Args:
        entity: What the feed's rows are meant to be.
        meta: The columns that all its rows share: ``_source``, ``_company_id``, ``_key_source``, ``_feed``.
        files: File of each row of the feed.
        rows: Row number of each row of the feed.
    """

    def __init__(self, entity: str, meta: dict[str, str], *, files: pa.ChunkedArray, rows: pa.ChunkedArray) -> None:
        self._entity = entity
        self._meta = meta
        self._files = files
        self._rows = rows
        self._parts: list[pa.Table] = []
        self._positions: list[pa.Array] = []
        self._unreadable = 0

    def add_unreadable(self, refused: Iterable[RefusedRow]) -> None:
        """Rows that did not even become cells."""
        import pyarrow as pa

        found = list(refused)
        if found:
            self._unreadable += len(found)
            nothing = pa.nulls(len(found), pa.string())
            self._append(
                pa.array([row.file for row in found], pa.string()),
                pa.array([row.row for row in found], pa.int64()),
                column="",
                values=nothing,
                reasons=pa.array([row.reason for row in found], pa.string()),
            )

    def add_cells(self, column: Column, texts: pa.ChunkedArray | None, reasons: pa.Array) -> None:
        """Cells of a column: ``reasons`` has one entry per row of the feed, null where the cell is good."""
        pc = compute()
        positions = pc.indices_nonzero(pc.is_valid(reasons)).cast("int64")
        self.add_rows(
            positions,
            column=column.name,
            values=None if column.pii or texts is None else texts.take(positions),
            reasons=reasons.take(positions),
        )

    def add_rows(
        self, positions: pa.Array, *, column: str, values: pa.Array | pa.ChunkedArray | None, reasons: pa.Array
    ) -> None:
        """Rows by their positions in the feed, one value (None: withheld) and one reason each."""
        import pyarrow as pa

        if len(positions):
            self._positions.append(positions)
            self._append(
                self._files.take(positions).cast(pa.string()),
                self._rows.take(positions),
                column=column,
                values=pa.nulls(len(positions), pa.string()) if values is None else values,
                reasons=reasons,
            )

    def _append(
        self,
        files: pa.Array | pa.ChunkedArray,
        rows: pa.Array | pa.ChunkedArray,
        *,
        column: str,
        values: pa.Array | pa.ChunkedArray,
        reasons: pa.Array | pa.ChunkedArray,
    ) -> None:
        import pyarrow as pa

        pc = compute()
        same = {"entity": self._entity, "column_name": column, **self._meta}
        columns: dict[str, pa.Array | pa.ChunkedArray] = {
            name: pa.repeat(pa.scalar(value, pa.string()), len(rows)) for name, value in same.items()
        }
        columns |= {
            "value": pc.utf8_slice_codeunits(values, 0, _LONGEST_VALUE),
            "reason": reasons,
            "_file": files,
            "_row": rows,
        }
        schema = load_contract(SYSTEM).table(QUARANTINE).arrow_schema()
        self._parts.append(pa.table([columns[name] for name in schema.names], schema=schema))

    def good_rows(self) -> pa.Array:
        """Positions of the rows that were not refused."""
        import pyarrow as pa

        pc = compute()
        everything = pa.array(range(len(self._rows)), pa.int64())
        return everything.filter(pc.invert(pc.is_in(everything, value_set=self._refused_positions())))

    def _refused_positions(self) -> pa.Array:
        import pyarrow as pa

        empty = pa.array([], pa.int64())
        return pa.chunked_array([empty, *self._positions]).unique()

    @property
    def row_count(self) -> int:
        """Rows refused, however many problems each of them has."""
        return len(self._refused_positions()) + self._unreadable

    def table(self) -> pa.Table:
        """All refusals by file and row."""
        import pyarrow as pa

        schema = load_contract(SYSTEM).table(QUARANTINE).arrow_schema()
        whole = pa.concat_tables([schema.empty_table(), *self._parts])
        return whole.sort_by([("_file", "ascending"), ("_row", "ascending"), ("column_name", "ascending")])


def as_problems(refused: pa.Table, *, limit: int) -> Iterator[Problem]:
    """The first ``limit`` rows of a quarantine table as problems; values of personal columns stay withheld."""
    for row in refused.slice(0, limit).to_pylist():
        column = entity_table(row["entity"]).column(row["column_name"])
        yield Problem(
            reason=row["reason"] if column is None or not column.pii else f"{row['reason']} (value withheld)",
            file=row["_file"],
            row=row["_row"],
            feed=row["_feed"],
            entity=row["entity"],
            column=row["column_name"],
            value=row["value"],
        )
