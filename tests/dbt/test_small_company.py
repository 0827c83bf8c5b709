"""What the marts say of the small company, worked out by hand."""

from __future__ import annotations

import datetime as dt
import shutil
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from salesops_pipeline.publishing.build_record import DbtCounts, finish_build, start_build
from salesops_pipeline.publishing.cut import build_candidate
from salesops_pipeline.settings import load_settings
from tests.dbt.dbt_command import Dbt
from tests.dbt.small_company import (
    ACME,
    ACME_TWIN,
    ANN,
    AS_OF,
    BOB,
    CHECKED,
    DELETED,
    EAST,
    EURO,
    RESTORED,
    TOP,
    WEST,
    WON,
)

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dbt")]

Built = tuple[Dbt, dict[str, str]]


def _sf(key: str) -> str:
    return f"salesforce:{key}"


def test_expected_dirt_warns_and_nothing_fails(small: Built) -> None:
    _, statuses = small
    warned = {name.split(".")[2] for name, status in statuses.items() if status == "warn"}
    assert warned == {"not_null_fct_opportunity_amount", "assert_open_opportunities_are_not_past_due"}
    assert set(statuses.values()) <= {"success", "pass", "warn", "no-op"}


def test_opportunities_that_count(small: Built) -> None:
    dbt, _ = small
    rows = dbt.query("select opportunity_id, status, amount from marts.mart_opportunity where company_id = 'demo'")
    assert sorted(rows) == [
        (_sf(WON), "won", Decimal("1000.00")),
        (_sf(RESTORED), "open", None),
        (_sf(EURO), "open", Decimal("200.00")),
    ]


def test_deleted_opportunity_is_gone_but_visible(small: Built) -> None:
    dbt, _ = small
    assert dbt.query("select opportunity_id, amount from core.fct_opportunity_deletion") == [
        (_sf(DELETED), Decimal("1000.00"))
    ]
    assert dbt.query(f"select * from core.fct_opportunity_event where opportunity_id = '{_sf(DELETED)}'") == []


def test_merged_account_hands_its_opportunity_to_the_survivor(small: Built) -> None:
    dbt, _ = small
    assert dbt.query(
        f"select account_id, account_name from marts.mart_opportunity where opportunity_id = '{_sf(WON)}'"
    ) == [(_sf(ACME), "Acme")]
    assert dbt.query("select merged_account_id, account_id from core.bridge_account_merge") == [
        (_sf(ACME_TWIN), _sf(ACME))
    ]
    assert dbt.query(
        "select account_id, merged_account_count, segment from core.dim_account where company_id = 'demo'"
    ) == [(_sf(ACME), 1, "Enterprise")]


def test_field_the_contract_does_not_know_passes_through(small: Built) -> None:
    dbt, _ = small
    rows = dbt.query("select opportunity_id, custom_fields from core.fct_opportunity where custom_fields is not null")
    assert rows == [(_sf(WON), '{"Region_Tier__c":"gold"}')]


def test_booking_stays_with_seller_and_team_of_the_close_date(small: Built) -> None:
    dbt, _ = small
    ((owner, team, now_owner, now_team),) = dbt.query(
        "select owner_person_id, owner_team_id, current_owner_person_id, current_owner_team_id "
        f"from core.fct_opportunity where opportunity_id = '{_sf(WON)}'"
    )
    assert (owner, team) == (_sf(ANN), _sf(EAST))
    assert (now_owner, now_team) == (_sf(BOB), _sf(WEST))


def test_attainment_credits_splits_to_the_cent_in_the_teams_of_that_day(small: Built) -> None:
    dbt, _ = small
    rows = dbt.query(
        "select node_id, quota_amount, credited_amount, fiscal_quarter_label from marts.mart_quota_attainment "
        "where company_id = 'demo'"
    )
    quarter = "FY2027-Q1"
    assert sorted(rows) == sorted(
        [
            ("demo", Decimal("1300.00"), Decimal("1000.00"), quarter),
            (_sf(TOP), Decimal("1300.00"), Decimal("1000.00"), quarter),
            (_sf(EAST), Decimal("800.00"), Decimal("333.30"), quarter),
            (_sf(WEST), Decimal("500.00"), Decimal("666.70"), quarter),
            (_sf(ANN), Decimal("800.00"), Decimal("333.30"), quarter),
            (_sf(BOB), Decimal("500.00"), Decimal("666.70"), quarter),
        ]
    )


