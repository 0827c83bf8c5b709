"""Random load packages: rows of every table of every contract, with values that make them meet.

A handful of keys per table and a few values per column, drawn anew for every load. So records are edited, moved,
deleted, restored, merged and read twice, arrive late or with an older stamp, refer to what is gone, and tie with each
other, far more often than in real life. The rows need not make sense as a company; whatever is built from them must be
the same whether it was built at once or step by step.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from random import Random
from typing import Any

from salesops_pipeline.contracts import Column, Table, load_contract
from tests.dbt.raw_lake import merged

START = dt.datetime(2025, 11, 1, tzinfo=dt.UTC)
"""Everything happens in the year that begins here."""

_KEYS_PER_TABLE = 6
_PREFIXES = {
    "user": "005",
    "user_role": "00E",
    "account": "001",
    "contact": "003",
    "lead": "00Q",
    "opportunity": "006",
    "opportunity_split_type": "1ST",
    "product2": "01t",
    "pricebook2": "01s",
    "campaign": "701",
    "territory2": "0MI",
    "period": "026",
}
_OTHER_PREFIX = "0XX"
_STAGES = ("Proposal", "Negotiation", "Closed Won", "Closed Lost")
_CURRENCIES = ("USD", "EUR", "GBP")
_TRACKED = ("stage_name", "amount", "close_date", "owner_person_id", "account_id", "probability", "forecast_category")

Rows = dict[str, list[dict[str, Any]]]


def salesforce_key(table: str, number: int) -> str:
    """An 18-character record id."""
    return f"{_PREFIXES.get(table, _OTHER_PREFIX)}{table[-6:]:_>8}{number:04d}AAA"


def salesforce_load(random: Random, *, everything: bool = False) -> Rows:
    """Rows of some tables of the org; of all of them in a first load."""
    contract = load_contract("salesforce")
    tables = contract.tables if everything else random.sample(contract.tables, random.randint(1, 6))
    return {
        table.name: [_salesforce_row(random, table) for _ in range(random.randint(1, 2 * _KEYS_PER_TABLE))]
        for table in tables
    }


def files_load(random: Random) -> Rows:
    """Some feeds of two mappings, each complete or empty; one of them speaks of Salesforce's own records."""
    entities = [table for table in load_contract("files").tables if table.name not in {"feed_load", "quarantine"}]
    feeds = []
    for table in random.sample(entities, random.randint(1, 5)):
        source, company, keys = random.choice((("shop", "shop", "shop"), ("hr", "demo", "salesforce")))
        origin = {"_source": source, "_company_id": company, "_key_source": keys, "_feed": table.name}
        count = random.choice((0, 1, 3, 6))
        rows = [
            {**_file_row(random, table, keys), **origin, "_file": f"{table.name}.csv", "_row": number}
            for number in range(count)
        ]
        entry = {"entity": table.name, "row_count": count, "quarantined_row_count": 0, "fingerprint": "", **origin}
        del entry["_key_source"]
        refused = {"entity": table.name, "column_name": "amount", "value": "x", "reason": "not a number"}
        quarantine = [{**refused, **origin, "_file": f"{table.name}.csv", "_row": 99}] if random.random() < 0.3 else []
        feeds.append({table.name: rows, "feed_load": [entry], "quarantine": quarantine})
    return {name: [dict(row) for row in rows] for name, rows in merged(*feeds).items()}


def policy_load(random: Random) -> Rows:
    """The companies as the policy has them; every load brings all of them."""
    companies = [
        {
            "company_id": company,
            "company_name": company.title(),
            "reporting_currency_code": random.choice(_CURRENCIES),
            "time_zone": random.choice(("America/New_York", "Europe/Berlin", "UTC", "Asia/Kolkata")),
            "fiscal_year_start_month": random.randint(1, 12),
            "effective_from": _day(random) if number else dt.date(2000, 1, 1),
            "position": position,
        }
        for position, company in enumerate(random.sample(("demo", "shop", "branch"), random.randint(1, 3)), start=1)
        for number in range(random.randint(1, 2))
    ]
    return {"company": companies}


