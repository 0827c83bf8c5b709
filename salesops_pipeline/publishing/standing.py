"""Whether the version that readers see is what would be published now.

It is if it was cut from the very build that the warehouse holds, judged by the same suites, and its files are the ones
that were audited. Then cutting, auditing and promoting again would only give the same tables another number.
"""

from __future__ import annotations

import json
from pathlib import Path

from salesops_pipeline.errors import GateError
from salesops_pipeline.publishing.build_record import BuildRecord, is_untouched, read_build
from salesops_pipeline.publishing.candidate import DUCKDB_NAME, PARQUET_NAME
from salesops_pipeline.publishing.certificate import Certificate, read_certificate
from salesops_pipeline.publishing.files import write_atomically
from salesops_pipeline.publishing.versions import (
    PublishedVersion,
    current_version,
    require_audited_bytes,
    versions_dir,
)
from salesops_pipeline.settings import Settings

_SEEN_NAME = ".verified.json"


def standing_version(settings: Settings, *, judged_by: str) -> PublishedVersion | None:
    """The current version, if it is what would be published now; None if something has to be done.

    Args:
        settings: Where warehouse and versions lie.
        judged_by: By what a candidate would be judged now.
    """
    try:
        build = read_build(settings)
        name = current_version(settings)
        if build is None or name is None or build.status != "passed" or not is_untouched(settings, build):
            return None
        path = versions_dir(settings).resolve() / name
        certificate = read_certificate(path)
    except GateError:
        return None
    version = PublishedVersion(name, path, certificate)
    return version if _follows_from(certificate, name, build, judged_by) and _is_unaltered(version) else None


def _follows_from(certificate: Certificate, name: str, build: BuildRecord, judged_by: str) -> bool:
    return (certificate.status, certificate.version, certificate.build, certificate.judged_by) == (
        "passed",
        name,
        build.id,
        judged_by,
    )


def note_unaltered(version: PublishedVersion) -> None:
    """Note how the files of a version look whose bytes have just been compared with its certificate."""
    states = _states(version.path, version.certificate)
    write_atomically(version.path.parent / _SEEN_NAME, json.dumps({version.version: states}))


def _is_unaltered(version: PublishedVersion) -> bool:
    """Whether a version's files are those that were audited.

    Their bytes are compared once; after that, size and time of change tell whether anybody wrote to them. Reports do
    not rely on this: they compare the bytes.
    """
    try:
        if _seen(version) == _states(version.path, version.certificate):
            return True
        require_audited_bytes(version.path, version.certificate)
    except (FileNotFoundError, GateError):
        return False
    note_unaltered(version)
    return True


def _states(path: Path, certificate: Certificate) -> dict[str, list[int]]:
    names = [DUCKDB_NAME, *(f"{PARQUET_NAME}/{table.replace('.', '/', 1)}.parquet" for table in certificate.tables)]
    return {name: _state(path / name) for name in names}


def _state(file: Path) -> list[int]:
    status = file.stat()
    return [status.st_size, status.st_mtime_ns]


def _seen(version: PublishedVersion) -> dict[str, list[int]] | None:
    try:
        return json.loads((version.path.parent / _SEEN_NAME).read_text(encoding="utf-8")).get(version.version)
    except (FileNotFoundError, ValueError):
        return None
