"""Dagster's storage in PostgreSQL, with the driver that it is written for.

dagster-postgres leaves the driver to SQLAlchemy, which takes psycopg 3 since version 2.1. That one sends parameters
apart from the statement, and PostgreSQL accepts none in NOTIFY, which Dagster executes with every event. psycopg 2,
which dagster-postgres brings along, has to be named in the URL.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy
from dagster._serdes import ConfigurableClassData
from dagster_postgres import DagsterPostgresStorage
from dagster_postgres.utils import pg_url_from_config

_DRIVER = "postgresql+psycopg2"


def with_driver(url: str) -> str:
    """The URL with the driver that Dagster needs, unless it names another one itself."""
    parts = sqlalchemy.make_url(url)
    if parts.drivername != "postgresql":
        return url
    return parts.set(drivername=_DRIVER).render_as_string(hide_password=False)


class PostgresStorage(DagsterPostgresStorage):
    """Runs, events and schedules in PostgreSQL; named in ``dagster.yaml``, configured as Dagster's own."""

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> PostgresStorage:
        """Made by the instance from ``dagster.yaml``."""
        return cls(
            with_driver(pg_url_from_config(config_value)),
            should_autocreate_tables=config_value.get("should_autocreate_tables", True),
            inst_data=inst_data,
        )
