"""Running dbt in the process of the tests, where a build more must cost as little as possible."""

from __future__ import annotations

import os
from pathlib import Path
from typing import cast

import pytest
from dbt.artifacts.schemas.run import RunResult
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest
from dbt_common.events.event_manager import EventManager, IEventManager
from dbt_common.events.event_manager_client import ctx_set_event_manager, get_event_manager

from salesops_pipeline.lake import Lake
from salesops_pipeline.settings import PROJECT_DIR

DBT_PROJECT_DIR = PROJECT_DIR / "dbt_project"


class Unheard(EventManager):
    """Drops what dbt has to say while it works, which takes it a tenth of its time; results say what went wrong."""

    def fire_event(self, *_: object, **__: object) -> None:
        pass


class InProcessDbt:
    """dbt in this process, with the project parsed once: a process for every build would take most of the time.

    One thread each for dbt and DuckDB: tables are tiny, and tests run beside each other.
    """

    def __init__(self, root: Path) -> None:
        self._options = [
            *("--project-dir", str(DBT_PROJECT_DIR), "--profiles-dir", str(DBT_PROJECT_DIR)),
            *("--target-path", str(root / "target"), "--log-path", str(root / "logs")),
            *("--log-level", "none", "--log-level-file", "none", "--no-write-json", "--quiet", "--threads", "1"),
        ]
        self._manifest: Manifest | None = None
        # Every warehouse has this name, in a folder of its own: dbt calls the database by it.
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("SALESOPS_WAREHOUSE_PATH", str(root / "warehouse.duckdb"))
            self._manifest = cast(Manifest, self._invoke("parse").result)

    def run(self, lake: Lake, warehouse: Path, *arguments: str) -> None:
        """Build the models; fails with the messages of those that could not be built."""
        outcome = self._invoke_at(lake, warehouse, "run", *arguments)
        results = cast("list[RunResult]", outcome.result or [])
        broken = [f"{result.node.name}: {result.message}" for result in results if result.status == "error"]
        assert outcome.success, broken or outcome.exception

    def build(self, lake: Lake, warehouse: Path, *arguments: str) -> list[RunResult]:
        """Build models and ask tests; what became of each, failures too."""
        outcome = self._invoke_at(lake, warehouse, "build", *arguments)
        assert outcome.exception is None, outcome.exception
        return cast("list[RunResult]", outcome.result or [])

    def _invoke_at(self, lake: Lake, warehouse: Path, *arguments: str) -> dbtRunnerResult:
        with pytest.MonkeyPatch.context() as environment:
            warehouse.parent.mkdir(exist_ok=True)
            environment.setenv("SALESOPS_LAKE_DIR", str(lake.root))
            environment.setenv("SALESOPS_WAREHOUSE_PATH", str(warehouse))
            environment.setenv("SALESOPS_DUCKDB_THREADS", "1")
            return self._invoke(*arguments)

    def _invoke(self, *arguments: str) -> dbtRunnerResult:
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager

        before, environment = get_event_manager(), dict(os.environ)
        ctx_set_event_manager(cast(IEventManager, Unheard()))
        try:
            return dbtRunner(manifest=self._manifest).invoke([*arguments, *self._options])
        finally:
            ctx_set_event_manager(before)
            os.environ.clear()
            os.environ.update(environment)
            DuckDBConnectionManager.close_all_connections()
