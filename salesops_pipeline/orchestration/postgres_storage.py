"""Dagster's storage in PostgreSQL, with the driver that it is written for and without a connection for every event.

dagster-postgres leaves the driver to SQLAlchemy, which takes psycopg 3 since version 2.1. That one sends parameters
apart from the statement, and PostgreSQL accepts none in NOTIFY, which Dagster executes with every event. psycopg 2,
which dagster-postgres brings along, has to be named in the URL.

Its event log opens a connection for each event and closes it again, which takes ten times as long as writing the
event; a run writes more than a thousand. Here one stays open. Tables are Dagster's own.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy
from dagster._core.storage.event_log import EventLogStorage
from dagster._serdes import ConfigurableClassData
from dagster_postgres import DagsterPostgresStorage, PostgresEventLogStorage
from dagster_postgres.utils import pg_url_from_config

_DRIVER = "postgresql+psycopg2"
_MOST_CONNECTIONS = 20
"""At once, of one process; all but one are closed again after their use."""


def with_driver(url: str) -> str:
    """The URL with the driver that Dagster needs, unless it names another one itself."""
    parts = sqlalchemy.make_url(url)
    if parts.drivername != "postgresql":
        return url
    return parts.set(drivername=_DRIVER).render_as_string(hide_password=False)


class OpenPostgresEventLogStorage(PostgresEventLogStorage):
    """Dagster's event log in PostgreSQL; a connection outlives the event that it was opened for."""

    def __init__(self, postgres_url: str, should_autocreate_tables: bool = True) -> None:
        super().__init__(postgres_url, should_autocreate_tables)
        self._engine = sqlalchemy.create_engine(
            postgres_url,
            isolation_level="AUTOCOMMIT",
            pool_size=1,
            max_overflow=_MOST_CONNECTIONS - 1,
            pool_pre_ping=True,  # a server that was restarted meanwhile is connected to anew
        )

    def dispose(self) -> None:
        """Close what is open."""
        super().dispose()
        self._engine.dispose()


class PostgresStorage(DagsterPostgresStorage):
    """Runs, events and schedules in PostgreSQL; named in ``dagster.yaml``, configured as Dagster's own.

    Args:
        postgres_url: Where; the driver may be left out.
        should_autocreate_tables: Whether missing tables are created.
        inst_data: How the instance names this storage.
    """

    def __init__(
        self, postgres_url: str, should_autocreate_tables: bool = True, inst_data: ConfigurableClassData | None = None
    ) -> None:
        url = with_driver(postgres_url)
        super().__init__(url, should_autocreate_tables, inst_data)
        self._open_event_log = OpenPostgresEventLogStorage(url, should_autocreate_tables)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> PostgresStorage:
        """Made by the instance from ``dagster.yaml``."""
        url = pg_url_from_config(config_value)
        return cls(url, config_value.get("should_autocreate_tables", True), inst_data)

    @property
    def event_log_storage(self) -> EventLogStorage:
        """The event log that stays open."""
        return self._open_event_log
