"""Deciding which raw files become one: pure functions over what lies in a table.

Only neighbours in the order of the loads are merged, and only if all their columns have the same names and types. So
the rows stay in their order, a file's columns are exactly those of the files it replaces, and no reader can tell the
difference, also one that asks for an earlier moment: what it must not see is then the tail of one file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from salesops_pipeline.lake.storage import LakePath

FEWEST_FILES = 4
"""Below this, reading one file instead of several is not worth writing it."""

REWRITTEN_FOR_NEW = 4
"""How many bytes of a file may be written again for each byte that joins it. A table that grows by a little every week
is thereby rewritten as a whole only when it has grown by a quarter."""


@dataclass(frozen=True)
class Segment:
    """Rows that lie together: all files of one load, or one compacted file.

    ``columns`` is a fingerprint of names and types, empty where the files of a load differ; ``size`` is in bytes.
    """

    loads: tuple[str, ...]
    paths: tuple[LakePath, ...]
    size: int
    rows: int
    columns: str


@dataclass(frozen=True)
class Target:
    """How large a compacted file may become: whichever of the two is reached first."""

    size: int
    rows: int

    def share(self, segments: Iterable[Segment]) -> float:
        """How much of one file these segments would fill; above 1 they do not fit."""
        held = tuple(segments)
        return max(sum(item.size for item in held) / self.size, sum(item.rows for item in held) / self.rows)


def plan(segments: Sequence[Segment], target: Target) -> list[tuple[Segment, ...]]:
    """The groups of neighbours that are each worth one new file.

    Args:
        segments: Everything that lies in a table, in the order of the loads.
        target: How large a file may become.
    """
    cuts = [
        cut
        for key, run in groupby(segments, key=lambda item: item.columns if target.share([item]) < 1 else "")
        if key
        for cut in _filled(run, target)
    ]
    return [group for cut in cuts if _is_worthwhile(group := _without_heavy_start(cut))]


def _filled(run: Iterable[Segment], target: Target) -> list[list[Segment]]:
    """Neighbours in parts that fit into one file each, every part as full as can be."""
    parts: list[list[Segment]] = [[]]
    for segment in run:
        if target.share([*parts[-1], segment]) > 1:
            parts.append([])
        parts[-1].append(segment)
    return parts


def _without_heavy_start(part: Sequence[Segment]) -> tuple[Segment, ...]:
    """The part without the old, large files at its start for which too little comes after."""
    rest = list(part)
    while len(rest) > 1 and rest[0].size > REWRITTEN_FOR_NEW * sum(item.size for item in rest[1:]):
        rest.pop(0)
    return tuple(rest)


def _is_worthwhile(group: Sequence[Segment]) -> bool:
    return sum(len(item.paths) for item in group) >= FEWEST_FILES
