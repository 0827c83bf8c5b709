"""Applying a mapping: files → rows of the conformed entities, and the rows that had to be refused with the reasons.

All of it happens before anything is written, so that `check` and `load` see exactly the same.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from salesops_pipeline.sources.files.arrow import compute
from salesops_pipeline.sources.files.entities import entity_table, key_columns
from salesops_pipeline.sources.files.feed_columns import read_columns
from salesops_pipeline.sources.files.feed_file import FeedError, FeedFile, LookupTables, open_feed_file
from salesops_pipeline.sources.files.keys import KeysSeen
from salesops_pipeline.sources.files.mapping import Feed, Mapping
from salesops_pipeline.sources.files.problems import Problem
from salesops_pipeline.sources.files.quarantine import Refusals
from salesops_pipeline.sources.files.readers import FileReader

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class FeedRows:
    """What one feed gives."""

    feed: Feed
    files: tuple[str, ...]
    rows: pa.Table
    """Good rows: the entity's contract columns, in its order and types."""
    refused: pa.Table
    """One row per problem, as the contract's quarantine table has it."""
    refused_count: int
    """Rows of the files that were refused."""
    read_count: int
    """Rows of the files."""
    left_out_count: int
    """Rows that `where` left out."""
    repeated_count: int
    """Rows that `distinct` left out."""
    warnings: tuple[Problem, ...]


@dataclass(frozen=True)
class Conversion:
    """What a mapping gives: its feeds, and what keeps feeds from being read at all."""

    feeds: tuple[FeedRows, ...]
    problems: tuple[Problem, ...]


def convert_mapping(
    directory: Path, mapping: Mapping, *, company_id: str, entities: Collection[str] | None = None
) -> Conversion:
    """Apply a mapping to the files of its folder.

    Args:
        directory: The folder that the mapping's files are in.
        mapping: A checked mapping.
        company_id: Company of the rows, if the mapping names none.
        entities: Only the feeds of these entities, or None for all.
    """
    reader = FileReader(directory)
    lookups = LookupTables(mapping, reader)
    seen: dict[str, KeysSeen] = {}
    feeds: list[FeedRows] = []
    problems: list[Problem] = []
    for feed in mapping.feeds:
        if entities is not None and feed.entity not in entities:
            continue
        meta = {
            "_source": mapping.source,
            "_company_id": mapping.company or company_id,
            "_key_source": mapping.key_source,
            "_feed": feed.name,
        }
        keys = seen.setdefault(feed.entity, KeysSeen(entity_table(feed.entity)))
        try:
            file = open_feed_file(feed, mapping.file_of(feed), mapping, reader, lookups)
            feeds.append(_convert_feed(feed, file, meta, keys))
        except FeedError as error:
            problems.extend(error.problems)
    return Conversion(tuple(feeds), tuple(problems))


def _convert_feed(feed: Feed, file: FeedFile, meta: dict[str, str], keys: KeysSeen) -> FeedRows:
    refusals = Refusals(feed.entity, meta, files=file.files, rows=file.rows)
    refusals.add_unreadable(file.unreadable)
    columns, warnings = read_columns(feed, file, refusals)
    whole = _table(feed.entity, columns, meta, file)
    good = refusals.good_rows()
    candidates = whole.take(good)
    repeated = keys.repeated(candidates, feed=feed.name)
    if not feed.distinct:
        key = ", ".join(key_columns(entity_table(feed.entity)))
        refusals.add_rows(good.take(repeated.positions), column=key, values=repeated.keys, reasons=repeated.reasons)
    return FeedRows(
        feed=feed,
        files=file.names,
        rows=_without(candidates, repeated.positions),
        refused=refusals.table(),
        refused_count=refusals.row_count,
        read_count=file.read_count,
        left_out_count=file.left_out_count,
        repeated_count=len(repeated.positions) if feed.distinct else 0,
        warnings=(*warnings, *(repeated.contradictions if feed.distinct else ())),
    )


def _table(entity: str, columns: dict[str, pa.Array], meta: dict[str, str], file: FeedFile) -> pa.Table:
    import pyarrow as pa

    schema = entity_table(entity).arrow_schema()
    length = len(file.rows)
    arrays: dict[str, pa.Array | pa.ChunkedArray] = {
        **columns,
        **{name: pa.repeat(pa.scalar(value, pa.string()), length) for name, value in meta.items()},
        "_file": file.files.cast(pa.string()),
        "_row": file.rows,
    }
    return pa.table([arrays.get(field.name, pa.nulls(length, field.type)) for field in schema], schema=schema)


def _without(rows: pa.Table, positions: pa.Array) -> pa.Table:
    import pyarrow as pa

    pc = compute()
    if not len(positions):
        return rows
    everything = pa.array(range(rows.num_rows), pa.int64())
    return rows.filter(pc.invert(pc.is_in(everything, value_set=positions)))
