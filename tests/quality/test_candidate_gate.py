"""The gate before publication: the project's own suites on a small warehouse, sound and with one planted fault."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from salesops_pipeline.errors import GateError
from salesops_pipeline.publishing.build_record import DbtCounts, finish_build, start_build
from salesops_pipeline.publishing.candidate import Candidate
from salesops_pipeline.publishing.certificate import read_certificate
from salesops_pipeline.publishing.cut import build_candidate
from salesops_pipeline.publishing.versions import current_version, open_verified, promote
from salesops_pipeline.quality.audit import run_suites
from salesops_pipeline.quality.gate import audit_and_certify, candidate_suites
from salesops_pipeline.quality.results import problems
from salesops_pipeline.settings import PROJECT_DIR, Settings

EXPECTATIONS = PROJECT_DIR / "expectations"
SOUND = (Path(__file__).parent / "warehouse.sql").read_text(encoding="utf-8")

Cut = Callable[..., Candidate]


@pytest.fixture
def cut(settings: Settings) -> Cut:
    """Build the small warehouse, plant a fault into it, and cut a candidate."""

    def _cut(fault: str = "") -> Candidate:
        start_build(settings, dt.date(2026, 6, 30))
        settings.warehouse_path.parent.mkdir(parents=True, exist_ok=True)
        settings.warehouse_path.unlink(missing_ok=True)
        with duckdb.connect(str(settings.warehouse_path)) as connection:
            connection.execute(SOUND + fault)
        finish_build(settings, passed=True, dbt=DbtCounts(passed=3))
        return build_candidate(settings)

    return _cut


def test_a_sound_candidate_passes_and_is_certified(settings: Settings, cut: Cut) -> None:
    candidate = cut()
    certificate = audit_and_certify(settings, candidate).certificate
    assert [(check.suite, check.expectations) for check in certificate.checks if check.outcome != "passed"] == []
    assert certificate.status == "passed"
    assert certificate.count("passed") == certificate.expectation_count > 60
    assert {check.suite for check in certificate.checks} == {suite.name for suite in candidate_suites(EXPECTATIONS)}
    (source,) = certificate.sources
    assert source.last_checked_at == dt.datetime(2026, 6, 30, 5, 0, 9, tzinfo=dt.UTC)
    assert source.latest_record_at == dt.datetime(2026, 6, 29, 12, 30, tzinfo=dt.UTC)
    assert (source.source_system, source.row_count) == ("salesforce", 3)
    assert certificate.dbt == DbtCounts(passed=3)
    assert read_certificate(candidate.path) == certificate


def test_a_bad_row_leaves_readers_on_the_version_before(settings: Settings, cut: Cut) -> None:
    sound = cut()
    promote(settings, sound, audit_and_certify(settings, sound).certificate)
    faulty = cut("update marts.mart_bookings set won_amount = won_amount + 0.01 where owner_person_id = 'ann';")
    certificate = audit_and_certify(settings, faulty).certificate
    assert certificate.status == "failed"
    assert certificate.blocking_suites() == ("marts.mart_bookings", "marts.mart_win_rate")
    assert read_certificate(faulty.path).status == "failed"
    with pytest.raises(GateError, match=r"closed \(failed\): marts.mart_bookings"):
        promote(settings, faulty, certificate)
    assert current_version(settings) == "v0001"
    assert open_verified(settings).certificate.status == "passed"


FAULTS = [
    ("core.fct_opportunity", "insert into core.fct_opportunity select * from core.fct_opportunity limit 1", 2),
    ("core.fct_opportunity", "update core.fct_opportunity set reporting_amount = -1 where opportunity_id = 'o2'", 1),
    ("core.fct_opportunity", "update core.fct_opportunity set reporting_amount = null where opportunity_id = 'o3'", 1),
    ("core.fct_opportunity", "update core.fct_opportunity set created_date = date '2026-07-01'", 3),
    ("core.fct_opportunity", "update core.fct_opportunity set owner_person_id = 'nobody' where status = 'open'", 1),
    ("core.fct_opportunity", "update core.fct_opportunity set is_won = true where status = 'open'", 1),
    ("core.fct_opportunity", "delete from core.fct_opportunity", 1),
    ("core.dim_person", "update core.dim_person set valid_to = date '2026-05-02' where person_version_id = 'v1'", 1),
    ("core.dim_account", "insert into core.dim_account values ('a0')", 1),
    (
        "core.fct_opportunity_credit",
        "update core.fct_opportunity_credit set reporting_amount = 99.99 where opportunity_id = 'o1'",
        1,
    ),
    ("marts.mart_run", "delete from marts.mart_run", None),
    ("marts.mart_opportunity", "delete from marts.mart_opportunity where opportunity_id = 'o3'", 1),
    ("marts.mart_bookings", "delete from marts.mart_bookings where owner_person_id = 'bob'", 1),
    ("marts.mart_win_rate", "update marts.mart_win_rate set won_count = 9 where node_id = 'ann'", 1),
    ("marts.mart_win_rate", "update marts.mart_win_rate set no_rate_reason = 'none' where node_id = 'ann'", 1),
    (
        "marts.mart_win_rate",
        "update marts.mart_win_rate set closed_amount = 0, won_amount = 0 where node_id = 'ann'",
        1,
    ),
    ("marts.mart_win_rate", "update marts.mart_win_rate set no_value_rate_reason = 'none', closed_amount = 9e6", 3),
    (
        "marts.mart_quota_attainment",
        "update marts.mart_quota_attainment set quota_amount = 91 where node_id = 'ann'",
        1,
    ),
    ("marts.mart_pipeline_stage", "update marts.mart_pipeline_stage set open_amount = 70.01", 1),
    ("marts.mart_daily_movement", "update marts.mart_daily_movement set event_date = date '2026-07-01'", 1),
    ("marts.mart_source_freshness", "update marts.mart_source_freshness set raw_row_count = 2", 1),
]


@pytest.mark.parametrize(("suite_name", "fault", "count"), FAULTS)
def test_a_planted_fault_is_found_by_the_suite_of_its_table(
    tmp_path: Path, suite_name: str, fault: str, count: int | None
) -> None:
    database = tmp_path / "published.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute(SOUND + fault)
    (suite,) = [suite for suite in candidate_suites(EXPECTATIONS) if suite.name == suite_name]
    (result,) = run_suites(database, [suite])
    assert result.outcome == "failed", problems(result)
    critical = [item for item in result.expectations if (item.outcome, item.severity) == ("failed", "critical")]
    assert count in [item.unexpected_count for item in critical]


def test_warnings_are_shown_and_do_not_close_the_gate(settings: Settings, cut: Cut) -> None:
    certificate = audit_and_certify(settings, cut("update core.dim_company set is_in_policy = false;")).certificate
    assert certificate.status == "passed"
    (check,) = [check for check in certificate.checks if check.outcome != "passed"]
    assert (check.suite, check.outcome) == ("core.dim_company", "warned")


def test_a_missing_mart_is_an_error_that_says_so(settings: Settings, cut: Cut) -> None:
    certificate = audit_and_certify(settings, cut("drop table marts.mart_quarantine;")).certificate
    assert certificate.status == "error"
    (check,) = [check for check in certificate.checks if check.outcome != "passed"]
    assert check.suite == "marts.mart_quarantine"
    assert all("mart_quarantine" in str(item.error) for item in check.expectations)


def test_without_suites_nothing_passes(settings: Settings, cut: Cut, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    candidate = cut()
    monkeypatch.setattr(type(settings), "expectations_dir", property(lambda _: tmp_path / "nowhere"))
    certificate = audit_and_certify(settings, candidate).certificate
    assert certificate.status == "error"
    assert "no expectation suites" in str(certificate.checks[0].expectations[0].error)


def test_auditing_stays_cheap(cut: Cut) -> None:
    candidate = cut()
    suites = candidate_suites(EXPECTATIONS)
    run_suites(candidate.duckdb_path, suites[:1])
    started = time.process_time()
    run_suites(candidate.duckdb_path, suites)
    per_suite = (time.process_time() - started) / len(suites)
    assert per_suite < 1.0, "about 0.1 s of CPU each: one context and one import serve all suites"
