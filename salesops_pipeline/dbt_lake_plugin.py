"""A plugin of dbt-duckdb, named in ``dbt_project/profiles.yml``: lets dbt's connections read a lake in a bucket.

As code that runs when dbt connects, not as options of the profile: credentials are then in no file, manifest, log or
artefact of dbt, and a change of them never makes dbt parse the project again.
"""

from __future__ import annotations

import os

from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import DuckDBPyConnection


class Plugin(BasePlugin):
    """Called by dbt-duckdb, by this name."""

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Prepare a new database connection for the lake that ``SALESOPS_LAKE_DIR`` names; nothing for a local one."""
        lake = os.environ.get("SALESOPS_LAKE_DIR", "")
        if lake.startswith("s3://"):
            from salesops_pipeline.lake.duckdb_access import allow_lake

            allow_lake(conn, lake)
