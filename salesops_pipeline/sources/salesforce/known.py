"""What the lake already knows about an object: the newest version of each record, from the files of completed loads.

Two questions are answered. Which of the rows that just arrived say something new? An overlap window and a full read
bring mostly rows that are known already, and an append-only lake should not grow by them. And which records, known and
not deleted, are gone from the org?
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from salesops_pipeline.contracts import LOAD_ID_COLUMN, Table
from salesops_pipeline.lake import Lake
from salesops_pipeline.lake.duckdb_access import rows_of

if TYPE_CHECKING:
    import pyarrow as pa

    from salesops_pipeline.lake.storage import LakePath

_DUCKDB_TYPES = {
    "string": "varchar",
    "boolean": "boolean",
    "integer": "bigint",
    "double": "double",
    "date": "date",
    "timestamp": "timestamptz",
}
_MEMORY = "400MB"


class KnownRecords:
    """The lake's newest versions of one object's records.

    Args:
        lake: The lake.
        table: The contract; its key is one column.
        extra_columns: Columns beyond the contract that the coming batches carry.
        since: Only versions whose cursor is at or after this moment are compared with the coming rows.
    """

    def __init__(
        self,
        lake: Lake,
        table: Table,
        *,
        extra_columns: Sequence[str] = (),
        since: dt.datetime | None = None,
    ) -> None:
        import duckdb

        self._table = table
        self._key = f'"{table.key[0]}"'
        self._columns = {column.name: _DUCKDB_TYPES.get(column.type, column.type) for column in table.columns}
        self._columns |= dict.fromkeys(extra_columns, "varchar")
        self._folder = tempfile.TemporaryDirectory(prefix="salesops-known-")
        self._con = duckdb.connect(config={"memory_limit": _MEMORY, "threads": 1, "temp_directory": self._folder.name})
        self._con.execute("set TimeZone = 'UTC'")
        self._con.execute("create temp table seen (id varchar)")
        files = lake.visible_files("salesforce", table.name)
        self._empty = not files
        if files:
            lake.allow_reading(self._con)
            self._store(files)
            self._fingerprints(since)

    def __enter__(self) -> KnownRecords:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._con.close()
        self._folder.cleanup()

    def news(self, batch: pa.Table) -> pa.Table:
        """The rows of a batch that differ from the newest known version of their record."""
        if self._empty:
            return batch
        self._con.register("batch", batch)
        rows = self._con.execute(
            f"""
            select batch.* from batch
            left join known on known.id = batch.{self._key}
            where known.fingerprint is distinct from {self._fingerprint("batch", batch.column_names)}
            """
        ).to_arrow_table()
        self._con.unregister("batch")
        return batch if rows.num_rows == batch.num_rows else rows.cast(batch.schema)

    def saw(self, ids: Iterable[str]) -> None:
        """Remember ids that the org still has, for `vanished`."""
        import pyarrow as pa

        if not self._empty:
            self._con.register("batch", pa.table({"id": pa.array(ids, pa.string())}))
            self._con.execute("insert into seen select id from batch")
            self._con.unregister("batch")

    def vanished(self) -> dict[str, dt.datetime | None]:
        """Known records, not deleted, that the org no longer has: their cursor by id."""
        return self._live(f"{self._key} not in (select id from seen)")

    def live(self, ids: Iterable[str]) -> dict[str, dt.datetime | None]:
        """Those of some records that are known and not deleted: their cursor by id."""
        import pyarrow as pa

        if self._empty:
            return {}
        self._con.register("asked", pa.table({"id": pa.array(ids, pa.string())}))
        found = self._live(f"{self._key} in (select id from asked)")
        self._con.unregister("asked")
        return found

    def _live(self, condition: str) -> dict[str, dt.datetime | None]:
        if self._empty:
            return {}
        rows = self._con.execute(
            f"""
            select id, stamp from (
                select {self._key} as id, {self._stamp()} as stamp, {self._is_deleted()} as is_deleted, load
                from stored where {condition}
            )
            qualify row_number() over (partition by id order by load desc, stamp desc nulls last) = 1
                and not is_deleted
            order by id
            """
        ).fetchall()
        return dict(rows)

    def _store(self, files: Sequence[LakePath]) -> None:
        rows = rows_of(files)
        present = {name for name, *_ in self._con.execute(f"describe select * from {rows}").fetchall()}
        columns = ", ".join(
            f'try_cast("{name}" as {kind}) as "{name}"' if name in present else f'cast(null as {kind}) as "{name}"'
            for name, kind in self._columns.items()
        )
        self._con.execute(
            f"create temp view stored as select {columns}, cast({LOAD_ID_COLUMN} as double) as load from {rows}"
        )

    def _fingerprints(self, since: dt.datetime | None) -> None:
        recent = f"where {self._stamp()} >= timestamptz '{since.isoformat()}'" if since else ""
        self._con.execute(
            f"""
            create temp table known as
            select id, fingerprint from (
                select {self._key} as id, load, {self._stamp()} as stamp,
                    {self._fingerprint("stored", self._columns)} as fingerprint
                from stored {recent}
            )
            qualify row_number() over (partition by id order by load desc, stamp desc nulls last, fingerprint) = 1
            """
        )

    def _fingerprint(self, relation: str, names: Iterable[str]) -> str:
        present = set(names)
        values = ", ".join(
            f'{relation}."{name}"' if name in present else f"cast(null as {kind})"
            for name, kind in self._columns.items()
        )
        # 64 bits: the chance that a changed record is taken for its known version is one in 10^19.
        return f"hash({values})"

    def _stamp(self) -> str:
        return f'"{self._table.cursor}"' if self._table.cursor else "cast(null as timestamptz)"

    def _is_deleted(self) -> str:
        return 'coalesce("IsDeleted", false)' if "IsDeleted" in self._columns else "false"
