"""Bringing the tables of a version about, inside a transaction that somebody else commits."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from salesops_pipeline.publishing.postgres.connection import execute, name
from salesops_pipeline.publishing.postgres.record import RecordedTable, forget_table, read_tables, write_table
from salesops_pipeline.publishing.postgres.rows import all_rows, come_rows, compare_files, gone_keys
from salesops_pipeline.publishing.postgres.shape import (
    Shape,
    alteration,
    creation,
    key_creation,
    key_removal,
)

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa
    from adbc_driver_manager.dbapi import Cursor

_GONE = "salesops_gone"
_UNIQUE_VIOLATION = "23505"

Finder = Callable[[str, str], Path | None]
"""Table and checksum → the Parquet file with that content, if it is still on disk."""


@dataclass(frozen=True)
class Wanted:
    """A table as it shall be."""

    shape: Shape
    parquet: Path
    rows: int
    sha256: str


@dataclass
class Changes:
    """What was changed: tables whose rows are others now, and rows over all tables."""

    tables: list[str] = field(default_factory=list)
    removed: int = 0
    added: int = 0


class DriftedError(Exception):
    """Somebody else changed the rows of a table."""

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(f"{table} is not what was recorded")


@dataclass(frozen=True)
class Tables:
    """The published tables in PostgreSQL.

    Args:
        cursor: A cursor in an open transaction.
        duck: A DuckDB connection to read Parquet with.
        find: Finds the files that PostgreSQL's rows came from.
    """

    cursor: Cursor
    duck: duckdb.DuckDBPyConnection
    find: Finder

    def bring(self, wanted: Mapping[str, Wanted], *, whole: Container[str]) -> Changes:
        """Make the tables what they shall be.

        Args:
            wanted: ``<schema>.<table>`` → how it shall be.
            whole: Tables of which every row is sent, whatever the record says is there.

        Raises:
            DriftedError: A table is not what the record says; the transaction is of no use any more.
        """
        changes = Changes()
        known = self._known()
        self._create_schemas({table.split(".", 1)[0] for table in wanted})
        for table, target in wanted.items():
            was = known.get(table)
            if was is not None and table not in whole and (was.sha256, was.shape) == (target.sha256, target.shape):
                continue
            removed, added = (
                (0, self._create(table, target))
                if was is None
                else self._change(table, was, target, whole=table in whole)
            )
            content = RecordedTable(row_count=target.rows, sha256=target.sha256, shape=target.shape)
            write_table(self.cursor, table, content)
            changes.removed += removed
            changes.added += added
            if removed or added:
                changes.tables.append(table)
        for table in sorted(known.keys() - wanted.keys()):
            self.cursor.execute(f"drop table {_quoted(table)}")
            forget_table(self.cursor, table)
            changes.removed += known[table].row_count
        return changes

    def _known(self) -> dict[str, RecordedTable]:
        """Recorded tables that are there; one that somebody dropped counts as unknown and is made again."""
        self.cursor.execute("select schemaname || '.' || tablename from pg_tables")
        there = {table for (table,) in self.cursor.fetchall()}
        return {table: content for table, content in read_tables(self.cursor).items() if table in there}

    def _create_schemas(self, schemas: set[str]) -> None:
        # Looked up first: `if not exists` asks for the right to create even where there is nothing to create.
        self.cursor.execute("select nspname from pg_namespace")
        for schema in sorted(schemas - {found for (found,) in self.cursor.fetchall()}):
            self.cursor.execute(f"create schema {name(schema)}")

    def _create(self, table: str, target: Wanted) -> int:
        execute(self.cursor, *creation(table, target.shape))
        added = self._add(table, all_rows(self.duck, target.parquet, target.shape))
        if target.shape.key:
            self.cursor.execute(key_creation(table, target.shape.key))
        return added

    def _change(self, table: str, was: RecordedTable, target: Wanted, *, whole: bool) -> tuple[int, int]:
        same_columns = was.shape.types() == target.shape.types()
        same_key = same_columns and was.shape.key == target.shape.key
        if not same_key:
            self.cursor.execute(key_removal(table))
        execute(self.cursor, *alteration(table, was.shape, target.shape))
        counts = (0, 0)
        if whole or not same_columns or was.sha256 != target.sha256:
            base = self.find(table, was.sha256) if same_key and target.shape.key and not whole else None
            counts = self._exchange(table, base, target) if base else self._replace(table, target)
        if not same_key and target.shape.key:
            self.cursor.execute(key_creation(table, target.shape.key))
        return counts

    def _replace(self, table: str, target: Wanted) -> tuple[int, int]:
        # Not `truncate`: that would lock readers out and show an empty table to those who already look.
        self.cursor.execute(f"delete from {_quoted(table)}")
        removed = self.cursor.rowcount
        return removed, self._add(table, all_rows(self.duck, target.parquet, target.shape))

    def _exchange(self, table: str, base: Path, target: Wanted) -> tuple[int, int]:
        """Remove and add only the rows that differ."""
        from adbc_driver_manager import Error

        cursor, shape = self.cursor, target.shape
        key = [name(column) for column in shape.key]
        cursor.execute(f"create temporary table {_GONE} as select {', '.join(key)} from {_quoted(table)} limit 0")
        compare_files(self.duck, base, target.parquet, shape)
        gone = cursor.adbc_ingest(_GONE, gone_keys(self.duck, shape), "append", temporary=True)
        cursor.execute(f"analyze {_GONE}")
        pairs = " and ".join(f"t.{column} = g.{column}" for column in key)
        cursor.execute(f"delete from {_quoted(table)} t using {_GONE} g where {pairs}")
        removed = cursor.rowcount
        cursor.execute(f"drop table {_GONE}")
        try:
            added = self._add(table, come_rows(self.duck, shape))
        except Error as error:
            if error.sqlstate != _UNIQUE_VIOLATION:
                raise
            raise DriftedError(table) from None
        if removed != gone or self._count(table) != target.rows:
            raise DriftedError(table)
        return removed, added

    def _add(self, table: str, rows: pa.RecordBatchReader) -> int:
        schema, short = table.split(".", 1)
        return self.cursor.adbc_ingest(short, rows, "append", db_schema_name=schema)

    def _count(self, table: str) -> int:
        self.cursor.execute(f"select count(*) from {_quoted(table)}")
        (count,) = self.cursor.fetchone() or (0,)
        return count


def _quoted(table: str) -> str:
    return name(*table.split(".", 1))
