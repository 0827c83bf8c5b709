"""Telling in one line that memory or disk ran out, where, and what to do about it."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager

from salesops_pipeline.errors import ResourceError
from salesops_pipeline.limits.duck import Limits, limits_of
from salesops_pipeline.settings import Settings

_TEMPORARY = re.compile(r"max_temp_directory_size|failed to offload data block", re.IGNORECASE)
_MEMORY = re.compile(
    r"Out of Memory Error|OutOfMemoryException|could not allocate block|failed to allocate", re.IGNORECASE
)
_DISK = re.compile(r"No space left on device|not enough space", re.IGNORECASE)
_SCALE = 1000**3


def exhaustion(message: str, limits: Limits) -> ResourceError | None:
    """What a message of DuckDB says about memory or disk that ran out; None if it speaks of something else.

    Args:
        message: The message, as DuckDB or dbt gave it.
        limits: What DuckDB was allowed.
    """
    if _TEMPORARY.search(message):
        return ResourceError(
            f"the data fit neither into {limits.memory / _SCALE:.1f} GB of memory nor into "
            f"{limits.temporary_size / _SCALE:.1f} GB of temporary files",
            where=str(limits.temporary.parent),
            fix="Free disk there, name a larger disk in SALESOPS_TEMP_DIR, or raise SALESOPS_MEMORY_LIMIT or "
            "SALESOPS_TEMP_LIMIT.",
        )
    if _DISK.search(message):
        return ResourceError(
            "the disk is full",
            where=_path_in(message) or str(limits.temporary.parent),
            fix="Free disk there, or keep fewer versions (SALESOPS_KEEP_VERSIONS).",
        )
    if _MEMORY.search(message):
        return ResourceError(
            f"{limits.memory / _SCALE:.1f} GB of memory are not enough",
            where="SALESOPS_MEMORY_LIMIT",
            fix="Raise it, or lower SALESOPS_THREADS: each thread needs memory of its own.",
        )
    return None


@contextmanager
def one_line_if_exhausted(settings: Settings) -> Iterator[None]:
    """Turn DuckDB's and the system's errors about memory and disk into a `ResourceError`.

    Raises:
        ResourceError: Memory or disk ran out inside.
    """
    import duckdb

    limits = limits_of(settings)
    try:
        yield
    except duckdb.Error as error:
        found = exhaustion(str(error), limits)
        if found is None:
            raise
        raise found from None
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        where = str(error.filename or settings.data_dir)
        raise ResourceError("the disk is full", where=where, fix="Free disk there, then run again.") from None


def _path_in(message: str) -> str:
    """The file that a message about a full disk names."""
    match = re.search(r'file "([^"]+)"', message)
    return match[1] if match else ""
