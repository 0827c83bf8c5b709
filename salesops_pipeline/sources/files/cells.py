"""Reading one column: text cells → typed values, and a reason for every cell that cannot be read.

Distinct texts are read once, however many rows share them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from salesops_pipeline.contracts import Column
from salesops_pipeline.sources.files.arrow import compute
from salesops_pipeline.sources.files.mapping import EVERYTHING_ELSE, ColumnMapping, ValueFormats
from salesops_pipeline.sources.files.moments import parse_moment, to_date, to_utc
from salesops_pipeline.sources.files.problems import one_of
from salesops_pipeline.sources.files.readers import CellKind
from salesops_pipeline.sources.files.values import (
    fit_decimal,
    multiply,
    parse_boolean,
    parse_canonical_number,
    parse_number,
)

if TYPE_CHECKING:
    import pyarrow as pa

_LARGEST_INTEGER = 2**63 - 1
_TYPELESS_FORMATS = ("excel", "unix", "unix_ms")


@dataclass(frozen=True)
class ReadColumn:
    """A column that was read: typed values, and for each cell the reason why it could not be read, or null."""

    values: pa.Array
    reasons: pa.Array


class LookupTable:
    """What a lookup finds: one value per key, unless the file holds several for it."""

    def __init__(self, keys: list[str | None], values: list[str | None], *, file: str) -> None:
        self._file = file
        self._values: dict[str, str | None] = {}
        self._ambiguous: set[str] = set()
        for key, value in zip(keys, values, strict=True):
            if key is not None and self._values.setdefault(key, value) != value:
                self._ambiguous.add(key)

    def find(self, key: str) -> tuple[bool, str | None]:
        """Whether the key is there, and its value.

        Raises:
            ValueError: The file has several values for the key.
        """
        if key in self._ambiguous:
            raise ValueError(f"is in {self._file} more than once with different values")
        return key in self._values, self._values.get(key)

    @property
    def file(self) -> str:
        """The file that is looked into."""
        return self._file


def cell_reader(
    column: Column, spec: ColumnMapping, formats: ValueFormats, lookup: LookupTable | None
) -> Callable[[str, CellKind], Any]:
    """How a cell of this column is read: a function from its text and kind to a value of the column's type, or None.

    The function raises `ValueError` with the reason if the cell cannot be read.
    """
    convert = _converter(column, spec, formats)

    def read(text: str, kind: CellKind) -> Any:
        if kind is CellKind.ERROR:
            raise ValueError("is an error of the spreadsheet")
        if lookup is not None:
            text, kind = _looked_up(text, kind, spec, lookup)
        if text and spec.values is not None:
            text, kind = _translated(text, kind, spec)
        if not text:
            if spec.default is None:
                return None
            text, kind = spec.default, CellKind.NATIVE
        return convert(text, kind)

    return read


def _looked_up(text: str, kind: CellKind, spec: ColumnMapping, lookup: LookupTable) -> tuple[str, CellKind]:
    found, value = lookup.find(text)
    if found:
        return value or "", CellKind.TEXT
    if spec.unmapped in (None, "refuse"):
        raise ValueError(f"is not in {lookup.file}")
    return ("", kind) if spec.unmapped == "empty" else (text, kind)


def _translated(text: str, kind: CellKind, spec: ColumnMapping) -> tuple[str, CellKind]:
    """What `values` makes of a text. What the mapping itself says is written plainly, whatever the file's formats."""
    values = spec.values or {}
    for listed in (text, EVERYTHING_ELSE):
        if listed in values:
            return values[listed], CellKind.NATIVE
    if spec.lookup is None and spec.unmapped == "refuse":
        raise ValueError("is not among the mapping's `values`")
    return ("", kind) if spec.lookup is None and spec.unmapped == "empty" else (text, kind)


def _converter(column: Column, spec: ColumnMapping, formats: ValueFormats) -> Callable[[str, CellKind], Any]:
    if column.type == "string":

        def text_value(text: str, kind: CellKind) -> str:
            if column.values and text not in column.values:
                raise ValueError(f"is not {one_of(column.values)}")
            return text

        return text_value
    if column.type in ("date", "timestamp"):
        return _moment_converter(column, formats)
    if column.type == "boolean":
        yes, no = formats.true_values or (), formats.false_values or ()

        def boolean_value(text: str, kind: CellKind) -> bool:
            plain = kind is CellKind.NATIVE and text in ("true", "false")
            return text == "true" if plain else parse_boolean(text, true_values=yes, false_values=no)

        return boolean_value
    return _number_converter(column, spec, formats)


