"""Run the benchmarks and write docs/performance.md.

python -m tests.benchmarks [--scale default|large|full|smoke] [--only a b ...] [--work DIR]
"""

from __future__ import annotations

import argparse
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from salesops_pipeline.settings import PROJECT_DIR
from tests.benchmarks import (
    bench_bare_duckdb,
    bench_bi_queries,
    bench_changes,
    bench_extraction,
    bench_fresh_clone,
    bench_growth,
    bench_shares,
    results,
)
from tests.benchmarks.pipeline import FirstRuns
from tests.benchmarks.report import report

PAGE = PROJECT_DIR / "docs" / "performance.md"
ALL = "abcdefg"
_FREE_BYTES_PER_OPPORTUNITY = 12_000
"""Lake, warehouse, published versions and what DuckDB spills, as seen at a million, with room to spare."""


@dataclass(frozen=True)
class Scale:
    """How large everything is.

    Args:
        main: Opportunities of (a), (b) and (d).
        growth: Opportunities of (c), smallest first.
        queries: Opportunities of (f).
        people: Sellers of the sandbox company of (e).
        repetitions: Turns of (a) and (e).
    """

    main: int
    growth: tuple[int, ...]
    queries: int
    people: int
    repetitions: int


SCALES = {
    "smoke": Scale(2_000, (1_000, 2_000), 2_000, 10, 1),
    "default": Scale(1_000_000, (100_000, 300_000, 1_000_000), 1_000_000, 60, 2),
    "large": Scale(1_000_000, (100_000, 1_000_000, 5_000_000), 5_000_000, 60, 2),
    "full": Scale(1_000_000, (100_000, 1_000_000, 3_000_000, 10_000_000), 10_000_000, 60, 3),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Run the benchmarks.")
    parser.add_argument("--scale", choices=SCALES, default="default")
    parser.add_argument("--only", nargs="+", choices=list(ALL), default=list(ALL), metavar="LETTER")
    parser.add_argument("--work", type=Path, default=PROJECT_DIR / "data" / "benchmarks")
    parser.add_argument("--page", type=Path, default=PAGE, help="where the page is written")
    given = parser.parse_args(arguments)
    work: Path = given.work.absolute()
    work.mkdir(parents=True, exist_ok=True)
    scale = SCALES[given.scale]
    _require_room(work, scale, given.only)
    found = results.load(work / "results.json")
    for letter, benchmark in _benchmarks(work, scale):
        if letter not in given.only:
            continue
        started = time.monotonic()
        print(f"({letter}) ...", flush=True)
        found[letter] = benchmark()
        for figure in found[letter].figures:
            print(f"    {figure.name}: {figure.measured}{f'  (target {figure.target})' if figure.target else ''}")
        print(f"    {time.monotonic() - started:.0f} s", flush=True)
        results.save(work / "results.json", found)
        given.page.write_text(report(found), encoding="utf-8")
    shutil.rmtree(work / "runs", ignore_errors=True)
    print(f"written: {given.page}")


def _benchmarks(work: Path, scale: Scale) -> list[tuple[str, Callable[[], results.Result]]]:
    """In an order in which first runs can be shared: queries before the data folder changes, growth last but one."""
    runs = FirstRuns(work)
    return [
        ("g", lambda: bench_fresh_clone.measure(work)),
        ("e", lambda: bench_extraction.measure(work, scale.people, scale.repetitions)),
        ("a", lambda: bench_bare_duckdb.measure(work, scale.main, scale.repetitions)),
        ("f", lambda: bench_bi_queries.measure(runs, scale.queries)),
        ("d", lambda: bench_shares.measure(runs, scale.main)),
        ("b", lambda: bench_changes.measure(runs, scale.main)),
        ("c", lambda: bench_growth.measure(runs, scale.growth)),
    ]


def _require_room(work: Path, scale: Scale, letters: Sequence[str]) -> None:
    growth = max(scale.growth) if "c" in letters else 0
    largest = max(scale.main, growth, scale.queries if "f" in letters else 0)
    free, needed = shutil.disk_usage(work).free, largest * _FREE_BYTES_PER_OPPORTUNITY
    if free < needed:
        raise SystemExit(
            f"error: {free / 2**30:.0f} GB free, {needed / 2**30:.0f} GB needed ({work}). "
            "Free some, choose another folder with --work, or a smaller --scale."
        )


if __name__ == "__main__":
    main()
