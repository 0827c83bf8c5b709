"""Whether the warehouse has to be built, whether from nothing, and why: decided from records alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from salesops_pipeline.publishing.build_record import BuildInputs, BuildRecord

_NAMED = 3


@dataclass(frozen=True)
class BuildPlan:
    """What to do about the warehouse.

    Args:
        is_needed: Whether dbt has to run.
        reason: Why, or why not, in a clause.
        full_refresh: Build every table from nothing, because what is there cannot be built upon.
    """

    is_needed: bool
    reason: str
    full_refresh: bool = False


def plan_build(
    last: BuildRecord | None, inputs: BuildInputs, *, is_untouched: bool, rebuild: bool = False
) -> BuildPlan:
    """Compare what a build would read now with what the last one read.

    Which tables follow from what changed is not decided here: each model finds that out when it is built.

    Args:
        last: The record of the last build.
        inputs: What a build would read now.
        is_untouched: Whether the warehouse is what the last build left.
        rebuild: Whether somebody asked for a build from nothing.
    """
    if rebuild:
        return BuildPlan(True, "asked to build everything again", full_refresh=True)
    if last is None:
        return BuildPlan(True, "there is no build yet", full_refresh=True)
    if last.inputs is None:
        return BuildPlan(True, "it is not known what the last build read", full_refresh=True)
    for changed in _cannot_be_built_upon(last.inputs, inputs):
        return BuildPlan(True, f"{changed} has changed", full_refresh=True)
    if last.status != "passed":
        said = "failed" if last.status == "failed" else "did not end"
        # A build from nothing has to be repeated as one: what it did not come to is still of the old kind.
        return BuildPlan(True, f"the last build {said}", full_refresh=last.full_refresh)
    if not is_untouched:
        return BuildPlan(True, "the warehouse was changed after its last build", full_refresh=True)
    for changed in _differences(last.inputs, inputs):
        return BuildPlan(True, changed)
    return BuildPlan(False, f"nothing new since the build of {last.started_at:%Y-%m-%d %H:%M} UTC")


def _cannot_be_built_upon(last: BuildInputs, now: BuildInputs) -> Iterator[str]:
    """What has changed that no table takes note of."""
    if now.project != last.project:
        yield "a file of the dbt project"
    if now.tools != last.tools or now.target != last.target:
        yield "dbt or its engine"
    if now.contracts != last.contracts:
        yield "a table contract"


def _differences(last: BuildInputs, now: BuildInputs) -> Iterator[str]:
    """What has changed that tables take note of."""
    if now.as_of_date != last.as_of_date:
        yield f"the day is {now.as_of_date}, not {last.as_of_date}"
    if tables := _changed(last.raw, now.raw):
        yield f"new loads of {_named(tables)}"
    if steps := _changed(last.derived, now.derived):
        yield f"new results of {_named(steps)}"


def _changed(last: dict[str, str], now: dict[str, str]) -> list[str]:
    return sorted(name for name in {*last, *now} if last.get(name) != now.get(name))


def _named(names: list[str]) -> str:
    shown = ", ".join(names[:_NAMED])
    return shown if len(names) <= _NAMED else f"{shown} and {len(names) - _NAMED} more"
