"""Running dbt: for DuckDB in this process, on the project as it was parsed; for another engine in one of its own.

A process of its own takes two seconds to start, parses what is parsed already, and keeps the warehouse locked when it
outlives a killed run. In return two things have to be seen to here. dbt keeps its adapters and, for DuckDB, the open
database for the whole life of the process: both are let go of before anybody else opens the file. And dbt turns every
exception into a result, an interruption too, which has to go on upwards.

Spark starts a virtual machine that ends only with its process, so there dbt gets one; next to Spark's own start, two
seconds are nothing.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from salesops_pipeline.building.project import DUCKDB, dbt_environment, dbt_executable, parsed_project
from salesops_pipeline.building.results import NodeResult, read_results
from salesops_pipeline.settings import Settings

_WITHOUT_UNIT_TESTS = ("--exclude-resource-type", "unit_test")
"""Unit tests check the models, not the data; `make test` runs them."""


@dataclass(frozen=True)
class Invocation:
    """How it ended: whether all went well, what became of each node, and dbt's word if it did not come to any."""

    success: bool
    results: tuple[NodeResult, ...]
    error: str = ""


def run_build(
    settings: Settings,
    *,
    artifacts: Path,
    target: str = DUCKDB,
    only: Sequence[str] = (),
    full_refresh: bool = False,
) -> Invocation:
    """Build and test models with ``dbt build``. Nothing holds the warehouse open on return.

    Args:
        settings: Where project, lake and warehouse lie.
        artifacts: Folder for compiled SQL, results and dbt's log.
        target: The dbt target of the profile.
        only: Names of the only models and tests to run; everything unless stated.
        full_refresh: Build incremental models from nothing.

    Raises:
        ConfigurationError: dbt cannot parse the project.
    """
    project = parsed_project(settings, target)
    os.environ.update(dbt_environment(settings))
    arguments = [
        "build",
        *_WITHOUT_UNIT_TESTS,
        # dbt adds tests of its own accord to models that are selected, unless it is told not to.
        *(["--select", *only, "--indirect-selection", "empty"] if only else []),
        *(["--full-refresh"] if full_refresh else []),
        *("--project-dir", str(project.project_dir), "--profiles-dir", str(project.project_dir)),
        *("--target", target, "--target-path", str(artifacts), "--log-path", str(artifacts)),
        *("--log-level-file", "info", "--no-use-colors"),
    ]
    return (
        _invoke_here(project.partial_parse, arguments, artifacts)
        if target == DUCKDB
        else _invoke_apart(arguments, project.project_dir, artifacts)
    )


def _invoke_apart(arguments: list[str], project_dir: Path, artifacts: Path) -> Invocation:
    ended = subprocess.run([dbt_executable(), *arguments], cwd=project_dir, check=False)
    return Invocation(ended.returncode == 0, read_results(artifacts / "run_results.json"))


def _invoke_here(parsed: Path, arguments: list[str], artifacts: Path) -> Invocation:
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest

    manifest = Manifest.from_msgpack(parsed.read_bytes())
    manifest.build_flat_graph()  # what macros see as `graph`; dbt makes it when it parses, and does not keep it
    try:
        outcome = dbtRunner(manifest=manifest).invoke(arguments)
    finally:
        _let_go()
    if outcome.exception is not None and not isinstance(outcome.exception, Exception):
        raise outcome.exception  # interrupted
    error = " ".join(str(outcome.exception).split()) if outcome.exception else ""
    return Invocation(outcome.success, read_results(artifacts / "run_results.json"), error)


def _let_go() -> None:
    """Close every connection of dbt's adapters and forget the adapters, with the settings they were made for."""
    from dbt.adapters.factory import cleanup_connections, reset_adapters

    cleanup_connections()
    reset_adapters()
    # dbt-duckdb keeps the database itself, apart from the connections. It is loaded only if the target is DuckDB.
    if duckdb_adapter := sys.modules.get("dbt.adapters.duckdb.connections"):
        manager = duckdb_adapter.DuckDBConnectionManager
        with manager._LOCK:
            if manager._ENV is not None:
                manager._ENV.close()
        manager.close_all_connections()
