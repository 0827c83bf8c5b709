"""Reading a published version: one read-only connection, rows as dataclasses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from salesops_pipeline.errors import UserError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Row = TypeVar("Row")


@contextmanager
def connect(path: Path) -> Iterator[DuckDBPyConnection]:
    """Open a published DuckDB file for reading.

    Args:
        path: The version's file. It stays what it is while we read, whatever is published meanwhile.
    """
    import duckdb

    connection = duckdb.connect(str(path), read_only=True)
    try:
        connection.execute("set threads = 2")
        yield connection
    finally:
        connection.close()


def fetch(connection: DuckDBPyConnection, into: type[Row], sql: str, parameters: Sequence[object] = ()) -> list[Row]:
    """Run a query whose column names are the fields of ``into``.

    Args:
        connection: Open connection.
        into: Dataclass of a row.
        sql: Query with ``?`` for values.
        parameters: The values.

    Raises:
        UserError: The version lacks a table or column, because other models built it.
    """
    import duckdb

    try:
        cursor = connection.execute(sql, list(parameters))
    except (duckdb.BinderException, duckdb.CatalogException) as error:
        raise UserError(
            f"this version was built by other models than these reports expect: {str(error).splitlines()[0]}",
            where="published version",
            fix="Run `salesops run` to publish a new one.",
        ) from None
    names = [column[0] for column in cursor.description]
    return [into(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]
