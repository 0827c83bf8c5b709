"""What the benchmarks found, kept as JSON so that one can be measured again without the others."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One measured figure against its target.

    Args:
        name: What was measured, in a few words.
        measured: The figure as people read it, with its unit.
        target: The target as people read it; empty where there is none.
        is_met: Whether it is; None where there is no target, or none at this scale.
        note: One sentence on how it came about.
    """

    name: str
    measured: str
    target: str = ""
    is_met: bool | None = None
    note: str = ""


@dataclass(frozen=True)
class Result:
    """What one benchmark found.

    Args:
        key: Its letter.
        title: What it measures.
        scale: At which size, as people read it.
        method: How, in a sentence or two.
        figures: The figures that have targets or explain one.
        table: More figures in rows, the first row being the heading; may be empty.
        measured_on: The day.
    """

    key: str
    title: str
    scale: str
    method: str
    figures: tuple[Figure, ...]
    table: tuple[tuple[str, ...], ...] = ()
    measured_on: dt.date = field(default_factory=lambda: dt.datetime.now(dt.UTC).date())


def save(path: Path, results: dict[str, Result]) -> None:
    """Write results by letter."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({key: asdict(result) for key, result in sorted(results.items())}, indent=1, default=str)
    path.write_text(text + "\n", encoding="utf-8")


def load(path: Path) -> dict[str, Result]:
    """Read what `save` wrote; nothing where there is no file."""
    if not path.exists():
        return {}
    found = {}
    for key, stored in json.loads(path.read_text(encoding="utf-8")).items():
        found[key] = Result(
            **stored
            | {
                "figures": tuple(Figure(**figure) for figure in stored["figures"]),
                "table": tuple(tuple(row) for row in stored["table"]),
                "measured_on": dt.date.fromisoformat(stored["measured_on"]),
            }
        )
    return found
