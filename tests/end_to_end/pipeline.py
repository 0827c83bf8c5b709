"""A deployment in a folder of its own, used the way a person uses it: through the `salesops` command."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

from salesops_pipeline.settings import PROJECT_DIR, Settings

UNTIL = "2026-10-14"
WHEN_LEARNED = {"known_at", "last_checked_at", "last_loaded_at", "load_count", "raw_row_count"}
"""Columns that tell when and how often something was loaded: the only ones two ways to the same state may differ in."""


@dataclass(frozen=True)
class Deployment:
    """One data folder."""

    data_dir: Path
    environment: tuple[tuple[str, str], ...] = ()

    @property
    def settings(self) -> Settings:
        return Settings(data_dir=self.data_dir)

    @property
    def published(self) -> Path:
        return self.data_dir / "published" / "current" / "salesops.duckdb"

    def command(self, *arguments: str) -> list[str]:
        return [str(Path(sys.executable).parent / "salesops"), *arguments]

    def environ(self) -> dict[str, str]:
        return {
            **os.environ,
            "SALESOPS_DATA_DIR": str(self.data_dir),
            "COLUMNS": "200",
            "DAGSTER_DISABLE_TELEMETRY": "1",
            **dict(self.environment),
        }

    def salesops(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        result = subprocess.run(
            self.command(*arguments), env=self.environ(), cwd=PROJECT_DIR, capture_output=True, text=True, check=False
        )
        if check and result.returncode:
            raise AssertionError(
                f"salesops {' '.join(arguments)} ended with {result.returncode}:\n{result.stdout}\n{result.stderr}"
            )
        return result

    def query(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.published), read_only=True) as connection:
            return connection.execute(sql).fetchall()


def differences(left: Path, right: Path) -> dict[str, int]:
    """Rows that stand in only one of two published files, per table; nothing when they say the same.

    Compared on all columns but `WHEN_LEARNED`, as multisets.
    """
    found: dict[str, int] = {}
    with duckdb.connect() as connection:
        connection.execute(f"attach '{left}' as l (read_only)")
        connection.execute(f"attach '{right}' as r (read_only)")
        tables = {
            side: {
                (schema, table)
                for schema, table in connection.execute(
                    f"select table_schema, table_name from information_schema.tables where table_catalog = '{side}'"
                ).fetchall()
            }
            for side in ("l", "r")
        }
        for schema, table in sorted(tables["l"] ^ tables["r"]):
            found[f"{schema}.{table}"] = -1
        for schema, table in sorted(tables["l"] & tables["r"]):
            columns = ", ".join(
                f'"{name}"'
                for (name,) in connection.execute(
                    "select column_name from information_schema.columns "
                    f"where table_catalog = 'l' and table_schema = '{schema}' and table_name = '{table}' order by 1"
                ).fetchall()
                if name not in WHEN_LEARNED
            )
            one, other = (f'select {columns} from {side}."{schema}"."{table}"' for side in ("l", "r"))
            (count,) = connection.execute(
                f"select (select count(*) from ({one} except all {other}))"
                f" + (select count(*) from ({other} except all {one}))"
            ).fetchone() or (0,)
            if count:
                found[f"{schema}.{table}"] = count
    return found
