"""Parquet files: typed columns, whose values are plain by themselves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from salesops_pipeline.sources.files.arrow import compute
from salesops_pipeline.sources.files.mapping import NamedFile
from salesops_pipeline.sources.files.readers.table import CellKind, FileTable, ReadError, column_names, same_file

if TYPE_CHECKING:
    import pyarrow as pa


def read_parquet(path: Path, options: NamedFile, *, file: str) -> FileTable:
    """Read a Parquet file. Fields of nested columns are named with dots; lists become JSON text.

    Args:
        path: The file.
        options: Only `skip_rows` and `skip_last_rows` concern Parquet.
        file: What to call it in messages and in `FileTable.files`.

    Raises:
        ReadError: The file is not Parquet.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise ReadError(f"is not Parquet that can be read: {str(error).splitlines()[0]}") from None
    while any(pa.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    first, last = options.skip_rows or 0, options.skip_last_rows or 0
    table = table.slice(first, max(table.num_rows - first - last, 0))
    names = column_names(table.column_names)
    columns: list[pa.ChunkedArray] = []
    kinds: dict[str, pa.ChunkedArray] = {}
    native = pa.chunked_array([pa.repeat(pa.scalar(int(CellKind.NATIVE), pa.int8()), table.num_rows)])
    for name, column in zip(names, table.columns, strict=True):
        columns.append(_as_text(column))
        if not _is_text(column.type):
            kinds[name] = native
    rows = pa.chunked_array([pa.array(range(first + 1, first + 1 + table.num_rows), pa.int64())])
    return FileTable(
        names=(file,),
        texts=pa.table(columns, names=names),
        rows=rows,
        files=same_file(file, table.num_rows),
        kinds=kinds,
    )


def _is_text(type_: pa.DataType) -> bool:
    import pyarrow as pa

    if pa.types.is_dictionary(type_):
        type_ = type_.value_type
    return pa.types.is_string(type_) or pa.types.is_large_string(type_) or pa.types.is_list(type_)


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow as pa

    pc = compute()
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_timestamp(column.type) and column.type.tz:
        column = column.cast(pa.timestamp("us", tz="UTC"), safe=False)
    if pa.types.is_floating(column.type):
        # Python writes the shortest text that gives the same double back.
        return pa.chunked_array([pa.array([None if v is None else repr(v) for v in column.to_pylist()], pa.string())])
    try:
        return pc.cast(column, pa.string())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        texts = [None if value is None else json.dumps(value, default=str) for value in column.to_pylist()]
        return pa.chunked_array([pa.array(texts, pa.string())])
