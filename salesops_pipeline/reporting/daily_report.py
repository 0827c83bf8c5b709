"""What the daily flash of a company says: the day's moves, the quarter to date, and what needs attention."""

from __future__ import annotations

import datetime as dt

from salesops_pipeline.publishing.versions import PublishedVersion
from salesops_pipeline.reporting import daily_sections as sections
from salesops_pipeline.reporting import formats
from salesops_pipeline.reporting.certificate import certificate_section, verdict
from salesops_pipeline.reporting.daily_tiles import moves, standing
from salesops_pipeline.reporting.definitions import definition
from salesops_pipeline.reporting.figures.day import CompanyDay
from salesops_pipeline.reporting.model import Link, Report, Section
from salesops_pipeline.reporting.recipes import Scope


def daily_report(version: PublishedVersion, figures: CompanyDay, index: str) -> Report:
    """The flash of one company and day.

    Args:
        version: The published version.
        figures: The day.
        index: Address of the start page.
    """
    company = figures.company
    moved, stands = moves(figures), standing(figures)
    scope = Scope(company.company_id, company.node, figures.book.quarter, figures.day, figures.as_of, is_daily=True)
    return Report(
        kind="daily",
        title=company.company_name,
        company_name=company.company_name,
        node_type="company",
        node_name=company.company_name,
        period=formats.weekday(figures.day),
        period_key=figures.day.isoformat(),
        scope=_scope(figures),
        currency=company.currency,
        version=version.version,
        as_of=version.certificate.as_of_date,
        built_at=version.certificate.built_at.astimezone(dt.UTC),
        sections=(
            Section("today", "The day", (*sections.quiet(figures), moved)),
            Section("quarter", f"{figures.book.quarter.label} to date", (stands, *sections.charts(figures))),
            *([Section("changes", "What changed", sections.changes(figures))] if figures.events else []),
            Section("teams", "Teams", (sections.teams(figures),)),
            Section("attention", "Needs attention", (sections.past_due(figures),)),
        ),
        definitions=tuple(definition(tile.metric, scope) for tile in (*moved.tiles, *stands.tiles)),
        certificate=certificate_section(version, figures.refused),
        verdict=verdict(version),
        links=(Link("All reports", index),),
    )


def _scope(figures: CompanyDay) -> str:
    rebuilt = ""
    if figures.day < figures.as_of:
        known = formats.day(figures.as_of)
        rebuilt = f" Open deals at the end of this earlier day are rebuilt from events, as known on {known}."
    return (
        f"Moves count on the day they were entered, in {figures.company.time_zone}; bookings count by close date. "
        f"Amounts in {figures.company.currency}. Attribution as it was at the event.{rebuilt}"
    )
