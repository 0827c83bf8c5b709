"""Jobs and schedules."""

from __future__ import annotations

import dagster as dg

DAILY = dg.define_asset_job(
    "daily",
    selection=dg.AssetSelection.all(),
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
