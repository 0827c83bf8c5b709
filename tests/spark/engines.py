"""The project on one of its engines, run as the pipeline runs it: the profile's target and the engine's environment."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import duckdb

from salesops_pipeline.engine import dbt_target, prepare_engine
from salesops_pipeline.orchestration.dbt_manifest import dbt_environment, dbt_executable
from salesops_pipeline.publishing.warehouse import warehouse_of
from salesops_pipeline.settings import Settings


@dataclass(frozen=True)
class Engine:
    """One engine with its settings.

    Args:
        settings: Which engine, which lake, which warehouse.
        conf_dir: Folder of a ``spark-defaults.conf``; DuckDB does not look at it.
    """

    settings: Settings
    conf_dir: Path

    @property
    def target_dir(self) -> Path:
        """Where dbt leaves its artefacts."""
        return self.settings.data_dir / "target" / self.settings.engine

    def dbt(self, *arguments: str) -> str:
        """Run a dbt command and return what it printed; fails with dbt's own words."""
        prepare_engine(self.settings)
        done = subprocess.run(
            [
                *(dbt_executable(), "--quiet", *arguments, "--target", dbt_target(self.settings)),
                *("--target-path", str(self.target_dir), "--log-path", str(self.target_dir / "logs")),
            ],
            cwd=self.settings.dbt_project_dir,
            env={
                **os.environ,
                **dbt_environment(self.settings),
                "SPARK_CONF_DIR": str(self.conf_dir),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
        return done.stdout

    def texts(self, expressions: dict[str, str], rows: str) -> dict[str, str | None]:
        """What SQL expressions are on this engine, as texts.

        Args:
            expressions: By name; they may call the project's macros.
            rows: What they are selected from.
        """
        columns = ", ".join(
            f"cast({expression} as {{{{ dbt.type_string() }}}}) as {name}" for name, expression in expressions.items()
        )
        query = f"{{% do prepare_session() %}}select {columns} from {rows}"
        shown = json.loads(self.dbt("show", "--inline", query, "--output", "json"))["show"]
        assert len(shown) == 1, shown
        return shown[0]

    def connect(self) -> duckdb.DuckDBPyConnection:
        """A connection on which the tables that the engine built are in the catalogue ``warehouse``."""
        connection = duckdb.connect()
        connection.execute("set TimeZone = 'UTC'")
        warehouse_of(self.settings).attach(connection)
        return connection
