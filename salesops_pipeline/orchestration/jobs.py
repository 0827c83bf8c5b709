"""Jobs and schedules."""

from __future__ import annotations

import dagster as dg

from salesops_pipeline.orchestration.keys import MAINTENANCE

DAILY = dg.define_asset_job(
    "daily",
    selection=dg.AssetSelection.all() - dg.AssetSelection.groups(MAINTENANCE),
    description="Pull every system, build, audit, publish and report.",
)

REPORTS = dg.define_asset_job(
    "reports",
    selection=dg.AssetSelection.groups("reports"),
    description="Write the reports of the published version again.",
)

DAILY_SCHEDULE = dg.ScheduleDefinition(
    name="daily_at_five",
    job=DAILY,
    cron_schedule="0 5 * * *",
    execution_timezone="UTC",
    description="Every morning, so that the daily flash is there before the sales day begins.",
)

COMPACTION = dg.define_asset_job(
    "compaction",
    selection=dg.AssetSelection.groups(MAINTENANCE),
    description="Merge small raw files into large ones; no result changes.",
)

COMPACTION_SCHEDULE = dg.ScheduleDefinition(
    name="sunday_compaction",
    job=COMPACTION,
    cron_schedule="0 2 * * 0",
    execution_timezone="UTC",
    description="Once a week, when nobody waits for a run. Worth switching on when a system is pulled more than daily.",
)
