"""The lake: append-only Parquet that every engine reads, and the list of files that belong to completed loads.

Layout under the root::

    raw/<system>/<table>/<load id>.<file id>.parquet   rows as the source gave them, plus ``_dlt_load_id``
    raw/<system>/_dlt_loads/<schema>__<load id>.jsonl  one file per completed load, written by dlt last
    contracts/<system>/<table>.parquet                 zero rows, the contract's columns and types
    catalog/raw_files.jsonl                            the files a build may read (see `Lake.write_catalog`)
    derived/<step>/                                    what Python steps hand to dbt
    derived/extraction/<system>.parquet                when each table was last read (see `Lake.note_checked`)
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from salesops_pipeline.contracts import LOAD_ID_COLUMN, load_contract, systems

if TYPE_CHECKING:
    import datetime as dt

    import pyarrow as pa


@dataclass(frozen=True)
class RawFile:
    """A raw data file, and the load packages whose rows it holds.

    ``loads`` are those that may be read; rows of ``hidden_loads`` are in the file too and must be filtered out by their
    load id. Both are in the order of the loads.
    """

    path: Path
    loads: tuple[str, ...]
    hidden_loads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lake:
    """Paths and visibility rules of one lake.

    Args:
        root: The lake's folder; created on first write.
    """

    root: Path

    @property
    def raw_dir(self) -> Path:
        """Where dlt writes; one dataset folder per system."""
        return self.root / "raw"

    @property
    def derived_dir(self) -> Path:
        """Where Python steps write what dbt reads back."""
        return self.root / "derived"

    @property
    def catalog_path(self) -> Path:
        """One JSON object per line: ``system``, ``table``, ``path``, ``loads``, ``hidden_loads`` (see `RawFile`)."""
        return self.root / "catalog" / "raw_files.jsonl"

    def contract_file(self, system: str, table: str) -> Path:
        """The zero-row Parquet file of a table."""
        return self.root / "contracts" / system / f"{table}.parquet"

    def checks_file(self, system: str) -> Path:
        """One row per table that was ever read: ``system``, ``table_name``, ``checked_at`` (UTC)."""
        return self.derived_dir / "extraction" / f"{system}.parquet"

    def completed_loads(self, system: str) -> tuple[str, ...]:
        """Ids of the load packages that finished, oldest first.

        A package is finished when dlt has written its file in ``_dlt_loads``, named after the load; data files
        of a load that was interrupted have none and stay invisible until dlt completes that same package.
        """
        names = (path.stem for path in (self.raw_dir / system / "_dlt_loads").glob("*.jsonl"))
        return tuple(sorted((name.rpartition("__")[2] for name in names), key=float))

    def raw_files(self, system: str, table: str, *, known_at: dt.datetime | None = None) -> list[RawFile]:
        """Data files of completed loads, oldest load first.

        Args:
            system: Source system.
            table: Raw table.
            known_at: Leave out loads that began after this moment.
        """
        limit = known_at.timestamp() if known_at else float("inf")
        visible = {load_id for load_id in self.completed_loads(system) if float(load_id) <= limit}
        files = [
            (float(load_id), path, load_id)
            for path in (self.raw_dir / system / table).glob("*.parquet")
            if (load_id := load_of(path)) in visible
        ]
        return [RawFile(path, (load_id,)) for _, path, load_id in sorted(files)]

    def visible_files(self, system: str, table: str, *, known_at: dt.datetime | None = None) -> list[Path]:
        """The paths of `raw_files`."""
        return [file.path for file in self.raw_files(system, table, known_at=known_at)]

    def write_catalog(self, *, known_at: dt.datetime | None = None) -> Path:
        """Write the list of files that the next build reads, each table's zero-row contract file first.

        A build thereby sees one fixed set of loads, however many finish while it runs. The list is data, not a dbt
        variable, so it never makes dbt parse the project again.
        """
        lines = [
            json.dumps(
                {
                    "system": system,
                    "table": table.name,
                    "path": str(file.path),
                    "loads": file.loads,
                    "hidden_loads": file.hidden_loads,
                }
            )
            for system in systems()
            for table in load_contract(system).tables
            for file in (
                RawFile(self._write_contract_file(system, table.name), ()),
                *self.raw_files(system, table.name, known_at=known_at),
            )
        ]
        _replace_text(self.catalog_path, lines)
        for system in systems():
            if not self.checks_file(system).exists():
                self._write_checks(system, {})
        return self.catalog_path

    def _write_contract_file(self, system: str, table_name: str) -> Path:
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema = load_contract(system).table(table_name).arrow_schema().append(pa.field(LOAD_ID_COLUMN, pa.string()))
        path = self.contract_file(system, table_name)
        if not path.exists() or pq.read_schema(path).remove_metadata() != schema:
            _replace_parquet(path, schema.empty_table())
        return path

    def note_checked(self, system: str, tables: Iterable[str], *, checked_at: dt.datetime) -> Path:
        """Note that tables of a system were read to the end, whether or not they brought rows.

        Loads alone cannot tell: a table that rarely changes would look stale although it was read today.

        Args:
            system: Source system; one extraction of it runs at a time.
            tables: What was read; every other table keeps its earlier time.
            checked_at: When the read ended, with a time zone.
        """
        import pyarrow.parquet as pq

        path = self.checks_file(system)
        known = pq.read_table(path).to_pylist() if path.exists() else []
        earlier = {row["table_name"]: row["checked_at"] for row in known}
        return self._write_checks(system, earlier | dict.fromkeys(tables, checked_at))

    def _write_checks(self, system: str, checked_at: Mapping[str, dt.datetime]) -> Path:
        import pyarrow as pa

        schema = pa.schema(
            [("system", pa.string()), ("table_name", pa.string()), ("checked_at", pa.timestamp("us", tz="UTC"))]
        )
        rows = [{"system": system, "table_name": name, "checked_at": at} for name, at in sorted(checked_at.items())]
        return _replace_parquet(self.checks_file(system), pa.Table.from_pylist(rows, schema=schema))

    def write_run_context(self, *, as_of: dt.date) -> Path:
        """Write the inputs of a build that models read as a one-row table: the as-of date."""
        import pyarrow as pa

        path = self.derived_dir / "run_context" / "run_context.parquet"
        return _replace_parquet(path, pa.table({"as_of_date": pa.array([as_of], pa.date32())}))


def load_of(path: Path) -> str:
    """The load a raw file belongs to: dlt writes its id, which holds one dot, in front of the file's own."""
    return ".".join(path.name.split(".")[:2])


def _replace_text(path: Path, lines: Iterable[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    temporary.replace(path)


def _replace_parquet(path: Path, table: pa.Table) -> Path:
    import pyarrow.parquet as pq

    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    pq.write_table(table, temporary)
    temporary.replace(path)
    return path
