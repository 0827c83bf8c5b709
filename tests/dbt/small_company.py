"""Two companies with a handful of records each, chosen for what usually goes wrong.

`demo` lives in Salesforce and was loaded twice, `shop` sent one export without any history. What the marts must say of
them is in the tests, worked out by hand.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from salesops_pipeline.lake import Lake
from tests.dbt.raw_lake import feed, merged, write_load

AS_OF = dt.date(2026, 3, 31)
FIRST, SECOND, INTERRUPTED = "1772800000.1", "1774600000.1", "1774700000.1"
CHECKED = dt.datetime(2026, 3, 31, 5, 0, 9, tzinfo=dt.UTC)

ANN, BOB, EVE = "005000000000001AAA", "005000000000002AAA", "005000000000003AAA"
TOP, EAST, WEST = "00E000000000001AAA", "00E000000000002AAA", "00E000000000003AAA"
ACME, ACME_TWIN = "001000000000001AAA", "001000000000002AAA"
WON, DELETED, RESTORED, EURO = "006000000000001AAA", "006000000000002AAA", "006000000000003AAA", "006000000000004AAA"


def at(text: str) -> dt.datetime:
    """A moment in UTC, for example 2026-02-01 15:00."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def write_small_company(lake: Lake) -> None:
    """Write both companies' loads and the policy, which describes `demo` and one that has no data."""
    policy = {
        "position": 1,
        "company_id": "demo",
        "company_name": "Demo",
        "reporting_currency_code": "USD",
        "time_zone": "America/New_York",
        "fiscal_year_start_month": 2,
        "effective_from": dt.date(2000, 1, 1),
    }
    write_load(lake, "policy", FIRST, {"company": [policy | {"position": 2, "company_id": "branch"}, policy]})
    write_load(lake, "salesforce", FIRST, _first_load())
    write_load(lake, "salesforce", SECOND, _second_load())
    write_load(
        lake, "salesforce", INTERRUPTED, {"opportunity": [opportunity_row(WON, Amount=Decimal(1))]}, completed=False
    )
    write_load(lake, "files", FIRST, _shop())
    lake.note_checked("salesforce", ["account", "lead"], checked_at=CHECKED)


def opportunity_row(record_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "Id": record_id,
        "Name": f"Deal {record_id[-4]}",
        "AccountId": ACME,
        "OwnerId": ANN,
        "StageName": "Proposal",
        "IsClosed": False,
        "IsWon": False,
        "Amount": Decimal("1000.00"),
        "Probability": Decimal(60),
        "ForecastCategory": "BestCase",
        "CloseDate": dt.date(2026, 3, 20),
        "CreatedDate": at("2026-02-02 15:00"),
        "LastModifiedDate": at("2026-02-02 15:00"),
        "SystemModstamp": at("2026-02-02 15:00"),
        "IsDeleted": False,
    } | changes


def _snapshot(record_id: str, moment: str, **values: Any) -> dict[str, Any]:
    return {
        "Id": f"008{record_id[7:15]}{moment[5:7]}{moment[8:10]}AAA",
        "OpportunityId": record_id,
        "CreatedDate": at(moment),
        "CreatedById": ANN,
        "StageName": "Proposal",
        "Amount": Decimal("1000.00"),
        "Probability": Decimal(60),
        "ForecastCategory": "BestCase",
        "CloseDate": dt.date(2026, 3, 20),
        "SystemModstamp": at(moment),
        "IsDeleted": False,
    } | values


def _first_load() -> dict[str, list[dict[str, Any]]]:
    stamp = at("2026-02-01 12:00")
    user = {"IsActive": True, "UserType": "Standard", "CreatedDate": at("2025-01-15 12:00"), "SystemModstamp": stamp}
    record = {"IsDeleted": False, "SystemModstamp": stamp}
    stages = (("Proposal", 3, False, False, 60), ("Closed Won", 6, True, True, 100), ("Closed Lost", 7, True, False, 0))
    return {
        "user": [
            {"Id": ANN, "Name": "Ann", "Title": "Seller", "UserRoleId": EAST, "ManagerId": EVE} | user,
            {"Id": BOB, "Name": "Bob", "Title": "Seller", "UserRoleId": WEST, "ManagerId": EVE} | user,
            {"Id": EVE, "Name": "Eve", "Title": "Head of Sales", "UserRoleId": TOP} | user,
        ],
        "user_role": [
            {"Id": TOP, "Name": "Sales"} | record,
            {"Id": EAST, "Name": "East", "ParentRoleId": TOP} | record,
            {"Id": WEST, "Name": "West", "ParentRoleId": TOP} | record,
        ],
        "account": [
            {"Id": ACME, "Name": "Acme", "OwnerId": ANN, "Segment__c": "Enterprise"} | record,
            {"Id": ACME_TWIN, "Name": "Acme Inc.", "OwnerId": ANN} | record,
        ],
        "opportunity_stage": [
            {
                "Id": f"01J00000000000{order}AAA",
                "MasterLabel": name,
                "SortOrder": order,
                "IsClosed": closed,
                "IsWon": won,
                "DefaultProbability": Decimal(chance),
                "ForecastCategory": "Closed" if won else "BestCase",
            }
            | record
            for name, order, closed, won, chance in stages
        ],
        "opportunity": [
            opportunity_row(WON, AccountId=ACME_TWIN),
            opportunity_row(DELETED),
            opportunity_row(RESTORED, Amount=None),
            opportunity_row(EURO, CurrencyIsoCode="EUR", Amount=Decimal("200.00"), CloseDate=dt.date(2026, 6, 30)),
        ],
        "opportunity_history": [_snapshot(one, "2026-02-02 15:00") for one in (WON, DELETED)],
        "opportunity_split_type": [{"Id": "1ST1", "DeveloperName": "Revenue", "IsTotalValidated": True} | record],
        "currency_type": [
            {"Id": "01L1", "IsoCode": "USD", "ConversionRate": Decimal(1), "IsCorporate": True} | record,
            {"Id": "01L2", "IsoCode": "EUR", "ConversionRate": Decimal("0.8"), "IsCorporate": False} | record,
        ],
        "period": [{"Id": "026Q1", "Type": "Quarter", "StartDate": dt.date(2026, 2, 1)} | record],
        "forecasting_quota": [
            {
                "Id": f"0J9{number}",
                "QuotaOwnerId": owner,
                "PeriodId": "026Q1",
                "StartDate": dt.date(2026, 2, 1),
                "QuotaAmount": Decimal(amount),
                "IsAmount": True,
            }
            | record
            for number, (owner, amount) in enumerate(((ANN, 800), (BOB, 500)))
        ],
    }


