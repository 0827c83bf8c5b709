"""Which reports of a version are written already, so that they are not written again for nothing.

They are if they were written from that version, by this code, and the files are still there. A report about another day
or quarter than the version's own is written whenever somebody asks for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from salesops_pipeline import fingerprints
from salesops_pipeline.publishing.files import write_atomically
from salesops_pipeline.publishing.versions import PublishedVersion
from salesops_pipeline.reporting.outputs import INDEX, LATEST
from salesops_pipeline.settings import Settings

_HERE = Path(__file__).parent
_TOOLS = ("altair", "vl-convert-python", "jinja2", "xlsxwriter", "duckdb")


class Written(BaseModel):
    """The reports of one kind that were written last. Paths are relative to the reports folder."""

    model_config = ConfigDict(frozen=True)

    version: str
    promoted_at: dt.datetime | None
    code: str
    files: tuple[str, ...]


def note_written(settings: Settings, kind: str, version: PublishedVersion, files: Sequence[Path]) -> None:
    """Note that the reports of a kind were written, with the day or quarter that the version gives.

    Args:
        settings: Where reports lie.
        kind: ``daily`` or ``quarterly``.
        version: What they were written from.
        files: What was written.
    """
    names = tuple(file.relative_to(settings.reports_dir).as_posix() for file in files)
    written = Written(
        version=version.version, promoted_at=version.certificate.promoted_at, code=_code(settings), files=names
    )
    write_atomically(_path(settings, kind), written.model_dump_json(indent=1))


def is_written(settings: Settings, kind: str, version: PublishedVersion) -> bool:
    """Whether the reports of a kind are there as they would be written now, and the start page shows them."""
    try:
        written = Written.model_validate_json(_path(settings, kind).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValidationError):
        return False
    return (
        (written.version, written.promoted_at, written.code)
        == (version.version, version.certificate.promoted_at, _code(settings))
        and (settings.reports_dir / INDEX).exists()
        and _shown(settings.reports_dir) == version.version
        and all((settings.reports_dir / file).exists() for file in written.files)
    )


def _shown(reports_dir: Path) -> str | None:
    """The version that the start page shows."""
    try:
        return (reports_dir / LATEST).readlink().name
    except FileNotFoundError:
        return None


def _path(settings: Settings, kind: str) -> Path:
    return settings.reports_dir / f".{kind}.json"


def _code(settings: Settings) -> str:
    """What writes reports, and the setting that says for how many persons."""
    return fingerprints.of_texts(
        (
            fingerprints.of_files(_HERE),
            fingerprints.of_packages(_TOOLS),
            str(settings.report_persons_up_to),
        )
    )
