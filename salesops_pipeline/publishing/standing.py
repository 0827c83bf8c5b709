"""Whether the version that readers see is what would be published now.

It is if it was cut from the very build that the warehouse holds, judged by the same suites, and its files are the ones
that were audited. Then cutting, auditing and promoting again would only give the same tables another number.
"""

from __future__ import annotations

from salesops_pipeline.errors import GateError
from salesops_pipeline.publishing.build_record import BuildRecord, is_untouched, read_build
from salesops_pipeline.publishing.certificate import Certificate, read_certificate
from salesops_pipeline.publishing.verified import altered
from salesops_pipeline.publishing.versions import PublishedVersion, audited_files, current_version, versions_dir
from salesops_pipeline.settings import Settings


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
    if not _follows_from(certificate, name, build, judged_by):
        return None
    if altered(settings.published_dir, audited_files(path, certificate)):
        return None
    return PublishedVersion(name, path, certificate)


def _follows_from(certificate: Certificate, name: str, build: BuildRecord, judged_by: str) -> bool:
    return (certificate.status, certificate.version, certificate.build, certificate.judged_by) == (
        "passed",
        name,
        build.id,
        judged_by,
    )
