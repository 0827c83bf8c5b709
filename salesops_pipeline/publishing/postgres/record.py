"""What PostgreSQL itself remembers of what it holds, in the schema ``salesops``; BI tools may show it too.

``published_version``  one row: version, its as-of day, when it was certified and loaded, what the load changed
``published_table``    per table: rows, checksum of the Parquet file that it equals, shape
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from salesops_pipeline.publishing.postgres.connection import connect, execute, literal, one_line
from salesops_pipeline.publishing.postgres.shape import Shape

if TYPE_CHECKING:
    from adbc_driver_manager.dbapi import Cursor

    from salesops_pipeline.settings import Settings

SCHEMA = "salesops"

_TABLES = (
    f"create schema if not exists {SCHEMA}",
    f"comment on schema {SCHEMA} is 'Which published version the schemas beside it hold.'",
    f"""create table if not exists {SCHEMA}.published_version (
        version text primary key,
        as_of_date date not null,
        certified_at timestamptz not null,
        loaded_at timestamptz not null,
        rows_removed bigint not null,
        rows_added bigint not null
    )""",
    f"""create table if not exists {SCHEMA}.published_table (
        table_name text primary key,
        row_count bigint not null,
        sha256 text not null,
        shape text not null
    )""",
)


class RecordedTable(BaseModel):
    """A table as it was left."""

    model_config = ConfigDict(frozen=True)

    row_count: int
    sha256: str
    shape: Shape


@dataclass(frozen=True)
class Load:
    """The version that PostgreSQL shows, and what its load changed."""

    version: str
    as_of_date: dt.date
    rows_removed: int
    rows_added: int

    def line(self) -> str:
        """For people."""
        return f"{self.version} as of {self.as_of_date}; {self.rows_removed:,} rows removed, {self.rows_added:,} added"


def recorded(settings: Settings) -> Load | None:
    """The version that PostgreSQL shows, read from PostgreSQL; None if it holds none or is not configured.

    Raises:
        GateError: It cannot be asked.
    """
    url = settings.publish_postgres_url
    if not url.get_secret_value():
        return None
    with one_line(url), connect(url) as connection, connection.cursor() as cursor:
        return read_load(cursor)


def read_load(cursor: Cursor) -> Load | None:
    """The version that is there."""
    cursor.execute(f"select to_regclass('{SCHEMA}.published_version') is not null")
    if not (cursor.fetchone() or (False,))[0]:
        return None
    cursor.execute(f"select version, as_of_date, rows_removed, rows_added from {SCHEMA}.published_version")
    row = cursor.fetchone()
    return Load(*row) if row else None


def prepare(cursor: Cursor) -> None:
    """Create the record's tables where they are missing."""
    cursor.execute(f"select to_regclass('{SCHEMA}.published_table') is not null")
    if not (cursor.fetchone() or (False,))[0]:
        execute(cursor, *_TABLES)


def read_tables(cursor: Cursor) -> dict[str, RecordedTable]:
    """``<schema>.<table>`` → what is there."""
    cursor.execute(f"select table_name, row_count, sha256, shape from {SCHEMA}.published_table")
    return {
        table: RecordedTable(row_count=rows, sha256=sha256, shape=Shape.model_validate_json(shape))
        for table, rows, sha256, shape in cursor.fetchall()
    }


def write_table(cursor: Cursor, table: str, content: RecordedTable) -> None:
    """Note what a table holds from now on."""
    values = ", ".join(map(literal, (table, content.row_count, content.sha256, content.shape.model_dump_json())))
    cursor.execute(
        f"insert into {SCHEMA}.published_table (table_name, row_count, sha256, shape) values ({values}) "
        "on conflict (table_name) do update "
        "set row_count = excluded.row_count, sha256 = excluded.sha256, shape = excluded.shape"
    )


def forget_table(cursor: Cursor, table: str) -> None:
    """Note that a table is gone."""
    cursor.execute(f"delete from {SCHEMA}.published_table where table_name = {literal(table)}")


def write_load(cursor: Cursor, load: Load, *, certified_at: dt.datetime) -> None:
    """Note which version is there from now on."""
    values: Mapping[str, object] = {
        "version": load.version,
        "as_of_date": load.as_of_date,
        "certified_at": certified_at.isoformat(),
        "rows_removed": load.rows_removed,
        "rows_added": load.rows_added,
    }
    execute(
        cursor,
        f"delete from {SCHEMA}.published_version",
        f"insert into {SCHEMA}.published_version ({', '.join(values)}, loaded_at) "
        f"values ({', '.join(map(literal, values.values()))}, now())",
    )
