"""Writing docs/performance.md from what the benchmarks found."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version

import psutil

from tests.benchmarks.results import Result

_HEAD = """\
# Performance

Written by `make bench`; do not edit. Each figure can be measured again with the command below it. Ratios are taken side
by side in one run, so they hold on other machines better than seconds do.
"""

_REPEAT = """\
## How to repeat

```
make bench                                    # up to 1 million opportunities, 10 million activities
make bench SCALE=large                        # up to 5 million opportunities, 50 million activities: 60 GB of disk
make bench SCALE=full                         # up to 10 million opportunities, 100 million activities: 120 GB
python -m tests.benchmarks --only b d         # some of them again; the others keep their figures
```

The company comes from `tests/benchmarks/bulk_lake.py`, which writes a company of the sandbox's shape into a lake:
same seed, same rows. Nothing else should run on the machine meanwhile. Each benchmark is in the file named after it
in `tests/benchmarks/`.
"""

_PACKAGES = ("duckdb", "dbt-core", "dbt-duckdb", "dagster", "dlt", "great-expectations")


def machine() -> str:
    """Cores, memory and versions: what a figure depends on, and nothing private."""
    memory = psutil.virtual_memory().total / 2**30
    versions = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GB of memory, {platform.system()}, "
        f"Python {platform.python_version()}, {versions}."
    )


def report(results: Mapping[str, Result]) -> str:
    """The whole page.

    Args:
        results: What was found, by letter.
    """
    ordered = [results[key] for key in sorted(results)]
    return "\n".join(
        [_HEAD, f"Machine: {machine()}\n", "## Targets\n", *_targets(ordered), _REPEAT, *_details(ordered)]
    )


def _targets(results: Sequence[Result]) -> Iterable[str]:
    rows = [("", "what", "scale", "target", "measured", "met", "measured on")]
    for result in results:
        for figure in result.figures:
            if figure.target:
                met = {True: "yes", False: "**no**", None: ""}[figure.is_met]
                rows.append(
                    (
                        result.key,
                        figure.name,
                        result.scale,
                        figure.target,
                        figure.measured,
                        met,
                        str(result.measured_on),
                    )
                )
    yield _table(rows)


def _details(results: Sequence[Result]) -> Iterable[str]:
    for result in results:
        yield f"## ({result.key}) {result.title}\n"
        yield f"{result.scale}. Measured on {result.measured_on}.\n\n{result.method}\n"
        for figure in result.figures:
            target = f" (target {figure.target})" if figure.target else ""
            yield f"* {figure.name}: **{figure.measured}**{target}.{' ' + figure.note if figure.note else ''}"
        yield ""
        if result.table:
            yield _table(result.table)


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = rows
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in lines) + "\n"
