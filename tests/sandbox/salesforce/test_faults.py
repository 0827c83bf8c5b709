"""Faults: their text, what clients meet, and the counters that show it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from salesops_pipeline.errors import UserError
from salesops_pipeline.sandbox.salesforce.faults import Every, Faults, parse_faults
from salesops_pipeline.sandbox.salesforce.server import serve
from salesops_pipeline.sandbox.store import Store
from tests.sandbox.salesforce.conftest import log_in
from tests.sandbox.salesforce.tiny_company import DATA, OPPORTUNITIES, stamp

Faulty = Callable[[Faults], Any]


def test_the_text_of_faults() -> None:
    text = "503:every=20,retry_after=0.5; 429:every=50;token_ttl=30;short_pages;late_visible_minutes=10;bulk_polls=0"
    assert parse_faults(text) == Faults(
        unavailable=Every(20, 0.5),
        rate_limited=Every(50),
        token_ttl=30.0,
        short_pages=True,
        late_visible_minutes=10,
        bulk_polls=0,
    )
    assert parse_faults("") == Faults()


@pytest.mark.parametrize(
    "text", ["500:every=3", "503", "503:every=1", "503:every=x", "token_ttl=-1", "token_ttl", "slow:each=3", "sleepy"]
)
def test_unusable_texts(text: str) -> None:
    with pytest.raises(UserError, match="is not a fault"):
        parse_faults(text)


def test_refusals_come_in_their_rhythm(faulty: Faulty) -> None:
    with faulty(Faults(unavailable=Every(3, 2), rate_limited=Every(4, 0.5))) as org:
        answers = [org.get(f"{DATA}/limits") for _ in range(6)]
        stats = org.get("/sandbox/stats").json()
    assert [answer.status_code for answer in answers] == [200, 200, 503, 429, 200, 503]
    assert [answers[2].headers["Retry-After"], answers[3].headers["Retry-After"]] == ["2", "0.5"]
    assert answers[2].json()[0]["errorCode"] == "SERVER_UNAVAILABLE"
    assert answers[3].json()[0]["errorCode"] == "REQUEST_LIMIT_EXCEEDED"
    assert stats["faults"] == {"503": 2, "429": 1}
    assert stats["api_usage"]["used"] == 3


def test_answers_break_off_in_the_middle(faulty: Faulty) -> None:
    query = {"q": "SELECT Id FROM Opportunity"}
    with faulty(Faults(drop=Every(2))) as org:
        whole = org.get(f"{DATA}/query", params=query).json()
        with pytest.raises(httpx.RemoteProtocolError):
            org.get(f"{DATA}/query", params=query)
        assert org.get(f"{DATA}/query", params=query).json() == whole


def test_slow_answers(faulty: Faulty) -> None:
    with faulty(Faults(slow=Every(2, 0.3))) as org:
        org.get(f"{DATA}/limits")
        started = time.monotonic()
        org.get(f"{DATA}/limits")
        assert time.monotonic() - started >= 0.3


def test_short_pages(faulty: Faulty) -> None:
    with faulty(Faults(short_pages=True)) as org:
        headers = {"Sforce-Query-Options": "batchSize=200"}
        answer = org.get(f"{DATA}/query", params={"q": "SELECT Id FROM Opportunity"}, headers=headers).json()
    assert len(answer["records"]) == 100
    assert answer["nextRecordsUrl"].endswith("-100")


def test_locators_expire(faulty: Faulty) -> None:
    with faulty(Faults(locator_ttl=0.2)) as org:
        headers = {"Sforce-Query-Options": "batchSize=200"}
        page = org.get(f"{DATA}/query", params={"q": "SELECT Id FROM Opportunity"}, headers=headers).json()
        time.sleep(0.25)
        assert org.get(page["nextRecordsUrl"]).json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR"


def test_late_rows_are_older_than_the_newest_visible_one(faulty: Faulty) -> None:
    newest = max(row["SystemModstamp"] for row in OPPORTUNITIES)
    assert newest == stamp(31, 21)
    query = {"q": "SELECT SystemModstamp FROM Opportunity WHERE SystemModstamp >= YESTERDAY"}
    with faulty(Faults(late_visible_minutes=240)) as org:
        seen = {record["SystemModstamp"] for record in org.get(f"{DATA}/queryAll", params=query).json()["records"]}
    existing = {row["SystemModstamp"] for row in OPPORTUNITIES if row["SystemModstamp"] >= stamp(30, 0)}
    assert existing - seen == {stamp(31, 20), stamp(31, 18)} & existing
    assert existing - seen
    assert newest in seen


def test_late_rows_appear_when_the_company_moves_on(company: Path, tmp_path: Path) -> None:
    shutil.copytree(company, tmp_path / "own")
    query = {"q": f"SELECT COUNT() FROM Opportunity WHERE SystemModstamp >= {stamp(31, 0).replace('+0000', 'Z')}"}
    with serve(tmp_path / "own", faults=Faults(late_visible_minutes=240)) as server, log_in(server) as org:
        before = org.get(f"{DATA}/queryAll", params=query).json()["totalSize"]
        with Store.open(tmp_path / "own") as store:
            store.set_meta("today", "2026-04-01")
        after = org.get(f"{DATA}/queryAll", params=query).json()["totalSize"]
    assert before < after == sum(row["SystemModstamp"] >= stamp(31, 0) for row in OPPORTUNITIES)


def test_stats_show_what_was_fetched(faulty: Faulty) -> None:
    with faulty(Faults()) as org:
        headers = {"Sforce-Query-Options": "batchSize=200"}
        page = org.get(f"{DATA}/queryAll", params={"q": "SELECT Id FROM Opportunity"}, headers=headers).json()
        org.get(page["nextRecordsUrl"])
        org.get(f"{DATA}/query", params={"q": "SELECT Id FROM Unicorn"})
        stats = org.get("/sandbox/stats").json()
        emptied = org.delete("/sandbox/stats").json()
    assert stats["objects"] == {
        "Opportunity": {"queryAll": {"requests": 1, "rows": 200}, "query_more": {"requests": 1, "rows": 250}}
    }
    assert stats["endpoints"] == {"token": 1, "queryAll": 1, "query_more": 1}
    assert (stats["requests"], stats["rows_served"]) == (4, 450)
    assert stats["statuses"] == {"200": 3, "400": 1}
    assert (emptied["requests"], emptied["objects"]) == (0, {})
    assert emptied["api_usage"]["used"] == 3
