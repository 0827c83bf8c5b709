"""Asset keys and groups that more than one module names."""

from __future__ import annotations

import dagster as dg

CANDIDATE = dg.AssetKey(["published", "candidate"])
VERSION = dg.AssetKey(["published", "version"])

MAINTENANCE = "maintenance"
"""The group of assets that keep the deployment in shape and are no part of the daily run."""


WAREHOUSE_STEP = "warehouse"
"""The step that builds the warehouse."""


def raw_key(system: str, table: str) -> dg.AssetKey:
    """The asset key of a raw table; the dbt sources carry the same one."""
    return dg.AssetKey(["raw", system, table])


def extraction_step(system: str) -> str:
    """The name of the step that pulls a system."""
    return f"extract_{system}"
