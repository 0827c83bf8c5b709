"""The code location: from source systems to reports. Loading it needs no secret and no network."""

from __future__ import annotations

from collections.abc import Mapping

import dagster as dg

from salesops_pipeline.building.project import parsed_project
from salesops_pipeline.contracts import systems
from salesops_pipeline.orchestration.compaction import build_compaction_asset
from salesops_pipeline.orchestration.housekeeping import RETENTION_SCHEDULE, dead_runs, retention
from salesops_pipeline.orchestration.jobs import COMPACTION, COMPACTION_SCHEDULE, DAILY, DAILY_SCHEDULE, REPORTS
from salesops_pipeline.orchestration.publication import build_publication
from salesops_pipeline.orchestration.raw import build_raw_assets
from salesops_pipeline.orchestration.reports import build_report_assets
from salesops_pipeline.orchestration.resources import SETTINGS_RESOURCE
from salesops_pipeline.orchestration.warehouse import build_warehouse_assets
from salesops_pipeline.settings import load_settings


def build_defs(
    *,
    settings: dg.ResourceDefinition = SETTINGS_RESOURCE,
    loggers: Mapping[str, dg.LoggerDefinition] | None = None,
) -> dg.Definitions:
    """Assemble the whole graph; production, tests and the command line differ only in what they pass."""
    location = load_settings()
    warehouse = build_warehouse_assets(parsed_project(location))
    definitions = [
        *(definition for system in systems() for definition in build_raw_assets(system)),
        *warehouse,
        *build_publication(warehouse),
        *build_report_assets(),
        build_compaction_asset(),
    ]
    return dg.Definitions(
        assets=[definition for definition in definitions if not isinstance(definition, dg.AssetChecksDefinition)],
        asset_checks=[definition for definition in definitions if isinstance(definition, dg.AssetChecksDefinition)],
        jobs=[DAILY, REPORTS, COMPACTION, retention],
        schedules=[DAILY_SCHEDULE, COMPACTION_SCHEDULE, RETENTION_SCHEDULE],
        sensors=[dead_runs],
        resources={"settings": settings},
        loggers=loggers,
        # One run is one process: on small and middle-sized runs starting a process per step costs more than the work.
        executor=dg.in_process_executor,
    )


defs = build_defs()
