"""A published version made by hand, through the same promotion that the pipeline uses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from salesops_pipeline.publishing.build_record import DbtCounts, finish_build, start_build
from salesops_pipeline.publishing.cut import build_candidate
from salesops_pipeline.publishing.versions import PublishedVersion, promote
from salesops_pipeline.quality.gate import certify
from salesops_pipeline.quality.results import ExpectationResult, SuiteResult
from salesops_pipeline.reporting import write_daily_flash, write_quarterly
from salesops_pipeline.settings import Settings, load_settings

HERE = Path(__file__).parent
AS_OF = dt.date(2026, 11, 20)
QUARTER = "FY2027-Q4"


def publish(data_dir: Path) -> Settings:
    """Build the warehouse of the fixture and publish it with a certificate that has one warning."""
    settings = load_settings(data_dir=data_dir)
    settings.warehouse_path.parent.mkdir(parents=True)
    start_build(settings, AS_OF)
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        connection.execute((HERE / "warehouse.sql").read_text(encoding="utf-8"))
        connection.execute((HERE / "marts.sql").read_text(encoding="utf-8"))
    finish_build(settings, passed=True, dbt=DbtCounts(passed=120, warned=1))
    candidate = build_candidate(settings)
    promote(settings, candidate, certify(candidate, _findings()))
    return settings


def _findings() -> list[SuiteResult]:
    met = ExpectationResult(
        "expect_column_values_to_be_unique", "opportunity_id", "critical", "passed", "One row each."
    )
    unmet = ExpectationResult(
        "expect_column_values_to_not_be_null",
        "amount",
        "warning",
        "failed",
        "Deals without an amount count nothing.",
        1,
    )
    return [
        SuiteResult("marts.mart_opportunity", "marts.mart_opportunity", "warned", (met, unmet)),
        SuiteResult("core.fct_quota", "core.fct_quota", "passed", (met,)),
    ]


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a data folder with one published version, ``v0001``."""
    return publish(tmp_path_factory.mktemp("reporting") / "data")


@pytest.fixture(scope="session")
def version(settings: Settings) -> PublishedVersion:
    """That version."""
    from salesops_pipeline.publishing.versions import open_verified

    return open_verified(settings)


@pytest.fixture
def connection(version: PublishedVersion) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to its facts and marts, for figures that a test computes by itself."""
    with duckdb.connect(str(version.duckdb_path), read_only=True) as opened:
        yield opened


@pytest.fixture(scope="session")
def reports(settings: Settings) -> list[Path]:
    """Every report of the running quarter, of a finished one, and the flash of three days."""
    return [
        *write_quarterly(settings),
        *write_quarterly(settings, quarter="FY2027-Q3"),
        *write_daily_flash(settings),
        *write_daily_flash(settings, day=dt.date(2026, 11, 5)),
        *write_daily_flash(settings, day=dt.date(2026, 10, 14)),
    ]


@pytest.fixture(scope="session")
def pages(reports: list[Path]) -> list[Path]:
    """The pages among them."""
    return [path for path in reports if path.suffix == ".html"]
