"""What a dbt invocation leaves behind: its results in words, the row counts of its tables, its artefacts."""

import json
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg

from salesops_pipeline.errors import ConfigurationError
from salesops_pipeline.publishing import build_record

KEPT_ARTIFACTS = 5
WAIT_SECONDS = 120.0
"""A dbt process that outlives its killed run ends within seconds; whoever holds the file longer has to be told."""

_FAILED = {"fail", "error", "runtime error"}
_EXPLAINED = 3


@dataclass(frozen=True)
class DbtSummary:
    """How a dbt invocation ended: outcomes of its tests, the nodes that failed, and a line about the first of them."""

    dbt: build_record.DbtCounts
    failed_nodes: tuple[str, ...] = ()
    explanations: tuple[str, ...] = ()


def summarise_run(run_results: Path, warehouse: Path | None) -> DbtSummary:
    """Read dbt's ``run_results.json``.

    Args:
        run_results: The file.
        warehouse: The database that was tested, to show a row that failed; dbt has let go of it. None: show none.
    """
    if not run_results.exists():
        reason = "dbt did not start"
        return DbtSummary(build_record.DbtCounts(failed=1), (reason,), (reason,))
    results = json.loads(run_results.read_text(encoding="utf-8"))["results"]
    tests = [result["status"] for result in results if result["unique_id"].split(".")[0] in {"test", "unit_test"}]
    failed = [result for result in results if result["status"] in _FAILED]
    return DbtSummary(
        build_record.DbtCounts(passed=tests.count("pass"), warned=tests.count("warn"), failed=len(failed)),
        tuple(_name(result) for result in failed),
        tuple(explain(failed[:_EXPLAINED], warehouse)),
    )


def explain(failed: Sequence[Mapping[str, Any]], warehouse: Path | None) -> Iterator[str]:
    """A line per failed node: its name, how many rows failed and one of them, or dbt's own message."""
    import duckdb

    for result in failed:
        text = " ".join(str(result.get("message") or "no reason given").split())
        if result["status"] == "fail" and result.get("compiled_code") and warehouse and warehouse.exists():
            with duckdb.connect(str(warehouse), read_only=True) as connection:
                try:
                    found = connection.execute(f"select * from ({result['compiled_code']}) limit 1")
                    names = [column[0] for column in found.description]
                    row = found.fetchone() or ()
                    values = ", ".join(f"{name}={value}" for name, value in zip(names, row, strict=False))
                    text = f"{result.get('failures')} rows, for example {values}"
                except duckdb.Error:
                    pass  # a test that reads files of the lake cannot be repeated here; dbt's own message stays
        yield f"{_name(result)}: {text}"


def _name(result: Mapping[str, Any]) -> str:
    return str(result["unique_id"]).split(".")[2]


def wait_for_warehouse(warehouse: Path, seconds: float = WAIT_SECONDS) -> None:
    """Wait until nobody else has the warehouse open.

    Raises:
        ConfigurationError: Somebody holds it for longer.
    """
    import duckdb

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


def with_row_counts(events: list[Any], warehouse: Path | None) -> Iterator[Any]:
    """Yield dbt's events, each materialisation with the row count of its table.

    Counted after dbt has ended and in one short read-only connection: a connection that is held open while dbt runs
    would lock it out.
    """
    import duckdb

    if warehouse is None or not warehouse.exists():
        yield from events
        return
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        counts = dict(
            connection.execute(
                "select schema_name || '__' || table_name, estimated_size from duckdb_tables()"
            ).fetchall()
        )
    for event in events:
        if isinstance(event, dg.Output) and event.output_name in counts:
            event = event.with_metadata({**event.metadata, "dagster/row_count": counts[event.output_name]})
        yield event


def prune_artifacts(directory: Path, keep: int = KEPT_ARTIFACTS) -> None:
    """Keep dbt's artefacts (compiled SQL, results, logs) of the last few runs only."""
    runs = sorted(
        (path for path in directory.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime, reverse=True
    )
    for path in runs[keep:]:
        shutil.rmtree(path, ignore_errors=True)
