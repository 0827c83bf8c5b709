"""(f) How fast a BI tool's queries are answered by the published version."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Mapping
from pathlib import Path
from string import Template

import duckdb

from tests.benchmarks.pipeline import FirstRuns
from tests.benchmarks.results import Figure, Result

QUERIES = Path(__file__).with_name("bi_queries.sql")
REPETITIONS = 5
TARGET_SECONDS = 0.1
TARGET_OPPORTUNITIES = 10_000_000

_VALUES = """
with latest as (
    select fiscal_quarter_start_date as quarter from marts.mart_bookings
    where fiscal_quarter_start_date <= (select as_of_date from marts.mart_run)
    group by 1 order by 1 desc limit 2
)
select
    (select max(quarter) from latest) as quarter,
    (select min(quarter) from latest) as last_quarter,
    team_id as team,
    (select owner_person_id from marts.mart_opportunity where owner_team_id = team_id order by all limit 1) as person,
    (select account_id from marts.mart_opportunity where owner_team_id = team_id order by all limit 1) as account,
    (select opportunity_id from marts.mart_opportunity where owner_team_id = team_id order by 1 limit 1) as opportunity,
    (select max(event_date) from marts.mart_daily_movement) as day
from core.dim_team
where team_id in (select owner_team_id from marts.mart_opportunity where is_open)
order by team_id
limit 1
"""


def read_queries(values: Mapping[str, object]) -> dict[str, str]:
    """The queries by name, with values in the place of their parameters."""
    parts = re.split(r"^-- name: (.+)$", QUERIES.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {
        name: Template(text).substitute({key: str(value) for key, value in values.items()}).strip()
        for name, text in zip(parts[::2], parts[1::2], strict=True)
    }


def percentile(values: list[float], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def time_queries(database: Path, repetitions: int = REPETITIONS) -> dict[str, list[float]]:
    """Seconds of each run of each query, rows fetched, on one read-only connection; each query ran once before."""
    seconds: dict[str, list[float]] = {}
    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute(_VALUES)
        names = [column[0] for column in found.description]
        values = dict(zip(names, found.fetchone() or (), strict=True))
        for name, query in read_queries(values).items():
            connection.execute(query).fetchall()
            seconds[name] = []
            for _ in range(repetitions):
                started = time.perf_counter()
                connection.execute(query).fetchall()
                seconds[name].append(time.perf_counter() - started)
    return seconds


def measure(runs: FirstRuns, opportunities: int) -> Result:
    """Ask the version that the first run at this scale published."""
    settings, _ = runs.of(opportunities)
    return result(opportunities, time_queries(settings.published_dir / "current" / "salesops.duckdb"))


def result(opportunities: int, seconds: Mapping[str, list[float]]) -> Result:
    """Percentiles over all runs of all queries, and the medians of the slowest."""
    every = [value for values in seconds.values() for value in values]
    medians = sorted(((statistics.median(values), name) for name, values in seconds.items()), reverse=True)
    p95 = percentile(every, 0.95)
    return Result(
        "f",
        "Queries of a BI tool on the published version",
        f"{opportunities:,} opportunities, {len(seconds)} queries, {len(every) // len(seconds)} times each",
        "tests/benchmarks/bi_queries.sql on the published DuckDB file, read-only, rows fetched, after one run of "
        "each query that does not count.",
        (
            Figure("p50", f"{percentile(every, 0.5) * 1000:.0f} ms"),
            Figure(
                "p95",
                f"{p95 * 1000:.0f} ms",
                f"<= {TARGET_SECONDS * 1000:.0f} ms at 10 million opportunities",
                p95 <= TARGET_SECONDS if opportunities >= TARGET_OPPORTUNITIES else None,
            ),
        ),
        (("slowest queries", "median ms"), *((name, f"{value * 1000:.0f}") for value, name in medians[:5])),
    )
