"""Tests look at what changed since they last passed, and at everything that failed until it is mended."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from salesops_pipeline.lake import Lake
from tests.dbt.dbt_command import Dbt
from tests.dbt.raw_lake import write_load
from tests.dbt.small_company import AS_OF, RESTORED, WON, at, opportunity_row, write_small_company

PROBABILITY = "within_conformed_opportunity_0__1__probability"


@pytest.fixture
def dbt(tmp_path: Path) -> Dbt:
    """The small company, not built yet."""
    dbt = Dbt(Lake(tmp_path / "lake"), tmp_path / "warehouse.duckdb", tmp_path / "target")
    write_small_company(dbt.lake)
    dbt.lake.write_run_context(as_of=AS_OF)
    return dbt


def outcome(dbt: Dbt, test: str, *models: str) -> tuple[str, int]:
    """Build up to some models, and give status and failures of its test whose name begins like this."""
    dbt.lake.write_catalog()
    selected = [f"+{model}" for model in models]
    dbt.run("build", "--select", *selected, "--indirect-selection", "cautious", "--exclude-resource-type", "unit_test")
    results = json.loads((dbt.target / "run_results.json").read_text(encoding="utf-8"))["results"]
    (found,) = (result for result in results if result["unique_id"].split(".")[2].startswith(test))
    return found["status"], found["failures"]


def looked_at(dbt: Dbt, test: str) -> str:
    """The query of a test in the last build."""
    (path,) = (dbt.target / "compiled").rglob(f"{test}*.sql")
    return path.read_text(encoding="utf-8")


def change(dbt: Dbt, load: str, record_id: str, day: str, probability: int) -> None:
    """A load that brings an opportunity with a chance in percent."""
    row = opportunity_row(record_id, Probability=Decimal(probability), SystemModstamp=at(day), LastModifiedDate=at(day))
    write_load(dbt.lake, "salesforce", load, {"opportunity": [row]})


@pytest.mark.timeout(300)
def test_a_fault_is_found_among_changes_and_again_until_it_is_mended(dbt: Dbt) -> None:
    assert outcome(dbt, PROBABILITY, "conformed_opportunity") == ("pass", 0)
    change(dbt, "1774800000.1", RESTORED, "2026-03-29 09:00", probability=640)
    assert outcome(dbt, PROBABILITY, "conformed_opportunity") == ("fail", 1)
    assert "tracking" in looked_at(dbt, PROBABILITY), "only what changed was looked at"
    assert outcome(dbt, PROBABILITY, "conformed_opportunity") == ("fail", 1), (
        "nothing has changed, and it is still there"
    )
    change(dbt, "1774810000.1", WON, "2026-03-29 11:00", probability=550)
    assert outcome(dbt, PROBABILITY, "conformed_opportunity") == ("fail", 2), "with the new one"
    change(dbt, "1774820000.1", RESTORED, "2026-03-29 12:00", probability=60)
    change(dbt, "1774820000.2", WON, "2026-03-29 12:00", probability=60)
    assert outcome(dbt, PROBABILITY, "conformed_opportunity") == ("pass", 0)


@pytest.mark.timeout(300)
def test_what_points_to_a_row_that_is_gone_is_looked_at_though_it_did_not_change(dbt: Dbt) -> None:
    of_interest = ("relationships_fct_opportunity_event", "fct_opportunity_event", "fct_opportunity")
    assert outcome(dbt, *of_interest) == ("pass", 0)
    with duckdb.connect(str(dbt.warehouse)) as warehouse:
        # As if the model of the facts had lost an opportunity and that of the events had not noticed.
        warehouse.execute("insert into tracking.builds select max(build) + 1, now() from tracking.builds")
        warehouse.execute(
            "insert into tracking.core__fct_opportunity by name select *, false as _is_new, "
            "(select max(build) from tracking.builds) as _build from core.fct_opportunity limit 1"
        )
        warehouse.execute(
            "delete from core.fct_opportunity where opportunity_id in "
            "(select opportunity_id from tracking.core__fct_opportunity where not _is_new)"
        )
    status, failures = outcome(dbt, *of_interest)
    assert status == "fail"
    assert failures > 0
