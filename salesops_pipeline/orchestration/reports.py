"""Report assets. Each opens the published version itself and refuses anything that did not pass the gate."""

import dagster as dg

from salesops_pipeline.orchestration.failures import one_line_failures
from salesops_pipeline.orchestration.keys import VERSION
from salesops_pipeline.settings import Settings

_OWNERS = ["team:sales-operations"]
_KINDS = {"html", "excel"}


class DailyFlashConfig(dg.Config):
    """Which day to report on."""

    day: str | None = None
    """YYYY-MM-DD; the version's as-of day when empty."""


class QuarterlyConfig(dg.Config):
    """Which quarter to report on."""

    quarter: str | None = None
    """A label such as FY2027-Q3, or a date in the quarter; the one that holds the as-of day when empty."""


def build_report_assets() -> list[dg.AssetsDefinition]:
    """The daily flash and the quarterly reports."""

    @dg.asset(
        key=["reports", "daily_flash"],
        deps=[VERSION],
        group_name="reports",
        owners=_OWNERS,
        kinds=_KINDS,
        description="What happened on one day and where the quarter stands, per company.",
    )
    def daily_flash(config: DailyFlashConfig, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
        from salesops_pipeline.reporting import parse_day, write_daily_flash, write_index

        with one_line_failures():
            paths = write_daily_flash(settings, day=parse_day(config.day))
            index = write_index(settings)
        return _materialised(paths, index)

    @dg.asset(
        key=["reports", "quarterly"],
        deps=[VERSION],
        group_name="reports",
        owners=_OWNERS,
        kinds=_KINDS,
        description="The quarter for the company, each team and each person.",
    )
    def quarterly(
        context: dg.AssetExecutionContext, config: QuarterlyConfig, settings: dg.ResourceParam[Settings]
    ) -> dg.MaterializeResult:
        from salesops_pipeline.reporting import write_index, write_quarterly

        with one_line_failures():
            paths = write_quarterly(settings, quarter=config.quarter, on_progress=context.log.info)
            index = write_index(settings)
        return _materialised(paths, index)

    return [daily_flash, quarterly]


def _materialised(paths: list, index: object) -> dg.MaterializeResult:
    return dg.MaterializeResult(metadata={"files": len(paths), "start page": dg.MetadataValue.path(str(index))})
