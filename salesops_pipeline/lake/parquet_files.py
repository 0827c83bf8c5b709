"""Parquet files of the lake: what they hold, and several put one behind the other."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesops_pipeline.errors import SourceError

if TYPE_CHECKING:
    import pyarrow as pa

    from salesops_pipeline.lake.storage import LakePath, Storage

ROW_GROUP_ROWS = 122_880
"""What DuckDB itself writes: small enough to skip most of a file by its load ids, large enough to compress well."""


def footer(storage: Storage, path: LakePath) -> tuple[int, str]:
    """Row count of a file, and a fingerprint of its columns: their names, types and nullability, in their order.

    Raises:
        SourceError: The file is missing or broken.
    """
    with _opened(storage, path) as parquet:
        description = str(parquet.schema).split("\n", 1)[1]  # the first line is the object's address
        return parquet.metadata.num_rows, hashlib.sha256(description.encode()).hexdigest()


def concatenate(storage: Storage, paths: Sequence[LakePath], target: Path) -> None:
    """Write all rows of some files into one, in their order; a row group is in memory at a time.

    Args:
        storage: Where the files lie.
        paths: Files whose columns are the same.
        target: The new file, on the local disk.

    Raises:
        SourceError: A file is missing or broken.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    with _opened(storage, paths[0]) as first:
        schema = _plain(first.schema_arrow)
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        waiting: list[pa.Table] = []
        for path in paths:
            with _opened(storage, path) as parquet:
                for batch in parquet.iter_batches(batch_size=ROW_GROUP_ROWS):
                    waiting.append(pa.Table.from_batches([batch]).cast(schema))
                    if sum(table.num_rows for table in waiting) >= ROW_GROUP_ROWS:
                        writer.write_table(pa.concat_tables(waiting), row_group_size=ROW_GROUP_ROWS)
                        waiting = []
        if waiting:
            writer.write_table(pa.concat_tables(waiting), row_group_size=ROW_GROUP_ROWS)


def _plain(schema: pa.Schema) -> pa.Schema:
    """The schema without dictionaries: dlt's hold the one load id of a file, and have room for few more."""
    import pyarrow as pa

    return pa.schema(
        [field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field for field in schema]
    )


def _opened(storage: Storage, path: LakePath) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(storage.open(path), pre_buffer=True)
    except (OSError, pa.ArrowInvalid) as error:
        raise SourceError(
            f"a file of the lake cannot be read: {' '.join(str(error).split())[:200]}",
            where=str(path),
            fix="Bring it back from a copy; nothing was changed.",
        ) from None
