"""Turning what a source sent into Arrow batches that follow the table contract, strictly.

A value either fits its column or stops the load with the table, the column and the record; nothing becomes null on the
way. Numbers with more decimals than the contract keeps are rounded half away from zero, as books do it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from salesops_pipeline.errors import SourceError

if TYPE_CHECKING:
    import pyarrow as pa

    from salesops_pipeline.contracts import Column, Table


def typed_table(
    system: str, table: Table, columns: Mapping[str, Sequence[Any] | pa.Array], *, record: str | None = None
) -> pa.Table:
    """Columns of equal length as an Arrow table in the contract's order and types, unknown columns as text behind them.

    Args:
        system: Source system, for messages.
        table: The contract; columns it knows and the source did not send become null.
        columns: Values by column name: Python values (text, numbers, booleans, dates, None) or an Arrow text array.
        record: Column that names a record in messages; the first key column unless stated.

    Raises:
        SourceError: A value does not fit its column's type, or a required value is missing.
    """
    import pyarrow as pa

    texts = {name: _texts(values) for name, values in columns.items()}
    rows = len(next(iter(texts.values()))) if texts else 0
    ids = texts.get(record or table.key[0])
    fields: dict[str, pa.Array] = {}
    for column in table.columns:
        text = texts.pop(column.name, None)
        try:
            fields[column.name] = _typed(text, column, rows)
        except _Misfit as misfit:
            raise _misfit_error(system, table, column, text, ids, misfit) from None
    return pa.table(fields | texts)


class _Misfit(Exception):
    """Some value of a column does not fit; `what` says how, `row` which, if known."""

    def __init__(self, what: str, row: int | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.row = row


def _texts(values: Sequence[Any] | pa.Array) -> pa.Array:
    import pyarrow as pa

    if isinstance(values, list | tuple):
        return pa.array([_text(value) for value in values], pa.string())
    array: Any = values
    return (array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array).cast(pa.string())


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, default=str, sort_keys=True)
    return str(value)


def _typed(text: pa.Array | None, column: Column, rows: int) -> pa.Array:
    import pyarrow as pa

    if text is None:
        if column.required and rows:
            raise _Misfit("a required value is missing", 0)
        return pa.nulls(rows, column.arrow_type())
    if column.required and text.null_count:
        raise _Misfit("a required value is missing", text.is_null().to_pylist().index(True))
    try:
        return _cast(text, column)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise _Misfit("value does not fit", _first_misfit(text, column)) from None


def _cast(text: pa.Array, column: Column) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    target = column.arrow_type()
    if pa.types.is_string(target):
        return text
    text = pc.utf8_trim_whitespace(text)  # pyright: ignore[reportAttributeAccessIssue]
    if pa.types.is_decimal(target):
        # 20 digits before the point, 18 behind it: binary fractions arrive with up to 17 significant digits.
        exact = pc.cast(text, pa.decimal128(38, 18))
        rounded = pc.round(  # pyright: ignore[reportAttributeAccessIssue]
            exact, ndigits=target.scale, round_mode="half_towards_infinity"
        )
        return pc.cast(rounded, target)
    if pa.types.is_integer(target):
        try:
            return pc.cast(text, target)
        except pa.ArrowInvalid:
            return pc.cast(pc.cast(text, pa.decimal128(38, 10)), target)  # 12.0 and 1.2E3 are integers, 12.5 is not
    return pc.cast(text, target)


def _first_misfit(text: pa.Array, column: Column) -> int | None:
    """The first row that does not convert alone; found by halving."""
    import pyarrow as pa

    low, high = 0, len(text)
    while high - low > 1:
        middle = (low + high) // 2
        try:
            _cast(text[low:middle], column)
            low = middle
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            high = middle
    return low if high > low else None


def _misfit_error(
    system: str, table: Table, column: Column, text: pa.Array | None, ids: pa.Array | None, misfit: _Misfit
) -> SourceError:
    record = f", record {ids[misfit.row].as_py()}" if ids is not None and misfit.row is not None else ""
    value = ""
    if text is not None and misfit.row is not None and not column.pii and text[misfit.row].is_valid:
        value = f" {text[misfit.row].as_py()[:80]!r}"
    return SourceError(
        f"{misfit.what}:{value} is not {column.type}" if value else f"{misfit.what} ({column.type})",
        where=f"{system}.{table.name}.{column.name}{record}",
        fix=f"Correct it in the source, or the type in sources/{system}/contract.yml.",
    )
