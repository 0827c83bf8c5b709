"""Published versions: promotion, the pointer that readers follow, rollback, and opening a version that passed.

``published/versions/<id>/`` never changes once it is there; ``published/current`` is a symbolic link to one of them and
is replaced in one rename. A reader that has opened a file keeps it, whatever is promoted or pruned meanwhile, because
an open file outlives its name. A reader of several Parquet files resolves ``current`` once and stays in the folder it
got; `open_verified` gives such a path. The newest versions are kept, so it stays readable for several promotions.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from salesops_pipeline.errors import GateError
from salesops_pipeline.publishing.candidate import DUCKDB_NAME, PARQUET_NAME, Candidate, lock_path, parquet_file
from salesops_pipeline.publishing.certificate import Certificate, read_certificate, write_certificate
from salesops_pipeline.publishing.files import locked, sync_directory
from salesops_pipeline.publishing.postgres import mirrored
from salesops_pipeline.publishing.verified import altered
from salesops_pipeline.settings import Settings

_VERSION = re.compile(r"^v(\d{4,})$")
_TRASH_PREFIX = ".removing-"


@dataclass(frozen=True)
class PublishedVersion:
    """One published version. Paths are resolved: they do not move when another version becomes current."""

    version: str
    path: Path
    certificate: Certificate

    @property
    def duckdb_path(self) -> Path:
        """The DuckDB file; open it read-only."""
        return self.path / DUCKDB_NAME

    @property
    def parquet_dir(self) -> Path:
        """The Parquet folder: ``<schema>/<table>.parquet``."""
        return self.path / PARQUET_NAME

    @property
    def number(self) -> int:
        """Position among all versions ever published."""
        return _number(self.version)


def versions_dir(settings: Settings) -> Path:
    """Where the versions lie."""
    return settings.published_dir / "versions"


def current_link(settings: Settings) -> Path:
    """The symbolic link that readers follow."""
    return settings.published_dir / "current"


def promote(settings: Settings, candidate: Candidate, certificate: Certificate) -> PublishedVersion:
    """Publish a candidate: move it among the versions, point readers to it, prune the oldest.

    Raises:
        GateError: The certificate is not a pass, or the files are not those that were audited.
    """
    with locked(lock_path(settings)):
        if certificate.status != "passed":
            suites = ", ".join(certificate.blocking_suites()) or "no suite named"
            raise GateError(
                f"the gate is closed ({certificate.status}): {suites}",
                where=str(candidate.path),
                fix="Readers stay on the version before. See certificate.json for what was found.",
            )
        _require_unaltered(settings, audited_files(candidate.path, certificate))
        versions = versions_dir(settings)
        versions.mkdir(parents=True, exist_ok=True)
        _remove_trash(versions)
        version = f"v{_highest(versions) + 1:04d}"
        published = certificate.model_copy(update={"version": version, "promoted_at": dt.datetime.now(dt.UTC)})
        target = versions / version
        with mirrored(settings, PublishedVersion(version, candidate.path, published), kept=_kept(settings)):
            write_certificate(candidate.path, published)
            candidate.path.rename(target)
            sync_directory(versions)
            _point_to(settings, version)
        _prune(settings)
    return PublishedVersion(version, target, published)


def mirror_current(settings: Settings, *, whole: bool = False) -> PublishedVersion:
    """Bring PostgreSQL to the version that readers of the files see.

    Args:
        settings: Where versions lie and PostgreSQL is.
        whole: Send every row, whatever PostgreSQL says it holds.

    Raises:
        GateError: Nothing is published, or PostgreSQL cannot be brought there.
    """
    with locked(lock_path(settings)):
        version = open_verified(settings)
        with mirrored(settings, version, kept=_kept(settings), whole=whole):
            pass  # the files are there already
    return version


def current_version(settings: Settings) -> str | None:
    """The version that readers see, or None before the first publication."""
    try:
        target = current_link(settings).readlink()
    except FileNotFoundError:
        return None
    return target.name


def list_versions(settings: Settings) -> tuple[PublishedVersion, ...]:
    """All versions that are kept, newest first. One whose certificate cannot be read is left out: it cannot be used."""
    found: list[PublishedVersion] = []
    for name in _names(versions_dir(settings)):
        path = versions_dir(settings) / name
        try:
            found.append(PublishedVersion(name, path, read_certificate(path)))
        except GateError:
            continue
    return tuple(sorted(found, key=lambda item: item.number, reverse=True))


def rollback(settings: Settings, to: str | None = None) -> PublishedVersion:
    """Point readers back to an earlier version. Later versions stay and the next publication gets a new number.

    Args:
        settings: Where versions lie.
        to: Version to go to; default: the one published before the current one.

    Raises:
        GateError: There is no such version, or it does not pass verification.
    """
    with locked(lock_path(settings)):
        target = open_verified(settings, to or _previous(settings))
        with mirrored(settings, target, kept=_kept(settings)):
            _point_to(settings, target.version)
    return target


def _kept(settings: Settings) -> Callable[[], tuple[PublishedVersion, ...]]:
    return lambda: list_versions(settings)


def open_verified(settings: Settings, version: str | None = None, *, look_closely: bool = False) -> PublishedVersion:
    """A version that passed the gate and whose DuckDB file is still the one that did.

    Args:
        settings: Where versions lie.
        version: Version id; default: the current one.
        look_closely: Compare the bytes of all its files, whatever is known of them (see `verified`).

    Raises:
        GateError: There is none, its certificate is not a pass, or the file was changed afterwards.
    """
    name = version or current_version(settings)
    if name is None:
        raise GateError("nothing has been published yet", where=str(settings.published_dir), fix="Run `salesops run`.")
    path = versions_dir(settings).resolve() / name
    if not _VERSION.match(name) or not path.is_dir():
        kept = ", ".join(item.version for item in list_versions(settings)) or "none"
        raise GateError(f"there is no version {name!r}", where=str(path.parent), fix=f"Kept versions: {kept}.")
    certificate = read_certificate(path)
    if certificate.status != "passed":
        raise GateError(f"version {name} did not pass the gate ({certificate.status})", where=str(path))
    if certificate.version != name:
        raise GateError(f"version {name} carries the certificate of {certificate.version}", where=str(path))
    audited = audited_files(path, certificate)
    if not look_closely:
        audited = {path / DUCKDB_NAME: audited[path / DUCKDB_NAME]}
    _require_unaltered(settings, audited, look_closely=look_closely)
    return PublishedVersion(name, path, certificate)


def audited_files(path: Path, certificate: Certificate) -> dict[Path, str]:
    """The files of a candidate or version, and their SHA-256 as they were audited."""
    parquet = {parquet_file(path, name): content.sha256 for name, content in certificate.tables.items()}
    return {path / DUCKDB_NAME: certificate.duckdb_sha256, **parquet}


def _require_unaltered(settings: Settings, audited: dict[Path, str], *, look_closely: bool = False) -> None:
    for path in altered(settings.published_dir, audited, look_closely=look_closely):
        if not path.is_file():
            raise GateError("a file that was audited is missing", where=str(path), fix="Build and publish again.")
        raise GateError(
            "the file is not the one that was audited", where=str(path), fix="Roll back, or build and publish again."
        )


def _previous(settings: Settings) -> str:
    current = current_version(settings)
    names = sorted(_names(versions_dir(settings)), key=_number)
    if current is None or (earlier := [name for name in names if _number(name) < _number(current)]) == []:
        raise GateError("there is no earlier version to go back to", where=str(versions_dir(settings)))
    return earlier[-1]


def _point_to(settings: Settings, version: str) -> None:
    link = current_link(settings)
    temporary = link.with_name(".current.tmp")
    temporary.unlink(missing_ok=True)
    # Relative, so that the published folder can be moved or mounted elsewhere as a whole.
    temporary.symlink_to(Path("versions") / version)
    temporary.replace(link)
    sync_directory(link.parent)


def _prune(settings: Settings) -> None:
    """Remove the oldest versions beyond the number to keep; the current one always stays."""
    versions = versions_dir(settings)
    newest_first = sorted(_names(versions), key=_number, reverse=True)
    current = current_version(settings)
    for name in newest_first[settings.keep_versions :]:
        if name != current:
            # Renamed first: a kill in the middle leaves trash, never half a version.
            (versions / name).rename(versions / f"{_TRASH_PREFIX}{name}")
    _remove_trash(versions)


def _remove_trash(versions: Path) -> None:
    for path in versions.glob(f"{_TRASH_PREFIX}*"):
        shutil.rmtree(path, ignore_errors=True)


def _names(versions: Path) -> list[str]:
    return [path.name for path in versions.iterdir() if _VERSION.match(path.name)] if versions.is_dir() else []


def _highest(versions: Path) -> int:
    return max((_number(name) for name in _names(versions)), default=0)


def _number(version: str) -> int:
    match = _VERSION.match(version)
    if match is None:
        raise GateError(f"{version!r} is not a version id", fix="They look like v0001.")
    return int(match[1])
