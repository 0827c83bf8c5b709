"""Where reports lie and how they get there: safe names, whole files or none, a link to the newest version.

Layout under the reports folder::

    index.html                                                        start page
    latest -> <version>                                               the version the start page shows
    <version>/<company>/daily/<date>.html, .xlsx
    <version>/<company>/quarterly/<quarter>/company.html, team-<name>.html, person-<name>.html and .xlsx
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

_SLUG_LENGTH = 60
LATEST = "latest"
INDEX = "index.html"


def slug(text: str) -> str:
    """A name that is safe in every file system and URL: lower-case ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    safe = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_SLUG_LENGTH].strip("-")
    return safe or _fingerprint(text)


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def unique_slugs(names: Sequence[tuple[str, str]]) -> list[str]:
    """A slug for each ``(id, name)``; those that would collide get a short fingerprint of their id."""
    slugs = [slug(name) for _, name in names]
    taken = Counter(slugs)
    return [
        f"{candidate}-{_fingerprint(key)}" if taken[candidate] > 1 else candidate
        for candidate, (key, _) in zip(slugs, names, strict=True)
    ]


@dataclass(frozen=True)
class Folder:
    """The reports of one company in one version."""

    reports_dir: Path
    version: str
    company: str

    @property
    def path(self) -> Path:
        """Where they lie."""
        return self.reports_dir / self.version / self.company

    def daily(self, day: str) -> Path:
        """The daily flash, without its suffix."""
        return self.path / "daily" / day

    def quarterly(self, quarter: str, name: str) -> Path:
        """A quarterly report, without its suffix."""
        return self.path / "quarterly" / slug(quarter).upper() / name


def write_pair(stem: Path, page: str, workbook: bytes) -> list[Path]:
    """Write a page and its workbook beside each other.

    Args:
        stem: Path without suffix.
        page: HTML.
        workbook: XLSX.
    """
    targets = [stem.with_name(f"{stem.name}.html"), stem.with_name(f"{stem.name}.xlsx")]
    replace_file(targets[0], page.encode())
    replace_file(targets[1], workbook)
    return targets


def replace_file(path: Path, content: bytes) -> None:
    """Write a file so that readers see the old content or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.write_bytes(content)
    temporary.replace(path)


def forget_versions(reports_dir: Path, kept: Collection[str]) -> None:
    """Remove the reports of versions that are no longer kept: nobody can verify their figures any more."""
    for path in reports_dir.glob("v[0-9]*"):
        if path.is_dir() and path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)


def point_latest(reports_dir: Path, version: str) -> None:
    """Let ``latest`` lead to a version's reports, so that bookmarks and mails keep working."""
    reports_dir.mkdir(parents=True, exist_ok=True)
    temporary = reports_dir / f".{LATEST}.{os.getpid()}.tmp"
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(version)
    temporary.replace(reports_dir / LATEST)
