"""A small warehouse, as a build leaves it, to cut candidates from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import pytest

from salesops_pipeline.publishing.build_record import DbtCounts, finish_build, start_build
from salesops_pipeline.publishing.candidate import Candidate
from salesops_pipeline.publishing.certificate import Certificate
from salesops_pipeline.publishing.cut import build_candidate
from salesops_pipeline.publishing.versions import PublishedVersion, promote
from salesops_pipeline.settings import Settings, load_settings

AS_OF = dt.date(2026, 6, 30)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path / "data", keep_versions=3)


def build_warehouse(
    settings: Settings, won_amount: str = "100.00", *, as_of: dt.date = AS_OF, then: Sequence[str] = ()
) -> None:
    """Write a warehouse with one core and three marts tables, in an order that is not the published one.

    ``then`` are statements that change it before the build ends.
    """
    start_build(settings, as_of)
    path = settings.warehouse_path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema staging; create schema core; create schema marts")
        connection.execute("create table staging.stg_not_published as select 1 as n")
        connection.execute(
            "create table core.fct_opportunity as select 'o' || (5000 - i) as opportunity_id, "
            f"cast('{won_amount}' as decimal(18,2)) as reporting_amount from range(5000) t(i)"
        )
        connection.execute("comment on table core.fct_opportunity is 'It''s one row per opportunity.'")
        connection.execute("comment on column core.fct_opportunity.reporting_amount is 'In reporting currency.'")
        connection.execute(
            f"create view marts.mart_bookings as select 'c' as company_id, cast('{won_amount}' as decimal(18,2)) "
            "as won_amount"
        )
        connection.execute(f"create table marts.mart_run as select date '{as_of}' as as_of_date")
        connection.execute(
            "create table marts.mart_source_freshness as select 'salesforce' as source_system, "
            "'opportunity' as table_name, 5000::bigint as row_count, "
            "timestamptz '2026-06-30 05:00:00+00' as last_loaded_at, null::timestamptz as latest_record_at"
        )
        for statement in then:
            connection.execute(statement)
    finish_build(settings, passed=True, dbt=DbtCounts(passed=7, warned=1))


def rewrite_warehouse(settings: Settings, statement: str) -> None:
    """Change the warehouse as a further build would that passes."""
    start_build(settings, AS_OF)
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        connection.execute(statement)
    finish_build(settings, passed=True, dbt=DbtCounts(passed=7, warned=1))


def certificate_of(candidate: Candidate, status: str = "passed") -> Certificate:
    """A certificate for a candidate, with a status that no audit had to find."""
    return Certificate.model_validate(
        {"status": status, **candidate.manifest.model_dump(include=set(Certificate.model_fields))}
    )


@pytest.fixture
def publish(settings: Settings) -> Callable[..., PublishedVersion]:
    """Build, cut, certify and promote in one call: ``publish("12.50")``."""

    def _publish(won_amount: str = "100.00", *then: str) -> PublishedVersion:
        build_warehouse(settings, won_amount, then=then)
        candidate = build_candidate(settings)
        return promote(settings, candidate, certificate_of(candidate))

    return _publish
