"""The mapping's SQL: row filters and expressions, evaluated in a DuckDB that can reach neither files nor the network.

What an analyst writes in ``where`` and ``expression`` is SQL by design. It runs over the rows of the files that the
same analyst provides, in an in-memory database of its own with external access switched off and locked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from salesops_pipeline.sources.files.readers import CellKind
from salesops_pipeline.sources.files.sql_failures import FILE, POSITION, ConditionFails, failing_rows

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


class SqlError(Exception):
    """A condition or expression cannot be evaluated; ``name`` is the target column, empty for ``where``."""

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Evaluated:
    """What the SQL of a feed gave."""

    positions: pa.Array
    """Positions of the rows that stay, ascending."""
    texts: dict[str, pa.ChunkedArray]
    """Values of each expression for those rows, as text."""
    native: frozenset[str]
    """Expressions that gave numbers, dates or booleans rather than texts."""
    failures: dict[str, dict[int, str]]
    """For each expression that fails on some rows: their positions in the file, and why."""


def evaluate(
    texts: pa.Table,
    *,
    where: str | None,
    expressions: Mapping[str, str],
    named_files: Iterable[str] = (),
    read: Callable[[str], pa.Table] | None = None,
) -> Evaluated:
    """Evaluate a feed's condition and expressions.

    Args:
        texts: The feed's file: text columns, empty cells null.
        where: Condition for the rows that stay, or None for all.
        expressions: SQL per target column.
        named_files: Files that the SQL may use as tables.
        read: Gives such a file; called only for those that the SQL mentions.

    Raises:
        SqlError: The SQL is wrong, the condition fails on a value, or an expression fails on very many rows.
    """
    import duckdb
    import pyarrow as pa

    with duckdb.connect(
        config={"enable_external_access": "false", "python_enable_replacements": "false"}
    ) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("set lock_configuration = true")
        connection.register(FILE, texts.append_column(POSITION, pa.array(range(texts.num_rows), pa.int64())))
        everything = " ".join([where or "", *expressions.values()])
        for name in named_files:
            if read is not None and re.search(rf"(?i)\b{re.escape(name)}\b", everything):
                connection.register(name, read(name))
        condition = f"({where}\n)" if where else "true"
        _check(connection, "", condition)
        native = frozenset(name for name, sql in expressions.items() if not _check(connection, name, f"({sql}\n)"))
        failures: dict[str, dict[int, str]] = {}
        try:
            result = _run(connection, condition, [f"({sql}\n)" for sql in expressions.values()])
        except duckdb.Error:
            failures = _failures(connection, condition, expressions)
            guarded = [f"try({sql}\n)" if name in failures else f"({sql}\n)" for name, sql in expressions.items()]
            result = _run(connection, condition, guarded)
    return Evaluated(
        positions=result.column(0).combine_chunks(),
        texts={name: result.column(index + 1) for index, name in enumerate(expressions)},
        native=native,
        failures=failures,
    )


def _check(connection: duckdb.DuckDBPyConnection, name: str, sql: str) -> bool:
    """Whether an expression gives text. Only a single expression passes: it stands in brackets in one statement."""
    import duckdb

    query = f"select {sql} as value from {FILE} limit 0"
    try:
        if len(duckdb.extract_statements(query)) != 1:
            raise SqlError(name, "must be one SQL expression")
        description = connection.execute(query).description
    except duckdb.Error as error:
        raise SqlError(name, str(error).strip().splitlines()[0]) from None
    return bool(description) and str(description[0][1]) in ("VARCHAR", "STRING")


def _run(connection: duckdb.DuckDBPyConnection, condition: str, expressions: Iterable[str]) -> pa.Table:
    columns = [f"cast({sql} as varchar) as c{index}" for index, sql in enumerate(expressions)]
    query = f"select {', '.join([POSITION, *columns])} from {FILE} where {condition} order by {POSITION}"
    return connection.execute(query).to_arrow_table()


def _failures(
    connection: duckdb.DuckDBPyConnection, condition: str, expressions: Mapping[str, str]
) -> dict[str, dict[int, str]]:
    try:
        found = {name: failing_rows(connection, f"({sql}\n)", condition) for name, sql in expressions.items()}
    except ConditionFails as error:
        raise SqlError("", f"{error}; `try_cast` gives an empty value instead of an error") from None
    failures: dict[str, dict[int, str]] = {}
    for name, rows in found.items():
        if rows is None:
            raise SqlError(name, "fails on very many rows, or where it cannot be said on which ones")
        if rows:
            failures[name] = rows
    return failures


def native_kinds(length: int) -> pa.Array:
    """The kinds of a column whose cells are all numbers, dates or booleans."""
    import pyarrow as pa

    return pa.repeat(pa.scalar(int(CellKind.NATIVE), pa.int8()), length)
