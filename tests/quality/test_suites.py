"""Suite files: readable errors for broken ones, and every file of the project is sound."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesops_pipeline.contracts import load_contract, systems
from salesops_pipeline.errors import ConfigurationError
from salesops_pipeline.quality.audit import check_suites
from salesops_pipeline.quality.contract_suites import raw_suites
from salesops_pipeline.quality.gate import candidate_suites
from salesops_pipeline.quality.results import ExpectationResult, SuiteResult, expectation_rows, suite_outcome, worst
from salesops_pipeline.quality.suites import load_suite
from salesops_pipeline.settings import PROJECT_DIR

EXPECTATIONS = PROJECT_DIR / "expectations"

GOOD = """
table: deal
description: Deals.
key: [id]
expectations:
  - type: expect_column_values_to_not_be_null
    column: id
    severity: warning
    why: >
      A key
      is needed.
"""


def load(tmp_path: Path, text: str):
    path = tmp_path / "deal.yml"
    path.write_text(text, encoding="utf-8")
    return load_suite(path, prefix="sales", schema="sales")


def test_a_suite_is_read_as_written(tmp_path: Path) -> None:
    suite = load(tmp_path, GOOD)
    (expectation,) = suite.expectations
    assert (suite.name, suite.schema, suite.table, suite.key) == ("sales.deal", "sales", "deal", ("id",))
    assert (expectation.arguments, expectation.severity, expectation.columns) == ({"column": "id"}, "warning", "id")
    assert expectation.why == "A key is needed."
    assert expectation.where.endswith("deal.yml, entry 1")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("table: deal", "table: account"), "says table 'account', but the file is named deal.yml"),
        (("severity: warning", "severity: urgent"), r"expectations → 1 → severity: .*critical.*deal.yml"),
        (("why: >", "because: >"), "expectations → 1 → why: Field required"),
        (("description: Deals.", "summary: Deals."), "description: Field required"),
        (("key: [id]", "key: [id"), "not readable as YAML"),
        (
            ("type: expect_column_values_to_not_be_null", "type: unexpected_rows_expectation"),
            r"must read from \{batch\}.*entry 1",
        ),
    ],
)
def test_a_broken_file_is_named_with_its_entry(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        load(tmp_path, GOOD.replace(*change))


def test_an_empty_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"deal.yml"):
        load(tmp_path, "")


def test_samples_never_show_personal_data(tmp_path: Path) -> None:
    (tmp_path / "user.yml").write_text(
        GOOD.replace("table: deal", "table: user").replace("key: [id]", "key: [Id, Email]"), encoding="utf-8"
    )
    with pytest.raises(ConfigurationError, match="personal data in samples: Email"):
        raw_suites(load_contract("salesforce"), tmp_path)


def test_a_suite_for_no_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "deal.yml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="a table that salesforce does not have: deal"):
        raw_suites(load_contract("salesforce"), tmp_path)


@pytest.mark.parametrize("system", systems())
def test_every_raw_suite_of_the_project_is_sound(system: str) -> None:
    suites = raw_suites(load_contract(system), EXPECTATIONS / "raw" / system)
    assert len(suites) == len(load_contract(system).tables)
    check_suites(suites)


def test_every_suite_of_what_is_published_is_sound() -> None:
    suites = candidate_suites(EXPECTATIONS)
    assert {suite.schema for suite in suites} == {"core", "marts"}
    check_suites(suites)


def test_outcomes_are_ranked() -> None:
    assert worst([]) == "passed"
    assert worst(["passed", "warned", "failed"]) == "failed"
    assert worst(["failed", "error", "passed"]) == "error"
    assert suite_outcome([]) == "passed"


def test_rows_for_a_user_interface_are_scalars() -> None:
    item = ExpectationResult("t", "c", "critical", "failed", "why", 2, 9, None, ({"id": "1", "day": "2"}, {"id": "3"}))
    (row,) = expectation_rows(SuiteResult("s", "t", "failed", (item,)))
    assert row["sample"] == "id=1, day=2; id=3"
    assert row["unexpected"] == 2
    assert all(isinstance(value, str | int) for value in row.values())
