"""What a load brings: everything first, then changes; deletions, merges, undeletions; nothing when nothing happened."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from salesops_pipeline.errors import ConfigurationError, SourceError
from salesops_pipeline.settings import Settings, load_settings
from salesops_pipeline.sources.base import SourceLoad
from salesops_pipeline.sources.salesforce.source import load
from tests.sources.salesforce.conftest import Connect, Org, latest, versions

TABLES = ("user", "user_role", "account", "opportunity", "opportunity_stage")


def pull(settings: Settings, *, full: bool = False) -> SourceLoad:
    return load(settings, tables=TABLES, full=full)


def test_without_an_address_nothing_is_connected(tmp_path: Path) -> None:
    assert load(load_settings(data_dir=tmp_path, salesforce_instance_url="")).connected is False
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_table_is_refused(org: Org, connect: Connect) -> None:
    with connect(org.sandbox_dir) as connection, pytest.raises(ConfigurationError, match="opportunities"):
        load(connection.settings, tables=["opportunities"])


def test_the_first_load_brings_all_with_the_contracts_types(org: Org, connect: Connect) -> None:
    owner = org.add("User", Name="Ann", Username="ann@example.com", IsActive=1)
    deal = org.add("Opportunity", Name="Deal", Amount=1234.56, CloseDate="2026-06-30", OwnerId=owner, Probability=40.0)
    with connect(org.sandbox_dir) as connection:
        result = pull(connection.settings)
    assert result.rows == 3
    row = latest(connection.settings, "opportunity")[deal]
    assert row["Amount"] == Decimal("1234.56")
    assert row["CloseDate"] == dt.date(2026, 6, 30)
    assert row["SystemModstamp"] == dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
    assert row["IsWon"] is False
    assert latest(connection.settings, "user")[owner]["Email"] is None


def test_a_load_without_changes_writes_nothing_and_a_changed_row_alone_is_added(org: Org, connect: Connect) -> None:
    first, _ = org.add_many("Opportunity", 2, Name="Deal", Amount=10)
    with connect(org.sandbox_dir) as connection:
        pull(connection.settings)
        unchanged = pull(connection.settings)
        assert unchanged.rows == 0
        assert {table.method for table in unchanged.tables} == {"unchanged"}
        org.advance()
        org.change("Opportunity", first, Amount=20)
        changed = {table.table: table for table in pull(connection.settings).tables}
    assert changed["opportunity"].rows == 1
    assert changed["opportunity"].cursor_from == "2026-03-02T11:30:00.000Z"
    assert sum(table.rows for table in changed.values()) == 1
    assert versions(connection.settings, "opportunity") == 3
    assert sorted(row["Amount"] for row in latest(connection.settings, "opportunity").values()) == [10, 20]


def test_ties_and_late_commits_inside_the_overlap_are_found(org: Org, connect: Connect) -> None:
    org.add_many("Opportunity", 5, time="12:00:00", Name="Deal")
    with connect(org.sandbox_dir) as connection:
        pull(connection.settings)
        org.add("Opportunity", time="12:00:00", Name="Same second, committed later")
        org.add("Opportunity", time="11:35:00", Name="Older stamp, committed later")
        assert pull(connection.settings).rows == 2
    assert len(latest(connection.settings, "opportunity")) == 7


def test_two_changes_in_one_second_with_a_load_between_end_with_the_last(org: Org, connect: Connect) -> None:
    deal = org.add("Opportunity", Name="Deal", Amount=1)
    with connect(org.sandbox_dir) as connection:
        for amount in (2, 1, 3):
            org.change("Opportunity", deal, Amount=amount)
            pull(connection.settings)
    assert latest(connection.settings, "opportunity")[deal]["Amount"] == 3


def test_a_row_in_the_recycle_bin_arrives_as_deleted_and_may_come_back(org: Org, connect: Connect) -> None:
    deal = org.add("Opportunity", Name="Deal")
    with connect(org.sandbox_dir) as connection:
        pull(connection.settings)
        org.advance()
        org.delete("Opportunity", deal)
        assert pull(connection.settings).rows == 1
        assert latest(connection.settings, "opportunity") == {}
        assert latest(connection.settings, "opportunity", with_deleted=True)[deal]["Name"] == "Deal"
        org.advance()
        org.change("Opportunity", deal, IsDeleted=0)
        pull(connection.settings)
        assert pull(connection.settings).rows == 0
    assert latest(connection.settings, "opportunity")[deal]["Name"] == "Deal"


@pytest.mark.parametrize("table", ["Opportunity", "UserRole", "OpportunityStage"])
def test_a_purged_row_leaves_a_tombstone_once(org: Org, connect: Connect, table: str) -> None:
    name = {"Opportunity": "opportunity", "UserRole": "user_role", "OpportunityStage": "opportunity_stage"}[table]
    kept, purged = org.add_many(table, 2)
    with connect(org.sandbox_dir) as connection:
        pull(connection.settings)
        org.advance()
        org.delete(table, purged, purge=True)
        assert pull(connection.settings).rows == 1
        assert pull(connection.settings).rows == 0
    assert set(latest(connection.settings, name)) == {kept}
    tombstone = latest(connection.settings, name, with_deleted=True)[purged]
    assert tombstone["IsDeleted"] is True
    assert tombstone["SystemModstamp"] > dt.datetime(2026, 3, 3, tzinfo=dt.UTC)


def test_a_row_changed_and_purged_in_the_same_second_stays_deleted(org: Org, connect: Connect) -> None:
    deal = org.add("Opportunity", time="23:50:00", Name="Deal")
    with connect(org.sandbox_dir) as connection:
        pull(connection.settings)
        org.delete("Opportunity", deal, time="23:50:00", purge=True)
        assert pull(connection.settings).rows == 1
    assert latest(connection.settings, "opportunity") == {}


def test_a_row_created_and_purged_between_loads_leaves_nothing(org: Org, connect: Connect) -> None:
    with connect(org.sandbox_dir) as connection:
        pull(connection.settings)
        org.advance()
        org.delete("Opportunity", org.add("Opportunity", Name="Short"), purge=True)
        assert pull(connection.settings).rows == 0


def test_after_a_long_pause_ids_are_compared(org: Org, connect: Connect) -> None:
    kept, purged = org.add_many("Opportunity", 2, Name="Deal")
    with connect(org.sandbox_dir) as connection:
        pull(connection.settings)
        org.advance(days=60)
        org.delete("Opportunity", purged, purge=True)
        result = pull(connection.settings)
        assert any("all ids are compared" in note for note in result.notes)
        assert set(latest(connection.settings, "opportunity")) == {kept}
        assert not any("ids are compared" in note for note in pull(connection.settings).notes)


def test_a_full_load_notices_what_no_list_of_deletions_told(org: Org, connect: Connect) -> None:
    kept, lost = org.add_many("Opportunity", 2, Name="Deal")
    with connect(org.sandbox_dir) as connection:
        pull(connection.settings)
        org.advance()
        org.vanish("Opportunity", lost)
        org.change("Opportunity", kept, time="00:00:00", SystemModstamp="2026-01-01T00:00:00.000+0000", Name="Quiet")
        assert pull(connection.settings).rows == 0
        full = {table.table: table for table in pull(connection.settings, full=True).tables}
    assert full["opportunity"].rows == 2
    assert full["opportunity"].cursor_from is None
    assert set(latest(connection.settings, "opportunity")) == {kept}


def test_merged_accounts_name_the_surviving_one(org: Org, connect: Connect) -> None:
    winner, loser = org.add_many("Account", 2, Name="Acme")
    deal = org.add("Opportunity", Name="Deal", AccountId=loser)
    with connect(org.sandbox_dir) as connection:
        pull(connection.settings)
        org.advance()
        org.delete("Account", loser, MasterRecordId=winner)
        org.change("Opportunity", deal, AccountId=winner)
        pull(connection.settings)
    merged = latest(connection.settings, "account", with_deleted=True)[loser]
    assert (merged["IsDeleted"], merged["MasterRecordId"]) == (True, winner)
    assert latest(connection.settings, "opportunity")[deal]["AccountId"] == winner


def test_another_org_is_not_mixed_into_the_same_lake(org: Org, connect: Connect) -> None:
    with connect(org.sandbox_dir) as connection:
        pull(connection.settings)
    with org.store() as store:
        store.insert_many("Organization", [{"Id": "00D000000000001EAA", "Name": "Another"}])
    with connect(org.sandbox_dir) as connection, pytest.raises(SourceError, match="another org"):
        pull(connection.settings)
