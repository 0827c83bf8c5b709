"""Compaction as this deployment does it: its lake, its settings, one at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

from salesops_pipeline.contracts import systems
from salesops_pipeline.lake.compaction import Compaction, Merge, compact, preview
from salesops_pipeline.lake.compaction_plan import Target
from salesops_pipeline.lake.lock import only_one

if TYPE_CHECKING:
    from salesops_pipeline.settings import Settings


def compact_lake(settings: Settings, on_progress: Callable[[str], None] = lambda _: None) -> Compaction:
    """Merge small raw files of every system, and remove files that were replaced longer ago than the grace period.

    Args:
        settings: The lake and the sizes.
        on_progress: Told which table is being merged.

    Raises:
        SourceError: Another compaction is running, or a file of the lake cannot be read; no result has changed.
    """
    with only_one(settings.data_dir / "compaction.lock", "another compaction", str(settings.lake.root)):
        return compact(
            settings.lake,
            systems(),
            _target(settings),
            grace=dt.timedelta(hours=settings.compaction_grace_hours),
            now=dt.datetime.now(dt.UTC),
            on_progress=on_progress,
        )


def preview_compaction(settings: Settings) -> tuple[Merge, ...]:
    """What `compact_lake` would merge now."""
    return preview(settings.lake, systems(), _target(settings))


def _target(settings: Settings) -> Target:
    return Target(size=settings.compaction_target_mb * 1024**2, rows=settings.compaction_target_rows)
