"""Rows of a query as REST records and as Bulk CSV: the same values, written as each API writes them."""

from __future__ import annotations

import csv
import os
import tempfile
from array import array
from collections.abc import Iterable, Sequence
from typing import Any

from salesops_pipeline.sandbox.salesforce.translate import Statement


def records(statement: Statement, rows: Iterable[Sequence[Any]], data_path: str) -> list[dict[str, Any]]:
    """Rows as REST JSON records: ``attributes``, then the fields in the order of the query, parents nested.

    Args:
        statement: The query that the rows answer.
        rows: Rows as `Statement` describes them.
        data_path: ``/services/data/vXX.X``, for the records' own addresses.
    """
    if statement.query.is_aggregate:
        return [_aggregate_result(statement, row) for row in rows]
    own = statement.sobject.name
    id_index = len(statement.columns)
    parents = {parent.relationship: parent for parent in statement.parents}
    plan = [
        (index, column.name, column.type == "boolean", column.relationship)
        for index, column in enumerate(statement.columns)
    ]
    result = []
    for row in rows:
        record: dict[str, Any] = {"attributes": _attributes(own, row[id_index], data_path)}
        for index, name, is_boolean, relationship in plan:
            value = bool(row[index]) if is_boolean else row[index]
            if not relationship:
                record[name] = value
                continue
            parent = parents[relationship]
            parent_id = row[parent.id_index]
            nested = record.setdefault(
                relationship,
                None if parent_id is None else {"attributes": _attributes(parent.sobject, parent_id, data_path)},
            )
            if nested is not None:
                nested[name] = value
        result.append(record)
    return result


def _attributes(sobject: str, record_id: str, data_path: str) -> dict[str, str]:
    return {"type": sobject, "url": f"{data_path}/sobjects/{sobject}/{record_id}"}


def _aggregate_result(statement: Statement, row: Sequence[Any]) -> dict[str, Any]:
    values = {
        column.name: bool(value) if column.type == "boolean" else value
        for column, value in zip(statement.columns, row, strict=True)
    }
    return {"attributes": {"type": "AggregateResult"}, **values}


class BulkResults:
    """The answer of one bulk job, kept in an unnamed temporary file that goes with the object.

    All values are quoted, null is an empty value, moments end in ``Z``. Pieces are cut at record boundaries, each with
    the header line.
    """

    def __init__(
        self, statement: Statement, rows: Iterable[Sequence[Any]], *, delimiter: str, line_ending: str
    ) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the job; closed by close()
        self._starts = array("Q", [0])
        """Where each record begins in the file, and at the end where the file ends."""
        writer = csv.writer(self, delimiter=delimiter, lineterminator=line_ending, quoting=csv.QUOTE_ALL)
        writer.writerow([column.header for column in statement.columns])
        self._header_size = self._starts.pop()
        self._starts[0] = self._header_size
        writer.writerows(_csv_values(statement, rows))
        self._file.flush()

    def write(self, line: str) -> None:
        """Take one line from the CSV writer, which calls this once per record."""
        self._starts.append(self._starts[-1] + self._file.write(line.encode()))

    @property
    def size(self) -> int:
        """Number of records."""
        return len(self._starts) - 1

    def piece(self, first: int, count: int) -> tuple[bytes, int]:
        """CSV with the header and up to ``count`` records from the ``first`` on, and how many records it holds."""
        last = min(first + count, self.size)
        start, end = self._starts[first], self._starts[last]
        descriptor = self._file.fileno()
        return os.pread(descriptor, self._header_size, 0) + os.pread(descriptor, end - start, start), last - first

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def _csv_values(statement: Statement, rows: Iterable[Sequence[Any]]) -> Iterable[list[Any]]:
    width = len(statement.columns)
    moments = [index for index, column in enumerate(statement.columns) if column.type == "datetime"]
    flags = [index for index, column in enumerate(statement.columns) if column.type == "boolean"]
    for row in rows:
        values = list(row[:width])
        for index in moments:
            if values[index] is not None:
                values[index] = values[index].replace("+0000", "Z")
        for index in flags:
            if values[index] is not None:
                values[index] = "true" if values[index] else "false"
        yield values
