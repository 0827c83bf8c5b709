"""Whether a build is needed follows from records alone, and what is in doubt is built."""

from __future__ import annotations

import datetime as dt

import pytest

from salesops_pipeline.building.plan import plan_build
from salesops_pipeline.publishing.build_record import BuildInputs, BuildRecord

INPUTS = BuildInputs(
    project="p",
    tools="t",
    target="duckdb",
    contracts="c",
    as_of_date=dt.date(2026, 11, 1),
    raw={"salesforce.task": "two loads", "files.quota": "none"},
    derived={"stitched_contact": "d"},
)


def record(**changes: object) -> BuildRecord:
    """The record of a build that read `INPUTS` and passed."""
    passed = BuildRecord(
        status="passed",
        as_of_date=INPUTS.as_of_date,
        started_at=dt.datetime(2026, 11, 1, 5, tzinfo=dt.UTC),
        inputs=INPUTS,
    )
    return passed.model_copy(update=changes)


def test_nothing_is_built_again_from_the_same_inputs() -> None:
    plan = plan_build(record(), INPUTS, is_untouched=True)
    assert not plan.is_needed
    assert "nothing new" in plan.reason


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"raw": {**INPUTS.raw, "salesforce.task": "three loads"}}, "salesforce.task"),
        ({"raw": {"files.quota": "none"}}, "salesforce.task"),
        ({"derived": {"stitched_contact": "e"}}, "stitched_contact"),
        ({"as_of_date": dt.date(2026, 11, 2)}, "2026-11-02"),
    ],
)
def test_what_tables_take_note_of_is_built_upon_what_is_there(changes: dict[str, object], named: str) -> None:
    plan = plan_build(record(), INPUTS.model_copy(update=changes), is_untouched=True)
    assert (plan.is_needed, plan.full_refresh) == (True, False)
    assert named in plan.reason


@pytest.mark.parametrize("attribute", ["project", "tools", "target", "contracts"])
def test_another_project_or_engine_builds_everything_anew(attribute: str) -> None:
    plan = plan_build(record(), INPUTS.model_copy(update={attribute: "other"}), is_untouched=True)
    assert (plan.is_needed, plan.full_refresh) == (True, True)


@pytest.mark.parametrize("status", ["failed", "running"])
@pytest.mark.parametrize("from_nothing", [True, False])
def test_a_build_that_did_not_pass_is_repeated_as_it_was(status: str, from_nothing: bool) -> None:
    plan = plan_build(record(status=status, full_refresh=from_nothing), INPUTS, is_untouched=True)
    assert (plan.is_needed, plan.full_refresh) == (True, from_nothing)


def test_what_is_in_doubt_is_built_from_nothing() -> None:
    for last, is_untouched in [(None, False), (record(inputs=None), True), (record(), False)]:
        plan = plan_build(last, INPUTS, is_untouched=is_untouched)
        assert (plan.is_needed, plan.full_refresh) == (True, True)


def test_it_can_be_asked_for() -> None:
    plan = plan_build(record(), INPUTS, is_untouched=True, rebuild=True)
    assert (plan.is_needed, plan.full_refresh) == (True, True)
