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

_COMPARED = "compared"
_GONE = "gone "  # no column of the warehouse begins like this


def all_rows(connection: duckdb.DuckDBPyConnection, parquet: Path, shape: Shape) -> pa.RecordBatchReader:
    """Every row of a file, in batches."""
    return _batches(connection, f"select {_columns(shape)} from {_file(parquet)}")


def compare_files(connection: duckdb.DuckDBPyConnection, old: Path, new: Path, shape: Shape) -> None:
    """Find the rows in which two files differ, in one pass over both; `gone_keys` and `come_rows` read the result.

    Args:
        connection: A DuckDB connection; it may spill to its temporary directory.
        old: The file that is there now.
        new: The file that shall be there, with the same columns.
        shape: The table's shape; its key is unique and never null in both files.
    """
    gone = ", ".join(f"o.{name(column)} as {name(_GONE + column)}" for column in shape.key)
    same_key = " and ".join(f"o.{name(column)} = n.{name(column)}" for column in shape.key)
    differs = " or ".join(f"o.{name(column.name)} is distinct from n.{name(column.name)}" for column in shape.columns)
    connection.execute(
        f"create or replace temporary table {_COMPARED} as select {gone}, n.* "
        f"from {_file(old)} as o full join {_file(new)} as n on {same_key} where {differs}"
    )


def gone_keys(connection: duckdb.DuckDBPyConnection, shape: Shape) -> pa.RecordBatchReader:
    """The keys of the rows to remove: those that are gone or changed."""
    key = ", ".join(
        f"{column.expression_of(_GONE + column.name)} as {name(column.name)}"
        for column in shape.columns
        if column.name in shape.key
    )
    return _batches(connection, f"select {key} from {_COMPARED} where {name(_GONE + shape.key[0])} is not null")


def come_rows(connection: duckdb.DuckDBPyConnection, shape: Shape) -> pa.RecordBatchReader:
    """The rows to add: those that are new or changed."""
    return _batches(connection, f"select {_columns(shape)} from {_COMPARED} where {name(shape.key[0])} is not null")


def _columns(shape: Shape) -> str:
    return ", ".join(f"{column.expression_of(column.name)} as {name(column.name)}" for column in shape.columns)


def _file(parquet: Path) -> str:
    return f"read_parquet({literal(parquet)})"


def _batches(connection: duckdb.DuckDBPyConnection, query: str) -> pa.RecordBatchReader:
    return connection.execute(query).to_arrow_reader(BATCH_ROWS)
