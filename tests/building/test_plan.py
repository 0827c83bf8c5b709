"""Whether a build is needed follows from records alone, and what is in doubt is built."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from salesops_pipeline.building.inputs import CurrentInputs
from salesops_pipeline.building.plan import plan_build, selectors
from salesops_pipeline.publishing.build_record import BuildRecord

INPUTS = CurrentInputs(
    project="p",
    tools="t",
    target="duckdb",
    contracts="c",
    as_of_date=dt.date(2026, 11, 1),
    loads={"salesforce.task": ("1.5", "2.5"), "files.quota": ()},
    derived={"stitched_contact": "d"},
)


def record(**changes: object) -> BuildRecord:
    """The record of a build that read `INPUTS` and passed."""
    passed = BuildRecord(
        status="passed",
        as_of_date=INPUTS.as_of_date,
        started_at=dt.datetime(2026, 11, 1, 5, tzinfo=dt.UTC),
        inputs=INPUTS.recorded(),
    )
    return passed.model_copy(update=changes)


def test_nothing_is_built_again_from_the_same_inputs() -> None:
    plan = plan_build(record(), INPUTS, is_untouched=True)
    assert not plan.is_needed
    assert "nothing new" in plan.reason


def test_a_new_load_builds_what_follows_from_its_table() -> None:
    inputs = dataclasses.replace(INPUTS, loads={**INPUTS.loads, "salesforce.task": ("1.5", "2.5", "3.5")})
    plan = plan_build(record(), inputs, is_untouched=True)
    assert (plan.is_needed, plan.full_refresh, plan.changed_tables) == (True, False, ("salesforce.task",))
    assert "source:salesops.salesforce.task+" in selectors(plan)


@pytest.mark.parametrize("loads", [("1.5",), ("2.5",), ("0.5", "1.5", "2.5"), ()])
def test_loads_that_are_gone_or_came_before_others_build_everything_anew(loads: tuple[str, ...]) -> None:
    inputs = dataclasses.replace(INPUTS, loads={**INPUTS.loads, "salesforce.task": loads})
    plan = plan_build(record(), inputs, is_untouched=True)
    assert (plan.is_needed, plan.full_refresh) == (True, True)
    assert "salesforce.task" in plan.reason


@pytest.mark.parametrize("attribute", ["project", "tools", "target", "contracts"])
def test_another_project_or_engine_builds_everything_anew(attribute: str) -> None:
    plan = plan_build(record(), dataclasses.replace(INPUTS, **{attribute: "other"}), is_untouched=True)
    assert (plan.is_needed, plan.full_refresh, selectors(plan)) == (True, True, ())


@pytest.mark.parametrize("changes", [{"as_of_date": dt.date(2026, 11, 2)}, {"derived": {"stitched_contact": "e"}}])
def test_another_day_or_step_builds_everything_upon_what_is_there(changes: dict[str, object]) -> None:
    plan = plan_build(record(), dataclasses.replace(INPUTS, **changes), is_untouched=True)
    assert (plan.is_needed, plan.full_refresh, plan.changed_tables) == (True, False, None)


@pytest.mark.parametrize("status", ["failed", "running"])
@pytest.mark.parametrize("from_nothing", [True, False])
def test_a_build_that_did_not_pass_is_repeated_as_it_was(status: str, from_nothing: bool) -> None:
    plan = plan_build(record(status=status, full_refresh=from_nothing), INPUTS, is_untouched=True)
    assert (plan.is_needed, plan.full_refresh, plan.changed_tables) == (True, from_nothing, None)


def test_what_is_in_doubt_is_built_from_nothing() -> None:
    for last, is_untouched in [(None, False), (record(inputs=None), True), (record(), False)]:
        plan = plan_build(last, INPUTS, is_untouched=is_untouched)
        assert (plan.is_needed, plan.full_refresh) == (True, True)


def test_it_can_be_asked_for() -> None:
    plan = plan_build(record(), INPUTS, is_untouched=True, rebuild=True)
    assert (plan.is_needed, plan.full_refresh) == (True, True)
