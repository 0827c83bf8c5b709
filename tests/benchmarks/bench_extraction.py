"""(e) Extraction by the connector against a bare HTTP client that fetches the same pages."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from pydantic import SecretStr

from salesops_pipeline.sandbox.simulation import create
from salesops_pipeline.settings import Settings
from salesops_pipeline.sources.salesforce import source
from tests.benchmarks.bare_client import fetch_all, recorded_calls, starting_points
from tests.benchmarks.measure import BenchmarkError, tool
from tests.benchmarks.pipeline import environment, settings_for
from tests.benchmarks.results import Figure, Result

_UNTIL = dt.date(2026, 10, 31)
_START_SECONDS = 30


def measure(work: Path, people: int, repetitions: int) -> Result:
    """Extract everything from a sandbox org served by another process, turn by turn with the bare client."""
    data_dir = work / "extraction"
    shutil.rmtree(data_dir, ignore_errors=True)
    settings = settings_for(data_dir)
    create(settings.sandbox_dir, seed=7, people=people, years=3, until=_UNTIL)
    connector, bare, rows = [], [], 0
    with _served(settings) as org:
        with recorded_calls() as calls:
            rows = _extract(org)
        chains, threads = starting_points(calls), max(1, len({call.thread for call in calls}) - 1)
        token, received = _token(org), 0
        for _ in range(repetitions):
            shutil.rmtree(settings.lake.root)
            shutil.rmtree(settings.data_dir / "dlt")
            started = time.perf_counter()
            _extract(org)
            connector.append(time.perf_counter() - started)
            started = time.perf_counter()
            received = fetch_all(org.salesforce_instance_url, token, chains, threads=threads)
            bare.append(time.perf_counter() - started)
    shutil.rmtree(data_dir)
    return result(people, rows, len(calls), received, threads, connector, bare)


def _extract(org: Settings) -> int:
    return sum(table.rows for table in source.load(org).tables)


@contextmanager
def _served(settings: Settings) -> Iterator[Settings]:
    """The sandbox org in a process of its own, so that client and server do not share an interpreter."""
    process = subprocess.Popen(
        [tool("salesops"), "sandbox", "serve", "--port", "0"],
        env={**environment(settings), "COLUMNS": "200", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield settings.model_copy(update=_credentials(process))
    finally:
        process.terminate()
        process.wait()


def _credentials(process: subprocess.Popen[str]) -> dict[str, str | SecretStr]:
    found: dict[str, str] = {}
    deadline = time.monotonic() + _START_SECONDS
    while len(found) < 3 and time.monotonic() < deadline and process.stdout:
        if match := re.search(r"SALESOPS_SALESFORCE_(\w+)=(\S+)", process.stdout.readline()):
            found[f"salesforce_{match[1].lower()}"] = match[2]
    if len(found) < 3:
        raise BenchmarkError("the sandbox org did not start")
    return {**found, "salesforce_client_secret": SecretStr(found["salesforce_client_secret"])}


def _token(org: Settings) -> str:
    answer = httpx.post(
        f"{org.salesforce_instance_url}/services/oauth2/token",
        data={
            "grant_type": "client_credentials",
            "client_id": org.salesforce_client_id,
            "client_secret": org.salesforce_client_secret.get_secret_value(),
        },
    )
    return str(answer.raise_for_status().json()["access_token"])


def result(
    people: int, rows: int, calls: int, received: int, threads: int, connector: list[float], bare: list[float]
) -> Result:
    """The ratio of the two, turn by turn."""
    ratio = statistics.median(one / other for one, other in zip(connector, bare, strict=True))
    table = [
        (name, f"{min(found):.1f}", f"{statistics.median(found):.1f}", f"{rows / statistics.median(found):,.0f}")
        for name, found in (("connector", connector), ("bare client", bare))
    ]
    return Result(
        "e",
        "Extraction against a bare HTTP client",
        f"{people} sellers, 3 years: {rows:,} rows, {calls} calls, {received / 2**20:.0f} MB, {len(bare)} turns",
        f"The connector reads the sandbox org, served by another process, into a lake; a bare client with {threads} "
        "threads sends the same queries, follows the same pages and jobs and throws the answers away.",
        (
            Figure(
                "connector / bare client",
                f"{ratio:.2f} x",
                note="On top of fetching, the connector types every value, writes Parquet and keeps its state.",
            ),
        ),
        (("", "fastest s", "median s", "rows a second"), *table),
    )
