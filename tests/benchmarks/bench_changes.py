"""(b) Runs with nothing new and with 0.1 %, 1 % and 10 % changed, against the first run of the same data folder."""

from __future__ import annotations

import datetime as dt

from tests.benchmarks.bulk_lake import AS_OF, write_changes
from tests.benchmarks.measure import Measured
from tests.benchmarks.pipeline import FirstRuns, run_pipeline
from tests.benchmarks.results import Figure, Result

TARGET_SECONDS_NOTHING_NEW = 10.0
TARGETS = {"nothing new": 0.10, "1 % changed": 0.15}
SHARES = (0.001, 0.01, 0.1)


def measure(runs: FirstRuns, opportunities: int) -> Result:
    """Run again and again on one data folder: nothing new, each share changed, and the next day with nothing new."""
    settings, first = runs.of(opportunities)
    again = {"nothing new": run_pipeline(settings).measured}
    for share in SHARES:
        write_changes(settings.lake, share)
        again[f"{share * 100:g} % changed"] = run_pipeline(settings).measured
    tomorrow = AS_OF + dt.timedelta(days=1)
    again["the next day, nothing new"] = run_pipeline(settings, as_of=tomorrow.isoformat()).measured
    return result(opportunities, first.measured, again)


def result(opportunities: int, first: Measured, again: dict[str, Measured]) -> Result:
    """What the runs say, as shares of the first one."""
    shares = {name: measured.seconds / first.seconds for name, measured in again.items()}
    figures = [
        Figure(
            name,
            f"{share:.1%} of a full run",
            f"<= {TARGETS[name]:.0%}" if name in TARGETS else "",
            share <= TARGETS[name] if name in TARGETS else None,
        )
        for name, share in shares.items()
    ]
    seconds = again["nothing new"].seconds
    figures.insert(
        0,
        Figure(
            "nothing new",
            f"{seconds:.1f} s",
            f"<= {TARGET_SECONDS_NOTHING_NEW:.0f} s",
            seconds <= TARGET_SECONDS_NOTHING_NEW,
            "From the command to its end, start of Python and Dagster included.",
        ),
    )
    rows = [
        (
            name,
            f"{m.seconds:.1f}",
            f"{m.seconds / first.seconds:.1%}",
            f"{m.cpu_seconds:.0f}",
            f"{m.peak_bytes / 2**30:.1f}",
        )
        for name, m in {"first run (full)": first, **again}.items()
    ]
    return Result(
        "b",
        "Runs with little or nothing new",
        f"{opportunities:,} opportunities, {opportunities * 10:,} activities",
        "`salesops run` from the lake to the published version and reports, on one data folder: the first run, then "
        "one with nothing new, then after loads that change 0.1 %, 1 % and 10 % of the opportunities and all with "
        "them (history, activities, new records, old edits, deletions, late arrivals), then the next day as as-of.",
        tuple(figures),
        (("run", "s", "of the full run", "processor s", "peak GB"), *rows),
    )
