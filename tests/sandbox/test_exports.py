"""The personnel department's list: who was where under whom."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from salesops_pipeline.sandbox.store import Store
from salesops_pipeline.sources.files.mapping_file import read_mapping

Spell = tuple[dt.date, dt.date | None, dict[str, str]]


@pytest.fixture(scope="module")
def spells(small_company: Path) -> dict[str, list[Spell]]:
    """The list as a person would read it: spells per person, oldest first."""
    by_person: defaultdict[str, list[Spell]] = defaultdict(list)
    with (small_company / "exports" / "assignments.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            by_person[row["User ID"]].append((day(row["Valid from"]), day_or_none(row["Valid to"]), row))
    return dict(by_person)


def day(text: str) -> dt.date:
    return dt.datetime.strptime(text, "%d.%m.%Y").date()


def day_or_none(text: str) -> dt.date | None:
    return day(text) if text else None


def test_spells_follow_one_another_without_gap_or_overlap(spells: dict[str, list[Spell]]) -> None:
    assert any(len(rows) > 1 for rows in spells.values())
    for rows in spells.values():
        for (start, end, _), (following, _, _) in pairwise(rows):
            assert end is not None
            assert start < end == following
        assert rows[-1][1] is None or rows[-1][0] < rows[-1][1]


def test_the_last_spell_is_what_salesforce_shows(spells: dict[str, list[Spell]], books: Store) -> None:
    for user in books.query('select * from "User"'):
        if user["Id"] not in spells:
            assert user["Title"] in ("System Integration", "Sales Operations Administrator")
            continue
        _, end, row = spells[user["Id"]][-1]
        assert (row["Team ID"], row["Manager ID"], row["Role"]) == (
            user["UserRoleId"],
            user["ManagerId"] or "",
            user["Title"],
        )
        assert bool(user["IsActive"]) == (end is None)


def test_managers_are_in_office_when_they_manage_sellers(spells: dict[str, list[Spell]]) -> None:
    for rows in spells.values():
        for _, end, row in rows:
            if row["Manager ID"] and end is None:
                assert spells[row["Manager ID"]][-1][1] is None


def test_the_mapping_is_one_the_files_connector_accepts(small_company: Path) -> None:
    mapping = read_mapping(small_company / "exports")
    assert mapping.key_source == "salesforce"
    assert [feed.entity for feed in mapping.feeds] == ["person_assignment"]
