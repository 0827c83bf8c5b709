"""The org's data as one request sees it: a read-only connection, the simulated now, and queries over it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from salesops_pipeline.sandbox.salesforce.clock import api_datetime, day_start, end_of_day
from salesops_pipeline.sandbox.salesforce.soql_ast import Query
from salesops_pipeline.sandbox.salesforce.translate import Hidden, Statement, target, translate
from salesops_pipeline.sandbox.schema import SObject
from salesops_pipeline.sandbox.store import Store

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Org:
    """One company opened for one request, in the thread that opened it."""

    store: Store
    today: dt.date
    late_visible_minutes: int = 0

    @property
    def now(self) -> dt.datetime:
        """The org's now, UTC."""
        return end_of_day(self.today)

    def run(self, query: Query, *, include_deleted: bool) -> tuple[Statement, Rows]:
        """Answer a query: its statement and all rows, fixed at this moment.

        Raises:
            ApiError: The query does not fit the org.
        """
        statement = translate(
            query, today=self.today, include_deleted=include_deleted, hidden=self._hidden(target(query))
        )
        cursor = self.store.connection.cursor()
        cursor.row_factory = None
        return statement, cursor.execute(statement.sql, statement.parameters).fetchall()

    def record(self, sobject: SObject, record_id: str) -> tuple[Any, ...] | None:
        """All fields of one row in the schema's order, deleted rows included, or None."""
        columns = ", ".join(f'"{name}"' for name in sobject.field_names)
        rows = self.store.query(f'SELECT {columns} FROM "{sobject.name}" WHERE "Id" = ?', (record_id,))
        return tuple(rows[0]) if rows else None

    def updated(self, sobject: SObject, start: str, end: str) -> list[str]:
        """Ids of rows that are not deleted and changed in ``[start, end)``, oldest change first."""
        cursor = cursor_field(sobject)
        present = ' AND "IsDeleted" = 0' if sobject.has("IsDeleted") else ""
        rows = self.store.query(
            f'SELECT "Id" FROM "{sobject.name}" WHERE "{cursor}" >= ? AND "{cursor}" < ?{present}'
            f' ORDER BY "{cursor}", "Id"',
            (start, end),
        )
        return [row[0] for row in rows]

    def _hidden(self, sobject: SObject) -> Hidden | None:
        """The rows that a long transaction has not committed yet, if that fault is on."""
        if not self.late_visible_minutes:
            return None
        cursor = cursor_field(sobject)
        newest = self.store.query(f'SELECT MAX("{cursor}") FROM "{sobject.name}"')[0][0]
        if newest is None or newest < day_start(self.today):
            return None
        window = dt.datetime.fromisoformat(newest) - dt.timedelta(minutes=self.late_visible_minutes)
        return Hidden(cursor, max(api_datetime(window), day_start(self.today)), newest)


def cursor_field(sobject: SObject) -> str:
    """The field that says when a row last changed; histories that never change have only the day they were created."""
    return "SystemModstamp" if sobject.has("SystemModstamp") else "CreatedDate"


@contextmanager
def open_org(sandbox_dir: Path, *, late_visible_minutes: int = 0) -> Iterator[Org]:
    """Open the company for reading; what it shows stays fixed until the end of the block.

    Raises:
        UserError: There is no company in the folder.
    """
    with Store.open(sandbox_dir, read_only=True) as store:
        store.connection.execute("begin")
        today = dt.date.fromisoformat(store.meta("today") or "")
        yield Org(store, today, late_visible_minutes)
