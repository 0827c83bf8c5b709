"""Rows as the lake keeps them: typed batches, the same whether they came by REST or Bulk API, and tombstones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from salesops_pipeline.contracts import Table
from salesops_pipeline.sources.salesforce.api import FieldInfo, Record
from salesops_pipeline.sources.salesforce.fields import Selection
from salesops_pipeline.sources.typed_batches import typed_table

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ROWS = 20_000
_NUMBERS = frozenset({"double", "currency", "percent"})


def column_batches(pages: Iterable[Sequence[Record]], names: Sequence[str]) -> Iterator[dict[str, list[Any]]]:
    """Records as columns, pages of REST gathered into batches worth a row group."""
    waiting: list[Record] = []
    for records in pages:
        waiting.extend(records)
        if len(waiting) >= BATCH_ROWS:
            yield {name: [record.get(name) for record in waiting] for name in names}
            waiting = []
    if waiting:
        yield {name: [record.get(name) for record in waiting] for name in names}


def typed(table: Table, selection: Selection, columns: Mapping[str, Sequence[Any] | pa.Array]) -> pa.Table:
    """A batch in the contract's types, custom fields as text behind them.

    Raises:
        SourceError: A value does not fit the contract.
    """
    import pyarrow as pa

    batch = dict(columns)
    for field in selection.extra:
        values = batch.get(field.name)
        rows = len(next(iter(batch.values()))) if batch else 0
        batch[field.name] = pa.nulls(rows, pa.string()) if values is None else _uniform(values, field)
    return typed_table("salesforce", table, batch)


def tombstones(table: Table, deleted_at: Mapping[str, dt.datetime]) -> pa.Table:
    """One row per deleted record: its id, IsDeleted, and as cursor the moment of deletion; all else null."""
    ids = sorted(deleted_at)
    columns: dict[str, list[Any]] = {table.key[0]: ids, "IsDeleted": [True] * len(ids)}
    if table.cursor:
        columns[table.cursor] = [deleted_at[record_id] for record_id in ids]
    return typed_table("salesforce", table, columns)


def _uniform(values: Sequence[Any] | pa.Array, field: FieldInfo) -> Sequence[Any] | pa.Array:
    """Text of a custom field in one spelling: REST and Bulk write numbers and moments differently."""
    if field.type in _NUMBERS:
        return [_plain_number(value) for value in _python(values)]
    if field.type == "datetime":
        return [value.replace("+0000", "Z") if value else None for value in _python(values)]
    return values


def _python(values: Sequence[Any] | pa.Array) -> Sequence[Any]:
    return values if isinstance(values, list) else values.to_pylist()  # pyright: ignore[reportAttributeAccessIssue]


def _plain_number(value: Any) -> str | None:
    """``1.5E3``, ``1500.0`` and 1500 are all ``1500``."""
    if value is None:
        return None
    number = Decimal(str(value))
    return format(number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize(), "f")
