"""One bad row closes the gate: the right check turns red and readers stay on the version they had."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest

from tests.end_to_end.pipeline import Deployment, differences

pytestmark = pytest.mark.slow


def test_a_bad_row_in_the_org_is_refused_at_landing(
    pulled: Deployment, copy_of: Callable[[Deployment], Deployment]
) -> None:
    deployment = copy_of(pulled)
    before = deployment.published.resolve()
    with sqlite3.connect(deployment.data_dir / "sandbox" / "company.sqlite") as store:
        store.execute(
            "update Opportunity set Probability = 640, SystemModstamp = '2026-10-14T23:00:00.000+0000' "
            "where Id = (select min(Id) from Opportunity where IsDeleted = 0)"
        )
    result = deployment.salesops("run", check=False)
    assert result.returncode == 1
    assert "raw/salesforce/opportunity" in result.stdout
    assert "probability" in result.stdout.lower()
    assert "Traceback" not in result.stdout + result.stderr
    assert deployment.published.resolve() == before


def test_a_report_refuses_a_version_that_was_altered(
    pulled: Deployment, copy_of: Callable[[Deployment], Deployment]
) -> None:
    deployment = copy_of(pulled)
    file = deployment.published.resolve()
    file.chmod(0o644)
    with file.open("ab") as handle:
        handle.write(b"x")
    result = deployment.salesops("report", "daily", check=False)
    assert result.returncode == 1
    assert "error:" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_run_without_news_leaves_everything_as_it_is(
    pulled: Deployment, copy_of: Callable[[Deployment], Deployment]
) -> None:
    deployment = copy_of(pulled)
    before = deployment.published.resolve()
    written = {path: path.stat().st_mtime_ns for path in (deployment.data_dir / "reports").rglob("*.html")}
    assert "stays" in deployment.salesops("run").stdout
    assert deployment.published.resolve() == before
    assert {path: path.stat().st_mtime_ns for path in (deployment.data_dir / "reports").rglob("*.html")} == written


def test_a_rebuild_changes_no_number_and_rollback_shows_the_earlier_version(
    pulled: Deployment, copy_of: Callable[[Deployment], Deployment]
) -> None:
    deployment = copy_of(pulled)
    before = deployment.published.resolve()
    deployment.salesops("run", "--rebuild")
    assert deployment.published.resolve() != before
    assert differences(before, deployment.published) == {}
    deployment.salesops("publish", "--rollback")
    assert deployment.published.resolve() == before
    assert "current" in deployment.salesops("publish", "list").stdout
