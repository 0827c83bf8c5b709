"""Report assets. Each opens the published version itself and refuses anything that did not pass the gate."""

from collections.abc import Callable
from pathlib import Path

import dagster as dg

from salesops_pipeline.orchestration.failures import one_line_failures
from salesops_pipeline.orchestration.keys import VERSION
from salesops_pipeline.orchestration.notes import note
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
    def daily_flash(
        context: dg.AssetExecutionContext, config: DailyFlashConfig, settings: dg.ResourceParam[Settings]
    ) -> dg.MaterializeResult:
        from salesops_pipeline.reporting import parse_day, write_daily_flash

        return _write(
            context,
            settings,
            "daily",
            lambda: write_daily_flash(settings, day=parse_day(config.day)),
            is_default=not config.day,
        )

    @dg.asset(
        key=["reports", "quarterly"],
        deps=[VERSION],
        group_name="reports",
        owners=_OWNERS,
        kinds=_KINDS,
        description="The quarter for the company, each team and, where they are not too many, each person.",
    )
    def quarterly(
        context: dg.AssetExecutionContext, config: QuarterlyConfig, settings: dg.ResourceParam[Settings]
    ) -> dg.MaterializeResult:
        from salesops_pipeline.reporting import write_quarterly

        return _write(
            context,
            settings,
            "quarterly",
            lambda: write_quarterly(
                settings,
                quarter=config.quarter,
                persons_up_to=None if config.quarter else settings.report_persons_up_to,
                on_progress=context.log.info,
                on_left_out=lambda line: note(context.log, line),
            ),
            is_default=not config.quarter,
        )

    return [daily_flash, quarterly]


def _write(
    context: dg.AssetExecutionContext,
    settings: Settings,
    kind: str,
    write: Callable[[], list[Path]],
    *,
    is_default: bool,
) -> dg.MaterializeResult:
    """Write the reports of a kind, or leave those that are there, if they are what would be written.

    Args:
        context: Of the step.
        settings: Where versions and reports lie.
        kind: ``daily`` or ``quarterly``.
        write: Writes them.
        is_default: Whether the version itself says which day or quarter they are about.
    """
    from salesops_pipeline.publishing.versions import open_verified
    from salesops_pipeline.reporting import write_index
    from salesops_pipeline.reporting.outputs import INDEX
    from salesops_pipeline.reporting.written import is_written, note_written

    with one_line_failures():
        version = open_verified(settings)
        if is_default and is_written(settings, kind, version):
            note(context.log, f"{kind} reports of {version.version} are written already")
            index = settings.reports_dir / INDEX
            return dg.MaterializeResult(metadata={"unchanged since": version.version, "start page": _link(index)})
        paths = write()
        index = write_index(settings)
        if is_default:
            note_written(settings, kind, version, paths)
    return dg.MaterializeResult(metadata={"files": len(paths), "start page": _link(index)})


def _link(path: Path) -> dg.MetadataValue:
    return dg.MetadataValue.path(str(path))
