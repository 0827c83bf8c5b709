"""One load of the folders with exports: what changed goes to the lake, bad rows to quarantine.

Every folder is a load package of its own. A feed that changed is written whole, with one row in ``feed_load`` that
makes it replace the feed's earlier rows (see the contract); a feed that did not change is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from salesops_pipeline.contracts import load_contract
from salesops_pipeline.errors import ConfigurationError, UserError
from salesops_pipeline.sources.base import SourceLoad, TableLoad
from salesops_pipeline.sources.files.companies import company_of_rows, company_time_zones, unknown_company_note
from salesops_pipeline.sources.files.entities import FEED_LOAD, QUARANTINE, SYSTEM, entity_names
from salesops_pipeline.sources.files.feed_memory import FeedKey, FeedMemory
from salesops_pipeline.sources.files.fingerprint import fingerprints
from salesops_pipeline.sources.files.mapping import Mapping
from salesops_pipeline.sources.files.mapping_file import read_mapping
from salesops_pipeline.sources.files.problems import MappingError

if TYPE_CHECKING:
    import pyarrow as pa

    from salesops_pipeline.settings import Settings
    from salesops_pipeline.sources.files.convert import FeedRows
    from salesops_pipeline.sources.lake_pipeline import LakeLoad

Progress = Callable[[str], None]


@dataclass(frozen=True)
class _Folder:
    directory: Path
    mapping: Mapping
    company_id: str


@dataclass(frozen=True)
class _Changes:
    """What has to be written for one folder."""

    fresh: tuple[FeedRows, ...]
    """Feeds that changed, whole."""
    gone: tuple[FeedKey, ...]
    """Feeds that were loaded before and are no longer in the mapping."""
    fingerprints: dict[str, str]
    """By name of the feed."""

    @property
    def refused_count(self) -> int:
        return sum(rows.refused_count for rows in self.fresh)


def load(
    settings: Settings, *, tables: Sequence[str] | None = None, full: bool = False, on_progress: Progress | None = None
) -> SourceLoad:
    """Read the folders of `files_dirs` and append what changed to the lake.

    Args:
        settings: The folders, the policy and where the lake is.
        tables: Only these entities; all of them unless stated. Quarantine and feed_load come along.
        full: Read and write every feed again, also those that did not change.
        on_progress: Called with one line for each folder.

    Returns:
        What came; `connected` is False, and nothing was done, if no folder is configured.

    Raises:
        UserError: A mapping, or something that it names, is not as it should be. Nothing of that folder was written;
            the other folders were loaded.
    """
    if not settings.files_dirs:
        return SourceLoad(SYSTEM, connected=False)
    from salesops_pipeline.sources.lake_pipeline import open_load

    wanted = _wanted(tables)
    known = company_time_zones(settings.policy_dir)
    folders, errors = _folders(settings.files_dirs, known)
    counts: dict[str, int] = {}
    notes = [note for folder in folders if (note := unknown_company_note(folder.company_id, known))]
    with open_load(settings, SYSTEM) as lake:
        memory = FeedMemory(lake.state(FEED_LOAD))
        configured = {folder.mapping.source for folder in folders}
        for folder in folders:
            try:
                changes = _changes(folder, memory, wanted, configured, full=full)
            except UserError as error:
                errors.append(error)
                continue
            written = _write(folder, changes, memory, lake)
            counts |= {table: counts.get(table, 0) + rows for table, rows in written.items()}
            if changes.refused_count:
                notes.append(f"{folder.mapping.source}: {changes.refused_count:,} rows refused, see quarantine")
            if on_progress:
                on_progress(_summary(folder.mapping.source, written))
    if errors:
        raise errors[0] if len(errors) == 1 else UserError("; ".join(error.line() for error in errors))
    return SourceLoad(
        SYSTEM,
        tables=tuple(
            TableLoad(name, counts.get(name, 0), method="files" if name in counts else "unchanged")
            for name in (*wanted, QUARANTINE, FEED_LOAD)
        ),
        notes=tuple(notes),
    )


def _wanted(tables: Sequence[str] | None) -> tuple[str, ...]:
    entities = entity_names()
    known = {table.name for table in load_contract(SYSTEM).tables}
    for name in tables or ():
        if name not in known:
            raise ConfigurationError(
                f"there is no table {name!r}", where=SYSTEM, fix=f"Tables are: {', '.join(sorted(known))}."
            )
    return entities if tables is None else tuple(name for name in entities if name in tables)


def _folders(directories: Sequence[Path], known_companies: dict[str, str]) -> tuple[list[_Folder], list[UserError]]:
    """The folders whose mappings can be used, and what is wrong with the others.

    Raises:
        ConfigurationError: Two folders share a source name: their keys and feeds could not be told apart.
    """
    folders: list[_Folder] = []
    errors: list[UserError] = []
    by_source: dict[str, Path] = {}
    for directory in directories:
        try:
            mapping = read_mapping(directory)
            company_id = company_of_rows(mapping.company, known_companies, where=str(directory))
        except UserError as error:
            errors.append(error)
            continue
        if mapping.source in by_source:
            raise ConfigurationError(
                f"two mappings have the source name {mapping.source!r}",
                where=f"{by_source[mapping.source]} and {directory}",
                fix="Give one of them another `source`.",
            )
        by_source[mapping.source] = directory
        folders.append(_Folder(directory, mapping.in_time_zone(known_companies.get(company_id, "UTC")), company_id))
    return folders, errors


def _changes(
    folder: _Folder, memory: FeedMemory, wanted: Collection[str], configured: Collection[str], *, full: bool
) -> _Changes:
    """Read the feeds that changed.

    Raises:
        MappingError: A file or column that the mapping names is not there.
    """
    mapping = folder.mapping
    current = fingerprints(folder.directory, mapping, company_id=folder.company_id)
    feeds = {FeedKey(mapping.source, feed.entity, feed.name) for feed in mapping.feeds if feed.entity in wanted}
    changed = {key for key in feeds if full or memory.fingerprint(key) != current[key.feed]}
    remembered = memory.feeds_of(mapping.source, folder.directory, configured=configured)
    gone = tuple(key for key in remembered if key not in feeds and key.entity in wanted)
    return _Changes(_converted(folder, changed), gone, current)


def _converted(folder: _Folder, changed: Collection[FeedKey]) -> tuple[FeedRows, ...]:
    if not changed:
        return ()
    from salesops_pipeline.sources.files.convert import convert_mapping

    # All feeds of an entity together: which rows of one feed are repeated depends on the feeds before it.
    conversion = convert_mapping(
        folder.directory,
        folder.mapping,
        company_id=folder.company_id,
        entities={key.entity for key in changed},
    )
    if conversion.problems:
        raise MappingError(conversion.problems, directory=str(folder.directory))
    names = {key.feed for key in changed}
    return tuple(rows for rows in conversion.feeds if rows.feed.name in names)


def _write(folder: _Folder, changes: _Changes, memory: FeedMemory, lake: LakeLoad) -> dict[str, int]:
    """Write one folder as one load package; rows per table."""
    if not changes.fresh and not changes.gone:
        return {}
    source = folder.mapping.source
    entries: list[dict[str, object]] = []
    tables: dict[str, list[pa.Table]] = {}
    for rows in changes.fresh:
        key = FeedKey(source, rows.feed.entity, rows.feed.name)
        fingerprint = changes.fingerprints[key.feed]
        entries.append(_entry(folder, key, fingerprint, rows=rows.rows.num_rows, refused=rows.refused_count))
        memory.remember(key, fingerprint, folder.directory)
        tables.setdefault(key.entity, []).append(rows.rows)
        tables.setdefault(QUARANTINE, []).append(rows.refused)
    for key in changes.gone:
        # An entry without rows makes the rows of a feed disappear that left the mapping.
        entries.append(_entry(folder, key, "", rows=0, refused=0))
        memory.forget(key)
    tables[FEED_LOAD] = [_feed_loads(entries)]
    return lake.write(tables)


def _entry(folder: _Folder, key: FeedKey, fingerprint: str, *, rows: int, refused: int) -> dict[str, object]:
    return {
        "entity": key.entity,
        "row_count": rows,
        "quarantined_row_count": refused,
        "fingerprint": fingerprint,
        "_source": key.source,
        "_company_id": folder.company_id,
        "_feed": key.feed,
    }


def _feed_loads(entries: list[dict[str, object]]) -> pa.Table:
    import pyarrow as pa

    return pa.Table.from_pylist(entries, schema=load_contract(SYSTEM).table(FEED_LOAD).arrow_schema())


def _summary(source: str, written: dict[str, int]) -> str:
    counts = ", ".join(f"{name} {rows:,}" for name, rows in written.items() if name != FEED_LOAD)
    return f"{source}: {counts or ('feeds removed' if written else 'unchanged')}"
