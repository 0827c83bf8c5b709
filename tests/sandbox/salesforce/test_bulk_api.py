"""Bulk API 2.0 query jobs from creation to deletion."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from salesops_pipeline.sandbox.salesforce.faults import Every, Faults
from tests.sandbox.salesforce.tiny_company import ACCOUNTS, DATA, NOW, OPPORTUNITIES, make_id

JOBS = f"{DATA}/jobs/query"


def create(org: httpx.Client, query: str, **options: str) -> httpx.Response:
    return org.post(JOBS, json={"operation": "query", "query": query, **options})


def finished(org: httpx.Client, query: str, **options: str) -> str:
    """The address of a job that has come to its end."""
    address = f"{JOBS}/{create(org, query, **options).json()['id']}"
    while org.get(address).json()["state"] in ("UploadComplete", "InProgress"):
        pass
    return address


def test_states_on_the_way(faulty: Callable[[Faults], Any]) -> None:
    with faulty(Faults(bulk_polls=2)) as org:
        job = create(org, "SELECT Id FROM Account").json()
        assert job | {"operation": "query", "object": "Account", "state": "UploadComplete", "apiVersion": 62.0} == job
        assert job | {"createdDate": NOW, "contentType": "CSV", "lineEnding": "LF", "columnDelimiter": "COMMA"} == job
        looks = [org.get(f"{JOBS}/{job['id']}").json() for _ in range(4)]
    assert [look["state"] for look in looks] == ["InProgress", "InProgress", "JobComplete", "JobComplete"]
    assert [look["numberRecordsProcessed"] for look in looks] == [0, 0, 3, 3]


def test_results_as_csv(org: httpx.Client) -> None:
    fields = "Id, Name, Industry, NumberOfEmployees, IsDeleted, SystemModstamp, Owner.Name"
    address = finished(org, f"SELECT {fields} FROM Account ORDER BY Id", operation="queryAll")
    answer = org.get(f"{address}/results")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.headers["Sforce-Locator"] == "null"
    assert answer.headers["Sforce-NumberOfRecords"] == "4"
    header, *rows = csv.reader(io.StringIO(answer.text, newline=""))
    assert header == ["Id", "Name", "Industry", "NumberOfEmployees", "IsDeleted", "SystemModstamp", "Owner.Name"]
    owners = ["Seller 1", "Seller 2", "Seller 1", ""]
    assert rows == [
        [
            account["Id"],
            account["Name"],
            account.get("Industry") or "",
            "",
            "true" if account["IsDeleted"] else "false",
            "2026-03-01T12:00:00.000Z",
            owner,
        ]
        for account, owner in zip(ACCOUNTS, owners, strict=True)
    ]


def test_pieces_cover_everything_once(org: httpx.Client) -> None:
    address = finished(org, "SELECT Id FROM Opportunity", operation="queryAll")
    found: list[str] = []
    sizes: list[str] = []
    locator: str | None = None
    while locator != "null":
        parameters = {"maxRecords": "200", **({"locator": locator} if locator else {})}
        answer = org.get(f"{address}/results", params=parameters)
        header, *lines = answer.text.splitlines()
        assert header == '"Id"'
        found += [line.strip('"') for line in lines]
        sizes.append(answer.headers["Sforce-NumberOfRecords"])
        locator = answer.headers["Sforce-Locator"]
    assert sizes == ["200", "200", "50"]
    assert sorted(found) == sorted(row["Id"] for row in OPPORTUNITIES)


def test_an_empty_answer_has_a_header_and_no_locator(org: httpx.Client) -> None:
    answer = org.get(finished(org, "SELECT Id FROM Lead") + "/results")
    assert (answer.text, answer.headers["Sforce-Locator"]) == ('"Id"\n', "null")
    assert answer.headers["Sforce-NumberOfRecords"] == "0"


def test_delimiter_and_line_ending(org: httpx.Client) -> None:
    query = f"SELECT Id, Name FROM Account WHERE Id = '{make_id('Account', 1)}'"
    address = finished(org, query, columnDelimiter="PIPE", lineEnding="CRLF")
    assert org.get(f"{address}/results").text == (f'"Id"|"Name"\r\n"{make_id("Account", 1)}"|"Harbour Energy"\r\n')


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"query": "SELECT COUNT() FROM Account"}, "not supported by Bulk API 2.0"),
        ({"query": "SELECT Id FROM Account OFFSET 5"}, "OFFSET"),
        ({"query": "SELECT FIELDS(ALL) FROM Account LIMIT 5"}, "FIELDS()"),
        ({"query": "SELECT Colour FROM Account"}, "No such column 'Colour'"),
        ({"query": "SELECT Id FROM"}, "unexpected token: '<EOF>'"),
        ({}, "The query is missing"),
        ({"query": "SELECT Id FROM Account", "operation": "insert"}, "operation must be one of"),
        ({"query": "SELECT Id FROM Account", "columnDelimiter": "TILDE"}, "columnDelimiter must be one of"),
    ],
)
def test_refused_jobs(org: httpx.Client, body: dict[str, str], complaint: str) -> None:
    answer = org.post(JOBS, json={"operation": "query", **body})
    assert answer.status_code == 400
    [error] = answer.json()
    assert error["errorCode"] == "API_ERROR"
    assert complaint in error["message"]


def test_a_body_that_is_not_json(org: httpx.Client) -> None:
    assert org.post(JOBS, content=b"query=x").json()[0]["errorCode"] == "JSON_PARSER_ERROR"


def test_results_wait_for_the_end_and_for_a_known_locator(org: httpx.Client) -> None:
    fresh = create(org, "SELECT Id FROM Account").json()["id"]
    assert org.get(f"{JOBS}/{fresh}/results").json()[0]["errorCode"] == "INVALIDJOBSTATE"
    address = finished(org, "SELECT Id FROM Account")
    for parameters in ({"locator": "!!"}, {"locator": "OTk5"}, {"maxRecords": "0"}, {"maxRecords": "many"}):
        assert org.get(f"{address}/results", params=parameters).status_code == 400
    assert org.get(f"{address}/results".replace("v62.0", "v61.0")).status_code == 409


def test_abort_and_delete(org: httpx.Client) -> None:
    address = f"{JOBS}/{create(org, 'SELECT Id FROM Account').json()['id']}"
    assert org.delete(address).status_code == 400
    assert org.patch(address, json={"state": "Aborted"}).json()["state"] == "Aborted"
    assert org.patch(address, json={"state": "Aborted"}).status_code == 400
    assert org.get(address).json()["state"] == "Aborted"
    assert address.rsplit("/", 1)[1] in {job["id"] for job in org.get(JOBS).json()["records"]}
    assert org.delete(address).status_code == 204
    assert org.get(address).status_code == 404


def test_jobs_can_fail(faulty: Callable[[Faults], Any]) -> None:
    with faulty(Faults(bulk_fail=Every(2), bulk_polls=0)) as org:
        addresses = [finished(org, "SELECT Id FROM Account") for _ in range(2)]
        jobs = [org.get(address).json() for address in addresses]
    assert [job["state"] for job in jobs] == ["JobComplete", "Failed"]
    assert jobs[1]["errorMessage"]
