"""Whether a build can fit on the disk: an estimate from what lies there, made before anything is changed.

The estimate is a lower bound. A build that is let through may still run out of disk, and then ends with a message; one
that is refused would have.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from salesops_pipeline.errors import ResourceError
from salesops_pipeline.limits.duck import limits_of
from salesops_pipeline.limits.temporary import temporary_root
from salesops_pipeline.settings import Settings

WAREHOUSE_PER_RAW = 1.5
"""Bytes of warehouse for each byte of raw Parquet, at least: 3.7 with a million opportunities."""

PUBLISHED_PER_RAW = 0.8
"""Bytes of a published version for each byte of raw Parquet, at least: 1.6 with a million opportunities."""

WORKING_PER_RAW = 1.0
"""Bytes that the largest query holds at once for each byte of raw Parquet, at least: it is unpacked there."""

_SCALE = 1000**3


@dataclass(frozen=True)
class Sizes:
    """What lies on the disk before a build, in bytes; ``memory`` is what DuckDB may use."""

    raw: int
    warehouse: int
    published: int
    memory: int


@dataclass(frozen=True)
class Need:
    """How many more bytes a build needs, at least: to stay, and while it runs."""

    lasting: int
    temporary: int


def need(sizes: Sizes) -> Need:
    """Estimate what a build adds.

    A version that is there already tells how large the next one is; the first one is estimated from what was loaded.
    Temporary files are only certain where a warehouse has to be built from nothing.
    """
    is_first = sizes.warehouse < WAREHOUSE_PER_RAW * sizes.raw
    warehouse = max(0, int(WAREHOUSE_PER_RAW * sizes.raw) - sizes.warehouse)
    version = sizes.published or int(PUBLISHED_PER_RAW * sizes.raw)
    spilled = max(0, int(WORKING_PER_RAW * sizes.raw) - sizes.memory) if is_first else 0
    return Need(warehouse + version, spilled)


def require_space(settings: Settings, raw_files: Iterable[Path]) -> None:
    """Refuse a build that cannot fit.

    Args:
        settings: Where warehouse, published versions and temporary files lie.
        raw_files: The files of the lake that the build reads, as far as they lie on a disk of this machine.

    Raises:
        ResourceError: There is too little free disk.
    """
    limits = limits_of(settings)
    found = need(
        Sizes(
            raw=_size(raw_files),
            warehouse=_size([settings.warehouse_path]),
            published=_size((settings.published_dir / "current").rglob("*")),
            memory=limits.memory,
        )
    )
    temporary = temporary_root(settings)
    data_free, temporary_free = (shutil.disk_usage(folder).free for folder in (settings.data_dir, temporary))
    is_one_disk = settings.data_dir.stat().st_dev == temporary.stat().st_dev
    lasting = found.lasting + (found.temporary if is_one_disk else 0)
    if lasting > data_free:
        raise _refusal(lasting, data_free, settings.data_dir, "SALESOPS_DATA_DIR")
    allowed = min(temporary_free, limits.temporary_size)
    if found.temporary > allowed:
        raise _refusal(found.temporary, allowed, temporary, "SALESOPS_TEMP_DIR or SALESOPS_TEMP_LIMIT")


def _refusal(needed: int, free: int, where: Path, setting: str) -> ResourceError:
    return ResourceError(
        f"a build needs at least {needed / _SCALE:.1f} GB of disk and {free / _SCALE:.1f} GB are free",
        where=str(where),
        fix=f"Make room, keep fewer versions (SALESOPS_KEEP_VERSIONS), or set {setting}.",
    )


def _size(files: Iterable[Path]) -> int:
    return sum(file.stat().st_size for file in files if file.is_file())