def _salesforce_row(random: Random, table: Table) -> dict[str, Any]:
    row = {column.name: _value(random, column, _SALESFORCE_VALUES) for column in table.columns}
    row["Id"] = salesforce_key(table.name, random.randrange(_KEYS_PER_TABLE))
    row["IsDeleted"] = random.random() < 0.2
    if "MasterRecordId" in row and (not row["IsDeleted"] or random.random() < 0.4):
        row["MasterRecordId"] = None
    if row["IsDeleted"] and random.random() < 0.3:  # a purge leaves the key and the mark
        row = {name: value if name in {"Id", "IsDeleted", "SystemModstamp"} else None for name, value in row.items()}
    if table.name in {"account", "opportunity"} and random.random() < 0.3:
        row[random.choice(("Segment__c", "Region_Tier__c"))] = random.choice(("gold", "silver"))
    known = {column.name for column in table.columns}
    return {name: value for name, value in row.items() if name in known or name.endswith("__c")}


def _file_row(random: Random, table: Table, keys: str) -> dict[str, Any]:
    def key(of: str) -> str:
        number = random.randrange(_KEYS_PER_TABLE)
        return salesforce_key(of, number) if keys == "salesforce" else f"{of} {number}"

    row = {column.name: _value(random, column, _FILE_VALUES) for column in table.columns if column.name[0] != "_"}
    for name in row:
        of = _FILE_KEYS.get(name) or _FILE_KEYS.get(f"{table.name}.{name}")
        if of and (row[name] is not None or name == f"{table.name}_id"):
            row[name] = key(of)
    if table.name == "opportunity_history":
        field = random.choice(_TRACKED)
        row |= {
            "field_name": field,
            "old_value": _tracked_value(random, field, key),
            "new_value": _tracked_value(random, field, key),
        }
    return row


_FILE_KEYS = {
    "account_id": "account",
    "parent_account_id": "account",
    "merged_into_account_id": "account",
    "converted_account_id": "account",
    "owner_person_id": "user",
    "person_id": "user",
    "manager_person_id": "user",
    "changed_by_person_id": "user",
    "team_id": "user_role",
    "parent_team_id": "user_role",
    "opportunity_id": "opportunity",
    "converted_opportunity_id": "opportunity",
    "contact_id": "contact",
    "converted_contact_id": "contact",
    "lead_id": "lead",
    "product_id": "product2",
    "campaign_id": "campaign",
    "territory_id": "territory2",
    "parent_territory_id": "territory2",
    "opportunity_line_id": "opportunity_line_item",
    "opportunity_split_id": "opportunity_split",
    "activity_id": "task",
    "campaign_member_id": "campaign_member",
    "invoice_id": "invoice",
}


def _tracked_value(random: Random, field: str, key: Callable[[str], str]) -> str | None:
    if random.random() < 0.1:
        return None
    match field:
        case "stage_name":
            return random.choice(_STAGES)
        case "amount":
            return str(_money(random))
        case "close_date":
            return str(_day(random))
        case "owner_person_id":
            return key("user")
        case "account_id":
            return key("account")
        case "probability":
            return str(random.choice((Decimal("0.1000"), Decimal("0.5000"))))
    return random.choice(("Pipeline", "Commit"))


def _value(random: Random, column: Column, values: Mapping[str, Callable[[Random], Any]]) -> Any:
    if not column.required and column.name not in _NEVER_NULL and random.random() < 0.1:
        return None
    if column.name in values:
        return values[column.name](random)
    match column.type.split("(")[0]:
        case "boolean":
            return random.random() < 0.5
        case "integer":
            return random.randint(1, 5)
        case "decimal":
            return _money(random) if column.type.endswith(",2)") else Decimal(random.randint(1, 9)) / 10
        case "date":
            return _day(random)
        case "timestamp":
            return _moment(random)
    return random.choice("abc")


def _money(random: Random) -> Decimal:
    return Decimal(random.choice((0, 1, 3333, 10000, 12345, 99999, -500))) / 100


