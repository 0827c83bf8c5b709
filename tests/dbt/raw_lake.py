"""A small lake written by hand: rows go to raw exactly as a connector's loads would leave them there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from salesops_pipeline.contracts import LOAD_ID_COLUMN, load_contract
from salesops_pipeline.lake import Lake
from salesops_pipeline.lake.storage import LakePath

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
"""Rows by table; columns that a row does not name are null."""


def write_load(lake: Lake, system: str, load_id: str, tables: Rows, *, completed: bool = True) -> None:
    """Write one load package: a Parquet file per table and, if it was completed, dlt's line about it.

    Args:
        lake: Where to.
        system: Source system.
        load_id: Unix time in seconds with a fraction, as dlt names its loads.
        tables: The rows; a column that the contract does not know is kept as text.
        completed: Without it the load looks like one that was interrupted.
    """
    for name, rows in tables.items():
        path = lake.raw_dir / system / name / f"{load_id}.0000000000.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(_typed(system, name, rows, load_id), path)
    if completed:
        _write_line(lake.raw_dir / system / "_dlt_loads" / f"t__{load_id}.jsonl", {"load_id": load_id, "status": 0})


def feed(
    source: str, company_id: str, entity: str, rows: Sequence[Mapping[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    """Rows of one feed of a mapping with the columns that the files connector adds, and the entry in its load list."""
    origin = {"_source": source, "_company_id": company_id, "_key_source": source, "_feed": entity}
    return {
        entity: [
            {**origin, "_file": f"{entity}.csv", "_row": number, **row} for number, row in enumerate(rows, start=2)
        ],
        "feed_load": [
            {
                "entity": entity,
                "row_count": len(rows),
                "quarantined_row_count": 0,
                "fingerprint": "",
                "_source": source,
                "_company_id": company_id,
                "_feed": entity,
            }
        ],
    }


def merged(*parts: Rows) -> dict[str, list[Mapping[str, Any]]]:
    """Several feeds as one load."""
    tables: dict[str, list[Mapping[str, Any]]] = {}
    for part in parts:
        for name, rows in part.items():
            tables.setdefault(name, []).extend(rows)
    return tables


def _typed(system: str, name: str, rows: Sequence[Mapping[str, Any]], load_id: str) -> pa.Table:
    schema = load_contract(system).table(name).arrow_schema()
    known = set(schema.names)
    for extra in sorted({column for row in rows for column in row} - known):
        schema = schema.append(pa.field(extra, pa.string()))
    schema = schema.append(pa.field(LOAD_ID_COLUMN, pa.string()))
    complete = [{**dict.fromkeys(schema.names), **row, LOAD_ID_COLUMN: load_id} for row in rows]
    return pa.Table.from_pylist(complete, schema=schema)


def _write_line(path: LakePath, entry: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(entry) + "\n", encoding="utf-8")
