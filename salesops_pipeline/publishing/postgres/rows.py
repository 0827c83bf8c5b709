"""The rows in which two Parquet files of one table differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops_pipeline.publishing.postgres.connection import literal, name

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb
    import pyarrow as pa

    from salesops_pipeline.publishing.postgres.shape import Shape

BATCH_ROWS = 50_000


def all_rows(connection: duckdb.DuckDBPyConnection, parquet: Path, shape: Shape) -> pa.RecordBatchReader:
    """Every row of a file, in batches."""
    return _batches(connection, f"select {_columns(shape)} from {_file(parquet)}")


def gone_keys(connection: duckdb.DuckDBPyConnection, old: Path, new: Path, shape: Shape) -> pa.RecordBatchReader:
    """The keys of the rows to remove, to get from one file to the other: those that are gone or changed.

    Args:
        connection: A DuckDB connection; it may spill to its temporary directory.
        old: The file that is there now.
        new: The file that shall be there, with the same columns.
        shape: The table's shape; its key is unique and never null in both files.
    """
    key = ", ".join(column.expression for column in shape.columns if column.name in shape.key)
    return _batches(connection, f"select {key} from ({_rows(old, shape)} except {_rows(new, shape)})")


def come_rows(connection: duckdb.DuckDBPyConnection, old: Path, new: Path, shape: Shape) -> pa.RecordBatchReader:
    """The rows to add, to get from one file to the other: those that are new or changed. See `gone_keys`."""
    return _batches(connection, f"select {_columns(shape)} from ({_rows(new, shape)} except {_rows(old, shape)})")


def _rows(parquet: Path, shape: Shape) -> str:
    return f"select {', '.join(name(column.name) for column in shape.columns)} from {_file(parquet)}"


def _columns(shape: Shape) -> str:
    return ", ".join(column.expression for column in shape.columns)


def _file(parquet: Path) -> str:
    return f"read_parquet({literal(parquet)})"


def _batches(connection: duckdb.DuckDBPyConnection, query: str) -> pa.RecordBatchReader:
    return connection.execute(query).to_arrow_reader(BATCH_ROWS)
