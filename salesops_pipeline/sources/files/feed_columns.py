"""Reading the target columns of one feed, and noting what has to be refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops_pipeline.contracts import Column
from salesops_pipeline.sources.files.arrow import compute
from salesops_pipeline.sources.files.cells import cell_reader, column_formats, read_column, same_value
from salesops_pipeline.sources.files.entities import entity_table, target_columns
from salesops_pipeline.sources.files.feed_file import FeedError, FeedFile
from salesops_pipeline.sources.files.mapping import MAPPING_FILE, ColumnMapping, Feed
from salesops_pipeline.sources.files.problems import Problem
from salesops_pipeline.sources.files.quarantine import Refusals
from salesops_pipeline.sources.files.readers import CellKind
from salesops_pipeline.sources.files.values import currency_signs

if TYPE_CHECKING:
    import pyarrow as pa

_MONEY = "decimal(18,2)"


def read_columns(feed: Feed, file: FeedFile, refusals: Refusals) -> tuple[dict[str, pa.Array], list[Problem]]:
    """Read all target columns that a feed fills.

    Args:
        feed: The feed.
        file: Its rows.
        refusals: Gets the cells that cannot be read, and the missing ones that are required.

    Returns:
        Typed values per target column, one for each row of the file, and warnings.

    Raises:
        FeedError: A constant or default of the mapping does not fit its column.
    """
    wanted = [(column, feed.columns[column.name]) for column in _targets(feed) if column.name in feed.columns]
    problems = [problem for column, spec in wanted for problem in _own_values(feed, column, spec, file)]
    if problems:
        raise FeedError(problems)
    values: dict[str, pa.Array] = {}
    warnings: list[Problem] = []
    if not len(file.rows):
        warnings.append(_warning(feed, file, "", "the feed has no rows"))
    for column, spec in wanted:
        values[column.name] = _read(column, spec, file, refusals)
        if mixed := _mixed_currencies(column, spec, file):
            warnings.append(_warning(feed, file, column.name, mixed))
    return values, warnings


def _mixed_currencies(column: Column, spec: ColumnMapping, file: FeedFile) -> str | None:
    if column.type != _MONEY or spec.from_ is None:
        return None
    texts = file.texts.column(spec.from_).unique().to_pylist()
    signs = sorted({sign for text in texts if text for sign in currency_signs(text)})
    if len(signs) < 2:
        return None
    return f"amounts carry different currency signs ({', '.join(signs)}), which are not read; map currency_code"


def _targets(feed: Feed) -> tuple[Column, ...]:
    return target_columns(entity_table(feed.entity))


def _warning(feed: Feed, file: FeedFile, column: str, reason: str) -> Problem:
    return Problem(reason, severity="warning", file=file.names[0], feed=feed.name, entity=feed.entity, column=column)


def _own_values(feed: Feed, column: Column, spec: ColumnMapping, file: FeedFile) -> list[Problem]:
    """What is wrong with the constant or default that the mapping itself gives."""
    try:
        if spec.constant is not None:
            _constant(column, spec, file)
        if spec.default is not None:
            cell_reader(column, spec, column_formats(spec, file.options), None)("", CellKind.TEXT)
    except ValueError as error:
        own = "constant" if spec.constant is not None else "default"
        place = f"{feed.name}.columns.{column.name}.{own}"
        return [
            Problem(
                f"{getattr(spec, own)!r} {error}", file=MAPPING_FILE, feed=feed.name, entity=feed.entity, column=place
            )
        ]
    return []


def _constant(column: Column, spec: ColumnMapping, file: FeedFile) -> object:
    read = cell_reader(column, spec, column_formats(spec, file.options), None)
    return read(str(spec.constant), CellKind.NATIVE)


def _read(column: Column, spec: ColumnMapping, file: FeedFile, refusals: Refusals) -> pa.Array:
    import pyarrow as pa

    pc = compute()
    if spec.constant is not None:
        return same_value(column, _constant(column, spec, file), len(file.rows))
    failures: pa.Array | None = None
    if spec.from_ is not None:
        texts, kinds = file.texts.column(spec.from_), file.kinds.get(spec.from_)
    else:
        cells = file.expressions[column.name]
        texts, kinds, failures = cells.texts, cells.kinds, cells.reasons
    read = cell_reader(column, spec, column_formats(spec, file.options), file.lookups.get(column.name))
    result = read_column(column, spec, read, texts, kinds)
    reasons = result.reasons if failures is None else pc.coalesce(failures, result.reasons)
    if column.required:
        is_missing = pc.and_(pc.is_null(result.values), pc.is_null(reasons))
        reasons = pc.if_else(is_missing, pa.scalar("is required but empty", pa.string()), reasons)
    refusals.add_cells(column, texts, reasons)
    return result.values
