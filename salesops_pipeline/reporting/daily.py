"""Writing the daily flash: one page and one workbook per company."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from salesops_pipeline.errors import UserError
from salesops_pipeline.publishing.versions import open_verified
from salesops_pipeline.reporting.outputs import INDEX, Folder, unique_slugs, write_pair
from salesops_pipeline.settings import Settings


def write_daily_flash(settings: Settings, *, day: dt.date | None = None, version: str | None = None) -> list[Path]:
    """Write the daily flash of every company.

    Args:
        settings: Where versions and reports lie.
        day: Day to report on, in each company's time zone; default: the version's as-of day.
        version: Published version to read; default: the current one.

    Returns:
        The files written.

    Raises:
        GateError: The version is not there, did not pass the gate, or was changed afterwards.
        UserError: The day lies after the as-of day, or before the calendar of every company.
    """
    from salesops_pipeline.reporting.daily_report import daily_report
    from salesops_pipeline.reporting.figures.company import companies, quarter_of, quarters
    from salesops_pipeline.reporting.figures.day import load_day
    from salesops_pipeline.reporting.figures.query import connect
    from salesops_pipeline.reporting.html import render_report
    from salesops_pipeline.reporting.workbook import render_workbook

    published = open_verified(settings, version)
    as_of = published.certificate.as_of_date
    wanted = day or as_of
    if wanted > as_of:
        raise UserError(
            f"there is no daily flash for {wanted}: version {published.version} knows the data up to {as_of}",
            where="day",
            fix=f"Choose a day up to {as_of}, or run the pipeline for a later one.",
        )
    written: list[Path] = []
    with connect(published.duckdb_path) as connection:
        found = companies(connection)
        names = unique_slugs([(company.company_id, company.company_id) for company in found])
        for company, name in zip(found, names, strict=True):
            calendar = quarters(connection, company.company_id)
            quarter = quarter_of(calendar, wanted)
            if quarter is None:
                continue
            figures = load_day(connection, company, calendar, quarter, wanted, as_of)
            report = daily_report(published, figures, index=f"../../../{INDEX}")
            folder = Folder(settings.reports_dir, published.version, name)
            written += write_pair(folder.daily(wanted.isoformat()), render_report(report), render_workbook(report))
    if found and not written:
        raise UserError(f"no company has data around {wanted}", where="day", fix="Choose a later day.")
    return written
