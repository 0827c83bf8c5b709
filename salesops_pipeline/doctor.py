"""What `salesops doctor` looks at: each finding says whether it is well and, if not, what to do."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from salesops_pipeline.errors import UserError
from salesops_pipeline.settings import Settings

FREE_DISK_BYTES = 2 * 1024**3
"""A build writes the warehouse and a candidate beside the published versions; below this it may not fit."""

_LOCK_STEP = ("dagster", "dagster-webserver", "dagster-graphql")
_SHOWN = ("dagster", "dbt-core", "dbt-duckdb", "duckdb", "dlt", "great-expectations")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    status: str
    """``ok``, ``note`` (nothing is wrong, but worth knowing) or ``problem``."""
    detail: str


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at versions, folders, disk, lake, policy, sources and the published version, one after the other."""
    yield _python()
    yield _packages()
    yield _disk(settings)
    yield from _guarded("lake", _lake, settings)
    yield from _guarded("policy", _policy, settings)
    yield from _guarded("salesforce", _salesforce, settings)
    yield from _guarded("files", _files, settings)
    yield from _guarded("published version", _published, settings)
    yield from _guarded("postgresql", _postgres, settings)
    yield from _guarded("dagster", _dagster_storage, settings)


def _guarded(subject: str, look: object, settings: Settings) -> Iterator[Finding]:
    try:
        yield from look(settings)  # pyright: ignore[reportCallIssue]
    except UserError as error:
        yield Finding(subject, "problem", error.line())
    except OSError as error:
        yield Finding(subject, "problem", f"{error.strerror or error} ({error.filename})")


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    fits = (3, 11) <= sys.version_info[:2] <= (3, 13)
    return Finding("python", "ok" if fits else "problem", version if fits else f"{version}; use 3.11, 3.12 or 3.13")


def _packages() -> Finding:
    versions = {name: importlib.metadata.version(name) for name in {*_LOCK_STEP, *_SHOWN}}
    shown = ", ".join(f"{name} {versions[name]}" for name in _SHOWN)
    if len({versions[name] for name in _LOCK_STEP}) > 1:
        return Finding("packages", "problem", f"{shown}; dagster packages differ in version, run `make install`")
    return Finding("packages", "ok", shown)


def _disk(settings: Settings) -> Finding:
    folder = settings.data_dir
    while not folder.exists():
        folder = folder.parent
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        return Finding("disk", "problem", f"{folder} is no folder that can be written to; set SALESOPS_DATA_DIR")
    free = shutil.disk_usage(folder).free
    text = f"{free / 1024**3:.1f} GiB free at {settings.data_dir}"
    return Finding("disk", "ok", text) if free > FREE_DISK_BYTES else Finding("disk", "problem", f"{text}; make room")


def _lake(settings: Settings) -> Iterator[Finding]:
    if not settings.lake_url:
        return  # beside everything else in the data folder
    lake = settings.lake
    filled = lake.storage.read(lake.catalog_path) is not None
    yield Finding("lake", "ok", f"{lake.root} can be read{'' if filled else '; nothing is in it yet'}")


def _policy(settings: Settings) -> Iterator[Finding]:
    from salesops_pipeline.sources.policy.source import read_companies

    names = ", ".join(company.company_name for company in read_companies(settings))
    yield Finding("policy", "ok", f"{settings.policy_dir / 'company.yml'}: {names}")


def _salesforce(settings: Settings) -> Iterator[Finding]:
    if not settings.salesforce_instance_url:
        detail = "not connected; set SALESOPS_SALESFORCE_INSTANCE_URL, _CLIENT_ID and _CLIENT_SECRET"
        if (settings.sandbox_dir / "company.sqlite").exists():
            detail = f"the sandbox company at {settings.sandbox_dir} stands in for it"
        yield Finding("salesforce", "note", detail)
        return
    from salesops_pipeline.sources.salesforce.check import check

    for finding in check(settings):
        yield Finding("salesforce", finding.status, finding.text)


def _files(settings: Settings) -> Iterator[Finding]:
    if not settings.files_dirs:
        yield Finding("files", "note", "no folder configured; set SALESOPS_FILES_DIRS")
        return
    from salesops_pipeline.sources.files.check import check

    for directory in settings.files_dirs:
        report = check(directory)
        problems = len(report.problems)
        yield Finding(
            f"files {directory}",
            "problem" if problems else "ok",
            f"{problems} problems; see `salesops files check {directory}`" if problems else f"{report.rows} rows fit",
        )


def _published(settings: Settings) -> Iterator[Finding]:
    from salesops_pipeline.publishing.versions import current_version, open_verified

    if current_version(settings) is None:
        yield Finding("published version", "note", "none yet; run `salesops run` or `salesops demo`")
        return
    version = open_verified(settings, look_closely=True)
    yield Finding("published version", "ok", f"{version.version} as of {version.certificate.as_of_date}, unaltered")


def _postgres(settings: Settings) -> Iterator[Finding]:
    from salesops_pipeline.publishing.postgres import recorded
    from salesops_pipeline.publishing.postgres.connection import place
    from salesops_pipeline.publishing.versions import current_version

    url = settings.publish_postgres_url
    if not url.get_secret_value():
        yield Finding("postgresql", "note", "not configured; set SALESOPS_PUBLISH_POSTGRES_URL to publish there too")
        return
    load, current = recorded(settings), current_version(settings)
    shown = f"{place(url)} shows {load.version if load else 'nothing yet'}"
    if current is None or (load and load.version == current):
        yield Finding("postgresql", "ok", shown)
    else:
        yield Finding("postgresql", "problem", f"{shown}, the files are at {current}; run `salesops publish postgres`")


def _dagster_storage(settings: Settings) -> Iterator[Finding]:
    from salesops_pipeline.publishing.postgres.connection import connect, one_line, place

    url = settings.dagster_postgres_url
    if not url.get_secret_value():
        yield Finding("dagster", "ok", f"storage is SQLite at {settings.dagster_home}")
        return
    with one_line(url, fix="Check SALESOPS_DAGSTER_POSTGRES_URL and the server."), connect(url):
        yield Finding("dagster", "ok", f"storage is PostgreSQL at {place(url)}")
