"""The data-quality certificate at the end of every report: what was checked, how fresh the sources are, which rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from salesops_pipeline.publishing.certificate import Certificate, ExpectationCheck, SuiteCheck
from salesops_pipeline.publishing.versions import PublishedVersion
from salesops_pipeline.reporting.figures.rows import Refused
from salesops_pipeline.reporting.formats import count_of, day, moment
from salesops_pipeline.reporting.model import Column, Row, Section, Table, Value
from salesops_pipeline.reporting.ratios import Missing


def verdict(version: PublishedVersion) -> str:
    """One line for the head of the page: version, day, checks, warnings."""
    certificate = version.certificate
    warnings = len(_unmet(certificate)) + certificate.dbt.warned
    checks = certificate.count("passed") + certificate.dbt.passed
    return (
        f"{version.version} · data as of {day(certificate.as_of_date)} · {count_of(checks, 'check')} passed"
        f" · {count_of(warnings, 'warning') if warnings else 'no warnings'}"
    )


def certificate_section(version: PublishedVersion, refused: Sequence[Refused]) -> Section:
    """The certificate as tables.

    Args:
        version: The published version.
        refused: Values of the company's exports that were refused.
    """
    certificate = version.certificate
    return Section(
        name="certificate",
        title="Data-quality certificate",
        intro=(
            "This report was made from a published version that passed the gate; before it was written, the version's "
            "file was compared with the checksum below."
        ),
        blocks=(
            _facts(version),
            _warnings(certificate),
            _sources(certificate),
            _refused(refused),
            Row((_suites(certificate), _tables(certificate))),
            _checksums(certificate),
        ),
    )


def _utc(value: dt.datetime | None) -> dt.datetime | None:
    return value.astimezone(dt.UTC) if value and value.tzinfo else value


def _facts(version: PublishedVersion) -> Table:
    certificate = version.certificate
    promoted = _utc(certificate.promoted_at)
    built = _utc(certificate.built_at)
    assert built is not None, "a certificate says when its version was built"
    expectations = f"{certificate.count('passed')} of {certificate.expectation_count} met"
    counts = certificate.dbt
    return Table(
        name="certificate",
        title="Version",
        columns=(Column("fact", "Fact"), Column("value", "Value")),
        rows=(
            ("Status", certificate.status),
            ("Version", version.version),
            ("Data as of", day(certificate.as_of_date)),
            ("Built", moment(built)),
            ("Published", moment(promoted) if promoted else Missing("not noted")),
            ("Expectations (Great Expectations)", f"{expectations}, in {count_of(len(certificate.checks), 'suite')}"),
            ("Tests (dbt)", f"{counts.passed} passed, {counts.warned} warned, {counts.failed} failed"),
            ("SHA-256 of the DuckDB file", certificate.duckdb_sha256),
        ),
    )


def _unmet(certificate: Certificate) -> list[tuple[SuiteCheck, ExpectationCheck]]:
    return [(suite, item) for suite in certificate.checks for item in suite.expectations if item.outcome != "passed"]


def _warnings(certificate: Certificate) -> Table:
    rows: list[tuple[Value, ...]] = [
        (
            suite.table,
            f"{item.type} ({item.column})" if item.column else item.type,
            item.severity,
            Missing("rows are not counted") if item.unexpected_count is None else item.unexpected_count,
            item.description,
        )
        for suite, item in _unmet(certificate)
    ]
    return Table(
        name="warnings",
        title="Expectations not met",
        columns=(
            Column("table", "Table"),
            Column("expectation", "Expectation"),
            Column("severity", "Severity"),
            Column("rows", "Rows", "count"),
            Column("why", "What it protects"),
        ),
        rows=tuple(rows),
        empty="every expectation was met",
        note="Warnings do not close the gate; whoever reads the numbers should know them.",
    )


def _suites(certificate: Certificate) -> Table:
    return Table(
        name="checks",
        title="Suites of expectations",
        columns=(
            Column("suite", "Suite"),
            Column("expectations", "Expectations", "count"),
            Column("met", "Met", "count"),
            Column("outcome", "Outcome"),
        ),
        rows=tuple(
            (
                suite.suite,
                len(suite.expectations),
                sum(item.outcome == "passed" for item in suite.expectations),
                suite.outcome,
            )
            for suite in certificate.checks
        ),
        empty="the certificate lists no suite",
    )


def _sources(certificate: Certificate) -> Table:
    loaded_first = sorted(
        certificate.sources, key=lambda source: (source.last_loaded_at is None, source.last_checked_at is None)
    )
    return Table(
        name="sources",
        title="Freshness of the sources",
        columns=(
            Column("system", "System"),
            Column("table", "Table"),
            Column("rows", "Current rows", "count"),
            Column("checked", "Last checked", "timestamp"),
            Column("loaded", "Last change", "timestamp"),
            Column("record", "Newest record", "timestamp"),
        ),
        rows=tuple(
            (
                source.source_system,
                source.table_name,
                source.row_count,
                _utc(source.last_checked_at) or Missing("not noted" if source.last_loaded_at else "never checked"),
                _utc(source.last_loaded_at) or Missing("no rows so far" if source.last_checked_at else "never loaded"),
                _utc(source.latest_record_at) or Missing("the source does not say" if source.row_count else "no rows"),
            )
            for source in loaded_first
        ),
        empty="no source was connected",
        shown_rows=max(sum(source.last_loaded_at is not None for source in loaded_first), 1),
    )


def _refused(rows: Sequence[Refused]) -> Table:
    return Table(
        name="refused",
        title="Refused values of exports",
        columns=(
            Column("system", "Source"),
            Column("file", "File"),
            Column("column", "Column"),
            Column("reason", "Reason"),
            Column("values", "Values", "count"),
        ),
        rows=tuple(
            (row.source_system, row.file_name, row.column_name or "whole row", row.reason, row.value_count)
            for row in rows
        ),
        total=("All", "", "", "", sum(row.value_count for row in rows)),
        empty="no row of an export was refused",
        shown_rows=20,
    )


def _tables(certificate: Certificate) -> Table:
    return Table(
        name="published-tables",
        title="Rows of the published tables",
        columns=(Column("table", "Table"), Column("rows", "Rows", "count")),
        rows=tuple((name, content.rows) for name, content in sorted(certificate.tables.items())),
        empty="the certificate lists no table",
    )


def _checksums(certificate: Certificate) -> Table:
    return Table(
        name="checksums",
        title="Checksums of the published tables",
        columns=(Column("table", "Table"), Column("sha", "SHA-256 of its Parquet file")),
        rows=tuple((name, content.sha256) for name, content in sorted(certificate.tables.items())),
        empty="the certificate lists no table",
        workbook_only=True,
    )
