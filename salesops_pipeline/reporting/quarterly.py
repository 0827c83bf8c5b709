"""Writing the quarterly reports: company, teams and persons, a page and a workbook each."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from salesops_pipeline.errors import UserError
from salesops_pipeline.limits.machine import available_threads
from salesops_pipeline.publishing.versions import PublishedVersion, open_verified
from salesops_pipeline.reporting.outputs import Folder, unique_slugs
from salesops_pipeline.reporting.pages import Pages, write_pages
from salesops_pipeline.settings import Settings

if TYPE_CHECKING:
    from salesops_pipeline.reporting.figures.company import Node, Quarter
    from salesops_pipeline.reporting.figures.quarter import CompanyQuarter

TOLD = 100
"""Reports between two lines about progress."""


def write_quarterly(
    settings: Settings,
    *,
    quarter: str | None = None,
    nodes: Literal["all"] | Collection[str] = "all",
    version: str | None = None,
    persons_up_to: int | None = None,
    on_progress: Callable[[str], object] | None = None,
    on_left_out: Callable[[str], object] | None = None,
) -> list[Path]:
    """Write the quarterly reports of every company.

    Args:
        settings: Where versions and reports lie.
        quarter: A label such as ``FY2027-Q3``, or an ISO date in the quarter; default: the one with the as-of day.
        nodes: Ids of companies, teams and persons to report on; default: all with a figure or a quota in the quarter.
        version: Published version to read; default: the current one.
        persons_up_to: Leave out the persons of a company that has more; default: none is left out.
        on_progress: Called with one line after every hundred reports of a company, and after its last.
        on_left_out: Called with one line where persons are left out.

    Returns:
        The files written.

    Raises:
        GateError: The version is not there, did not pass the gate, or was changed afterwards.
        UserError: No company knows the quarter, or a node has no report in it.
    """
    from salesops_pipeline.reporting.figures.company import companies, quarters
    from salesops_pipeline.reporting.figures.quarter import load_quarter
    from salesops_pipeline.reporting.figures.query import connect

    published = open_verified(settings, version)
    processes = settings.threads or available_threads()
    as_of = published.certificate.as_of_date
    wanted = quarter or as_of.isoformat()
    written: list[Path] = []
    known: list[Quarter] = []
    missing = set() if nodes == "all" else set(nodes)
    with connect(published.duckdb_path) as connection:
        found = companies(connection)
        names = unique_slugs([(company.company_id, company.company_id) for company in found])
        for company, name in zip(found, names, strict=True):
            calendar = quarters(connection, company.company_id)
            known += calendar
            chosen = _quarter(calendar, wanted)
            if chosen is None:
                continue
            whole = load_quarter(connection, company, calendar, chosen, as_of)
            folder = Folder(settings.reports_dir, published.version, name)
            selected = [node for node in whole.nodes() if nodes == "all" or node.node_id in missing]
            selected = _without_too_many_persons(selected, persons_up_to, on_left_out)
            written += _write(published, whole, selected, folder, processes, on_progress)
            missing -= {node.node_id for node in selected}
    if known and not any(_quarter([each], wanted) for each in known):
        first, last = min(known, key=lambda each: each.start), max(known, key=lambda each: each.start)
        raise UserError(
            f"no company has a quarter {wanted!r}", where="quarter", fix=f"Known: {first.label} to {last.label}."
        )
    if missing:
        raise UserError(f"no figures in the quarter for {', '.join(sorted(missing))}", where="nodes")
    return written


def _quarter(calendar: list[Quarter], wanted: str) -> Quarter | None:
    from salesops_pipeline.reporting.figures.company import quarter_named

    return quarter_named(calendar, wanted)


def _without_too_many_persons(
    nodes: list[Node], up_to: int | None, on_left_out: Callable[[str], object] | None
) -> list[Node]:
    persons = sum(node.node_type == "person" for node in nodes)
    if up_to is None or persons <= up_to:
        return nodes
    if on_left_out:
        on_left_out(f"{persons} reports of persons are left out: `salesops report quarterly` writes them")
    return [node for node in nodes if node.node_type != "person"]


def _write(
    published: PublishedVersion,
    whole: CompanyQuarter,
    selected: list[Node],
    folder: Folder,
    processes: int,
    on_progress: Callable[[str], object] | None,
) -> list[Path]:
    pages = Pages(published, whole, file_names(whole), folder)
    title = f"{whole.company.company_name}, {whole.quarter.label}"
    written: list[Path] = []
    with closing(write_pages(pages, selected, processes=processes)) as writing:
        for position, files in enumerate(writing, start=1):
            written += files
            if on_progress and (position % TOLD == 0 or position == len(selected)):
                on_progress(f"{title}: {position} of {len(selected)} reports")
    return written


def file_names(whole: CompanyQuarter) -> dict[Node, str]:
    """File name of each node's report, without suffix: ``company``, ``team-emea``, ``person-ada-marsh``."""
    names = {whole.company.node: "company"}
    for node_type in ("team", "person"):
        members = [node for node in whole.nodes() if node.node_type == node_type]
        slugs = unique_slugs([(node.node_id, whole.organisation.name(node, whole.company)) for node in members])
        names |= {node: f"{node_type}-{name}" for node, name in zip(members, slugs, strict=True)}
    return names
