"""The shape of a published table in PostgreSQL: columns with their types and descriptions, and its key.

The types are those of the published Parquet file. A table that exists is altered in place, never made anew: views and
indexes that people built on it stay, unless they use a column that goes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from salesops_pipeline.errors import GateError
from salesops_pipeline.publishing.postgres.connection import literal, name

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

_TYPES = {
    "BOOLEAN": "boolean",
    "TINYINT": "smallint",
    "SMALLINT": "smallint",
    "UTINYINT": "smallint",
    "INTEGER": "integer",
    "USMALLINT": "integer",
    "BIGINT": "bigint",
    "UINTEGER": "bigint",
    "UBIGINT": "numeric(20,0)",
    "HUGEINT": "numeric(38,0)",
    "FLOAT": "real",
    "DOUBLE": "double precision",
    "VARCHAR": "text",
    "JSON": "text",
    "DATE": "date",
    "TIME": "time",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
}
_DECIMAL = re.compile(r"^DECIMAL\((\d+),(\d+)\)$")
_ARROW = {
    "TINYINT": "smallint",
    "UTINYINT": "smallint",
    "USMALLINT": "integer",
    "UINTEGER": "bigint",
    "UBIGINT": "decimal(20,0)",
    "HUGEINT": "decimal(38,0)",
    "JSON": "varchar",
}
"""DuckDB types that are cast on their way out, because COPY's binary format has no such integer."""


class Column(BaseModel):
    """A column: its type here and there, and what it means."""

    model_config = ConfigDict(frozen=True)

    name: str
    duckdb_type: str
    postgres_type: str
    comment: str = ""

    def expression_of(self, source: str) -> str:
        """What to select from DuckDB to get an Arrow column that fits, from a column called ``source``."""
        target = _ARROW.get(self.duckdb_type)
        return f"cast({name(source)} as {target})" if target else name(source)


class Shape(BaseModel):
    """A table without its rows."""

    model_config = ConfigDict(frozen=True)

    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    comment: str = ""

    def types(self) -> dict[str, str]:
        """Column → PostgreSQL type."""
        return {column.name: column.postgres_type for column in self.columns}


def postgres_type(duckdb_type: str, where: str) -> str:
    """The exact equivalent of a type.

    Raises:
        GateError: There is none; ``where`` names the column.
    """
    if decimal := _DECIMAL.match(duckdb_type):
        return f"numeric({decimal[1]},{decimal[2]})"
    try:
        return _TYPES[duckdb_type]
    except KeyError:
        raise GateError(
            f"a column of type {duckdb_type} has no exact equivalent in PostgreSQL",
            where=where,
            fix="Cast it in the model.",
        ) from None


def read_shape(connection: duckdb.DuckDBPyConnection, parquet: Path, table: str, key: tuple[str, ...]) -> Shape:
    """The shape of a published table.

    Args:
        connection: A DuckDB connection to which the version's DuckDB file is attached as ``described``.
        parquet: The table's Parquet file.
        table: ``<schema>.<table>``.
        key: Columns of its key; left out where the table does not have them all (an older version).
    """
    schema, short = table.split(".", 1)
    described = dict(
        connection.execute(
            "select column_name, coalesce(comment, '') from duckdb_columns() "
            "where database_name = 'described' and schema_name = ? and table_name = ?",
            [schema, short],
        ).fetchall()
    )
    (comment,) = connection.execute(
        "select coalesce(max(comment), '') from duckdb_tables() "
        "where database_name = 'described' and schema_name = ? and table_name = ?",
        [schema, short],
    ).fetchone() or ("",)
    columns = tuple(
        Column(
            name=column,
            duckdb_type=kind,
            postgres_type=postgres_type(kind, f"{table}.{column}"),
            comment=described.get(column, ""),
        )
        for column, kind, *_ in connection.execute("describe select * from read_parquet(?)", [str(parquet)]).fetchall()
    )
    has_key = {*key} <= {column.name for column in columns}
    return Shape(columns=columns, key=key if has_key else (), comment=comment)


def creation(table: str, shape: Shape) -> list[str]:
    """The statements that create an empty table with everything but its key, which costs less once the rows are in."""
    target = name(*table.split(".", 1))
    columns = ", ".join(f"{name(column)} {kind}" for column, kind in shape.types().items())
    return [f"create table {target} ({columns})", *_comments(table, Shape(columns=()), shape)]


def alteration(table: str, before: Shape, after: Shape) -> list[str]:
    """The statements that turn one shape into another, without the key; none where they are the same."""
    target = name(*table.split(".", 1))
    old, new = before.types(), after.types()
    drops = [f"drop column {name(column)}" for column, kind in old.items() if new.get(column) != kind]
    adds = [f"add column {name(column)} {kind}" for column, kind in new.items() if old.get(column) != kind]
    statements = [f"alter table {target} {', '.join(actions)}" for actions in (drops, adds) if actions]
    kept = Shape(
        columns=tuple(column for column in before.columns if new.get(column.name) == column.postgres_type),
        comment=before.comment,
    )
    return [*statements, *_comments(table, kept, after)]


def key_removal(table: str) -> str:
    """The statement that drops the key."""
    return f"alter table {name(*table.split('.', 1))} drop constraint if exists {_key_name(table)}"


def key_creation(table: str, key: tuple[str, ...]) -> str:
    """The statement that adds the key: not null, unique and indexed."""
    columns = ", ".join(name(column) for column in key)
    return f"alter table {name(*table.split('.', 1))} add constraint {_key_name(table)} primary key ({columns})"


def _key_name(table: str) -> str:
    return name(f"{table.split('.', 1)[1]}_pkey")


def _comments(table: str, before: Shape, after: Shape) -> list[str]:
    target = name(*table.split(".", 1))
    known = {column.name: column.comment for column in before.columns}
    statements = [
        f"comment on column {target}.{name(column.name)} is {literal(column.comment)}"
        for column in after.columns
        if column.comment != known.get(column.name, "")
    ]
    if after.comment != before.comment:
        statements.insert(0, f"comment on table {target} is {literal(after.comment)}")
    return statements
