"""Reading one object: what has changed since the last load, what is gone, and how far we are now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from salesops_pipeline.contracts import Table
from salesops_pipeline.sources.salesforce import api
from salesops_pipeline.sources.salesforce.bulk import BulkRefused, bulk_query
from salesops_pipeline.sources.salesforce.client import Calls, SalesforceClient
from salesops_pipeline.sources.salesforce.failures import SalesforceError
from salesops_pipeline.sources.salesforce.fields import Selection, in_order, select_fields, soql
from salesops_pipeline.sources.salesforce.known import KnownRecords
from salesops_pipeline.sources.salesforce.rows import column_batches, tombstones, typed

if TYPE_CHECKING:
    import pyarrow as pa

    from salesops_pipeline.settings import Settings

LONGEST_QUERY_URL = 12_000
"""Characters of a query that still fit the request line of a GET; a longer one goes by Bulk API, in a body."""

_SHORTEST_SPAN = dt.timedelta(minutes=2)
"""`deleted` refuses spans of a minute or less."""


@dataclass
class ObjectReader:
    """One object in one load. `batches` may be consumed once; `calls`, `method`, … are final after it."""

    client: SalesforceClient
    settings: Settings
    table: Table
    described: api.ObjectInfo
    state: dict[str, Any]
    """Of the last load: cursor, deleted_until, fields. Brought up to date when the rows have been read."""
    calls: Calls
    full: bool = False
    method: str = "rest"
    since: dt.datetime | None = None
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.selection: Selection = select_fields(self.table, self.described)
        self._cursor = self.table.cursor if self.table.cursor in self.selection.names else None
        self._compare_ids = self.table.deletes == "reconcile" or not self.described.replicateable
        self._deleted_until = _parse(self.state.get("deleted_until"))
        self._read_at = self.client.org_now
        self._newest = _parse(self.state.get("cursor"))
        gained = sorted(set(self.selection.names) - set(self.state.get("fields", self.selection.names)))
        if gained:
            # New fields do not move SystemModstamp, yet may have values on old rows: defaults, formulas.
            self.notes.append(f"{self.table.name}: new field {', '.join(gained)}; all rows are read again")
        if self._newest and self._cursor and not self.full and not gained:
            self.since = self._newest - dt.timedelta(minutes=self.settings.salesforce_overlap_minutes)

    def batches(self) -> Iterator[pa.Table]:
        """Typed batches of what is new: changed rows first, then tombstones of what is gone."""
        extra = [info.name for info in self.selection.extra]
        with KnownRecords(self.settings.lake, self.table, extra_columns=extra, since=self.since) as known:
            gone = self._deletions()
            for batch in self._changed_rows():
                ids = batch["Id"].to_pylist()
                for record_id in ids:
                    gone.pop(record_id, None)
                if self.since is None:
                    known.saw(ids)
                self._advance(batch)
                yield known.news(batch)
            yield self._tombstones(known, gone)
        self.state["fields"] = sorted(self.selection.names)
        if self._newest:
            self.state["cursor"] = self._newest.isoformat()
        if self._deleted_until:
            self.state["deleted_until"] = self._deleted_until.isoformat()

    def _changed_rows(self) -> Iterator[pa.Table]:
        name, names = self.table.object, self.selection.names
        query = soql(name, names, cursor=self._cursor, since=self.since)
        ordered = in_order(query, self._cursor)
        page = self._first_page(ordered)
        if page is None or (page.next_path and page.total >= self.settings.salesforce_bulk_rows):
            try:
                for piece in bulk_query(self.client, query, names, self.calls, sobject=name):
                    self.method = "bulk"
                    yield typed(self.table, self.selection, {column: piece[column] for column in piece.column_names})
                return
            except BulkRefused:  # some small objects are only served by REST
                page = page or api.query_page(self.client, ordered, self.calls, sobject=name)
        pages = api.following_pages(self.client, page, self.calls, sobject=name)
        for columns in column_batches(pages, names):
            yield typed(self.table, self.selection, columns)

    def _first_page(self, query: str) -> api.Page | None:
        """The first page by REST, which also says how many rows there are; None when REST is not for this query."""
        if len(query) > LONGEST_QUERY_URL or not self.settings.salesforce_bulk_rows:
            return None
        try:
            return api.query_page(self.client, query, self.calls, sobject=self.table.object)
        except SalesforceError as error:
            if error.code == "QUERY_TIMEOUT":
                return None
            raise

    def _deletions(self) -> dict[str, dt.datetime]:
        """Ids deleted since the last load with the moment; asked before the rows, so that undeleted ones come after."""
        if self.table.deletes != "deleted_endpoint":
            return {}
        previous, self._deleted_until = self._deleted_until, self._read_at
        if self.since is None or previous is None or self._compare_ids:
            return {}
        overlap = max(dt.timedelta(minutes=self.settings.salesforce_overlap_minutes), _SHORTEST_SPAN)
        answer = api.deletions(self.client, self.table.object, self.calls, start=previous - overlap, end=self._read_at)
        if answer is None:
            self.notes.append(f"{self.table.name}: deletions since the last load are not listed; all ids are compared")
            self._compare_ids = True
            return {}
        self._deleted_until = answer.covered_until
        return answer.deleted_at

    def _tombstones(self, known: KnownRecords, gone: dict[str, dt.datetime]) -> pa.Table:
        """Rows for records that the org no longer has."""
        if self.table.deletes == "none":
            return tombstones(self.table, {})
        if self.since is not None and not self._compare_ids:
            live = known.live(gone)
            # A record that changed after its deletion was taken out of the recycle bin again.
            moments = {key: _after(gone[key], stamp) for key, stamp in live.items() if not stamp or stamp <= gone[key]}
            return tombstones(self.table, moments)
        if self.since is not None:
            query = in_order(soql(self.table.object, ("Id",)), None)
            for records in api.query_pages(self.client, query, self.calls, sobject=self.table.object):
                known.saw([record["Id"] for record in records])
        return tombstones(self.table, {key: _after(self._read_at, stamp) for key, stamp in known.vanished().items()})

    def _advance(self, batch: pa.Table) -> None:
        import pyarrow.compute as pc

        if self._cursor and batch.num_rows:
            newest = pc.max(batch[self._cursor]).as_py()  # pyright: ignore[reportAttributeAccessIssue]
            if newest is not None and (self._newest is None or newest > self._newest):
                self._newest = newest


def _after(moment: dt.datetime, stamp: dt.datetime | None) -> dt.datetime:
    """The moment, but later than a stamp: a tombstone is a record's last word."""
    return moment if stamp is None or moment > stamp else stamp + dt.timedelta(milliseconds=1)


def _parse(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC) if text else None
