"""Cutting a candidate: what would be published next, copied out of the warehouse so that it can be audited by itself.

Layout of ``published/candidate/`` (and, once promoted, of ``published/versions/<id>/``)::

    salesops.duckdb                    schemas core and marts, tables in a fixed row order, with their descriptions
    parquet/<schema>/<table>.parquet   the same tables
    candidate.json                     row counts and checksums of all of that
    certificate.json                   what the audit found (written by the gate)

The folder is built under another name and renamed when it is whole: whatever is called ``candidate`` is complete.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from salesops_pipeline.errors import GateError
from salesops_pipeline.lake import Lake
from salesops_pipeline.publishing.build_record import BuildRecord, DbtCounts, require_passed_build
from salesops_pipeline.publishing.certificate import TableContent
from salesops_pipeline.publishing.files import locked, sha256_of, sync_directory, sync_file, write_atomically
from salesops_pipeline.publishing.warehouse import Warehouse, warehouse_of
from salesops_pipeline.settings import Settings

if TYPE_CHECKING:
    import duckdb

PUBLISHED_SCHEMAS = ("core", "marts")
DUCKDB_NAME = "salesops.duckdb"
PARQUET_NAME = "parquet"
MANIFEST_NAME = "candidate.json"

_BUILDING = ".candidate.building"


class Manifest(BaseModel):
    """What a candidate holds, noted when it was cut, before anybody audited it."""

    model_config = ConfigDict(frozen=True)

    as_of_date: dt.date
    built_at: dt.datetime
    dbt: DbtCounts
    tables: dict[str, TableContent]
    duckdb_sha256: str
    raw_loads: dict[str, tuple[str, ...]]
    """Load packages per source system that the build could read."""


@dataclass(frozen=True)
class Candidate:
    """A complete candidate on disk."""

    path: Path
    manifest: Manifest

    @property
    def duckdb_path(self) -> Path:
        """The DuckDB file."""
        return self.path / DUCKDB_NAME

    @property
    def parquet_dir(self) -> Path:
        """The Parquet folder: ``<schema>/<table>.parquet``."""
        return self.path / PARQUET_NAME


def lock_path(settings: Settings) -> Path:
    """The file whose lock guards everything that writes under the published folder."""
    return settings.published_dir / ".lock"


def candidate_dir(settings: Settings) -> Path:
    """Where the candidate lies."""
    return settings.published_dir / "candidate"


def build_candidate(settings: Settings) -> Candidate:
    """Copy the schemas core and marts of the warehouse into a new candidate, replacing an older one.

    The same rows give the same Parquet bytes: every table is written in the order of all its columns.

    Raises:
        GateError: The warehouse is not what a passed build left, is in use, or holds nothing to publish.
    """
    with locked(lock_path(settings)):
        build = require_passed_build(settings)
        building = settings.published_dir / _BUILDING
        shutil.rmtree(building, ignore_errors=True)
        (building / PARQUET_NAME).mkdir(parents=True)
        rows = _copy_tables(warehouse_of(settings), building, build)
        manifest = _describe(building, build, rows, loads_of_catalog(settings.lake))
        write_atomically(building / MANIFEST_NAME, manifest.model_dump_json(indent=2))
        target = candidate_dir(settings)
        shutil.rmtree(target, ignore_errors=True)
        building.rename(target)
        sync_directory(settings.published_dir)
    return Candidate(target, manifest)


def open_candidate(settings: Settings) -> Candidate:
    """The candidate that lies on disk, for a step in another process.

    Raises:
        GateError: There is none.
    """
    path = candidate_dir(settings)
    try:
        manifest = Manifest.model_validate_json((path / MANIFEST_NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise GateError("there is no candidate to audit or publish", where=str(path), fix="Build one first.") from None
    except ValidationError as error:
        raise GateError(
            f"the candidate is not readable: {error.errors()[0]['msg']}", where=str(path), fix="Build it again."
        ) from None
    return Candidate(path, manifest)


def _copy_tables(warehouse: Warehouse, building: Path, build: BuildRecord) -> dict[str, int]:
    import duckdb

    with duckdb.connect(":memory:") as connection:
        warehouse.attach(connection)
        tables = _tables(connection)
        if not tables:
            raise GateError(
                "the warehouse holds no tables to publish", where=str(warehouse.path), fix="Run `salesops run`."
            )
        _require_same_day(connection, tables, build)
        connection.execute(f"attach {_text(building / DUCKDB_NAME)} as published")
        rows = {
            f"{schema}.{table}": _copy_table(connection, schema, table, building / PARQUET_NAME)
            for schema, table in tables
        }
        connection.execute("checkpoint published")
        connection.execute("detach published")
    return rows


def _tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Tables and views of the published schemas, by name; a view is published as the table it shows."""
    return connection.execute(
        """
        select table_schema, table_name from information_schema.tables
        where table_catalog = 'warehouse' and table_schema in (select unnest(?))
        order by table_schema, table_name
        """,
        [list(PUBLISHED_SCHEMAS)],
    ).fetchall()


