"""Merging small raw files into few large ones, without changing any result and safe to kill at any moment.

Each load leaves a file per table, so an hourly pipeline leaves thousands of small files a year, and opening a file
costs more than reading its rows. A compaction writes one file beside them (see `compaction_plan` for which), then
switches all readers by writing the table's manifest, and removes what was replaced only when nobody can be reading it
any more: a running build keeps the list of files it started with. What a kill leaves behind:

* before the manifest is written: a file that no manifest names, which nobody reads and a later compaction removes;
* after it: files that were replaced, which later compactions remove anyway.

dlt does not notice: it never reads data files again, and its own state lies in other folders.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from salesops_pipeline.errors import SourceError
from salesops_pipeline.lake.compaction_plan import FEWEST_FILES, Segment, Target, plan
from salesops_pipeline.lake.parquet_files import concatenate, footer
from salesops_pipeline.lake.raw_files import (
    MANIFEST_NAME,
    CompactedFile,
    Manifest,
    RawTable,
    RetiredFile,
    own_files,
)
from salesops_pipeline.lake.storage import LocalStorage

if TYPE_CHECKING:
    from salesops_pipeline.lake.layout import Lake
    from salesops_pipeline.lake.storage import StoredFile


@dataclass(frozen=True)
class Merge:
    """Several files of one raw table that became one, or would; sizes in bytes, ``size_after`` None if not done."""

    system: str
    table: str
    files: int
    rows: int
    size_before: int
    size_after: int | None = None


@dataclass(frozen=True)
class Compaction:
    """What a compaction did: merges, and how many files that had been replaced earlier it removed."""

    merges: tuple[Merge, ...]
    removed_files: int
    removed_bytes: int


def preview(lake: Lake, systems: Sequence[str], target: Target) -> tuple[Merge, ...]:
    """What `compact` would merge now."""
    return tuple(
        _merge_of(system, name, group)
        for system in systems
        for name, table, loads in _tables(lake, system)
        for group in plan(_segments(lake, table, loads), target)
    )


def compact(
    lake: Lake,
    systems: Sequence[str],
    target: Target,
    *,
    grace: dt.timedelta,
    now: dt.datetime,
    on_progress: Callable[[str], None] = lambda _: None,
) -> Compaction:
    """Merge small raw files of completed loads and remove what earlier compactions replaced.

    One at a time; the caller holds a lock. Loads and builds may run meanwhile.

    Args:
        lake: The lake.
        systems: Source systems whose tables are looked at.
        target: How large a merged file may become.
        grace: How long replaced files stay.
        now: The time, with its zone.
        on_progress: Told which table is being merged.

    Raises:
        SourceError: A file of the lake is missing or cannot be read; the lake is as before.
    """
    merges: list[Merge] = []
    removed: list[StoredFile] = []
    for system in systems:
        for name, table, loads in _tables(lake, system):
            manifest, gone = _clean(lake, table, loads, before=now - grace)
            removed += gone
            for group in plan(_segments(lake, table, loads), target):
                merge = _merge_of(system, name, group)
                on_progress(f"{system}.{name}: {merge.files} files, {merge.rows:,} rows")
                written = _write(lake, table, group, now)
                manifest = _switched(manifest, group, written, now)
                _write_manifest(lake, table, manifest)
                merges.append(Merge(system, name, merge.files, merge.rows, merge.size_before, written.size))
    return Compaction(tuple(merges), len(removed), sum(file.size for file in removed))


def _tables(lake: Lake, system: str) -> Iterator[tuple[str, RawTable, frozenset[str]]]:
    loads, tables = lake.raw_tables(system)
    for name, table in tables.items():
        yield name, table, frozenset(loads)


def _segments(lake: Lake, table: RawTable, loads: frozenset[str]) -> list[Segment]:
    """Everything that lies in a table, in the order of the loads; nothing if it is too little to merge."""
    covered = table.manifest.covered
    own = sorted(
        ((load, file) for load, file in own_files(table, loads) if load not in covered),
        key=lambda item: (float(item[0]), str(item[1].path)),
    )
    if len(own) + len(table.manifest.files) < FEWEST_FILES:
        return []  # without looking into the files
    segments = [
        Segment(entry.loads, (table.compacted_folder / entry.name,), entry.size, entry.rows, entry.columns)
        for entry in table.manifest.files
    ]
    for load, files in groupby(own, key=lambda item: item[0]):
        segments.append(_segment_of(lake, load, [file for _, file in files]))
    return sorted(segments, key=lambda segment: float(segment.loads[0]))


def _segment_of(lake: Lake, load: str, files: Sequence[StoredFile]) -> Segment:
    footers = [footer(lake.storage, file.path) for file in files]
    kinds = {columns for _, columns in footers}
    return Segment(
        loads=(load,),
        paths=tuple(file.path for file in files),
        size=sum(file.size for file in files),
        rows=sum(rows for rows, _ in footers),
        columns=kinds.pop() if len(kinds) == 1 else "",
    )


def _write(lake: Lake, table: RawTable, group: Sequence[Segment], now: dt.datetime) -> CompactedFile:
    paths = [path for segment in group for path in segment.paths]
    loads = tuple(load for segment in group for load in segment.loads)
    # The same sources give the same name: what a killed compaction left is written over by the next.
    sources = hashlib.sha256("\n".join(path.name for path in paths).encode()).hexdigest()[:12]
    name = f"{loads[0]}-{loads[-1]}.{sources}.parquet"
    rows = sum(segment.rows for segment in group)
    with lake.storage.writing(table.compacted_folder / name) as local:
        concatenate(lake.storage, paths, local)
        found = footer(LocalStorage(), local)
        if found != (rows, group[0].columns):
            raise SourceError(
                f"merging {len(paths)} files gave {found[0]} rows instead of {rows}, or other columns",
                where=str(table.folder),
                fix="Nothing was changed; the files stay as they are.",
            )
        size = local.stat().st_size
    return CompactedFile(name=name, loads=loads, rows=rows, size=size, columns=group[0].columns, written_at=now)


def _switched(manifest: Manifest, group: Sequence[Segment], written: CompactedFile, now: dt.datetime) -> Manifest:
    """The manifest with a new file in place of those it took in."""
    replaced = {path.name for segment in group for path in segment.paths}
    retired = tuple(RetiredFile(name=file.name, retired_at=now) for file in manifest.files if file.name in replaced)
    kept = tuple(file for file in manifest.files if file.name not in replaced)
    return Manifest(files=(*kept, written), retired=(*manifest.retired, *retired))


def _write_manifest(lake: Lake, table: RawTable, manifest: Manifest) -> None:
    lake.storage.write(table.compacted_folder / MANIFEST_NAME, manifest.model_dump_json(indent=1).encode())


def _clean(
    lake: Lake, table: RawTable, loads: frozenset[str], *, before: dt.datetime
) -> tuple[Manifest, list[StoredFile]]:
    """Remove what nobody reads since a moment: replaced files, and what killed compactions left.

    Returns:
        The manifest without what is gone, and the files that were removed.
    """
    manifest = table.manifest
    lying = {file.path.name: file for file in table.compacted}
    missing = [file.name for file in manifest.files if file.name not in lying or lying[file.name].size != file.size]
    if missing:
        raise SourceError(
            "a compacted file of the lake is missing or was changed",
            where=str(table.compacted_folder / missing[0]),
            fix="Bring it back from a copy first; the files it replaced may be gone.",
        )
    long_covered = {load for file in manifest.files if file.written_at < before for load in file.loads}
    long_retired = {file.name for file in manifest.retired if file.retired_at < before}
    known = {MANIFEST_NAME, *(file.name for file in manifest.files), *(file.name for file in manifest.retired)}
    removed = [
        *(file for load, file in own_files(table, loads) if load in long_covered),
        *(file for name, file in lying.items() if name in long_retired),
        *(file for name, file in lying.items() if name not in known and file.modified_at < before),
    ]
    for file in removed:
        lake.storage.remove(file.path)
    if long_retired:
        retired = tuple(file for file in manifest.retired if file.name not in long_retired)
        manifest = Manifest(files=manifest.files, retired=retired)
        _write_manifest(lake, table, manifest)
    return manifest, removed


def _merge_of(system: str, table: str, group: Sequence[Segment]) -> Merge:
    return Merge(
        system,
        table,
        files=sum(len(segment.paths) for segment in group),
        rows=sum(segment.rows for segment in group),
        size_before=sum(segment.size for segment in group),
    )
