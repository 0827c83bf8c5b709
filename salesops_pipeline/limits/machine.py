"""How much memory and how many processors this process may use: the machine's, or less in a container."""

from __future__ import annotations

import os
import re
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")
_MEMORY_FILES = ("memory.max", "memory/memory.limit_in_bytes")
_UNITS = "KMGT"
_SIZE = re.compile(r"(?P<number>\d+(\.\d+)?)\s*((?P<percent>%)|((?P<unit>[KMGT])(?P<binary>i)?)?B?)", re.IGNORECASE)


def available_memory(cgroup: Path = _CGROUP) -> int:
    """Bytes of memory: the machine's, or the container's if it is given less.

    Args:
        cgroup: Where the kernel shows the limits of this process's container.
    """
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([physical, *(limit for name in _MEMORY_FILES if (limit := _number(cgroup / name)))])


def available_threads(cgroup: Path = _CGROUP) -> int:
    """Processors that this process may use at once, at least one."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = (cgroup / "cpu.max").read_text(encoding="utf-8").split()
    except (OSError, ValueError):
        return allowed
    return allowed if quota == "max" else max(1, min(allowed, int(quota) // int(period)))


def bytes_of(size: str, whole: int) -> int:
    """The number of bytes that a setting means.

    Args:
        size: ``8GB``, ``512MiB``, ``1000000`` or a share such as ``40%``. As in DuckDB, ``GB`` is a thousand million.
        whole: What a share is taken of.

    Raises:
        ValueError: It is none of these.
    """
    match = _SIZE.fullmatch(size.strip())
    if match is None:
        raise ValueError("write it as 8GB, 512MiB or 40%")
    number = float(match["number"])
    if match["percent"]:
        return int(whole * number / 100)
    power = _UNITS.index(match["unit"].upper()) + 1 if match["unit"] else 0
    return int(number * (1024 if match["binary"] else 1000) ** power)


def _number(path: Path) -> int | None:
    """The limit in a file of the kernel; None without one."""
    try:
        return int(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None  # no such file, or "max"
