"""What a quarterly report says: the same order for company, team and person, each with what concerns it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from salesops_pipeline.publishing.versions import PublishedVersion
from salesops_pipeline.reporting import formats
from salesops_pipeline.reporting import quarterly_sections as sections
from salesops_pipeline.reporting.certificate import certificate_section, verdict
from salesops_pipeline.reporting.definitions import definition
from salesops_pipeline.reporting.figures.company import Node
from salesops_pipeline.reporting.figures.quarter import CompanyQuarter
from salesops_pipeline.reporting.model import Link, Report, Section, Tiles
from salesops_pipeline.reporting.recipes import Scope


def quarterly_report(
    version: PublishedVersion, whole: CompanyQuarter, node: Node, href: Callable[[Node], str], index: str
) -> Report:
    """The report of one node.

    Args:
        version: The published version.
        whole: The company's quarter.
        node: Whose report.
        href: Address of another node's report, relative to this one.
        index: Address of the start page.
    """
    part = whole.slice(node)
    body = (
        Section("overview", "", sections.overview(whole, part)),
        *sections.people(whole, part),
        Section("trend", "The last quarters", sections.trend(whole, part)),
        Section("deals", "Deals", sections.deals(whole, part)),
        Section("pipeline", "Pipeline", sections.pipeline(whole, part)),
    )
    scope = Scope(whole.company.company_id, node, whole.quarter, whole.as_of, whole.as_of)
    tiles = [tile for section in body for block in section.blocks if isinstance(block, Tiles) for tile in block.tiles]
    return Report(
        kind="quarterly",
        title=part.name,
        company_name=whole.company.company_name,
        node_type=node.node_type,
        node_name=part.name,
        period=f"{whole.quarter.label}, {formats.day(whole.quarter.start)} to {formats.day(whole.quarter.last_day)}",
        period_key=whole.quarter.label,
        scope=_scope(whole),
        currency=whole.company.currency,
        version=version.version,
        as_of=version.certificate.as_of_date,
        built_at=version.certificate.built_at.astimezone(dt.UTC),
        sections=body,
        definitions=tuple(definition(tile.metric, scope) for tile in tiles),
        certificate=certificate_section(version, whole.refused),
        verdict=verdict(version),
        links=_links(whole, node, href, index),
    )


def _scope(whole: CompanyQuarter) -> str:
    running = "" if whole.as_of >= whole.quarter.start else " The quarter has not begun."
    if whole.is_running:
        day = f"day {whole.quarter.day_number(whole.as_of)} of {whole.quarter.length_days}"
        running = f" The quarter is running ({day}); its figures will change."
    return (
        f"Attribution as it was: to the owner and team at the time of the close. Amounts in {whole.company.currency}; "
        f"days in {whole.company.time_zone}.{running}"
    )


def _links(whole: CompanyQuarter, node: Node, href: Callable[[Node], str], index: str) -> tuple[Link, ...]:
    """Up the organisation; a person's report leads to the start page only, not to what others sold."""
    links = [Link("All reports", index)]
    if node.node_type == "team":
        links.append(Link(whole.company.company_name, href(whole.company.node)))
        team = whole.organisation.teams.get(node.node_id)
        parent = Node("team", team.parent_team_id) if team and team.parent_team_id else None
        if parent and parent in whole.nodes():
            links.append(Link(whole.organisation.team_name(parent.node_id), href(parent)))
    return tuple(links)
