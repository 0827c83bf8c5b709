"""Deletes, undeletes, merges and late corrections: what happens to records afterwards."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from salesops_pipeline.sandbox.company import recycle
from salesops_pipeline.sandbox.company.clock import stamp
from salesops_pipeline.sandbox.company.world import World
from salesops_pipeline.sandbox.schema import SOBJECTS
from salesops_pipeline.sandbox.simulation import advance
from salesops_pipeline.sandbox.store import Store
from tests.sandbox.books import truth
from tests.sandbox.conftest import UNTIL

DAY = dt.timedelta(days=1)


def test_deleted_rows_stay_fifteen_days_and_then_only_their_memory(books: Store) -> None:
    limit = stamp(UNTIL - 15 * DAY, 0)
    recent = purged = 0
    for row in books.query("select * from _deleted"):
        found = books.query(f'select * from "{row["sobject"]}" where "Id" = ?', (row["id"],))
        if row["deleted_at"] < limit:
            assert row["is_purged"] == 1
            assert not found
            purged += 1
        else:
            assert row["is_purged"] == 0
            assert found[0]["IsDeleted"] == 1
            recent += 1
    assert recent
    assert purged


def test_every_row_in_the_bin_is_remembered(books: Store) -> None:
    for name, sobject in SOBJECTS.items():
        if sobject.has("IsDeleted"):
            marked = {row[0] for row in books.query(f'select "Id" from "{name}" where "IsDeleted" = 1')}
            known = {row[0] for row in books.query("select id from _deleted where sobject = ?", (name,))}
            assert marked <= known, name


def test_deleted_lists_a_window(books: Store) -> None:
    everything = books.deleted("Lead", "0000", "9999")
    assert len(everything) > 3
    start, end = everything[1][1], everything[-1][1]
    assert books.deleted("Lead", start, end) == [pair for pair in everything if start <= pair[1] < end]


@pytest.fixture
def world(small_company: Path, tmp_path: Path):
    shutil.copytree(small_company, tmp_path / "copy")
    with Store.open(tmp_path / "copy") as store, store.transaction():
        world = World.load(store)
        world.day += DAY
        yield world


def deletion_marks(world: World, opportunity: str) -> list[int]:
    marks = [row["IsDeleted"] for row in world.children("OpportunityLineItem", opportunity)]
    for name, reference in (
        ("OpportunityHistory", "OpportunityId"),
        ("OpportunityFieldHistory", "OpportunityId"),
        ("Task", "WhatId"),
    ):
        rows = world.store.query(
            f'select "IsDeleted" from "{name}" where "{reference}" = ? order by "Id"', (opportunity,)
        )
        assert rows, name
        marks += [row[0] for row in rows]
    return marks


def test_an_opportunity_takes_its_children_along_and_brings_them_back(world: World) -> None:
    with_tasks = {row[0] for row in world.store.query('select "WhatId" from "Task" where "IsDeleted" = 0')}
    row = next(row for row in world.live("Opportunity") if row["HasOpportunityLineItem"] and row["Id"] in with_tasks)
    task = world.store.query('select "Id" from "Task" where "WhatId" = ? and "IsDeleted" = 0', (row["Id"],))[0][0]
    by = next(iter(world.rows["User"]))
    recycle.delete_appended(world, "Task", task, stamp(world.day, 100), by)
    recycle.delete(world, "Opportunity", row, stamp(world.day, 1000), by)
    assert row["IsDeleted"] == 1
    assert set(deletion_marks(world, row["Id"])) == {1}
    before = row["SystemModstamp"]
    recycle.undelete(world, "Opportunity", row, stamp(world.day, 2000), by)
    assert row["IsDeleted"] == 0
    assert row["SystemModstamp"] > before
    assert sum(deletion_marks(world, row["Id"])) == 1, "the task that had been deleted by itself stays deleted"
    assert [record for record, _ in world.store.deleted("Opportunity", before[:10], "9999")].count(row["Id"]) == 0
    assert [record for record, _ in world.store.deleted("Task", before[:10], "9999")].count(task) == 1


def test_a_purged_opportunity_is_gone_with_its_history(world: World) -> None:
    row, by = world.open_opportunities()[0], next(iter(world.rows["User"]))
    recycle.delete(world, "Opportunity", row, stamp(world.day, 1000), by)
    world.day += 15 * DAY
    recycle.purge(world)
    assert row["Id"] in world.rows["Opportunity"]
    world.day += DAY
    recycle.purge(world)
    assert row["Id"] not in world.rows["Opportunity"]
    for name in ("OpportunityHistory", "OpportunityFieldHistory"):
        assert not world.store.query(f'select 1 from "{name}" where "OpportunityId" = ?', (row["Id"],))
    assert row["Id"] in [record for record, _ in world.store.deleted("Opportunity", "0000", "9999")]


def test_merged_accounts_leave_nothing_behind_but_what_integrations_write_back(
    small_company: Path, books: Store
) -> None:
    merges, stale = truth(small_company, "merge"), truth(small_company, "stale_reference")
    duplicates = {row["account_id"]: row for row in truth(small_company, "duplicate")}
    assert len(merges) >= 4
    kept = {row["opportunity_id"] for row in stale}
    for merge in merges:
        loser, survivor = merge["merged_account_id"], merge["surviving_account_id"]
        assert duplicates[loser]["original_account_id"] == survivor
        for name in ("Contact", "Task", "Event"):
            assert not books.query(f'select 1 from "{name}" where "AccountId" = ?', (loser,)), name
        left = {row[0] for row in books.query('select "Id" from "Opportunity" where "AccountId" = ?', (loser,))}
        assert left <= kept
        row = books.query('select "IsDeleted", "MasterRecordId" from "Account" where "Id" = ?', (loser,))
        if row:
            assert tuple(row[0]) == (1, survivor)
        else:
            assert not left, "when the bin is emptied, nothing points to the merged account any more"
        assert loser in [record for record, _ in books.deleted("Account", "0000", "9999")]


def test_closed_deals_are_corrected_weeks_later(books: Store) -> None:
    late = books.query(
        'select h."Id" from "OpportunityHistory" h join "Opportunity" o on o."Id" = h."OpportunityId"'
        ' where o."IsClosed" = 1 and julianday(substr(h."CreatedDate", 1, 10)) - julianday(o."CloseDate") > 12'
        ' and o."LastStageChangeDate" < h."CreatedDate"'
    )
    assert len(late) >= 5


def test_truth_matches_the_books(small_company: Path, books: Store) -> None:
    people = truth(small_company, "person")
    assert {row["person_id"] for row in people} < {row[0] for row in books.query('select "Id" from "User"')}
    active = {row[0] for row in books.query('select "Id" from "User" where "IsActive" = 1')}
    assert {row["person_id"] for row in people if row["leave_date"] is None} == {
        row["person_id"] for row in people if row["person_id"] in active
    }
    chances = truth(small_company, "opportunity")
    assert len(chances) >= books.query('select count(*) from "Opportunity"')[0][0]
    assert all(0 < row["win_chance"] < 1 for row in chances)


def test_advancing_purges_what_was_deleted(small_company: Path, tmp_path: Path) -> None:
    shutil.copytree(small_company, tmp_path / "copy")
    with Store.open(tmp_path / "copy", read_only=True) as store:
        waiting = {tuple(row) for row in store.query("select sobject, id from _deleted where is_purged = 0")}
    assert waiting
    advance(tmp_path / "copy", days=17)
    with Store.open(tmp_path / "copy", read_only=True) as store:
        for sobject, record in waiting:
            row = store.query(f'select "IsDeleted" from "{sobject}" where "Id" = ?', (record,))
            assert not row or row[0][0] == 0, "purged, or undeleted meanwhile"
