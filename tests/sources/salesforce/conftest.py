"""A hand-made org behind the real sandbox server, and a way to look at what the connector made of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from salesops_pipeline.sandbox import store as sandbox_store
from salesops_pipeline.sandbox.fields import Field
from salesops_pipeline.sandbox.ids import record_id
from salesops_pipeline.sandbox.salesforce import relationships
from salesops_pipeline.sandbox.salesforce.clock import api_datetime
from salesops_pipeline.sandbox.salesforce.faults import parse_faults
from salesops_pipeline.sandbox.salesforce.server import Server, serve
from salesops_pipeline.sandbox.schema import SOBJECTS
from salesops_pipeline.sandbox.store import FILE_NAME, Store
from salesops_pipeline.settings import Settings, load_settings

FIRST_DAY = dt.date(2026, 3, 2)


@dataclass
class Org:
    """A company of a few records, changed by hand."""

    sandbox_dir: Path
    monkeypatch: pytest.MonkeyPatch
    today: dt.date = FIRST_DAY
    _numbers: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with Store.create(self.sandbox_dir / FILE_NAME) as store:
            store.set_meta("client_id", "the-key")
            store.set_meta("client_secret", "the-secret")
            store.set_meta("today", self.today)
        self.add("User", Name="Ops", Username="ops@example.com", IsActive=1)

    @contextmanager
    def store(self) -> Iterator[Store]:
        with Store.open(self.sandbox_dir) as store, store.transaction():
            yield store

    def at(self, time: str = "12:00:00") -> str:
        return api_datetime(dt.datetime.combine(self.today, dt.time.fromisoformat(time), tzinfo=dt.UTC))

    def advance(self, days: int = 1) -> None:
        self.today += dt.timedelta(days=days)
        with self.store() as store:
            store.set_meta("today", self.today)

    def add(self, sobject: str, *, time: str = "12:00:00", **values: Any) -> str:
        return self.add_many(sobject, 1, time=time, **values)[0]

    def add_many(self, sobject: str, count: int, *, time: str = "12:00:00", **values: Any) -> list[str]:
        first = self._numbers.get(sobject, 0)
        self._numbers[sobject] = first + count
        ids = [record_id(SOBJECTS[sobject].key_prefix, "5g", number) for number in range(first, first + count)]
        stamps = {
            name: self.at(time)
            for name in ("CreatedDate", "LastModifiedDate", "SystemModstamp")
            if SOBJECTS[sobject].has(name)
        }
        with self.store() as store:
            store.insert_many(sobject, [{"Id": id_, **stamps, **values} for id_ in ids])
        return ids

    def change(self, sobject: str, id_: str, *, time: str = "12:00:00", **values: Any) -> None:
        with self.store() as store:
            store.update(sobject, id_, {"SystemModstamp": self.at(time), **values})

    def delete(self, sobject: str, id_: str, *, time: str = "12:00:00", purge: bool = False, **values: Any) -> None:
        with self.store() as store:
            store.connection.execute(
                "insert or replace into _deleted values (?, ?, ?, ?)", (sobject, id_, self.at(time), int(purge))
            )
            if purge:
                store.connection.execute(f'delete from "{sobject}" where "Id" = ?', (id_,))
            else:
                store.update(sobject, id_, {"IsDeleted": 1, "SystemModstamp": self.at(time), **values})

    def vanish(self, sobject: str, id_: str) -> None:
        with self.store() as store:
            store.connection.execute(f'delete from "{sobject}" where "Id" = ?', (id_,))

    def add_fields(self, sobject: str, *new: Field) -> None:
        described = SOBJECTS[sobject]
        self._schema(sobject, dataclasses.replace(described, fields=(*described.fields, *new)))
        with self.store() as store:
            for item in new:
                store.connection.execute(f'alter table "{sobject}" add column "{item.name}" {item.sql_type}')

    def replace_object(self, sobject: str, **changes: Any) -> None:
        self._schema(sobject, dataclasses.replace(SOBJECTS[sobject], **changes))

    def remove_object(self, sobject: str) -> None:
        self.monkeypatch.delitem(SOBJECTS, sobject)
        self.monkeypatch.delitem(relationships._BY_LOWER_NAME, sobject.lower())
        self._accept_schema()

    def _schema(self, sobject: str, described: Any) -> None:
        self.monkeypatch.setitem(SOBJECTS, sobject, described)
        self.monkeypatch.setitem(relationships._BY_LOWER_NAME, sobject.lower(), described)
        self._accept_schema()

    def _accept_schema(self) -> None:
        store = Store(self.sandbox_dir / FILE_NAME)
        store.set_meta("schema_fingerprint", sandbox_store._schema_fingerprint())
        store.close()


@pytest.fixture
def org(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Org:
    return Org(tmp_path / "sandbox", monkeypatch)


@dataclass(frozen=True)
class Connection:
    """A running org and settings that point to it."""

    server: Server
    settings: Settings

    def stats(self, *, reset: bool = False) -> dict[str, Any]:
        method = "DELETE" if reset else "GET"
        return httpx.request(method, f"{self.server.url}/sandbox/stats").raise_for_status().json()


Connect = Callable[..., AbstractContextManager[Connection]]


@pytest.fixture
def connect(tmp_path: Path) -> Connect:
    """``with connect(sandbox_dir, faults="…", name="…", **settings) as connection``."""

    @contextmanager
    def connected(sandbox_dir: Path, *, faults: str = "", name: str = "data", **settings: Any) -> Iterator[Connection]:
        with serve(sandbox_dir, faults=parse_faults(faults)) as server:
            yield Connection(server, settings_for(server, tmp_path / name, **settings))

    return connected


def settings_for(server: Server, data_dir: Path, **settings: Any) -> Settings:
    return load_settings(
        data_dir=data_dir,
        salesforce_instance_url=server.url,
        salesforce_client_id=server.client_id,
        salesforce_client_secret=server.client_secret,
        **settings,
    )


def latest(settings: Settings, table: str, *, with_deleted: bool = False) -> dict[str, dict[str, Any]]:
    """The newest version of every record in the lake, by id, without the load id."""
    import duckdb

    files = [str(path) for path in settings.lake.visible_files("salesforce", table)]
    if not files:
        return {}
    rows = (
        duckdb.connect(config={"threads": 1})
        .execute(
            """
        select * exclude (_dlt_load_id) from read_parquet(?, union_by_name = true)
        qualify row_number() over (
            partition by Id order by SystemModstamp desc, cast(_dlt_load_id as double) desc
        ) = 1
        """.replace("SystemModstamp", "CreatedDate" if table == "opportunity_field_history" else "SystemModstamp"),
            [files],
        )
        .to_arrow_table()
    )
    return {row["Id"]: row for row in rows.to_pylist() if with_deleted or not row.get("IsDeleted")}


def versions(settings: Settings, table: str) -> int:
    """How many rows the lake holds of a table."""
    import pyarrow.parquet as pq

    return sum(pq.read_metadata(path).num_rows for path in settings.lake.visible_files("salesforce", table))
