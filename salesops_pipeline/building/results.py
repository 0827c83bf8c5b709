"""What a dbt invocation leaves behind: what became of each node, in words if it failed, and its artefacts."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from salesops_pipeline.errors import ConfigurationError
from salesops_pipeline.publishing.build_record import DbtCounts

KEPT_ARTIFACTS = 5
WAIT_SECONDS = 120.0
"""Whoever holds the warehouse open gets this long to let go of it."""

_FAILED = {"fail", "error", "runtime error"}
_TESTS = {"test", "unit_test"}
_EXPLAINED = 3


@dataclass(frozen=True)
class NodeResult:
    """What became of a model or test.

    ``status`` is dbt's word: ``success``, ``pass``, ``warn``, ``fail``, ``error``, ``skipped``, ``no-op``.
    """

    unique_id: str
    status: str
    seconds: float = 0.0
    failures: int | None = None
    """Rows that a test found."""
    message: str = ""
    sql: str = ""
    """The compiled query of a test that failed."""

    @property
    def name(self) -> str:
        """The name of the model or test."""
        return self.unique_id.split(".")[2]

    @property
    def is_test(self) -> bool:
        """Whether it is a test, and not a model."""
        return self.unique_id.split(".", 1)[0] in _TESTS

    @property
    def has_failed(self) -> bool:
        """Whether it stops the build."""
        return self.status in _FAILED


@dataclass(frozen=True)
class DbtSummary:
    """How a dbt invocation ended: outcomes of its tests, the nodes that failed, and a line about the first of them."""

    dbt: DbtCounts
    failed_nodes: tuple[str, ...] = ()
    explanations: tuple[str, ...] = ()


def read_results(run_results: Path) -> tuple[NodeResult, ...]:
    """Read dbt's ``run_results.json``; nothing if dbt did not come to write it."""
    try:
        entries = json.loads(run_results.read_text(encoding="utf-8"))["results"]
    except FileNotFoundError:
        return ()
    return tuple(_result(entry) for entry in entries)


def _result(entry: dict[str, Any]) -> NodeResult:
    return NodeResult(
        unique_id=entry["unique_id"],
        status=entry["status"],
        seconds=float(entry.get("execution_time") or 0.0),
        failures=entry.get("failures"),
        message=" ".join(str(entry.get("message") or "").split()),
        sql=entry.get("compiled_code") or "" if entry["status"] == "fail" else "",
    )


def summarise(results: Sequence[NodeResult], warehouse: Path | None, *, error: str = "") -> DbtSummary:
    """Put results in words.

    Args:
        results: What became of each node.
        warehouse: The database that was tested, to show a row that failed; dbt has let go of it. None: show none.
        error: dbt's word where it did not come to build anything.
    """
    if not results:
        reason = error or "dbt did not start"
        return DbtSummary(DbtCounts(failed=1), (reason,), (reason,))
    failed = [result for result in results if result.has_failed]
    return DbtSummary(count(results), tuple(result.name for result in failed), tuple(explain(failed, warehouse)))


def count(results: Iterable[NodeResult]) -> DbtCounts:
    """Outcomes of tests, and of everything that failed."""
    statuses = [(result.is_test, result.status, result.has_failed) for result in results]
    return DbtCounts(
        passed=statuses.count((True, "pass", False)),
        warned=statuses.count((True, "warn", False)),
        failed=sum(failed for *_, failed in statuses),
    )


def explain(failed: Sequence[NodeResult], warehouse: Path | None) -> Iterator[str]:
    """A line for each of the first failed nodes: name, number of rows and one of them, or dbt's own message."""
    import duckdb

    for result in failed[:_EXPLAINED]:
        text = result.message or "no reason given"
        if result.sql and warehouse and warehouse.exists():
            with duckdb.connect(str(warehouse), read_only=True) as connection:
                try:
                    found = connection.execute(f"select * from ({result.sql}) limit 1")
                    names = [column[0] for column in found.description]
                    row = found.fetchone() or ()
                    values = ", ".join(f"{name}={value}" for name, value in zip(names, row, strict=False))
                    text = f"{result.failures} rows, for example {values}"
                except duckdb.Error:
                    pass  # a test that reads files of the lake cannot be repeated here; dbt's own message stays
        yield f"{result.name}: {text}"


def wait_for_warehouse(warehouse: Path, seconds: float = WAIT_SECONDS) -> None:
    """Wait until nobody else has the warehouse open.

    Raises:
        ConfigurationError: Somebody holds it for longer.
    """
    import duckdb

    if not warehouse.exists():
        return  # made by dbt, which knows the storage version
    deadline = time.monotonic() + seconds
    while True:
        try:
            duckdb.connect(str(warehouse)).close()
            return
        except duckdb.IOException as error:
            if time.monotonic() > deadline:
                raise ConfigurationError(
                    f"the warehouse is in use: {' '.join(str(error).split())[:300]}",
                    where=str(warehouse),
                    fix="Close whatever holds it open; BI tools read the published file instead.",
                ) from None
        time.sleep(1)


def row_counts(warehouse: Path) -> dict[tuple[str, str], int]:
    """Rows of each table, by schema and name, in one short read-only connection; nothing without a warehouse."""
    import duckdb

    if not warehouse.exists():
        return {}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        found = connection.execute("select schema_name, table_name, estimated_size from duckdb_tables()").fetchall()
    return {(schema, name): rows for schema, name, rows in found}


def prune_artifacts(directory: Path, keep: int = KEPT_ARTIFACTS) -> None:
    """Keep dbt's artefacts (compiled SQL, results, logs) of the last few runs only."""
    runs = sorted(
        (path for path in directory.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime, reverse=True
    )
    for path in runs[keep:]:
        shutil.rmtree(path, ignore_errors=True)