def _moment_converter(column: Column, formats: ValueFormats) -> Callable[[str, CellKind], Any]:
    zone = ZoneInfo(formats.time_zone or "UTC")
    patterns = formats.date_format or ("iso",)
    native_patterns = tuple(dict.fromkeys(("iso", *patterns)))
    finish = to_date if column.type == "date" else to_utc

    def moment_value(text: str, kind: CellKind) -> dt.date | dt.datetime:
        try:
            return finish(parse_moment(text, native_patterns if kind is CellKind.NATIVE else patterns), zone)
        except ValueError as error:
            is_number = kind is CellKind.NATIVE and text.replace(".", "", 1).isdigit()
            if is_number and not set(patterns) & set(_TYPELESS_FORMATS):
                raise ValueError("is a number, not a date (`date_format: excel` reads serial numbers)") from None
            raise ValueError(str(error)) from None

    return moment_value


def _number_converter(column: Column, spec: ColumnMapping, formats: ValueFormats) -> Callable[[str, CellKind], Any]:
    style = formats.number
    assert style is not None, "the built-in formats name a number style"
    target = column.arrow_type()
    is_integer, is_double = column.type == "integer", column.type == "double"
    precision, scale = (19, 0) if is_integer else (38, 0) if is_double else (target.precision, target.scale)

    def number_value(text: str, kind: CellKind) -> Any:
        number = parse_canonical_number(text) if kind is CellKind.NATIVE else parse_number(text, style)
        if spec.multiply is not None:
            number = multiply(number, spec.multiply)
        if is_double:
            return float(number)
        fitted = fit_decimal(number, precision=precision, scale=scale, rounding=spec.round)
        if is_integer and abs(fitted) > _LARGEST_INTEGER:
            raise ValueError("is too large")
        return int(fitted) if is_integer else fitted

    return number_value


def read_column(
    column: Column,
    spec: ColumnMapping,
    read: Callable[[str, CellKind], Any],
    texts: pa.ChunkedArray,
    kinds: pa.ChunkedArray | None,
) -> ReadColumn:
    """Read all cells of a column.

    Args:
        column: The contract's column, whose type the values get.
        spec: What the mapping says about it.
        read: See `cell_reader`.
        texts: The cells, empty ones null.
        kinds: What each cell was, or None if all are texts.
    """
    import pyarrow as pa

    pc = compute()
    if _is_taken_as_it_is(column, spec, kinds):
        return ReadColumn(texts.combine_chunks(), pa.nulls(len(texts), pa.string()))
    keys = texts if kinds is None else pc.binary_join_element_wise(kinds.cast(pa.string()), texts, "")
    encoded = keys.combine_chunks().dictionary_encode()
    values: list[Any] = []
    reasons: list[str | None] = []
    for key in encoded.dictionary.to_pylist():
        text, kind = (key, CellKind.TEXT) if kinds is None else (key[1:], CellKind(int(key[0])))
        try:
            values.append(read(text, kind))
            reasons.append(None)
        except ValueError as error:
            values.append(None)
            reasons.append(str(error))
    typed = pa.array(values, column.arrow_type()).take(encoded.indices)
    if spec.default is not None:
        default = pa.scalar(read("", CellKind.TEXT), column.arrow_type())
        typed = pc.if_else(encoded.is_null(), default, typed)
    return ReadColumn(typed, pa.array(reasons, pa.string()).take(encoded.indices))


def _is_taken_as_it_is(column: Column, spec: ColumnMapping, kinds: pa.ChunkedArray | None) -> bool:
    """Whether the texts are the values: most keys and names are, and they have the most distinct texts."""
    pc = compute()
    if column.type != "string" or column.values or spec.lookup or spec.values or spec.default:
        return False
    return kinds is None or not pc.any(pc.equal(kinds, int(CellKind.ERROR))).as_py()


def same_value(column: Column, value: Any, length: int) -> pa.Array:
    """A column that holds the same value in every row."""
    import pyarrow as pa

    return pa.repeat(pa.scalar(value, column.arrow_type()), length)


def column_formats(spec: ColumnMapping, file: ValueFormats) -> ValueFormats:
    """The value formats of a column: its own where it says something, else its file's."""
    chosen: dict[str, Any] = {
        name: getattr(file, name) if getattr(spec, name) is None else getattr(spec, name)
        for name in ValueFormats.model_fields
    }
    return ValueFormats.model_construct(**chosen)
