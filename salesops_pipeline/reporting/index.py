"""The start page: every report of the current version, found by what the pages say about themselves."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from salesops_pipeline.publishing.versions import PublishedVersion, list_versions, open_verified
from salesops_pipeline.reporting.outputs import INDEX, forget_versions, point_latest, replace_file
from salesops_pipeline.settings import Settings

_HEAD_BYTES = 4096
_NODE_ORDER = ("company", "team", "person")


@dataclass(frozen=True)
class Entry:
    """A report on disk."""

    href: str
    kind: str
    company: str
    node_type: str
    node: str
    period: str
    period_key: str

    @property
    def workbook_href(self) -> str:
        """The workbook beside the page."""
        return self.href.removesuffix(".html") + ".xlsx"


@dataclass(frozen=True)
class Quarter:
    """A company's quarterly reports."""

    period: str
    company: tuple[Entry, ...]
    teams: tuple[Entry, ...]
    persons: tuple[Entry, ...]


@dataclass(frozen=True)
class CompanyReports:
    """A company's reports, newest first."""

    name: str
    daily: tuple[Entry, ...]
    quarters: tuple[Quarter, ...]


class _Meta(HTMLParser):
    """Collects the ``report:`` entries of a page's head."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a meta element."""
        values = dict(attrs)
        name = values.get("name") or ""
        if tag == "meta" and name.startswith("report:"):
            self.found[name.removeprefix("report:")] = values.get("content") or ""


def write_index(settings: Settings) -> Path:
    """Write the start page of the current version's reports, let ``latest`` point to them, drop those of lost versions.

    Raises:
        GateError: There is no published version, or it is not what passed the gate.
    """
    from salesops_pipeline.reporting.html import environment

    published = open_verified(settings)
    page = (
        environment()
        .get_template("index.html.j2")
        .render(companies=_grouped(_entries(settings.reports_dir, published.version)), **_about(published))
    )
    path = settings.reports_dir / INDEX
    replace_file(path, page.encode())
    point_latest(settings.reports_dir, published.version)
    forget_versions(settings.reports_dir, {version.version for version in list_versions(settings)})
    return path


def _about(published: PublishedVersion) -> dict[str, object]:
    from salesops_pipeline.reporting.certificate import verdict

    certificate = published.certificate
    return {
        "version": published.version,
        "verdict": verdict(published),
        "built_at": certificate.built_at.astimezone(dt.UTC),
    }


def _entries(reports_dir: Path, version: str) -> list[Entry]:
    entries = []
    for path in sorted((reports_dir / version).glob("*/*/**/*.html")):
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES).decode("utf-8", errors="ignore")
        meta = _Meta()
        meta.feed(head.partition("<style>")[0])
        if meta.found:
            fields = {name: meta.found.get(name, "") for name in Entry.__dataclass_fields__ if name != "href"}
            entries.append(Entry(href=path.relative_to(reports_dir).as_posix(), **fields))
    return entries


def _grouped(entries: list[Entry]) -> list[CompanyReports]:
    companies: dict[str, list[Entry]] = {}
    for entry in entries:
        companies.setdefault(entry.href.split("/")[1], []).append(entry)
    return [
        CompanyReports(name=members[0].company, daily=_daily(members), quarters=_quarters(members))
        for _, members in sorted(companies.items(), key=lambda item: (item[1][0].company, item[0]))
    ]


def _daily(entries: list[Entry]) -> tuple[Entry, ...]:
    return tuple(
        sorted((entry for entry in entries if entry.kind == "daily"), key=lambda e: e.period_key, reverse=True)
    )


def _quarters(entries: list[Entry]) -> tuple[Quarter, ...]:
    by_key: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.kind == "quarterly":
            by_key.setdefault(entry.period_key, []).append(entry)
    quarters = []
    for _, members in sorted(by_key.items(), reverse=True):
        groups = [
            tuple(sorted((e for e in members if e.node_type == node_type), key=lambda e: (e.node.casefold(), e.href)))
            for node_type in _NODE_ORDER
        ]
        quarters.append(Quarter(members[0].period, *groups))
    return tuple(quarters)
