"""The gate before publication: the candidate itself is audited, and the answer is written into it as a certificate.

What readers will get is byte for byte what is audited here; promotion compares checksums (see `publishing.versions`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from salesops_pipeline.publishing.candidate import PUBLISHED_SCHEMAS, Candidate
from salesops_pipeline.publishing.certificate import (
    Certificate,
    ExpectationCheck,
    SourceFreshness,
    SuiteCheck,
    write_certificate,
)
from salesops_pipeline.quality.audit import run_suites
from salesops_pipeline.quality.judgement import judge_of_candidate
from salesops_pipeline.quality.raw_gate import raw_results_of_build
from salesops_pipeline.quality.results import (
    ExpectationResult,
    Outcome,
    SuiteResult,
    suite_outcome,
    worst,
)
from salesops_pipeline.quality.suites import Suite, load_suites
from salesops_pipeline.settings import Settings


def candidate_suites(expectations_dir: Path) -> tuple[Suite, ...]:
    """The suites of everything that is published: ``expectations/core`` and ``expectations/marts``.

    Raises:
        ConfigurationError: A suite file is broken.
    """
    return tuple(
        suite
        for schema in PUBLISHED_SCHEMAS
        for suite in load_suites(expectations_dir / schema, prefix=schema, schema=schema)
    )


def candidate_suite_names(expectations_dir: Path) -> tuple[tuple[str, str], ...]:
    """Schema and table of each of the `candidate_suites`, from the names of their files alone."""
    return tuple(
        (schema, path.stem)
        for schema in PUBLISHED_SCHEMAS
        for path in sorted((expectations_dir / schema).glob("*.yml"))
    )


def audit_candidate(settings: Settings, candidate: Candidate) -> tuple[SuiteResult, ...]:
    """Run every suite on the candidate's DuckDB file. No suites at all is an error: nothing would be verified.

    Raises:
        ConfigurationError: A suite file is broken.
    """
    suites = candidate_suites(settings.expectations_dir)
    if not suites:
        finding = ExpectationResult(
            type="suites_exist",
            column="",
            severity="critical",
            outcome="error",
            description="A version without checks is not verified.",
            error=f"no expectation suites under {settings.expectations_dir}",
        )
        return (SuiteResult("marts", "marts", suite_outcome([finding]), (finding,)),)
    return run_suites(candidate.duckdb_path, suites, settings=settings)


def certify(candidate: Candidate, results: Iterable[SuiteResult], *, judged_by: str = "") -> Certificate:
    """Turn audit results into a certificate and write it into the candidate's folder, whatever it says.

    Args:
        candidate: What was audited.
        results: What was found.
        judged_by: By what it was judged (see `judgement`).
    """
    checks = tuple(_check(result) for result in results)
    certificate = Certificate(
        as_of_date=candidate.manifest.as_of_date,
        built_at=candidate.manifest.built_at,
        build=candidate.manifest.build,
        judged_by=judged_by,
        status=_status(check.outcome for check in checks),
        checks=checks,
        dbt=candidate.manifest.dbt,
        sources=_sources(candidate.duckdb_path),
        tables=candidate.manifest.tables,
        duckdb_sha256=candidate.manifest.duckdb_sha256,
    )
    write_certificate(candidate.path, certificate)
    return certificate


@dataclass(frozen=True)
class GateAnswer:
    """What the gate found: raw landing as it was audited before the build, core and marts now, and the certificate."""

    landed: tuple[SuiteResult, ...]
    results: tuple[SuiteResult, ...]
    certificate: Certificate


def audit_and_certify(settings: Settings, candidate: Candidate) -> GateAnswer:
    """Audit a candidate and write its certificate: core and marts now, raw landing as it was audited before the build.

    Raises:
        ConfigurationError: A suite file is broken; no certificate is written then.
    """
    judged_by = judge_of_candidate(settings)
    landed = raw_results_of_build(settings, candidate.manifest.raw_loads)
    results = audit_candidate(settings, candidate)
    return GateAnswer(landed, results, certify(candidate, (*landed, *results), judged_by=judged_by))


def _status(outcomes: Iterable[Outcome]) -> Literal["passed", "failed", "error"]:
    outcome = worst(outcomes)
    return "passed" if outcome == "warned" else outcome


def _check(result: SuiteResult) -> SuiteCheck:
    return SuiteCheck(
        suite=result.suite,
        table=result.table,
        outcome=result.outcome,
        expectations=tuple(
            ExpectationCheck(
                type=item.type,
                column=item.column,
                severity=item.severity,
                outcome=item.outcome,
                unexpected_count=item.unexpected_count,
                description=item.description,
                error=item.error,
            )
            for item in result.expectations
        ),
    )


def _sources(database: Path) -> tuple[SourceFreshness, ...]:
    """How fresh each source table is, as the candidate's own mart says; none if the mart is missing."""
    import duckdb

    with duckdb.connect(str(database), read_only=True) as connection:
        try:
            rows = connection.execute(
                """
                select source_system, table_name, row_count,
                    epoch_us(last_checked_at), epoch_us(last_loaded_at), epoch_us(latest_record_at)
                from marts.mart_source_freshness order by source_system, table_name
                """
            ).fetchall()
        except duckdb.CatalogException:
            return ()
    return tuple(
        SourceFreshness(
            source_system=system,
            table_name=table,
            row_count=count,
            last_checked_at=_utc(checked),
            last_loaded_at=_utc(loaded),
            latest_record_at=_utc(latest),
        )
        for system, table, count, checked, loaded, latest in rows
    )


def _utc(microseconds: int | None) -> dt.datetime | None:
    """A moment from microseconds since 1970 in UTC, which is how it leaves DuckDB unharmed by session time zones."""
    return None if microseconds is None else dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(0, 0, microseconds)
