"""The layout of the lake, and the list of files that a build may read.

Under the root::

    raw/<system>/<table>/<load id>.<file id>.parquet   rows as the source gave them, plus ``_dlt_load_id``
    raw/<system>/_dlt_loads/<schema>__<load id>.jsonl  one file per completed load, written by dlt last
    raw/<system>/_compacted/<table>/*.parquet          rows of several loads, in place of those loads' own files
    raw/<system>/_compacted/<table>/manifest.json      which of these files are read (see `raw_files`)
    contracts/<system>/<table>.parquet                 zero rows, the contract's columns and types
    catalog/raw_files.jsonl                            the files a build may read (see `Lake.write_catalog`)
    derived/<step>/                                    what Python steps hand to dbt
    derived/extraction/<system>.parquet                when each table was last read (see `Lake.note_checked`)
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesops_pipeline.contracts import LOAD_ID_COLUMN, load_contract, systems
from salesops_pipeline.errors import ConfigurationError
from salesops_pipeline.lake.raw_files import (
    COMPACTED_DIR,
    LOADS_DIR,
    MANIFEST_NAME,
    Manifest,
    RawFile,
    RawTable,
    loads_in_order,
    tables_of,
    visible_files,
)
from salesops_pipeline.lake.storage import Storage, storage_of

if TYPE_CHECKING:
    import datetime as dt

    import duckdb
    import pyarrow as pa

    from salesops_pipeline.lake.storage import LakePath


@dataclass(frozen=True)
class Lake:
    """Paths and visibility rules of one lake.

    Args:
        root: The lake's folder, created on first write, or a folder in a bucket (see `Lake.at`).
    """

    root: LakePath

    @classmethod
    def at(cls, url: str) -> Lake:
        """The lake at an address: the path of a local folder, or ``s3://bucket/prefix``.

        Raises:
            ConfigurationError: Neither of them.
        """
        if url.startswith("s3://"):
            from salesops_pipeline.lake.s3 import s3_path

            return cls(s3_path(url))
        if "://" in url:
            raise ConfigurationError(
                f"a lake cannot lie at {url.split('://', 1)[0]}://",
                where="SALESOPS_LAKE_URL",
                fix="Give a local folder or s3://bucket/prefix.",
            )
        return cls(Path(url).expanduser().absolute())

    @cached_property
    def storage(self) -> Storage:
        """What holds the files."""
        return storage_of(self.root)

    @property
    def is_local(self) -> bool:
        """Whether reading a file again costs next to nothing."""
        return isinstance(self.root, Path)

    @property
    def raw_dir(self) -> LakePath:
        """Where dlt writes; one dataset folder per system."""
        return self.root / "raw"

    @property
    def derived_dir(self) -> LakePath:
        """Where Python steps write what dbt reads back."""
        return self.root / "derived"

    @property
    def catalog_path(self) -> LakePath:
        """One JSON object per line: ``system``, ``table``, ``path``, ``loads``, ``hidden_loads`` (see `RawFile`)."""
        return self.root / "catalog" / "raw_files.jsonl"

    def contract_file(self, system: str, table: str) -> LakePath:
        """The zero-row Parquet file of a table."""
        return self.root / "contracts" / system / f"{table}.parquet"

    def checks_file(self, system: str) -> LakePath:
        """One row per table that was ever read: ``system``, ``table_name``, ``checked_at`` (UTC)."""
        return self.derived_dir / "extraction" / f"{system}.parquet"

    def manifest_path(self, system: str, table: str) -> LakePath:
        """The list of a table's compacted files."""
        return self.raw_dir / system / COMPACTED_DIR / table / MANIFEST_NAME

    def allow_reading(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Let a DuckDB database read the lake's files; on a local disk it can already.

        Raises:
            ConfigurationError: There are no credentials for the bucket.
        """
        from salesops_pipeline.lake.duckdb_access import allow_lake

        allow_lake(connection, str(self.root))

    def completed_loads(self, system: str) -> tuple[str, ...]:
        """Ids of the load packages that finished, oldest first.

        A package is finished when dlt has written its file in ``_dlt_loads``; data files of a load that was interrupted
        have none and stay invisible until dlt completes that same package.
        """
        return loads_in_order(file.path.name for file in self.storage.list_files(self.raw_dir / system / LOADS_DIR))

    def raw_tables(self, system: str) -> tuple[tuple[str, ...], dict[str, RawTable]]:
        """Completed loads of a system, and what lies in the folders of its tables: one listing for all of them.

        In this order, because all files of a load are there before it counts as completed, and what a manifest takes
        the place of stays for a while: whatever finishes meanwhile, no row is missing and none is there twice.
        """
        folder = self.raw_dir / system
        loads = self.completed_loads(system)
        files = self.storage.list_files(folder)
        return loads, tables_of(folder, files, lambda table: self.read_manifest(system, table))

    def read_manifest(self, system: str, table: str) -> Manifest:
        """The list of a table's compacted files; empty if it was never compacted."""
        content = self.storage.read(self.manifest_path(system, table))
        return Manifest() if content is None else Manifest.model_validate_json(content)

    def raw_files(self, system: str, *, known_at: dt.datetime | None = None) -> dict[str, list[RawFile]]:
        """Data files of completed loads by raw table, oldest load first; tables without any are left out.

        Args:
            system: Source system.
            known_at: Leave out loads that began after this moment.
        """
        until = float("inf") if known_at is None else known_at.timestamp()
        loads, tables = self.raw_tables(system)
        visible = {name: visible_files(table, set(loads), until=until) for name, table in tables.items()}
        return {name: files for name, files in visible.items() if files}

    def visible_files(self, system: str, table: str) -> list[LakePath]:
        """The files that show all that is known today of one raw table, oldest load first."""
        folder = self.raw_dir / system
        completed = set(self.completed_loads(system))
        files = tuple(self.storage.list_files(folder / table))
        lying = RawTable(folder / table, files, folder / COMPACTED_DIR / table, (), self.read_manifest(system, table))
        return [file.path for file in visible_files(lying, completed)]

    def write_catalog(self, *, known_at: dt.datetime | None = None) -> LakePath:
        """Write the list of files that the next build reads, each table's zero-row contract file first.

        A build thereby sees one fixed set of loads, however many finish while it runs. The list is data, not a dbt
        variable, so it never makes dbt parse the project again.

        Args:
            known_at: Leave out loads that began after this moment.
        """
        lines = [line for system in systems() for line in self._catalog_lines(system, known_at)]
        self.storage.write(self.catalog_path, "".join(f"{line}\n" for line in lines).encode())
        for system in systems():
            if self.storage.read(self.checks_file(system)) is None:
                self._write_checks(system, {})
        return self.catalog_path

    def _catalog_lines(self, system: str, known_at: dt.datetime | None) -> Iterator[str]:
        files = self.raw_files(system, known_at=known_at)
        for table in load_contract(system).tables:
            for file in (RawFile(self._write_contract_file(system, table.name), ()), *files.get(table.name, ())):
                yield json.dumps(
                    {
                        "system": system,
                        "table": table.name,
                        "path": str(file.path),
                        "loads": file.loads,
                        "hidden_loads": file.hidden_loads,
                    }
                )

    def catalog_entries(self) -> list[dict[str, Any]]:
        """The lines of the catalog (see `catalog_path`); none if it was never written."""
        return [json.loads(line) for line in (self.storage.read(self.catalog_path) or b"").decode().splitlines()]

    def loads_of_catalog(self) -> dict[str, tuple[str, ...]]:
        """Load packages per system, oldest first, among the files that the catalog gives to a build."""
        loads: dict[str, set[str]] = {}
        for entry in self.catalog_entries():
            if entry["loads"]:  # none in a zero-row contract file
                loads.setdefault(entry["system"], set()).update(entry["loads"])
        return {system: tuple(sorted(ids, key=float)) for system, ids in sorted(loads.items())}

    def _write_contract_file(self, system: str, table_name: str) -> LakePath:
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema = load_contract(system).table(table_name).arrow_schema().append(pa.field(LOAD_ID_COLUMN, pa.string()))
        path = self.contract_file(system, table_name)
        content = self.storage.read(path)
        if content is None or pq.read_schema(io.BytesIO(content)).remove_metadata() != schema:
            self._write_parquet(path, schema.empty_table())
        return path

    def note_checked(self, system: str, tables: Iterable[str], *, checked_at: dt.datetime) -> LakePath:
        """Note that tables of a system were read to the end, whether or not they brought rows.

        Loads alone cannot tell: a table that rarely changes would look stale although it was read today.

        Args:
            system: Source system; one extraction of it runs at a time.
            tables: What was read; every other table keeps its earlier time.
            checked_at: When the read ended, with a time zone.
        """
        import pyarrow.parquet as pq

        content = self.storage.read(self.checks_file(system))
        known = pq.read_table(io.BytesIO(content)).to_pylist() if content is not None else []
        earlier = {row["table_name"]: row["checked_at"] for row in known}
        return self._write_checks(system, earlier | dict.fromkeys(tables, checked_at))

    def _write_checks(self, system: str, checked_at: Mapping[str, dt.datetime]) -> LakePath:
        import pyarrow as pa

        schema = pa.schema(
            [("system", pa.string()), ("table_name", pa.string()), ("checked_at", pa.timestamp("us", tz="UTC"))]
        )
        rows = [{"system": system, "table_name": name, "checked_at": at} for name, at in sorted(checked_at.items())]
        return self._write_parquet(self.checks_file(system), pa.Table.from_pylist(rows, schema=schema))

    def write_run_context(self, *, as_of: dt.date) -> LakePath:
        """Write the inputs of a build that models read as a one-row table: the as-of date."""
        import pyarrow as pa

        path = self.derived_dir / "run_context" / "run_context.parquet"
        return self._write_parquet(path, pa.table({"as_of_date": pa.array([as_of], pa.date32())}))

    def _write_parquet(self, path: LakePath, table: pa.Table) -> LakePath:
        import pyarrow.parquet as pq

        content = io.BytesIO()
        pq.write_table(table, content)
        self.storage.write(path, content.getvalue())
        return path
