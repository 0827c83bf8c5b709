"""The data-quality certificate of a version: what was checked, how it ended, and which bytes it speaks of."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from salesops_pipeline.errors import GateError
from salesops_pipeline.publishing.build_record import DbtCounts
from salesops_pipeline.publishing.files import write_atomically

FILE_NAME = "certificate.json"


class ExpectationCheck(BaseModel):
    """One expectation, as it was found."""

    model_config = ConfigDict(frozen=True)

    type: str
    column: str
    severity: Literal["critical", "warning", "info"]
    outcome: Literal["passed", "failed", "error"]
    unexpected_count: int | None = None
    description: str = ""
    error: str | None = None


class SuiteCheck(BaseModel):
    """One suite, as it was found."""

    model_config = ConfigDict(frozen=True)

    suite: str
    table: str
    outcome: Literal["passed", "warned", "failed", "error"]
    expectations: tuple[ExpectationCheck, ...] = ()


class SourceFreshness(BaseModel):
    """How fresh one source table was when the version was built."""

    model_config = ConfigDict(frozen=True)

    source_system: str
    table_name: str
    row_count: int
    last_checked_at: dt.datetime | None = None
    """When the table was last read, whether or not it had changed."""
    last_loaded_at: dt.datetime | None = None
    """When the last load that brought rows began."""
    latest_record_at: dt.datetime | None = None


class TableContent(BaseModel):
    """What one table of the version holds: number of rows and SHA-256 of its Parquet file."""

    model_config = ConfigDict(frozen=True)

    rows: int
    sha256: str


class Certificate(BaseModel):
    """The certificate. ``version`` and ``promoted_at`` are empty until the version is published."""

    model_config = ConfigDict(frozen=True)

    version: str | None = None
    as_of_date: dt.date
    built_at: dt.datetime
    build: str = ""
    """Id of the build of the warehouse that the version was cut from."""
    judged_by: str = ""
    """Fingerprint of the suites that judged it."""
    promoted_at: dt.datetime | None = None
    status: Literal["passed", "failed", "error"]
    checks: tuple[SuiteCheck, ...] = ()
    dbt: DbtCounts = DbtCounts()
    sources: tuple[SourceFreshness, ...] = ()
    tables: dict[str, TableContent]
    duckdb_sha256: str

    def count(self, outcome: Literal["passed", "failed", "error"]) -> int:
        """How many expectations ended that way, over all suites."""
        return sum(item.outcome == outcome for check in self.checks for item in check.expectations)

    @property
    def expectation_count(self) -> int:
        """How many expectations were evaluated, over all suites."""
        return sum(len(check.expectations) for check in self.checks)

    def blocking_suites(self) -> tuple[str, ...]:
        """Names of the suites that closed the gate."""
        return tuple(check.suite for check in self.checks if check.outcome in ("failed", "error"))


def write_certificate(directory: Path, certificate: Certificate) -> Path:
    """Write ``certificate.json`` into a version's folder, atomically."""
    path = directory / FILE_NAME
    write_atomically(path, certificate.model_dump_json(indent=2))
    return path


def read_certificate(directory: Path) -> Certificate:
    """Read ``certificate.json`` from a version's folder.

    Raises:
        GateError: There is none, or it is not readable: the version counts as unverified.
    """
    path = directory / FILE_NAME
    try:
        return Certificate.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise GateError("no certificate: this version was never verified", where=str(directory)) from None
    except ValidationError as error:
        raise GateError(f"the certificate is not readable: {error.errors()[0]['msg']}", where=str(path)) from None
