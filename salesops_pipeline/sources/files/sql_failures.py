"""Finding the rows on which an expression fails: SQL stops at the first one and does not say where it was."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

FILE = "file"
"""The name under which SQL finds the feed's own file."""
POSITION = "__position"
"""Column of that table: position of the row in the file."""
_NUMBER = "__number"
_MOST_FAILURES = 200
"""Each costs about twenty small queries; an expression that fails on more rows than this is wrong, not the rows."""


class ConditionFails(Exception):
    """The condition itself fails on some row."""


def failing_rows(connection: duckdb.DuckDBPyConnection, sql: str, condition: str) -> dict[int, str] | None:
    """Positions of the rows on which an expression fails, and why; None if there are very many.

    Args:
        connection: Where the file is registered as `FILE`.
        sql: The expression, in brackets.
        condition: Which rows count, in brackets.

    Raises:
        ConditionFails: It is the condition that fails.
    """
    import duckdb

    try:
        connection.execute(f"create or replace temp table wanted as select {POSITION} from {FILE} where {condition}")
    except duckdb.Error as error:
        raise ConditionFails(without_values(error)) from None
    try:
        # Where the expression fails `try` gives null, so only rows without a value can be among those looked for.
        connection.execute(
            f"""
            create or replace temp table suspects as
            select *, row_number() over (order by {POSITION}) - 1 as {_NUMBER}
            from {FILE}
            where {POSITION} in (select {POSITION} from wanted) and try({sql}) is null
            """
        )
    except duckdb.Error:
        return None
    (count,) = connection.execute("select count(*) from suspects").fetchone() or (0,)
    failures: dict[int, str] = {}
    ranges = [(0, int(count))]
    while ranges:
        low, high = ranges.pop()
        reason = _failure(connection, sql, low, high)
        if reason is None:
            continue
        if high - low > 1:
            middle = (low + high) // 2
            ranges += [(middle, high), (low, middle)]
            continue
        if len(failures) >= _MOST_FAILURES:
            return None
        row = connection.execute(f"select {POSITION} from suspects where {_NUMBER} = ?", [low]).fetchone()
        assert row is not None, "suspects are numbered without gaps"
        failures[int(row[0])] = reason
    return failures


def _failure(connection: duckdb.DuckDBPyConnection, sql: str, low: int, high: int) -> str | None:
    """Why the expression fails on the suspects from ``low`` to before ``high``; None if it does not."""
    import duckdb

    chosen = f"(select * from suspects where {_NUMBER} >= {low} and {_NUMBER} < {high})"
    try:
        connection.execute(f"select max(cast({sql} as varchar)) from {chosen} as {FILE}").fetchall()
    except duckdb.Error as error:
        return without_values(error)
    return None


def without_values(error: Exception) -> str:
    """The first line of an error, without the values it quotes: they may be personal data."""
    line = str(error).strip().splitlines()[0]
    return re.sub(r"'.*'", "'…'", re.sub(r'".*"', '"…"', line))
