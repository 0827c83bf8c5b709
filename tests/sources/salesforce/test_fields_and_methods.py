"""Custom fields, missing fields, and the two ways of reading: REST and Bulk."""

from __future__ import annotations

import dataclasses

import pytest

from salesops_pipeline.sandbox.fields import Field
from salesops_pipeline.sandbox.schema import SOBJECTS
from salesops_pipeline.sources.salesforce.source import load
from tests.sources.salesforce.conftest import Connect, Org, latest, versions

TABLES = ("user", "opportunity", "product2")
AWKWARD = 'Line one\nsays "yes", twice; 1,5 — ü'


@pytest.fixture
def rich_org(org: Org) -> Org:
    org.add_fields(
        "Opportunity",
        Field("Score__c", "double", custom=True, precision=18, scale=4),
        Field("Visited__c", "datetime", custom=True),
        Field("Fits__c", "boolean", custom=True),
        Field("Where__c", "location", custom=True),
    )
    org.add("Opportunity", Name=AWKWARD, Amount=1.39e8, Score__c=1500.0, Visited__c=org.at("09:30:00"), Fits__c=1)
    org.add("Opportunity", Name="Plain", Score__c=0.125, Probability=12.5, CloseDate="2026-04-01")
    org.add_many("Opportunity", 2100, time="09:00:00", Name="Many", Amount=0.1)
    return org


def test_bulk_and_rest_bring_identical_rows(rich_org: Org, connect: Connect) -> None:
    seen = {}
    for name, bulk_rows in {"rest": 1_000_000, "bulk": 0}.items():
        with connect(rich_org.sandbox_dir, name=name, salesforce_bulk_rows=bulk_rows) as connection:
            result = load(connection.settings, tables=TABLES)
            assert {table.method for table in result.tables} == {name, "unchanged"}
            seen[name] = {table.table: latest(connection.settings, table.table) for table in result.tables}
    assert seen["bulk"] == seen["rest"]
    first = next(row for row in seen["rest"]["opportunity"].values() if row["Name"] == AWKWARD)
    assert (first["Score__c"], first["Visited__c"], first["Fits__c"]) == ("1500", "2026-03-02T09:30:00.000Z", "true")
    assert "Where__c" not in first


def test_the_way_follows_from_the_number_of_rows_to_fetch(rich_org: Org, connect: Connect) -> None:
    with connect(rich_org.sandbox_dir, salesforce_bulk_rows=2000) as connection:
        first = {table.table: table.method for table in load(connection.settings, tables=TABLES).tables}
        rich_org.advance()
        rich_org.add("Opportunity", Name="One more")
        second = {table.table: table.method for table in load(connection.settings, tables=TABLES).tables}
        jobs_left = connection.stats()["endpoints"]
    assert (first["opportunity"], first["user"]) == ("bulk", "rest")
    assert second["opportunity"] == "rest"
    assert jobs_left["bulk_delete"] == 1


def test_a_query_too_long_for_an_address_goes_by_bulk(org: Org, connect: Connect) -> None:
    wide = [
        Field(f"A_very_long_custom_field_name_number_{number:04}__c", "string", custom=True) for number in range(300)
    ]
    described = SOBJECTS["Opportunity"]
    org.add_fields("Opportunity", *wide)
    deal = org.add("Opportunity", Name="Deal", **{wide[299].name: "last"})
    with connect(org.sandbox_dir) as connection:
        result = load(connection.settings, tables=["opportunity"])
    assert result.tables[0].method == "bulk"
    assert len(result.tables[0].extra_columns) == 300 + sum(item.custom for item in described.fields)
    assert latest(connection.settings, "opportunity")[deal][wide[299].name] == "last"


def test_a_new_custom_field_arrives_also_on_rows_that_did_not_change(org: Org, connect: Connect) -> None:
    with_value, without = org.add_many("Opportunity", 2, Name="Deal")
    with connect(org.sandbox_dir) as connection:
        load(connection.settings, tables=TABLES)
        org.advance(days=10)
        org.add_fields("Opportunity", Field("Region_Tier__c", "string", custom=True))
        with org.store() as store:
            store.update("Opportunity", with_value, {"Region_Tier__c": "gold"})  # a default: the stamp stays
        result = load(connection.settings, tables=TABLES)
        again = load(connection.settings, tables=TABLES)
    assert any("Region_Tier__c" in note for note in result.notes)
    assert "Region_Tier__c" in next(t.extra_columns for t in result.tables if t.table == "opportunity")
    assert result.rows == 1
    assert again.rows == 0
    rows = latest(connection.settings, "opportunity")
    assert rows[with_value]["Region_Tier__c"] == "gold"
    assert rows[without].get("Region_Tier__c") is None


def test_a_field_that_the_user_may_not_see_is_null_with_a_note(org: Org, connect: Connect) -> None:
    deal = org.add("Opportunity", Name="Deal", Amount=7)
    visible = tuple(item for item in SOBJECTS["Opportunity"].fields if item.name not in ("Amount", "CurrencyIsoCode"))
    org.replace_object("Opportunity", fields=visible)
    with connect(org.sandbox_dir) as connection:
        result = load(connection.settings, tables=TABLES)
    assert latest(connection.settings, "opportunity")[deal]["Amount"] is None
    (note,) = [note for note in result.notes if "Opportunity.Amount" in note]
    assert "CurrencyIsoCode" not in note


def test_without_its_cursor_field_an_object_is_read_whole_and_compared(org: Org, connect: Connect) -> None:
    kept, lost = org.add_many("Product2", 2, Name="Thing")
    described = SOBJECTS["Product2"]
    org.replace_object(
        "Product2",
        fields=tuple(item for item in described.fields if item.name != "SystemModstamp"),
        replicateable=False,
    )
    with connect(org.sandbox_dir) as connection:
        load(connection.settings, tables=TABLES)
        assert load(connection.settings, tables=TABLES).rows == 0
        org.vanish("Product2", lost)
        assert load(connection.settings, tables=TABLES).rows == 1
    assert versions(connection.settings, "product2") == 3
    assert kept in latest(connection.settings, "product2")


def test_requests_are_counted_as_the_org_counts_them(org: Org, connect: Connect) -> None:
    org.add_many("Opportunity", 4100, Name="Deal")
    with connect(org.sandbox_dir) as connection:
        result = load(connection.settings)
        stats = connection.stats()
    assert result.requests == sum(count for name, count in stats["endpoints"].items() if name != "token")
    opportunity = next(table for table in result.tables if table.table == "opportunity")
    assert opportunity.requests == 1 + 3
    assert dataclasses.asdict(opportunity)["rows"] == 4100
