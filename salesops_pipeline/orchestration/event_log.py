"""Dagster's local storage, with the event log's databases kept open between events.

Dagster's own SQLite event log opens and closes a database twice for every event. Closing the last connection copies
the write-ahead log into the database and waits for the disk, so an event costs 5 ms on an idle machine and ten times
as much on a busy one; a run of a few hundred assets and checks writes more than a thousand of them. Here a connection
stays open from one event to the next. Files, tables and everything that is read from them are Dagster's own: either
storage can take over from the other at any time.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.base import EventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy.event import listens_for

_OPEN_DATABASES = 4
"""The index and the run that is being written, and what a web server looks at beside them."""

_SHOW_SECONDS = 1.0
"""Whoever watches a run looks at changes of the database file, which a checkpoint makes."""

_BUSY_SECONDS = 30


class OpenSqliteEventLogStorage(SqliteEventLogStorage):
    """Dagster's SQLite event log; connections outlive the event they were opened for.

    Args:
        base_dir: Folder of the databases, one for each run and one index.
    """

    def __init__(self, base_dir: str) -> None:
        self._open: OrderedDict[str, sqlalchemy.Engine] = OrderedDict()
        self._shown: dict[str, float] = {}
        super().__init__(base_dir)

    def run_connection(self, run_id: str | None = None) -> Any:
        """A connection to the database of a run, in a transaction."""
        return self._connection(run_id or "")

    def index_connection(self) -> Any:
        """A connection to the index of all runs, in a transaction."""
        return self._connection(INDEX_SHARD_NAME)

    @contextmanager
    def _connection(self, name: str) -> Iterator[sqlalchemy.Connection]:
        if name not in self._open:
            with super()._connect(name):
                pass  # makes the database if there is none
        with self._db_lock:
            with self._engine(name).connect() as connection, connection.begin():
                yield connection
            if time.monotonic() - self._shown.get(name, 0.0) > _SHOW_SECONDS:
                self._show(name)

    def _engine(self, name: str) -> sqlalchemy.Engine:
        if name not in self._open:
            self._open[name] = _open_engine(self.conn_string_for_shard(name))
        self._open.move_to_end(name)
        while len(self._open) > _OPEN_DATABASES:
            _, oldest = self._open.popitem(last=False)
            oldest.dispose()
        return self._open[name]

    def _show(self, name: str) -> None:
        with self._open[name].connect() as connection:
            connection.execute(sqlalchemy.text("pragma wal_checkpoint(passive)"))
        self._shown[name] = time.monotonic()

    def wipe(self) -> None:
        """Forget every event."""
        self._close()
        super().wipe()

    def dispose(self) -> None:
        """Close what is open."""
        self._close()
        super().dispose()

    def _close(self) -> None:
        with self._db_lock:
            while self._open:
                self._open.popitem()[1].dispose()


def _open_engine(address: str) -> sqlalchemy.Engine:
    engine = sqlalchemy.create_engine(address, pool_size=1, max_overflow=0, connect_args={"timeout": _BUSY_SECONDS})

    @listens_for(engine, "connect")
    def without_waiting(connection: Any, _: object) -> None:
        # With a write-ahead log a power cut then costs the last events at worst, never the database.
        connection.execute("pragma synchronous = normal")

    return engine


class LocalStorage(DagsterSqliteStorage):
    """Runs, events and schedules under one folder, as Dagster stores them; named in ``dagster.yaml``.

    Args:
        base_dir: Dagster's home.
        inst_data: How the instance names this storage.
    """

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(base_dir, inst_data)
        self._open_event_log = OpenSqliteEventLogStorage(str(Path(base_dir) / "history" / "runs"))

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> LocalStorage:
        """Made by the instance from ``dagster.yaml``."""
        return cls.from_local(inst_data=inst_data, **config_value)

    def register_instance(self, instance: Any) -> None:
        """Called by the instance once it is there."""
        super().register_instance(instance)
        if not self._open_event_log.has_instance:
            self._open_event_log.register_instance(instance)

    @property
    def event_log_storage(self) -> EventLogStorage:
        """The event log that stays open."""
        return self._open_event_log
