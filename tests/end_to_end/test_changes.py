"""What changes at the source arrives, and only that is fetched."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.end_to_end.pipeline import Deployment, differences

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("changes")]


@pytest.fixture(scope="module")
def advanced(pulled: Deployment, tmp_path_factory: pytest.TempPathFactory) -> tuple[Deployment, str]:
    """The pulled company a week later, pulled again; with what the second run printed."""
    import shutil

    target = tmp_path_factory.mktemp("advanced")
    shutil.copytree(pulled.data_dir, target, symlinks=True, dirs_exist_ok=True)
    deployment = Deployment(target)
    deployment.salesops("sandbox", "advance", "--days", "7")
    return deployment, deployment.salesops("run").stdout


def test_a_week_later_equals_a_full_reload(advanced: tuple[Deployment, str], tmp_path: Path) -> None:
    import shutil

    deployment, _ = advanced
    fresh = Deployment(tmp_path)
    shutil.copytree(deployment.data_dir / "sandbox", tmp_path / "sandbox")
    fresh.salesops("run")
    assert differences(deployment.published, fresh.published) == {}


def test_only_changes_are_fetched(advanced: tuple[Deployment, str]) -> None:
    deployment, printed = advanced
    assert "requests" in printed, "the run shows what it fetched"
    with sqlite3.connect(deployment.data_dir / "sandbox" / "company.sqlite") as store:
        (all_tasks,) = store.execute("select count(*) from Task").fetchone()
    line = next(line for line in printed.splitlines() if "salesforce/task " in line)
    rows = int(line.split("│")[3].replace(",", ""))
    assert 0 < rows < all_tasks / 4


def test_deleted_opportunities_stay_away(advanced: tuple[Deployment, str]) -> None:
    deployment, _ = advanced
    with sqlite3.connect(deployment.data_dir / "sandbox" / "company.sqlite") as store:
        deleted = {row[0] for row in store.execute("select Id from Opportunity where IsDeleted = 1")}
        deleted |= {row[0] for row in store.execute("select id from _deleted where sobject = 'Opportunity'")}
        alive = {row[0] for row in store.execute("select Id from Opportunity where IsDeleted = 0")}
    assert deleted - alive, "the company deletes opportunities now and then"
    published = {row[0].split(":", 1)[1] for row in deployment.query("select opportunity_id from core.fct_opportunity")}
    assert published == alive


def test_opportunities_of_a_merged_account_follow_the_survivor(advanced: tuple[Deployment, str]) -> None:
    deployment, _ = advanced
    merges = deployment.query("select merged_account_id, account_id from core.bridge_account_merge")
    assert merges, "the company merges accounts now and then, and the merge is visible"
    assert deployment.query(
        "select count(*) from core.fct_opportunity o "
        "join core.bridge_account_merge m on o.account_id = m.merged_account_id"
    ) == [(0,)]
    with sqlite3.connect(deployment.data_dir / "sandbox" / "company.sqlite") as store:
        stale = [
            row[0]
            for row in store.execute(
                "select o.Id from Opportunity o join Account a on a.Id = o.AccountId "
                "where o.IsDeleted = 0 and a.IsDeleted = 1 and a.MasterRecordId is not null"
            )
        ]
    assert stale, "the case under test: an opportunity that the org itself leaves on the merged account"
    survivors = {row[0] for row in deployment.query("select account_id from core.dim_account")}
    for opportunity in stale:
        ((account,),) = deployment.query(
            f"select account_id from core.fct_opportunity where opportunity_id = 'salesforce:{opportunity}'"
        )
        assert account in survivors
