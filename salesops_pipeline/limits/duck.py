"""Opening DuckDB within the limits, in this process and in dbt's.

Beyond its memory DuckDB writes to a temporary folder, and beyond that folder's limit it gives up with a message
(see `exhaustion`) instead of filling the disk.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from salesops_pipeline.limits.machine import available_memory, available_threads, bytes_of
from salesops_pipeline.limits.temporary import own_folder
from salesops_pipeline.settings import Settings

if TYPE_CHECKING:
    import duckdb

_VARIABLE = "SALESOPS_DUCKDB_"


@dataclass(frozen=True)
class Limits:
    """What one DuckDB may take: sizes in bytes."""

    memory: int
    threads: int
    temporary: Path
    temporary_size: int

    def configuration(self) -> dict[str, str]:
        """DuckDB's own settings, by name."""
        return {
            "memory_limit": f"{self.memory}B",
            "threads": str(self.threads),
            "temp_directory": str(self.temporary),
            "max_temp_directory_size": f"{self.temporary_size}B",
        }


def limits_of(settings: Settings) -> Limits:
    """The limits that follow from the settings, this machine and the free disk.

    Raises:
        ConfigurationError: The temporary folder cannot be written.
    """
    return _limits(own_folder(settings), settings.memory_limit, settings.threads, settings.temp_limit)


@cache
def _limits(folder: Path, memory: str, threads: int, temporary_size: str) -> Limits:
    # Once per process: DuckDB refuses a second connection to a file whose configuration differs in anything.
    return Limits(
        memory=bytes_of(memory, available_memory()),
        threads=threads or available_threads(),
        temporary=folder,
        temporary_size=bytes_of(temporary_size, shutil.disk_usage(folder).free),
    )


def open_configuration(settings: Settings) -> dict[str, str | bool | int | float | list[str]]:
    """What to open DuckDB with. `limit_temporary_files` has to follow.

    The order of rows is what a query says and not that of its input, which costs memory to keep: use ``order by``.
    """
    limits = limits_of(settings)
    return {
        "memory_limit": f"{limits.memory}B",
        "threads": str(limits.threads),
        "temp_directory": str(limits.temporary),
        "preserve_insertion_order": "false",
    }


def connect(settings: Settings, database: Path | None = None, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open DuckDB within the limits.

    A file that this makes is for the pipeline alone and gets the newest storage format, which is written faster.

    Args:
        settings: Where the limits come from.
        database: The file; None for a database in memory.
        read_only: Whether the file is only read.
    """
    import duckdb

    configuration = open_configuration(settings)
    if database is not None and not read_only:
        configuration["storage_compatibility_version"] = "latest"
    connection = duckdb.connect(str(database or ":memory:"), read_only=read_only, config=configuration)
    connection.execute(limit_temporary_files(settings))
    return connection


def limit_temporary_files(settings: Settings) -> str:
    """The statement that limits temporary files; DuckDB 1.5 takes no notice of this setting when a file is opened."""
    return f"set max_temp_directory_size = '{limits_of(settings).temporary_size}B'"


def dbt_variables(settings: Settings) -> dict[str, str]:
    """The limits as environment variables, which ``prepare_session`` reads when a build begins.

    Not in the profile: there a changed value would make dbt parse the whole project again.
    """
    return {f"{_VARIABLE}{name.upper()}": value for name, value in limits_of(settings).configuration().items()}
