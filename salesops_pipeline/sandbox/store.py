"""The company's books: one SQLite file with a table per object of the org, readable while the company advances.

Datetimes are text ``YYYY-MM-DDTHH:MM:SS.000+0000`` (UTC, as the API prints them), dates ``YYYY-MM-DD``, booleans 0 or
1. Deleted rows stay with ``IsDeleted`` set while they would be in Salesforce's recycle bin and then leave their table;
the table ``_deleted`` remembers both kinds. Tables whose name starts with an underscore are not part of the org.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from salesops_pipeline.errors import UserError
from salesops_pipeline.sandbox.schema import SOBJECTS

FILE_NAME = "company.sqlite"
_LOOKUPS = {
    "CampaignMember": ("LeadId",),
    "ObjectTerritory2Association": ("ObjectId",),
    "OpportunityHistory": ("OpportunityId",),
    "OpportunityFieldHistory": ("OpportunityId",),
    "Task": ("WhoId", "WhatId", "AccountId"),
    "Event": ("WhoId", "WhatId", "AccountId"),
}
_INTERNAL_TABLES = (
    "create table _meta (key text primary key, value text not null)",
    "create table _sequence (sobject text primary key, last integer not null)",
    "create table _deleted (sobject text not null, id text not null, deleted_at text not null,"
    " is_purged integer not null default 0, primary key (sobject, id))",
    "create table _latent (kind text not null, id text not null, data text not null, primary key (kind, id))",
)


def _schema_fingerprint() -> str:
    columns = [(sobject.name, [(item.name, item.sql_type) for item in sobject.fields]) for sobject in SOBJECTS.values()]
    return hashlib.sha256(json.dumps(columns).encode()).hexdigest()[:16]


class Store:
    """A connection to one company's file. SQLite connections belong to one thread: open a `Store` per thread.

    Args:
        path: The SQLite file; it must exist, see `Store.create` for a new one.
        read_only: Refuse writes; a reader sees the last completed advance, also while the next one runs.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        mode = "ro" if read_only else "rw"
        self.connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None)
        self.connection.row_factory = sqlite3.Row
        self.connection.execute("pragma busy_timeout = 10000")

    @classmethod
    def open(cls, sandbox_dir: Path, *, read_only: bool = False) -> Store:
        """Open the company in a folder.

        Raises:
            UserError: There is no company, or it was made by a version with other objects.
        """
        path = sandbox_dir / FILE_NAME
        if not path.exists():
            raise UserError(
                "there is no sandbox company", where=str(sandbox_dir), fix="Create one with `salesops sandbox create`."
            )
        store = cls(path, read_only=read_only)
        if store.meta("schema_fingerprint") != _schema_fingerprint():
            store.close()
            raise UserError(
                "the sandbox company was made by another version",
                where=str(path),
                fix="Delete that folder and create it again with `salesops sandbox create`.",
            )
        return store

    @classmethod
    def create(cls, path: Path) -> Store:
        """Make a new file with empty tables; an existing file is replaced."""
        path.parent.mkdir(parents=True, exist_ok=True)
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        path.touch()
        store = cls(path)
        store.connection.execute("pragma journal_mode = wal")
        store.connection.execute("pragma synchronous = normal")
        with store.transaction():
            for statement in _INTERNAL_TABLES:
                store.connection.execute(statement)
            for sobject in SOBJECTS.values():
                columns = ", ".join(
                    f'"{item.name}" {item.sql_type}' + (" primary key" if item.name == "Id" else "")
                    for item in sobject.fields
                )
                store.connection.execute(f'create table "{sobject.name}" ({columns}) without rowid')
            store.set_meta("schema_fingerprint", _schema_fingerprint())
        return store

    def create_indexes(self) -> None:
        """Index what the API filters by and what the simulation looks up; after the bulk load, when it is cheap."""
        for sobject in SOBJECTS.values():
            cursor = "SystemModstamp" if sobject.has("SystemModstamp") else "CreatedDate"
            for column in (cursor, *_LOOKUPS.get(sobject.name, ())):
                name = f"ix_{sobject.name}_{column}"
                self.connection.execute(f'create index if not exists "{name}" on "{sobject.name}" ("{column}")')

    def close(self) -> None:
        """Close the connection; an open transaction is rolled back."""
        self.connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: an exception inside leaves the file as it was."""
        self.connection.execute("begin immediate")
        try:
            yield
        except BaseException:
            self.connection.execute("rollback")
            raise
        self.connection.execute("commit")

    def query(self, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> list[sqlite3.Row]:
        """All rows of a query; rows give values by position and by column name."""
        return self.connection.execute(sql, parameters).fetchall()

    def insert_many(self, sobject: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert rows of an object, or replace those with the same id.

        Fields that a row lacks are empty; booleans are false, for the API never leaves one empty.
        """
        defaults = [(item.name, 0 if item.type == "boolean" else None) for item in SOBJECTS[sobject].fields]
        marks = ", ".join("?" * len(defaults))
        self.connection.executemany(
            f'insert or replace into "{sobject}" values ({marks})',
            ([row.get(name, default) for name, default in defaults] for row in rows),
        )

    def update(self, sobject: str, record_id: str, values: Mapping[str, object]) -> None:
        """Set fields of one row."""
        assignments = ", ".join(f'"{name}" = ?' for name in values)
        self.connection.execute(f'update "{sobject}" set {assignments} where "Id" = ?', (*values.values(), record_id))

    def meta(self, key: str) -> str | None:
        """A fact about the company (seed, people, years, start, today, client_id, client_secret, …), or None."""
        row = self.connection.execute("select value from _meta where key = ?", (key,)).fetchone()
        return None if row is None else row[0]

    def set_meta(self, key: str, value: object) -> None:
        """Remember a fact about the company, as text."""
        self.connection.execute("insert or replace into _meta values (?, ?)", (key, str(value)))

    def deleted(self, sobject: str, start: str, end: str) -> list[tuple[str, str]]:
        """Ids and times of rows deleted in ``[start, end)``, purged ones included, undeleted ones not; oldest first."""
        rows = self.query(
            "select id, deleted_at from _deleted where sobject = ? and deleted_at >= ? and deleted_at < ?"
            " order by deleted_at, id",
            (sobject, start, end),
        )
        return [(row[0], row[1]) for row in rows]