def test_foreign_amount_is_converted_by_the_inverted_rate(small: Built) -> None:
    dbt, _ = small
    assert dbt.query(f"select reporting_amount from core.fct_opportunity where opportunity_id = '{_sf(EURO)}'") == [
        (Decimal("250.00"),)
    ]


def test_export_without_history_keys_or_people(small: Built) -> None:
    dbt, _ = small
    rows = dbt.query(
        "select opportunity_id, status, owner_name, account_name, product_name, days_to_close "
        "from marts.mart_opportunity where company_id = 'shop' order by 1"
    )
    assert rows == [
        ("shop:D1", "won", "Zoe", "Corner Café", "Widget", 41),
        ("shop:D2", "lost", "Zoe", "Corner Café", "Widget", 50),
        ("shop:D3", "open", "Zoe", "Corner Café", "Widget", None),
    ]
    rates = dbt.query(
        "select fiscal_quarter_label, won_count, closed_count, won_amount, closed_amount, no_rate_reason "
        "from marts.mart_win_rate where node_type = 'company' and company_id = 'shop'"
    )
    assert rates == [("FY2026-Q1", 1, 2, Decimal("300.00"), Decimal("300.00"), None)]


def test_interrupted_load_is_invisible(small: Built) -> None:
    dbt, _ = small
    assert dbt.query(
        "select load_count from marts.mart_source_freshness where table_name = 'opportunity' "
        "and source_system = 'salesforce'"
    ) == [(2,)]


def test_descriptions_reach_whoever_opens_the_published_file(small: Built, parsed: Dbt, tmp_path: Path) -> None:
    dbt, _ = small
    settings = load_settings(data_dir=tmp_path / "data")
    start_build(settings, AS_OF)
    shutil.copy(dbt.warehouse, settings.warehouse_path)
    finish_build(settings, passed=True, dbt=DbtCounts())
    described = {
        (node["schema"].removeprefix("main_"), node["name"]): node
        for node in parsed.manifest()["nodes"].values()
        if node["resource_type"] == "model"
    }
    with duckdb.connect(str(build_candidate(settings).duckdb_path), read_only=True) as connection:
        tables = connection.execute("select schema_name, table_name, comment from duckdb_tables()").fetchall()
        columns = connection.execute(
            "select schema_name, table_name, column_name, comment from duckdb_columns() where not internal"
        ).fetchall()
    assert {schema for schema, *_ in tables} == {"core", "marts"}
    for schema, table, comment in tables:
        assert comment == described[schema, table]["description"] != ""
    for schema, table, column, comment in columns:
        assert comment == described[schema, table]["columns"][column]["description"] != ""


def test_last_checked_is_known_for_tables_that_brought_nothing(small: Built) -> None:
    dbt, _ = small
    rows = dbt.query(
        "select table_name, last_checked_at, last_checked_at = last_loaded_at from marts.mart_source_freshness "
        "where source_system = 'salesforce' and table_name in ('account', 'lead', 'opportunity', 'task') order by 1"
    )
    noted = CHECKED.replace(tzinfo=None)
    (opportunity,) = (row for row in rows if row[0] == "opportunity")
    assert [row for row in rows if row is not opportunity] == [
        ("account", noted, False),
        ("lead", noted, None),
        ("task", None, None),
    ]
    assert opportunity[2], "without a note, the load that brought rows counts"


def test_earlier_day_shows_what_was_then_and_the_same_day_the_same_rows(small: Built) -> None:
    dbt, _ = small
    as_latest = dbt.contents("core", "marts")
    try:
        dbt.lake.write_run_context(as_of=dt.date(2026, 2, 25))
        dbt.build("--exclude-resource-type", "unit_test")
        rows = dbt.query(
            "select opportunity_id, status, stage_name, amount, owner_person_id from core.fct_opportunity order by 1"
        )
        assert rows == [
            (_sf(WON), "open", "Proposal", Decimal("1000.00"), _sf(ANN)),
            (_sf(RESTORED), "open", "Proposal", None, _sf(ANN)),
            (_sf(EURO), "open", "Proposal", Decimal("200.00"), _sf(ANN)),
            ("shop:D1", "won", "Won", Decimal("300.00"), "shop:Zoe"),
            ("shop:D2", "open", "Unknown", Decimal("0.00"), "shop:Zoe"),
            ("shop:D3", "open", "Engaging", None, "shop:Zoe"),
        ]
    finally:
        dbt.lake.write_run_context(as_of=AS_OF)
        dbt.build("--exclude-resource-type", "unit_test", "--exclude-resource-type", "test")
    assert dbt.contents("core", "marts") == as_latest