def _second_load() -> dict[str, list[dict[str, Any]]]:
    """Ann has moved to the West; her deal was won before that, given to Bob after; the twin account is gone."""
    won = at("2026-03-10 15:00")
    closed = {"StageName": "Closed Won", "Probability": Decimal(100), "CloseDate": dt.date(2026, 3, 10)}
    return {
        "user": [
            {
                "Id": ANN,
                "Name": "Ann",
                "Title": "Seller",
                "UserRoleId": WEST,
                "ManagerId": EVE,
                "IsActive": True,
                "UserType": "Standard",
                "CreatedDate": at("2025-01-15 12:00"),
                "SystemModstamp": at("2026-03-15 12:00"),
            }
        ],
        "account": [
            {
                "Id": ACME_TWIN,
                "Name": "Acme Inc.",
                "MasterRecordId": ACME,
                "IsDeleted": True,
                "SystemModstamp": at("2026-03-18 12:00"),
            }
        ],
        "opportunity": [
            opportunity_row(
                WON,
                AccountId=ACME_TWIN,
                OwnerId=BOB,
                IsClosed=True,
                IsWon=True,
                Amount=Decimal("1000.00"),
                ForecastCategory="Closed",
                Region_Tier__c="gold",
                SystemModstamp=at("2026-03-20 12:00"),
                **closed,
            ),
            {"Id": DELETED, "IsDeleted": True, "SystemModstamp": at("2026-03-11 12:00")},
            opportunity_row(RESTORED, Amount=None, IsDeleted=True, SystemModstamp=at("2026-03-11 12:00")),
            opportunity_row(RESTORED, Amount=None, SystemModstamp=at("2026-03-12 12:00")),
        ],
        "opportunity_history": [
            _snapshot(WON, "2026-03-10 15:00", ForecastCategory="Closed", **closed),
            {"Id": _snapshot(DELETED, "2026-02-02 15:00")["Id"], "IsDeleted": True, "SystemModstamp": won},
        ],
        "opportunity_field_history": [
            {
                "Id": "0171",
                "OpportunityId": WON,
                "Field": "Owner",
                "DataType": "EntityId",
                "OldValue": ANN,
                "NewValue": BOB,
                "CreatedDate": at("2026-03-20 12:00"),
                "IsDeleted": False,
            },
            {
                "Id": "0172",
                "OpportunityId": WON,
                "Field": "Owner",
                "DataType": "Text",
                "OldValue": "Ann",
                "NewValue": "Bob",
                "CreatedDate": at("2026-03-20 12:00"),
                "IsDeleted": False,
            },
        ],
        "opportunity_split": [
            {
                "Id": f"1SP{number}",
                "OpportunityId": WON,
                "SplitOwnerId": owner,
                "SplitTypeId": "1ST1",
                "SplitPercentage": Decimal(share),
                "SystemModstamp": won,
                "IsDeleted": False,
            }
            for number, (owner, share) in enumerate(((ANN, "33.33"), (BOB, "66.67")))
        ],
    }


def _shop() -> dict[str, list[Any]]:
    """An export as many sellers have it: no ids but names, no history, no list of people."""
    deals = (
        ("D1", "Won", "won", dt.date(2026, 1, 10), dt.date(2026, 2, 20), 300),
        ("D2", "Lost", "lost", dt.date(2026, 1, 10), dt.date(2026, 3, 1), 0),
        ("D3", "Engaging", "open", None, None, None),
    )
    opportunities = [
        {
            "opportunity_id": key,
            "account_id": "Corner Café",
            "owner_person_id": "Zoe",
            "product_id": "Widget",
            "stage_name": stage,
            "status": status,
            "amount": None if amount is None else Decimal(amount),
            "created_at": created and dt.datetime.combine(created, dt.time(), dt.UTC),
            "close_date": closed,
        }
        for key, stage, status, created, closed, amount in deals
    ]
    return merged(feed("shop", "shop", "opportunity", opportunities))
