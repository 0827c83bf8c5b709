"""The company in memory while it is simulated, and the only way in which a row of the org comes to exist or change.

Rows that are read again and again (people, accounts, opportunities) live in dictionaries; activities and histories are
only appended, so they are written out and forgotten, and changed by id or by SQL when a delete or a merge reaches them.
``latent`` holds what no CRM knows (skill, quality, plans): one dictionary per record, saved beside the org's tables.
``memo`` holds look-ups that can be derived again from the rows.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from random import Random
from typing import Any

from salesops_pipeline.sandbox.company.clock import plus_seconds
from salesops_pipeline.sandbox.ids import record_id
from salesops_pipeline.sandbox.schema import SOBJECTS
from salesops_pipeline.sandbox.store import Store

Row = dict[str, Any]

APPENDED = (
    "CampaignMember",
    "Event",
    "ObjectTerritory2Association",
    "OpportunityFieldHistory",
    "OpportunityHistory",
    "Task",
)
_GROUPED_BY = {"Contact": "AccountId", "OpportunityLineItem": "OpportunityId", "OpportunitySplit": "OpportunityId"}
_BUFFER_ROWS = 20_000
_TEMPLATES: dict[str, Row] = {
    sobject.name: {item.name: 0 if item.type == "boolean" else None for item in sobject.fields}
    for sobject in SOBJECTS.values()
}


class World:
    """All state of one company on one day.

    Args:
        store: Where rows come from and go to; the caller holds its transaction.
        seed: Everything random follows from it.
        pod: Two characters that set this company's ids apart from those of other seeds.
        people: Number of sellers at founding; rates "for 60 sellers" scale with it.
        start: First simulated day.
    """

    def __init__(self, store: Store, *, seed: int, pod: str, people: int, start: dt.date) -> None:
        self.store = store
        self.seed = seed
        self.pod = pod
        self.people = people
        self.start = start
        self.day = start
        self.since = start.isoformat()
        self.rows: dict[str, dict[str, Row]] = {name: {} for name in SOBJECTS if name not in APPENDED}
        self.latent: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        self.counts: Counter[tuple[str, str]] = Counter()
        self.changed: dict[tuple[str, str], None] = {}
        self.memo: dict[str, Any] = {}
        self._buffers: dict[str, list[Row]] = {name: [] for name in APPENDED}
        self._dirty: dict[str, dict[str, None]] = {name: {} for name in self.rows}
        self._last_number: Counter[str] = Counter()
        self._maybe_open: dict[str, None] = {}
        self._live: dict[str, list[Row]] = {}
        self._groups: dict[str, dict[str, list[Row]]] = {}

    # -- randomness and scale

    def rng(self, stream: str) -> Random:
        """A generator of its own for each day and stream, so that a day is the same however it was reached."""
        return Random(f"{self.seed}/{self.day.isoformat()}/{stream}")

    @property
    def scale(self) -> float:
        """Size relative to the 60 sellers that weekly rates are written for."""
        return self.people / 60

    def due(self, name: str, per_week: float) -> int:
        """How many of a recurring thing are due this working day, at a rate per week for 60 sellers.

        Fractions are carried over, so that a week of the default company always has what the rate promises.
        """
        carried = self.latent["due"].setdefault(name, {"carried": 0.0})
        carried["carried"] += per_week * self.scale / 5
        whole = int(carried["carried"])
        carried["carried"] -= whole
        return whole

    # -- rows

    def new(self, sobject: str, at: str, by: str, **values: Any) -> Row:
        """Create a row; ``at`` and ``by`` fill the audit fields the object has."""
        row = {**_TEMPLATES[sobject], **values}
        self._last_number[sobject] += 1
        row["Id"] = record_id(SOBJECTS[sobject].key_prefix, self.pod, self._last_number[sobject])
        for moment, person in (("CreatedDate", "CreatedById"), ("LastModifiedDate", "LastModifiedById")):
            if moment in row:
                row[moment], row[person] = at, by
        if "SystemModstamp" in row:
            row["SystemModstamp"] = at
        if len(row) != len(_TEMPLATES[sobject]):
            raise KeyError(f"{sobject} has no field {sorted(set(row) - set(_TEMPLATES[sobject]))}")
        if sobject in self._buffers:
            self._buffers[sobject].append(row)
            if len(self._buffers[sobject]) >= _BUFFER_ROWS:
                self._flush_buffer(sobject)
        else:
            self.rows[sobject][row["Id"]] = row
            self._dirty[sobject][row["Id"]] = None
            if sobject in self._live:
                self._live[sobject].append(row)
            if sobject in self._groups:
                self._groups[sobject].setdefault(row[_GROUPED_BY[sobject]], []).append(row)
            if sobject == "Opportunity":
                self._maybe_open[row["Id"]] = None
        self.counts["new", sobject] += 1
        return row

    def change(self, sobject: str, row: Row, at: str, by: str, **values: Any) -> str:
        """A person changes a row. Returns the moment it got, which is later than the row's previous change."""
        at = self.touch(sobject, row, at, **values)
        row["LastModifiedDate"], row["LastModifiedById"] = at, by
        return at

    def touch(self, sobject: str, row: Row, at: str, **values: Any) -> str:
        """A system process changes a row: `SystemModstamp` moves, `LastModifiedDate` does not."""
        if at <= row["SystemModstamp"]:
            at = plus_seconds(row["SystemModstamp"], 1)
        row.update(values)
        row["SystemModstamp"] = at
        self._dirty[sobject][row["Id"]] = None
        if sobject == "Opportunity":
            self._maybe_open[row["Id"]] = None
        if "IsDeleted" in values:
            self._live.pop(sobject, None)
        if row.get("CreatedDate", "") < self.since:
            self.changed[sobject, row["Id"]] = None
        return at

    def change_appended(self, sobject: str, record: str, values: Row) -> None:
        """Set fields of an activity that nobody has deleted meanwhile."""
        self.flush_buffers()
        found = self.store.query(f'select "CreatedDate" from "{sobject}" where "Id" = ? and "IsDeleted" = 0', (record,))
        if found:
            self.store.update(sobject, record, values)
            if found[0][0] < self.since:
                self.changed[sobject, record] = None

    def sql(self, statement: str, *parameters: object) -> None:
        """Run SQL on appended rows, after writing out those still in memory."""
        self.flush_buffers()
        self.store.connection.execute(statement, parameters)

    def drop(self, sobject: str, record: str) -> None:
        """Forget a row for good; the caller removes it from the store."""
        self.rows[sobject].pop(record, None)
        self._dirty[sobject].pop(record, None)
        self._groups.pop(sobject, None)
        self._live.pop(sobject, None)

    # -- often needed views

    def live(self, sobject: str) -> list[Row]:
        """Rows that are not deleted, in the order of their ids: ids grow, and `load` reads in their order."""
        if sobject not in self._live:
            self._live[sobject] = [row for row in self.rows[sobject].values() if not row.get("IsDeleted")]
        return list(self._live[sobject])

    def open_opportunities(self) -> list[Row]:
        """Opportunities that are neither closed nor deleted, in the order of their ids."""
        rows = self.rows["Opportunity"]
        candidates = [rows[key] for key in sorted(self._maybe_open) if key in rows]
        found = [row for row in candidates if not row["IsClosed"] and not row["IsDeleted"]]
        self._maybe_open = dict.fromkeys(row["Id"] for row in found)
        return found

    def children(self, sobject: str, parent: str) -> list[Row]:
        """Contacts of an account, or lines or splits of an opportunity; oldest first, deleted ones included."""
        groups = self._groups.get(sobject)
        if groups is None:
            groups = self._groups[sobject] = {}
            for row in self.rows[sobject].values():
                groups.setdefault(row[_GROUPED_BY[sobject]], []).append(row)
        return groups.get(parent, [])

    def regroup(self, sobject: str) -> None:
        """Rows have moved to another parent: look again when next asked for `children`."""
        self._groups.pop(sobject, None)

    # -- saving and loading

    def _flush_buffer(self, sobject: str) -> None:
        self.store.insert_many(sobject, self._buffers[sobject])
        self._buffers[sobject].clear()

    def flush_buffers(self) -> None:
        """Write appended rows that are still in memory."""
        for sobject in APPENDED:
            if self._buffers[sobject]:
                self._flush_buffer(sobject)

    def save(self) -> None:
        """Write everything that changed; the caller's transaction makes it all or nothing."""
        self.flush_buffers()
        for sobject, keys in self._dirty.items():
            self.store.insert_many(sobject, (self.rows[sobject][key] for key in sorted(keys)))
            keys.clear()
        connection = self.store.connection
        connection.execute("delete from _latent")
        connection.executemany(
            "insert into _latent values (?, ?, ?)",
            (
                (kind, key, json.dumps(data, sort_keys=True))
                for kind, records in sorted(self.latent.items())
                for key, data in sorted(records.items())
            ),
        )
        connection.executemany("insert or replace into _sequence values (?, ?)", sorted(self._last_number.items()))
        self.store.set_meta("today", self.day.isoformat())

    @classmethod
    def load(cls, store: Store) -> World:
        """The company as it was saved."""
        meta = {row[0]: row[1] for row in store.query("select key, value from _meta")}
        world = cls(
            store,
            seed=int(meta["seed"]),
            pod=meta["pod"],
            people=int(meta["people"]),
            start=dt.date.fromisoformat(meta["start"]),
        )
        world.day = dt.date.fromisoformat(meta["today"])
        world.since = (world.day + dt.timedelta(days=1)).isoformat()
        for sobject, rows in world.rows.items():
            for row in store.query(f'select * from "{sobject}" order by "Id"'):
                rows[row["Id"]] = dict(row)
        for kind, key, data in store.query("select kind, id, data from _latent order by kind, id"):
            world.latent[kind][key] = json.loads(data)
        world._maybe_open = dict.fromkeys(world.rows["Opportunity"])
        world._last_number.update({row[0]: row[1] for row in store.query("select sobject, last from _sequence")})
        return world