def _require_same_day(connection: duckdb.DuckDBPyConnection, tables: list[tuple[str, str]], build: BuildRecord) -> None:
    """Refuse marts that were built for another day than the record says, as a partial build would leave them."""
    if ("marts", "mart_run") not in tables:
        return
    days = [day for (day,) in connection.execute("select as_of_date from warehouse.marts.mart_run").fetchall()]
    if days != [build.as_of_date]:
        found = ", ".join(str(day) for day in days) or "no day"
        raise GateError(
            f"the marts are as of {found}, but the build was for {build.as_of_date}", fix="Run `salesops run` again."
        )


def _copy_table(connection: duckdb.DuckDBPyConnection, schema: str, table: str, parquet: Path) -> int:
    source, target = f'warehouse."{schema}"."{table}"', f'published."{schema}"."{table}"'
    (parquet / schema).mkdir(exist_ok=True)
    connection.execute(f'create schema if not exists published."{schema}"')
    connection.execute(f"create table {target} as select * from {source} order by all")
    _copy_descriptions(connection, schema, table)
    file = parquet / schema / f"{table}.parquet"
    connection.execute(f"copy {target} to {_text(file)} (format parquet, compression zstd)")
    (count,) = connection.execute(f"select count(*) from {target}").fetchone() or (0,)
    return count


def _copy_descriptions(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> None:
    """Carry over the descriptions that dbt persisted, so that a BI tool shows them."""
    target = f'published."{schema}"."{table}"'
    here = [schema, table]
    for kind in ("table", "view"):
        found = connection.execute(
            f"select comment from duckdb_{kind}s() "
            f"where database_name = 'warehouse' and schema_name = ? and {kind}_name = ? and comment is not null",
            here,
        ).fetchall()
        for (comment,) in found:
            connection.execute(f"comment on table {target} is {_text(comment)}")
    columns = connection.execute(
        """
        select column_name, comment from duckdb_columns()
        where database_name = 'warehouse' and schema_name = ? and table_name = ? and comment is not null
        """,
        here,
    ).fetchall()
    for column, comment in columns:
        connection.execute(f'comment on column {target}."{column}" is {_text(comment)}')


def loads_of_catalog(lake: Lake) -> dict[str, tuple[str, ...]]:
    """Load packages per system among the files that the lake's catalogue gives to a build."""
    loads: dict[str, set[str]] = {}
    if lake.catalog_path.exists():
        for line in lake.catalog_path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            if entry["loads"]:  # none in a zero-row contract file
                loads.setdefault(entry["system"], set()).update(entry["loads"])
    return {system: tuple(sorted(ids, key=float)) for system, ids in sorted(loads.items())}


def _describe(
    building: Path, build: BuildRecord, rows: dict[str, int], raw_loads: dict[str, tuple[str, ...]]
) -> Manifest:
    tables: dict[str, TableContent] = {}
    for name, count in rows.items():
        schema, table = name.split(".", 1)
        file = building / PARQUET_NAME / schema / f"{table}.parquet"
        sync_file(file)
        file.chmod(0o444)
        tables[name] = TableContent(rows=count, sha256=sha256_of(file))
    database = building / DUCKDB_NAME
    sync_file(database)
    # Read-only for everybody: a BI tool that opens it for writing by mistake would lock the reports out.
    database.chmod(0o444)
    return Manifest(
        as_of_date=build.as_of_date,
        built_at=dt.datetime.now(dt.UTC),
        dbt=build.dbt,
        tables=tables,
        duckdb_sha256=sha256_of(database),
        raw_loads=raw_loads,
    )


def _text(value: object) -> str:
    """A SQL string literal."""
    return "'" + str(value).replace("'", "''") + "'"
