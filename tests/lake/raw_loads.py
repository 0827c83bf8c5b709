"""Loads written straight into a lake, and raw tables read the way a build reads them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from salesops_pipeline.contracts import LOAD_ID_COLUMN
from salesops_pipeline.lake import Lake
from salesops_pipeline.lake.duckdb_access import rows_of

SYSTEM, TABLE = "numbers", "n"


def write_load(lake: Lake, load: str, files: Sequence[pa.Table], *, table: str = TABLE, completed: bool = True) -> None:
    """One load package as dlt leaves it: files with the load's id in every row, and its line if it was completed."""
    folder = lake.raw_dir / SYSTEM
    for number, rows in enumerate(files):
        path = folder / table / f"{load}.{number:010x}.parquet"
        ids = pa.array([load] * rows.num_rows, pa.dictionary(pa.int8(), pa.string()))
        with lake.storage.writing(path) as local:
            pq.write_table(rows.append_column(pa.field(LOAD_ID_COLUMN, ids.type, nullable=False), ids), local)
    if completed:
        lake.storage.write(folder / "_dlt_loads" / f"{SYSTEM}__{load}.jsonl", b"{}\n")


def moment(load: str) -> dt.datetime:
    """When a load began."""
    return dt.datetime.fromtimestamp(float(load), dt.UTC)


def read(
    lake: Lake,
    *,
    known_at: dt.datetime | None = None,
    query: str = "from raw",
    connection: duckdb.DuckDBPyConnection | None = None,
) -> list[Any]:
    """Names and types of a query's columns, and its rows in their order; nothing at all if there are no files."""
    files = lake.raw_files(SYSTEM, known_at=known_at).get(TABLE, [])
    if not files:
        return []
    hidden = [load for file in files for load in file.hidden_loads]
    connection = connection or duckdb.connect(config={"threads": 1})
    lake.allow_reading(connection)
    rows = rows_of([file.path for file in files])
    connection.execute(
        "create or replace temp view raw as "
        f"select * from {rows} where not list_contains({hidden}::varchar[], _dlt_load_id)"
    )
    found = connection.execute(query)
    return [[(name, str(kind)) for name, kind, *_ in found.description], *found.fetchall()]
