"""Tests look at what changed since they last passed, and at everything that failed until it is mended."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import cast

import duckdb
import pytest
from dbt.contracts.graph.nodes import GenericTestNode

from salesops_pipeline.lake import Lake
from tests.dbt.in_process import InProcessDbt
from tests.dbt.raw_lake import write_load
from tests.dbt.small_company import AS_OF, RESTORED, WON, at, opportunity_row, write_small_company

PROBABILITY = "within_conformed_opportunity_0__1__probability"


@dataclass
class Company:
    """The small company, not built yet."""

    dbt: InProcessDbt
    lake: Lake
    warehouse: Path
    looked_at: str = ""
    """The query of the test that was asked last."""

    def outcome(self, test: str, *models: str) -> tuple[str, int]:
        """Build up to some models, and give status and failures of the test whose name begins like this."""
        self.lake.write_catalog()
        selected = [f"+{model},resource_type:model" for model in models]
        results = self.dbt.build(
            self.lake, self.warehouse, "--select", *selected, f"{test}*", "--indirect-selection", "empty"
        )
        (found,) = (result for result in results if result.node.resource_type == "test")
        self.looked_at = cast(GenericTestNode, found.node).compiled_code or ""
        return found.status, found.failures or 0


@pytest.fixture
def company(tmp_path: Path, in_process: InProcessDbt) -> Company:
    company = Company(in_process, Lake(tmp_path / "lake"), tmp_path / "warehouse.duckdb")
    write_small_company(company.lake)
    company.lake.write_run_context(as_of=AS_OF)
    return company


def change(company: Company, load: str, record_id: str, day: str, probability: int) -> None:
    """A load that brings an opportunity with a chance in percent."""
    row = opportunity_row(record_id, Probability=Decimal(probability), SystemModstamp=at(day), LastModifiedDate=at(day))
    write_load(company.lake, "salesforce", load, {"opportunity": [row]})


def test_a_fault_is_found_among_changes_and_again_until_it_is_mended(company: Company) -> None:
    assert company.outcome(PROBABILITY, "conformed_opportunity") == ("pass", 0)
    change(company, "1774800000.1", RESTORED, "2026-03-29 09:00", probability=640)
    assert company.outcome(PROBABILITY, "conformed_opportunity") == ("fail", 1)
    assert "tracking" in company.looked_at, "only what changed was looked at"
    assert company.outcome(PROBABILITY, "conformed_opportunity") == ("fail", 1), (
        "nothing has changed, and it is still there"
    )
    change(company, "1774810000.1", WON, "2026-03-29 11:00", probability=550)
    assert company.outcome(PROBABILITY, "conformed_opportunity") == ("fail", 2), "with the new one"
    change(company, "1774820000.1", RESTORED, "2026-03-29 12:00", probability=60)
    change(company, "1774820000.2", WON, "2026-03-29 12:00", probability=60)
    assert company.outcome(PROBABILITY, "conformed_opportunity") == ("pass", 0)


def test_what_points_to_a_row_that_is_gone_is_looked_at_though_it_did_not_change(company: Company) -> None:
    of_interest = ("relationships_fct_opportunity_event", "fct_opportunity_event", "fct_opportunity")
    assert company.outcome(*of_interest) == ("pass", 0)
    with duckdb.connect(str(company.warehouse)) as warehouse:
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
    status, failures = company.outcome(*of_interest)
    assert status == "fail"
    assert failures > 0
