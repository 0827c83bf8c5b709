"""A candidate: what would be published next, copied out of the warehouse so that it can be audited by itself.

Layout of ``published/candidate/`` (and, once promoted, of ``published/versions/<id>/``)::

    salesops.duckdb                    schemas core and marts, tables with their descriptions, in a fixed
                                       row order but for rows that followed later
    parquet/<schema>/<table>.parquet   the same tables
    candidate.json                     row counts and checksums of all of that
    certificate.json                   what the audit found (written by the gate)
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from salesops_pipeline.errors import GateError
from salesops_pipeline.publishing.build_record import DbtCounts
from salesops_pipeline.publishing.certificate import TableContent
from salesops_pipeline.publishing.following import TrackedBuild
from salesops_pipeline.settings import Settings

PUBLISHED_SCHEMAS = ("core", "marts")
DUCKDB_NAME = "salesops.duckdb"
PARQUET_NAME = "parquet"
MANIFEST_NAME = "candidate.json"


class Manifest(BaseModel):
    """What a candidate holds, noted when it was cut, before anybody audited it."""

    model_config = ConfigDict(frozen=True)

    as_of_date: dt.date
    built_at: dt.datetime
    build: str = ""
    """Id of the build of the warehouse that it was cut from."""
    dbt: DbtCounts
    tables: dict[str, TableContent]
    duckdb_sha256: str
    raw_loads: dict[str, tuple[str, ...]]
    """Load packages per source system that the build could read."""
    tracked: TrackedBuild | None = None
    """That build as the warehouse counts it, from which a later candidate can follow."""
    cut_by: str = ""
    """Fingerprint of the code that cut it."""
    out_of_order: dict[str, int] = {}
    """Rows of tables that lie behind the ordered ones in the DuckDB file."""


@dataclass(frozen=True)
class Candidate:
    """A complete candidate on disk."""

    path: Path
    manifest: Manifest

    @property
    def duckdb_path(self) -> Path:
        """The DuckDB file."""
        return self.path / DUCKDB_NAME

    @property
    def parquet_dir(self) -> Path:
        """The Parquet folder: ``<schema>/<table>.parquet``."""
        return self.path / PARQUET_NAME


def lock_path(settings: Settings) -> Path:
    """The file whose lock guards everything that writes under the published folder."""
    return settings.published_dir / ".lock"


def parquet_file(folder: Path, name: str) -> Path:
    """The Parquet file of the table ``<schema>.<table>`` in the folder of a candidate or version."""
    return folder / PARQUET_NAME / f"{name.replace('.', '/', 1)}.parquet"


def candidate_dir(settings: Settings) -> Path:
    """Where the candidate lies."""
    return settings.published_dir / "candidate"


def open_candidate(settings: Settings) -> Candidate:
    """The candidate that lies on disk, for a step in another process.

    Raises:
        GateError: There is none.
    """
    path = candidate_dir(settings)
    return Candidate(path, read_manifest(path))


def read_manifest(path: Path) -> Manifest:
    """What a candidate holds, or a version held when it was one.

    Args:
        path: Its folder.

    Raises:
        GateError: There is none, or it is not readable.
    """
    try:
        return Manifest.model_validate_json((path / MANIFEST_NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise GateError("there is no candidate to audit or publish", where=str(path), fix="Build one first.") from None
    except ValidationError as error:
        raise GateError(
            f"the candidate is not readable: {error.errors()[0]['msg']}", where=str(path), fix="Build it again."
        ) from None
