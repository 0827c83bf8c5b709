"""The warehouse that a build left, whichever engine built it: whether it was touched since, and its tables for reading.

To DuckDB both look the same: `attach` offers the schemas under the catalogue name ``warehouse``. They are those of the
DuckDB file, or views over the Parquet files of Spark's tables, with the columns and types of the model contracts.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pydantic import BaseModel, ConfigDict

from salesops_pipeline.errors import GateError
from salesops_pipeline.publishing.spark_tables import ModelTable, read_model_tables, table_files
from salesops_pipeline.settings import Settings

if TYPE_CHECKING:
    import duckdb

CATALOG = "warehouse"


class WarehouseState(BaseModel):
    """Size and time of the last change: enough to notice that somebody wrote to it."""

    model_config = ConfigDict(frozen=True)

    size: int
    modified_ns: int


class Warehouse(Protocol):
    """What a build leaves."""

    @property
    def path(self) -> Path:
        """The file or folder."""
        ...

    @property
    def record_path(self) -> Path:
        """Where the record of its last build lies."""
        ...

    def state(self) -> WarehouseState | None:
        """What to recognise it by, or None if it is not there."""
        ...

    def attach(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Offer its tables on a connection, read-only, in the catalogue ``warehouse``.

        Raises:
            GateError: It cannot be read now.
        """
        ...


def warehouse_of(settings: Settings) -> Warehouse:
    """The warehouse of the engine that the settings name."""
    if settings.engine == "spark":
        return SparkWarehouse(settings.spark_dir, settings.spark_tables_dir)
    return DuckdbWarehouse(settings.warehouse_path)


@dataclass(frozen=True)
class DuckdbWarehouse:
    """One DuckDB file."""

    path: Path

    @property
    def record_path(self) -> Path:
        """Beside the file."""
        return self.path.parent / "build.json"

    def state(self) -> WarehouseState | None:
        """Of the file."""
        try:
            status = self.path.stat()
        except FileNotFoundError:
            return None
        return WarehouseState(size=status.st_size, modified_ns=status.st_mtime_ns)

    def attach(self, connection: duckdb.DuckDBPyConnection) -> None:
        """The file itself."""
        import duckdb

        try:
            connection.execute(f"attach {_text(self.path)} as {CATALOG} (read_only)")
        except duckdb.Error as error:
            raise GateError(
                f"the warehouse cannot be read now: {' '.join(str(error).split())}",
                where=str(self.path),
                fix="Close whatever holds it open, then try again.",
            ) from None


@dataclass(frozen=True)
class SparkWarehouse:
    """A folder per schema, in it one per table with Parquet files.

    Args:
        home: Where Spark's list of tables and the record of the build lie.
        path: Spark's warehouse folder: ``<schema>.db/<table>/*.parquet``.
    """

    home: Path
    path: Path

    @property
    def record_path(self) -> Path:
        """Beside the list of tables."""
        return self.home / "build.json"

    def state(self) -> WarehouseState | None:
        """Of all files and folders: a table that is replaced or removed changes its schema's folder."""
        if not self.path.is_dir():
            return None
        entries = [entry.stat() for entry in (self.path, *self.path.rglob("*"))]
        return WarehouseState(
            size=sum(entry.st_size for entry in entries), modified_ns=max(entry.st_mtime_ns for entry in entries)
        )

    def clear(self) -> None:
        """Remove tables and list: Spark trips over folders of a build that was cut off and that it does not list."""
        for leftover in (self.path, self.home / "metastore"):
            shutil.rmtree(leftover, ignore_errors=True)

    def attach(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Views with the names, columns, types and descriptions that the model contracts state."""
        connection.execute(f"attach ':memory:' as {CATALOG}")
        for table in read_model_tables(self.home):
            connection.execute(f'create schema if not exists {CATALOG}."{table.schema_name}"')
            name = f'{CATALOG}."{table.schema_name}"."{table.name}"'
            connection.execute(f"create view {name} as {self._select(connection, table)}")
            if table.description:
                connection.execute(f"comment on view {name} is {_text(table.description)}")
            for column in table.columns:
                if column.description:
                    connection.execute(f'comment on column {name}."{column.name}" is {_text(column.description)}')

    def _select(self, connection: duckdb.DuckDBPyConnection, table: ModelTable) -> str:
        files = table_files(self.path, table)
        source = f"read_parquet([{', '.join(_text(file) for file in files)}])"
        found = {name: kind for name, kind, *_ in connection.execute(f"describe select * from {source}").fetchall()}
        missing = [column.name for column in table.columns if column.name not in found]
        if missing:
            raise GateError(
                f"{table.schema_name}.{table.name} lacks {', '.join(missing)}",
                where=str(self.path),
                fix="Run `salesops run` again.",
            )
        columns = [
            # Spark's timestamps are moments; those of the warehouse are UTC without a zone.
            f'make_timestamp(epoch_us("{column.name}")) as "{column.name}"'
            if found[column.name] == "TIMESTAMP WITH TIME ZONE"
            else f'cast("{column.name}" as {column.data_type}) as "{column.name}"'
            for column in table.columns
        ]
        return f"select {', '.join(columns)} from {source}"


def _text(value: object) -> str:
    """A SQL string literal."""
    return "'" + str(value).replace("'", "''") + "'"
