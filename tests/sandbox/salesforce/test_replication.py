"""Deleted and updated ids between two moments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from salesops_pipeline.sandbox.salesforce.faults import Faults
from tests.sandbox.salesforce.tiny_company import DATA, OPPORTUNITIES, make_id, stamp


def ask(
    org: httpx.Client, resource: str, start: str, end: str, sobject: str = "Opportunity", slash: str = "/"
) -> httpx.Response:
    return org.get(f"{DATA}/sobjects/{sobject}/{resource}{slash}", params={"start": start, "end": end})


@pytest.mark.parametrize("slash", ["", "/"])
def test_deleted_rows_with_their_times(org: httpx.Client, slash: str) -> None:
    answer = ask(org, "deleted", "2026-03-18T00:00:00+00:00", "2026-03-25T09:00:00Z", slash=slash)
    assert answer.json() == {
        "deletedRecords": [
            {"id": make_id("Opportunity", 50), "deletedDate": stamp(20)},
            {"id": make_id("Opportunity", 9001), "deletedDate": stamp(25, 8)},
        ],
        "earliestDateAvailable": "2026-03-16T23:59:00.000+0000",
        "latestDateCovered": "2026-03-25T09:00:00.000+0000",
    }


def test_the_window_is_half_open_in_whole_minutes(org: httpx.Client) -> None:
    before = ask(org, "deleted", "2026-03-20T00:00:00Z", "2026-03-20T12:00:59Z").json()
    after = ask(org, "deleted", "2026-03-20T12:00:59Z", "2026-03-21T00:00:00Z").json()
    assert before["deletedRecords"] == []
    assert [record["id"] for record in after["deletedRecords"]] == [make_id("Opportunity", 50)]


def test_merge_losers_are_deleted_rows(org: httpx.Client) -> None:
    answer = ask(org, "deleted", "2026-03-29T00:00:00Z", "2026-03-31T00:00:00Z", "Account").json()
    assert [record["id"] for record in answer["deletedRecords"]] == [make_id("Account", 4)]


def test_the_delete_log_reaches_back_15_days(org: httpx.Client) -> None:
    answer = ask(org, "deleted", "2026-03-02T00:00:00Z", "2026-03-31T00:00:00Z").json()
    assert make_id("Opportunity", 9002) not in {record["id"] for record in answer["deletedRecords"]}
    assert len(answer["deletedRecords"]) == 2


def test_an_end_in_the_future_is_cut_to_now(org: httpx.Client) -> None:
    answer = ask(org, "deleted", "2026-03-30T00:00:00Z", "2031-01-01T00:00:00Z").json()
    assert answer["latestDateCovered"] == "2026-03-31T23:59:00.000+0000"


def test_updated_rows(org: httpx.Client) -> None:
    answer = ask(org, "updated", "2026-03-10T00:00:00Z", "2026-03-12T00:00:00Z").json()
    expected = {
        row["Id"]
        for row in OPPORTUNITIES
        if not row["IsDeleted"] and stamp(10, 0) <= row["SystemModstamp"] < stamp(12, 0)
    }
    assert set(answer["ids"]) == expected
    assert answer["latestDateCovered"] == stamp(12, 0)
    assert expected


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        ("2026-03-20T00:00:00Z", "2026-03-20T00:01:59Z", "INVALID_REPLICATION_DATE"),
        ("2026-03-21T00:00:00Z", "2026-03-20T00:00:00Z", "INVALID_REPLICATION_DATE"),
        ("2026-03-01T00:00:00Z", "2026-03-20T00:00:00Z", "INVALID_REPLICATION_DATE"),
        ("2026-04-02T00:00:00Z", "2026-04-03T00:00:00Z", "INVALID_REPLICATION_DATE"),
        ("2026-03-20T00:00:00", "2026-03-21T00:00:00Z", "MALFORMED_QUERY"),
        ("2026-03-20T00:00:00 00:00", "2026-03-21T00:00:00Z", "MALFORMED_QUERY"),
        ("", "2026-03-21T00:00:00Z", "MISSING_ARGUMENT"),
    ],
)
def test_refused_windows(org: httpx.Client, start: str, end: str, code: str) -> None:
    for resource in ("deleted", "updated"):
        answer = ask(org, resource, start, end)
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, code)


def test_too_many_ids(faulty: Callable[[Faults], Any]) -> None:
    with faulty(Faults(id_limit=1)) as org:
        for resource in ("deleted", "updated"):
            answer = ask(org, resource, "2026-03-18T00:00:00Z", "2026-03-31T00:00:00Z")
            assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "EXCEEDED_ID_LIMIT")


def test_unknown_objects(org: httpx.Client) -> None:
    assert ask(org, "deleted", "2026-03-18T00:00:00Z", "2026-03-31T00:00:00Z", "Unicorn").status_code == 404
