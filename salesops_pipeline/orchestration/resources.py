"""Resources: the settings, read when a run starts and not when the definitions load."""

from __future__ import annotations

import dagster as dg

from salesops_pipeline.settings import load_settings

SETTINGS_RESOURCE = dg.ResourceDefinition(
    lambda _: load_settings(), description="All settings of the pipeline, from SALESOPS_* variables or .env."
)