def _day(random: Random) -> dt.date:
    return (START + dt.timedelta(days=random.randrange(0, 365, 7))).date()


def _moment(random: Random) -> dt.datetime:
    return START + dt.timedelta(days=random.randrange(365), hours=random.choice((0, 3, 12, 23)))


def _one_of(*values: Any) -> Callable[[Random], Any]:
    return lambda random: random.choice(values)


def _key_of(*tables: str) -> Callable[[Random], str]:
    return lambda random: salesforce_key(random.choice(tables), random.randrange(_KEYS_PER_TABLE))


_NEVER_NULL = {"SystemModstamp", "ConversionRate", "StartDate"}
_SALESFORCE_VALUES: dict[str, Callable[[Random], Any]] = {
    **dict.fromkeys(("OwnerId", "ManagerId", "SplitOwnerId", "UserId", "CreatedById", "QuotaOwnerId"), _key_of("user")),
    **dict.fromkeys(("AccountId", "ParentId", "MasterRecordId", "ConvertedAccountId"), _key_of("account")),
    **dict.fromkeys(("OpportunityId", "ConvertedOpportunityId"), _key_of("opportunity")),
    **dict.fromkeys(("UserRoleId", "ParentRoleId"), _key_of("user_role")),
    **dict.fromkeys(("Territory2Id", "ParentTerritory2Id"), _key_of("territory2")),
    "ObjectId": _key_of("account"),
    "SobjectType": _one_of("Account", "Opportunity"),
    "WhatId": _key_of("opportunity", "account"),
    "WhoId": _key_of("contact", "lead"),
    "ContactId": _key_of("contact"),
    "LeadId": _key_of("lead"),
    "CampaignId": _key_of("campaign"),
    "Product2Id": _key_of("product2"),
    "Pricebook2Id": _key_of("pricebook2"),
    "PeriodId": _key_of("period"),
    "SplitTypeId": _key_of("opportunity_split_type"),
    "SplitPercentage": _one_of(Decimal("33.33"), Decimal(50), Decimal("66.67"), Decimal(100)),
    "ForecastingTypeId": _one_of("0Db1", "0Db2"),
    "StageName": _one_of(*_STAGES),
    "MasterLabel": _one_of(*_STAGES),
    "ForecastCategory": _one_of("Pipeline", "BestCase", "Forecast", "Closed"),
    "IsoCode": _one_of(*_CURRENCIES),
    "CurrencyIsoCode": _one_of(*_CURRENCIES),
    "ConversionRate": _one_of(Decimal("0.8"), Decimal(1), Decimal("1.25")),
    "Probability": _one_of(Decimal(10), Decimal(60), Decimal(100)),
    "DefaultProbability": _one_of(Decimal(10), Decimal(60), Decimal(100)),
    "Field": _one_of("Owner", "OwnerId", "Account", "AccountId", "Amount"),
    "DataType": _one_of("EntityId", "EntityId", "Text"),
    "OldValue": _key_of("user", "account"),
    "NewValue": _key_of("user", "account"),
    "TaskSubtype": _one_of("Call", "Email", "Task"),
    "Type": _one_of("Call", "Meeting", "Quarter", "Month", "Year"),
    "UserType": _one_of("Standard", "Standard", "AutomatedProcess"),
}
_FILE_VALUES: dict[str, Callable[[Random], Any]] = {
    "stage_name": _one_of(*_STAGES),
    "status": _one_of("open", "won", "lost"),
    "currency_code": _one_of(*_CURRENCIES),
    "probability": _one_of(Decimal("0.1"), Decimal("0.5")),
    "default_probability": _one_of(Decimal("0.1"), Decimal("0.5")),
    "split_type": _one_of("revenue", "overlay"),
    "split_share": _one_of(Decimal("0.333333"), Decimal("0.5")),
    "period_type": _one_of("month", "quarter", "year"),
    "quota_type": _one_of("bookings", "pipeline"),
    "rate_to_reporting": _one_of(Decimal("0.9"), Decimal("1.1")),
    "activity_type": _one_of("call", "email", "meeting", "task"),
}
