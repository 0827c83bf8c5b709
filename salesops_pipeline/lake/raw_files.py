"""Which rows of a raw table are visible, decided from a listing: completed loads, compacted files, a moment in time.

A load package is the unit everywhere. Its rows of one table lie either in the files that dlt wrote or, all of them, in
one compacted file; the table's manifest says which, and switching from the one to the other is one write of that
manifest. A compacted file may hold loads from before and after a moment that somebody asks about, so it names its loads
and every row names its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from salesops_pipeline.lake.storage import LakePath, StoredFile

COMPACTED_DIR = "_compacted"
LOADS_DIR = "_dlt_loads"
MANIFEST_NAME = "manifest.json"


@dataclass(frozen=True)
class RawFile:
    """A raw data file, and the load packages whose rows it holds.

    ``loads`` are those that may be read; rows of ``hidden_loads`` are in the file too and must be filtered out by their
    load id. Both are in the order of the loads.
    """

    path: LakePath
    loads: tuple[str, ...]
    hidden_loads: tuple[str, ...] = ()


class CompactedFile(BaseModel):
    """A file that took the place of the files of its loads.

    ``columns`` is a fingerprint of the names and types of its columns, ``size`` is in bytes.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    loads: tuple[str, ...]
    rows: int
    size: int
    columns: str
    written_at: dt.datetime


class RetiredFile(BaseModel):
    """A compacted file that a larger one took in; kept for a while for those who still read it."""

    model_config = ConfigDict(frozen=True)

    name: str
    retired_at: dt.datetime


class Manifest(BaseModel):
    """The compacted files of one raw table. What it does not name is not read."""

    model_config = ConfigDict(frozen=True)

    files: tuple[CompactedFile, ...] = ()
    retired: tuple[RetiredFile, ...] = ()

    @property
    def covered(self) -> frozenset[str]:
        """The loads whose own files are no longer read."""
        return frozenset(load for file in self.files for load in file.loads)


@dataclass(frozen=True)
class RawTable:
    """What lies in the folder of one raw table.

    ``files`` are dlt's own, ``compacted`` whatever lies in the folder of compacted files, named by the manifest or not.
    """

    folder: LakePath
    files: tuple[StoredFile, ...]
    compacted_folder: LakePath
    compacted: tuple[StoredFile, ...]
    manifest: Manifest


def visible_files(table: RawTable, completed: Collection[str], *, until: float = float("inf")) -> list[RawFile]:
    """The files that show a table's rows of completed loads, oldest load first.

    Args:
        table: The table.
        completed: Loads that finished.
        until: Loads that began after this moment are left out; Unix time in seconds.
    """
    covered = table.manifest.covered
    found = [
        RawFile(file.path, (load,))
        for load, file in own_files(table, completed)
        if load not in covered and float(load) <= until
    ]
    for entry in table.manifest.files:
        if loads := tuple(load for load in entry.loads if float(load) <= until):
            path = table.compacted_folder / entry.name
            found.append(RawFile(path, loads, tuple(load for load in entry.loads if float(load) > until)))
    return sorted(found, key=lambda file: (float(file.loads[0]), str(file.path)))


def own_files(table: RawTable, completed: Collection[str]) -> Iterable[tuple[str, StoredFile]]:
    """The files that dlt wrote for completed loads, each with its load; covered loads included."""
    for file in table.files:
        if file.path.name.endswith(".parquet") and not file.path.name.startswith("."):
            load = load_of(file.path)
            if load in completed:
                yield load, file


def load_of(path: LakePath) -> str:
    """The load a file belongs to: dlt writes its id, which holds one dot, in front of the file's own."""
    return ".".join(path.name.split(".")[:2])


def loads_in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Completed loads, oldest first, from the names of the files dlt writes last: ``<schema>__<load id>.jsonl``."""
    ids = (Path(name).stem.rpartition("__")[2] for name in names if name.endswith(".jsonl"))
    return tuple(sorted(ids, key=float))


def tables_of(
    folder: LakePath, files: Sequence[StoredFile], read_manifest: Callable[[str], Manifest]
) -> dict[str, RawTable]:
    """The raw tables of a system, from one listing of its folder.

    Args:
        folder: The system's folder.
        files: Everything under it.
        read_manifest: Gives the manifest of a table; asked only for tables that have one.
    """
    own: dict[str, list[StoredFile]] = {}
    compacted: dict[str, list[StoredFile]] = {}
    listed: set[str] = set()
    for file in files:
        match str(file.path).removeprefix(f"{folder}/").split("/"):
            case [table, _] if not table.startswith("_"):
                own.setdefault(table, []).append(file)
            case [first, table, name] if first == COMPACTED_DIR and name == MANIFEST_NAME:
                listed.add(table)
            case [first, table, _] if first == COMPACTED_DIR:
                compacted.setdefault(table, []).append(file)
    return {
        table: RawTable(
            folder / table,
            tuple(own.get(table, ())),
            folder / COMPACTED_DIR / table,
            tuple(compacted.get(table, ())),
            read_manifest(table) if table in listed else Manifest(),
        )
        for table in sorted({*own, *compacted, *listed})
    }
