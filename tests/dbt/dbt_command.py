"""The dbt project with a lake and a warehouse: the command of this environment, paths through the environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from salesops_pipeline.lake import Lake
from tests.dbt.in_process import DBT_PROJECT_DIR, InProcessDbt


@dataclass(frozen=True)
class Dbt:
    """The project with one lake and one warehouse.

    Args:
        lake: What it reads.
        warehouse: The DuckDB file it writes.
        target: Where the command leaves its artefacts.
        in_process: Builds without the command, which parses the project for every new warehouse.
    """

    lake: Lake
    warehouse: Path
    target: Path
    in_process: InProcessDbt

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a dbt command and return what it said."""
        environment = {
            **os.environ,
            "SALESOPS_LAKE_DIR": str(self.lake.root),
            "SALESOPS_WAREHOUSE_PATH": str(self.warehouse),
            "DO_NOT_TRACK": "1",
        }
        folders = ["--target-path", str(self.target), "--log-path", str(self.target / "logs")]
        return subprocess.run(
            [str(Path(sys.executable).parent / "dbt"), "--quiet", *arguments, *folders],
            cwd=DBT_PROJECT_DIR,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def build(self, *arguments: str) -> dict[str, str]:
        """Build and return the status of every node; fails with dbt's own words if one failed."""
        results = self.in_process.build(self.lake, self.warehouse, *arguments)
        broken = [f"{result.node.name}: {result.message}" for result in results if result.status in {"error", "fail"}]
        assert not broken
        return {result.node.unique_id: str(result.status) for result in results}

    def manifest(self) -> dict[str, Any]:
        """What dbt knows of the project after parsing."""
        return json.loads((self.target / "manifest.json").read_text(encoding="utf-8"))

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a query on the warehouse."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            return connection.execute(sql).fetchall()

    def contents(self, *schemas: str) -> dict[str, tuple[int, Decimal]]:
        """Row count and sum of row hashes per table: equal exactly if the tables hold the same rows."""
        tables = self.query(
            f"select schema_name, table_name from duckdb_tables() where schema_name in {(*schemas, '')} order by all"
        )
        return {
            f"{schema}.{table}": self.query(
                f'select count(*), coalesce(sum(hash(t)), 0) from "{schema}"."{table}" as t'
            )[0]
            for schema, table in tables
        }
