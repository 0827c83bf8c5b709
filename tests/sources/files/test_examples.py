"""The mappings that the project ships, on the public data sets they are written for; figures from the sets' README."""

from __future__ import annotations

import shutil
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from salesops_pipeline.settings import PROJECT_DIR
from salesops_pipeline.sources.files.check import CheckReport, check
from salesops_pipeline.sources.files.convert import convert_mapping
from salesops_pipeline.sources.files.mapping_file import read_mapping

Rows = dict[str, pa.Table]


def example(name: str, data: Path, target: Path) -> Path:
    folder = target / name
    shutil.copytree(data / name, folder, copy_function=shutil.copyfile)
    folder.chmod(0o755)
    shutil.copyfile(PROJECT_DIR / "examples" / name / "mapping.yml", folder / "mapping.yml")
    return folder


def rows_of(folder: Path) -> Rows:
    conversion = convert_mapping(folder, read_mapping(folder), company_id="unused")
    assert conversion.problems == ()
    tables: dict[str, list[pa.Table]] = {}
    for feed in conversion.feeds:
        tables.setdefault(feed.feed.entity, []).append(feed.rows)
    return {entity: pa.concat_tables(parts) for entity, parts in tables.items()}


@pytest.fixture(scope="module")
def hardware(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return example("crm_sales_opportunities", shared_data, tmp_path_factory.mktemp("files"))


@pytest.fixture(scope="module")
def bicycles(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return example("adventureworks", shared_data, tmp_path_factory.mktemp("files"))


@pytest.fixture(scope="module")
def deals(hardware: Path) -> Rows:
    return rows_of(hardware)


@pytest.fixture(scope="module")
def sellers(bicycles: Path) -> Rows:
    return rows_of(bicycles)


def assert_clean(report: CheckReport) -> None:
    assert report.problems == ()
    assert report.warnings == ()
    assert report.refused_rows == 0


def test_the_examples_are_clean(hardware: Path, bicycles: Path) -> None:
    assert_clean(check(hardware))
    assert_clean(check(bicycles))


def test_deals_by_stage_and_status(deals: Rows) -> None:
    opportunities = deals["opportunity"]
    assert Counter(opportunities["stage_name"].to_pylist()) == {
        "Won": 4238,
        "Lost": 2473,
        "Engaging": 1589,
        "Prospecting": 500,
    }
    assert Counter(opportunities["status"].to_pylist()) == {"won": 4238, "lost": 2473, "open": 2089}
    assert opportunities["account_id"].null_count == 1425
    assert opportunities["_company_id"].unique().to_pylist() == ["maven"]


def test_value_of_won_deals(deals: Rows) -> None:
    rows = deals["opportunity"].to_pylist()
    assert sum(row["amount"] for row in rows if row["status"] == "won") == Decimal("10005534.00")
    days = [(row["close_date"] - row["created_at"].date()).days for row in rows if row["status"] == "won"]
    assert round(sum(days) / len(days), 2) == 51.78


def test_value_of_won_deals_by_regional_office(deals: Rows) -> None:
    team_of = dict(zip(*(deals["person"][name].to_pylist() for name in ("person_id", "team_id")), strict=True))
    parent_of = dict(zip(*(deals["team"][name].to_pylist() for name in ("team_id", "parent_team_id")), strict=True))
    by_office: Counter[str] = Counter()
    for row in deals["opportunity"].to_pylist():
        if row["status"] == "won":
            by_office[parent_of[team_of[row["owner_person_id"]]]] += row["amount"]
    assert by_office == {"Office Central": 3_346_293, "Office East": 3_090_594, "Office West": 3_568_647}


def test_spelling_mistakes_of_the_export_are_corrected(deals: Rows) -> None:
    products = Counter(deals["opportunity"]["product_id"].to_pylist())
    assert products["GTX Pro"] == 1480
    assert set(products) == set(deals["product"]["product_id"].to_pylist())
    assert "technology" in deals["account"]["industry"].to_pylist()
    assert "technolgy" not in deals["account"]["industry"].to_pylist()
    assert "Philippines" in deals["account"]["country"].to_pylist()


def test_people_teams_and_subsidiaries(deals: Rows) -> None:
    assert deals["person"].num_rows == 35 + 6
    assert deals["team"].num_rows == 6 + 3
    parents = dict(
        zip(*(deals["account"][name].to_pylist() for name in ("account_id", "parent_account_id")), strict=True)
    )
    assert parents["Bluth Company"] == "Acme Corporation"
    revenue = dict(zip(*(deals["account"][name].to_pylist() for name in ("account_id", "annual_revenue")), strict=True))
    assert revenue["Acme Corporation"] == Decimal("1100040000.00")


def test_quotas_of_the_bicycle_maker(sellers: Rows) -> None:
    quotas = sellers["quota"]
    assert quotas.num_rows == 163
    assert sum(quotas["amount"].to_pylist()) == Decimal("95714000.00")
    assert set(quotas["person_id"].to_pylist()) == set(sellers["person"]["person_id"].to_pylist())
    assert {day.month for day in quotas["period_start_date"].to_pylist()} == {3, 6, 9, 12}


def test_sales_persons_have_names_titles_and_territories(sellers: Rows) -> None:
    people = {row["person_id"]: row for row in sellers["person"].to_pylist()}
    assert len(people) == 17
    assert people["282"]["name"] == "josé1"
    assert people["274"]["title"] == "North American Sales Manager"
    assert people["274"]["team_id"] is None
    assert sum(row["title"] == "Sales Representative" for row in people.values()) == 14


def test_territory_spells_end_before_the_next_ones_begin(sellers: Rows) -> None:
    spells = sellers["territory_assignment"].to_pylist()
    closed = {row["person_id"]: row for row in spells if row["valid_to"] is not None}
    assert (len(spells), sorted(closed)) == (17, ["275", "277", "280", "282"])
    for person in ("275", "277", "282"):
        later = [row for row in spells if row["person_id"] == person and row["valid_to"] is None]
        assert [row["valid_from"] for row in later] == [closed[person]["valid_to"]]


def test_stores_come_out_of_their_odd_format(sellers: Rows) -> None:
    stores = {row["account_id"]: row for row in sellers["account"].to_pylist()}
    assert len(stores) == 701
    store = stores["292"]
    assert (store["name"], store["owner_person_id"], store["employee_count"]) == ("Next-Door Bike Store", "279", 13)
    assert (store["annual_revenue"], store["founded_year"]) == (Decimal("80000.00"), 1996)


def test_currency_rates_say_what_foreign_money_is_worth(sellers: Rows) -> None:
    rates = {(row["currency_code"], str(row["valid_from"])): row for row in sellers["exchange_rate"].to_pylist()}
    assert len(rates) == 13_532
    canadian = rates[("CAD", "2022-05-30")]
    assert canadian["rate_to_reporting"] == round(1 / Decimal("1.4683"), 9)
    assert str(canadian["valid_to"]) == "2022-05-31"
    assert rates[("USD", "2025-05-30")]["rate_to_reporting"] == 1
