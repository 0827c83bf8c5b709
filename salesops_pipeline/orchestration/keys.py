"""Asset keys that more than one module names."""

from __future__ import annotations

import dagster as dg

CANDIDATE = dg.AssetKey(["published", "candidate"])
VERSION = dg.AssetKey(["published", "version"])


WAREHOUSE_STEP = "warehouse"
"""The step that builds the warehouse."""


def raw_key(system: str, table: str) -> dg.AssetKey:
    """The asset key of a raw table; the dbt sources carry the same one."""
    return dg.AssetKey(["raw", system, table])


def extraction_step(system: str) -> str:
    """The name of the step that pulls a system."""
    return f"extract_{system}"
