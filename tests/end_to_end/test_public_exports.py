"""The exports of two real companies, side by side, give their known figures exactly in the published marts."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from salesops_pipeline.settings import PROJECT_DIR
from tests.end_to_end.pipeline import Deployment

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("exports")]

HARDWARE, BICYCLES = "crm_sales_opportunities", "adventureworks"


@pytest.fixture(scope="module")
def deployment(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """Both folders, each with the mapping that the project ships for it, loaded into one deployment."""
    root = tmp_path_factory.mktemp("exports")
    for name in (HARDWARE, BICYCLES):
        shutil.copytree(shared_data / name, root / name)
        (root / name).chmod(0o755)
        shutil.copy(PROJECT_DIR / "examples" / name / "mapping.yml", root / name / "mapping.yml")
    folders = ",".join(str(root / name) for name in (HARDWARE, BICYCLES))
    deployment = Deployment(root / "data", (("SALESOPS_FILES_DIRS", folders),))
    deployment.salesops("run", "--as-of", "2017-12-31")
    return deployment


def test_opportunities_by_stage(deployment: Deployment) -> None:
    rows = deployment.query("select stage_name, count(*) from marts.mart_opportunity group by 1")
    assert dict(rows) == {"Won": 4238, "Lost": 2473, "Engaging": 1589, "Prospecting": 500}


def test_win_rate_of_the_company(deployment: Deployment) -> None:
    ((won, closed, amount),) = deployment.query(
        "select sum(won_count), sum(closed_count), sum(won_amount) from marts.mart_win_rate where node_type = 'company'"
    )
    assert (won, closed, amount) == (4238, 6711, Decimal("10005534.00"))


def test_bookings_by_quarter_of_2017(deployment: Deployment) -> None:
    rows = deployment.query(
        "select extract(quarter from close_date), sum(reporting_amount) from marts.mart_opportunity "
        "where is_won and extract(year from close_date) = 2017 group by 1 order by 1"
    )
    assert [amount for _, amount in rows] == [Decimal(value) for value in (1134672, 3086111, 2982255, 2802496)]


def test_bookings_by_regional_office(deployment: Deployment) -> None:
    rows = deployment.query(
        "select node_name, sum(won_amount) from marts.mart_win_rate "
        "where node_type = 'team' and node_name in ('Central', 'East', 'West') group by 1"
    )
    assert dict(rows) == {"Central": Decimal(3346293), "East": Decimal(3090594), "West": Decimal(3568647)}


def test_days_to_close_of_won_deals(deployment: Deployment) -> None:
    ((days,),) = deployment.query("select round(avg(days_to_close), 2) from marts.mart_opportunity where is_won")
    assert days == pytest.approx(51.78)


def test_a_misspelt_product_is_one_product(deployment: Deployment) -> None:
    rows = deployment.query("select product_name, count(*) from marts.mart_opportunity group by 1")
    assert dict(rows)["GTX Pro"] >= 1480
    assert "GTXPro" not in dict(rows)


def test_quotas_of_the_bicycle_maker(deployment: Deployment) -> None:
    rows = deployment.query(
        "select count(*), sum(amount), count(distinct person_id) "
        "from core.fct_quota where company_id = 'adventureworks'"
    )
    assert rows == [(163, Decimal("95714000.00"), 17)]


def test_quota_attainment_carries_the_whole_quota(deployment: Deployment) -> None:
    rows = deployment.query(
        "select sum(quota_amount) from marts.mart_quota_attainment "
        "where node_type = 'company' and company_id = 'adventureworks'"
    )
    assert rows == [(Decimal("95714000.00"),)]


def test_closed_territory_spells(deployment: Deployment) -> None:
    rows = deployment.query(
        "select count(*) from core.bridge_territory_assignment "
        "where company_id = 'adventureworks' and valid_to is not null"
    )
    assert rows == [(4,)]
