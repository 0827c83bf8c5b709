"""Reading a company's books in tests."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from salesops_pipeline.sandbox.store import Store


def contents(sandbox_dir: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, internal ones included, in an order of their own."""
    with Store.open(sandbox_dir, read_only=True) as store:
        tables = [row[0] for row in store.query("select name from sqlite_master where type = 'table' order by name")]
        return {
            table: sorted((tuple(row) for row in store.query(f'select * from "{table}"')), key=repr)
            for table in tables
            if not table.startswith("sqlite_")
        }


def digest(sandbox_dir: Path) -> str:
    """A fingerprint of `contents`."""
    return hashlib.sha256(repr(contents(sandbox_dir)).encode()).hexdigest()


def truth(sandbox_dir: Path, table: str) -> list[dict[str, Any]]:
    """The rows of a truth table."""
    import pyarrow.parquet as pq

    return pq.read_table(sandbox_dir / "truth" / f"{table}.parquet").to_pylist()
