"""Queries over REST: answers, their shape, their pages, and refusals."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesops_pipeline.sandbox.salesforce.soql import parse
from salesops_pipeline.sandbox.salesforce.translate import translate
from salesops_pipeline.sandbox.schema import SOBJECTS
from tests.sandbox.salesforce.tiny_company import ACCOUNTS, DATA, OPPORTUNITIES, TODAY, make_id, stamp

Ask = Callable[..., Any]
PRESENT = [row for row in OPPORTUNITIES if not row["IsDeleted"]]


def ids_where(keep: Callable[[dict[str, Any]], object]) -> set[str]:
    return {row["Id"] for row in PRESENT if keep(row)}


def found_ids(answer: dict[str, Any]) -> set[str]:
    return {record["Id"] for record in answer["records"]}


def test_shape_of_records(ask: Ask) -> None:
    answer = ask("SELECT id, name, AMOUNT, IsWon, SystemModstamp, Account.Name FROM opportunity WHERE Name = 'Deal 8'")
    record_id, account_id = make_id("Opportunity", 8), make_id("Account", 3)
    assert answer == {
        "totalSize": 1,
        "done": True,
        "records": [
            {
                "attributes": {"type": "Opportunity", "url": f"{DATA}/sobjects/Opportunity/{record_id}"},
                "Id": record_id,
                "Name": "Deal 8",
                "Amount": 84.0,
                "IsWon": True,
                "SystemModstamp": stamp(9, 8),
                "Account": {
                    "attributes": {"type": "Account", "url": f"{DATA}/sobjects/Account/{account_id}"},
                    "Name": "50%_off\\Retail",
                },
            }
        ],
    }


def test_a_missing_parent_is_null_and_keeps_the_row(ask: Ask) -> None:
    answer = ask("SELECT Id, Account.Name, Account.Industry FROM Opportunity WHERE Account.Name = null")
    assert found_ids(answer) == ids_where(lambda row: row["AccountId"] is None)
    assert {record["Account"] for record in answer["records"]} == {None}


def test_deleted_rows_come_only_with_query_all(ask: Ask) -> None:
    assert ask("SELECT COUNT() FROM Opportunity") == {"totalSize": len(PRESENT), "done": True, "records": []}
    assert ask("SELECT COUNT() FROM Opportunity", everything=True)["totalSize"] == len(OPPORTUNITIES)
    losers = ask("SELECT Id, MasterRecordId FROM Account WHERE IsDeleted = true", everything=True)["records"]
    assert [record["MasterRecordId"] for record in losers] == [make_id("Account", 1)]


@pytest.mark.parametrize(
    ("condition", "keep"),
    [
        ("StageName = 'closed WON'", lambda row: row["StageName"] == "Closed Won"),
        ("StageName != 'Proposal'", lambda row: row["StageName"] != "Proposal"),
        ("Amount = null", lambda row: row["Amount"] is None),
        ("Amount != 21", lambda row: row["Amount"] != 21),
        ("Amount >= 1000.5 AND Amount < 2000", lambda row: row["Amount"] and 1000.5 <= row["Amount"] < 2000),
        ("NOT (IsWon = true OR Amount = null)", lambda row: not row["IsWon"] and row["Amount"] is not None),
        ("IsWon = null", lambda row: not row["IsWon"]),
        ("Name LIKE 'deal 4_'", lambda row: len(row["Name"]) == 7 and row["Name"].startswith("Deal 4")),
        ("Name IN ('Deal 1', 'DEAL 2', 'x')", lambda row: row["Name"] in ("Deal 1", "Deal 2")),
        ("StageName NOT IN ('Proposal', 'Prospecting')", lambda row: row["StageName"] == "Closed Won"),
        ("AccountId = null", lambda row: row["AccountId"] is None),
        ("AccountId = ''", lambda row: row["AccountId"] is None),
        ("AccountId NOT IN ('{account}')", lambda row: row["AccountId"] != make_id("Account", 1)),
        ("AccountId = '{account15}'", lambda row: row["AccountId"] == make_id("Account", 1)),
        ("Account.Industry = 'energy'", lambda row: row["AccountId"] == make_id("Account", 1)),
        ("SystemModstamp >= 2026-03-10T05:00:00Z", lambda row: row["SystemModstamp"] >= stamp(10, 5)),
        ("SystemModstamp > 2026-03-10T07:00:00+02:00", lambda row: row["SystemModstamp"] > stamp(10, 5)),
        ("SystemModstamp = TODAY", lambda row: row["SystemModstamp"] >= stamp(31, 0)),
        ("SystemModstamp < YESTERDAY", lambda row: row["SystemModstamp"] < stamp(30, 0)),
        ("CloseDate > TODAY", lambda row: row["CloseDate"] > TODAY.isoformat()),
        ("CloseDate != THIS_QUARTER", lambda row: not "2026-01-01" <= row["CloseDate"] < "2026-04-01"),
        ("CloseDate IN (2026-03-31, TOMORROW)", lambda row: row["CloseDate"] in ("2026-03-31", "2026-04-01")),
    ],
)
def test_conditions(ask: Ask, condition: str, keep: Callable[[dict[str, Any]], object]) -> None:
    account = make_id("Account", 1)
    answer = ask(f"SELECT Id FROM Opportunity WHERE {condition.format(account=account, account15=account[:15])}")
    expected = ids_where(keep)
    assert found_ids(answer) == expected
    assert 0 < len(expected) < len(PRESENT)


def test_ids_tell_upper_from_lower_case(ask: Ask) -> None:
    changed = make_id("Account", 1).replace("Ab", "aB")[:15]
    assert ask(f"SELECT Id FROM Account WHERE Id = '{changed}'")["records"] == []


def test_escapes_and_wildcards_in_text(ask: Ask) -> None:
    for literal, number in ((r"'O\'Neil & Söhne\n\"Grain\"'", 2), (r"'50%_off\\Retail'", 3)):
        assert found_ids(ask(f"SELECT Id FROM Account WHERE Name = {literal}")) == {make_id("Account", number)}
    assert found_ids(ask(r"SELECT Id FROM Account WHERE Name LIKE '%\%\_OFF%'")) == {make_id("Account", 3)}


@given(st.text())
def test_no_text_becomes_sql(text: str) -> None:
    literal = text.replace("\\", "\\\\").replace("'", "\\'")
    query = parse(f"SELECT Id FROM Account WHERE Name = '{literal}' OR Name IN ('{literal}')")
    plain = parse("SELECT Id FROM Account WHERE Name = 'x' OR Name IN ('x')")
    statement = translate(query, today=TODAY)
    if text:
        assert statement.sql == translate(plain, today=TODAY).sql
        assert statement.parameters == [text, text]


def test_order_limit_and_offset(ask: Ask) -> None:
    answer = ask("SELECT Id, Amount FROM Opportunity ORDER BY Amount DESC NULLS LAST, Id LIMIT 5 OFFSET 2")
    highest = sorted((row["Amount"] for row in PRESENT if row["Amount"]), reverse=True)
    assert [record["Amount"] for record in answer["records"]] == highest[2:7]
    assert answer["totalSize"] == 5
    assert ask("SELECT Amount FROM Opportunity ORDER BY Amount DESC LIMIT 1")["records"][0]["Amount"] is None


def test_aggregates(ask: Ask) -> None:
    answer = ask("SELECT StageName, COUNT(Id), MAX(Amount) top FROM Opportunity GROUP BY StageName ORDER BY StageName")
    counts = Counter(row["StageName"] for row in PRESENT)
    assert [(r["StageName"], r["expr0"]) for r in answer["records"]] == sorted(counts.items())
    assert answer["records"][0]["attributes"] == {"type": "AggregateResult"}
    assert max(r["top"] for r in answer["records"]) == max(row["Amount"] or 0 for row in PRESENT)
    assert ask("SELECT COUNT() FROM Opportunity LIMIT 7")["totalSize"] == 7


def test_fields_functions(ask: Ask) -> None:
    record = ask("SELECT FIELDS(ALL) FROM Account LIMIT 1")["records"][0]
    assert list(record) == ["attributes", *SOBJECTS["Account"].field_names]
    custom = ask("SELECT FIELDS(CUSTOM) FROM Account LIMIT 1")["records"][0]
    assert set(custom) - {"attributes"} == {name for name in SOBJECTS["Account"].field_names if name.endswith("__c")}


def read_pages(org: httpx.Client, soql: str, batch: int, resource: str = "query") -> list[dict[str, Any]]:
    headers = {"Sforce-Query-Options": f"batchSize={batch}"}
    pages = [org.get(f"{DATA}/{resource}", params={"q": soql}, headers=headers).json()]
    while not pages[-1]["done"]:
        pages.append(org.get(pages[-1]["nextRecordsUrl"], headers=headers).json())
    return pages


def test_pages_cover_everything_once(org: httpx.Client) -> None:
    pages = read_pages(org, "SELECT Id FROM Opportunity ORDER BY SystemModstamp, Id", 200, "queryAll")
    assert [len(page["records"]) for page in pages] == [200, 200, 50]
    assert {page["totalSize"] for page in pages} == {450}
    assert pages[0]["nextRecordsUrl"].startswith(f"{DATA}/query/0r8")
    assert pages[0]["nextRecordsUrl"].endswith("-200")
    assert "nextRecordsUrl" not in pages[-1]
    expected = sorted(OPPORTUNITIES, key=lambda row: (row["SystemModstamp"], row["Id"]))
    assert [record["Id"] for page in pages for record in page["records"]] == [row["Id"] for row in expected]


def test_the_batch_size_is_kept_within_200_and_2000(ask: Ask) -> None:
    assert len(ask("SELECT Id FROM Opportunity", batch=1)["records"]) == 200
    assert len(ask("SELECT Id FROM Opportunity", batch=9999)["records"]) == len(PRESENT)


def test_a_page_can_be_read_again(org: httpx.Client) -> None:
    first = read_pages(org, "SELECT Id FROM Opportunity", 200)[0]
    again = [org.get(first["nextRecordsUrl"]).json() for _ in range(2)]
    assert again[0] == again[1]
    assert len(again[0]["records"]) == len(PRESENT) - 200


@pytest.mark.parametrize("locator", ["0r8000000000000AAA-200", "nonsense", "0r8000000000000AAA"])
def test_unknown_locators(org: httpx.Client, locator: str) -> None:
    answer = org.get(f"{DATA}/query/{locator}")
    assert answer.status_code == 400
    assert answer.json() == [{"message": "invalid query locator", "errorCode": "INVALID_QUERY_LOCATOR"}]


@pytest.mark.parametrize(
    ("soql", "code", "complaint"),
    [
        ("SELECT Id, Colour FROM Account", "INVALID_FIELD", "No such column 'Colour' on entity 'Account'"),
        ("SELECT Owner.Shoe FROM Account", "INVALID_FIELD", "No such column 'Shoe' on entity 'User'"),
        ("SELECT Boss.Name FROM Account", "INVALID_FIELD", "Didn't understand relationship 'Boss'"),
        ("SELECT Id FROM Unicorn", "INVALID_TYPE", "sObject type 'Unicorn' is not supported"),
        ("SELECT Id FROM Account WHERE", "MALFORMED_QUERY", "unexpected token: '<EOF>'"),
        ("SELECT Id, id FROM Account", "INVALID_FIELD", "duplicate field selected: Id"),
        ("SELECT Name, COUNT(Id) FROM Account", "MALFORMED_QUERY", "Field must be grouped or aggregated: Name"),
        ("SELECT Id FROM Account WHERE CreatedDate > '2026-01-01'", "INVALID_FIELD", "must be of type dateTime"),
        ("SELECT Id FROM Account WHERE CreatedDate > 2026-01-01", "INVALID_FIELD", "must be of type dateTime"),
        ("SELECT Id FROM Account WHERE Name = 5", "INVALID_FIELD", "must be of type string and should be enclosed"),
        ("SELECT Id FROM Account WHERE Name > null", "INVALID_QUERY_FILTER_OPERATOR", "Invalid operator"),
        ("SELECT Id FROM Account WHERE OwnerId = 'me'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: me"),
        ("SELECT Id FROM Account WHERE OwnerId LIKE '005%'", "INVALID_QUERY_FILTER_OPERATOR", "Invalid operator"),
    ],
)
def test_refusals(org: httpx.Client, soql: str, code: str, complaint: str) -> None:
    answer = org.get(f"{DATA}/query", params={"q": soql})
    assert answer.status_code == 400
    [error] = answer.json()
    assert error["errorCode"] == code
    assert complaint in error["message"]


def test_the_query_itself_is_required(org: httpx.Client) -> None:
    assert org.get(f"{DATA}/query").json()[0]["errorCode"] == "MISSING_ARGUMENT"


def test_long_queries_need_the_bulk_api(org: httpx.Client) -> None:
    ids = ", ".join(f"'{row['Id']}'" for row in OPPORTUNITIES * 2)
    query = f"SELECT Id FROM Opportunity WHERE Id IN ({ids})"
    assert org.get(f"{DATA}/query", params={"q": query}).status_code == 414
    job = org.post(f"{DATA}/jobs/query", json={"operation": "queryAll", "query": query})
    assert job.status_code == 200
    too_long = org.post(f"{DATA}/jobs/query", json={"operation": "query", "query": query + " " * 100_000})
    assert "cannot be longer than 100000 characters" in too_long.json()[0]["message"]


def test_single_records(org: httpx.Client) -> None:
    address = f"{DATA}/sobjects/Account/{make_id('Account', 1)}"
    record = org.get(address).json()
    assert record["Name"] == ACCOUNTS[0]["Name"]
    assert record["IsDeleted"] is False
    assert list(record) == ["attributes", *SOBJECTS["Account"].field_names]
    assert set(org.get(address, params={"fields": "Name,Industry"}).json()) == {"attributes", "Name", "Industry"}
    assert org.get(f"{DATA}/sobjects/Account/{make_id('Account', 4)}").json()[0]["errorCode"] == "ENTITY_IS_DELETED"
    assert org.get(f"{DATA}/sobjects/Account/{make_id('Account', 99)}").status_code == 404


def test_today_is_the_companys_today(org: httpx.Client, ask: Ask) -> None:
    assert ask("SELECT COUNT() FROM Opportunity WHERE CloseDate = TODAY")["totalSize"] == 1
    date_header = org.get(f"{DATA}/limits").headers["Date"]
    assert dt.datetime.strptime(date_header, "%a, %d %b %Y %H:%M:%S GMT").date() == TODAY
