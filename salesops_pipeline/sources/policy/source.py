"""Policy as a source: what the sales organisation decides is loaded like any other system, only when it changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from salesops_pipeline.contracts import load_contract
from salesops_pipeline.sources.base import SourceLoad, TableLoad
from salesops_pipeline.sources.policy.companies import Company, read_companies

if TYPE_CHECKING:
    import pyarrow as pa

    from salesops_pipeline.settings import Settings

__all__ = ["SYSTEM", "Company", "load", "read_companies"]

SYSTEM = "policy"
_TABLE = "company"


def load(
    settings: Settings,
    *,
    tables: Sequence[str] | None = None,
    full: bool = False,
    on_progress: Callable[[str], None] | None = None,
) -> SourceLoad:
    """Append the policy to the lake if it differs from what the last load brought.

    Args:
        settings: Where the policy and the lake are.
        tables: Only these raw tables; all unless stated.
        full: Append it also if nothing changed.
        on_progress: Called with one line per table.

    Raises:
        ConfigurationError: A policy file is missing or wrong; nothing is loaded.
        SourceError: The lake could not be written.
    """
    if tables is not None and _TABLE not in tables:
        return SourceLoad(SYSTEM)
    from salesops_pipeline.sources.lake_pipeline import open_load

    rows = [
        company.model_dump(mode="json") | {"position": position}
        for position, company in enumerate(read_companies(settings), start=1)
    ]
    with open_load(settings, SYSTEM) as lake_load:
        state = lake_load.state(_TABLE)
        count = lake_load.write({_TABLE: _changed(rows, state, full)})[_TABLE]
    if on_progress:
        on_progress(f"{_TABLE}: {count} rows")
    return SourceLoad(SYSTEM, tables=(TableLoad(_TABLE, rows=count, method="files" if count else "unchanged"),))


def _changed(rows: list[dict[str, Any]], state: dict[str, Any], full: bool) -> Iterator[pa.Table]:
    from salesops_pipeline.sources.typed_batches import typed_table

    digest = hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()
    if state.get("digest") == digest and not full:
        return
    state["digest"] = digest
    table = load_contract(SYSTEM).table(_TABLE)
    yield typed_table(SYSTEM, table, {column.name: [row[column.name] for row in rows] for column in table.columns})
