"""Whether the warehouse has to be built, how much of it, and why: decided from records alone."""

from __future__ import annotations

from dataclasses import dataclass

from salesops_pipeline.building.inputs import CurrentInputs, loads_of
from salesops_pipeline.publishing.build_record import BuildRecord, Loads

_NAMED = 3


@dataclass(frozen=True)
class BuildPlan:
    """What to do about the warehouse.

    Args:
        is_needed: Whether dbt has to run.
        reason: Why, or why not, in a clause.
        full_refresh: Build every table from nothing, because what is there cannot be built upon.
        changed_tables: The raw tables with new loads, named ``<system>.<table>``, if nothing but them differs from the
            last build: then only what follows from them has to be built. None: everything has to be.
    """

    is_needed: bool
    reason: str
    full_refresh: bool = False
    changed_tables: tuple[str, ...] | None = None


def plan_build(
    last: BuildRecord | None, inputs: CurrentInputs, *, is_untouched: bool, rebuild: bool = False
) -> BuildPlan:
    """Compare what a build would read now with what the last one read.

    Args:
        last: The record of the last build.
        inputs: What a build would read now.
        is_untouched: Whether the warehouse is what the last build left.
        rebuild: Whether somebody asked for a build from nothing.
    """
    if rebuild:
        return BuildPlan(True, "asked to build everything again", full_refresh=True)
    if reason := _unusable(last, inputs):
        return BuildPlan(True, reason, full_refresh=True)
    assert last is not None, "otherwise nothing could be built upon it"
    assert last.inputs is not None, "nor then"
    if last.status != "passed":
        said = "failed" if last.status == "failed" else "did not end"
        # A build from nothing has to be repeated as one: what it did not come to is still of the old kind.
        return BuildPlan(True, f"the last build {said}", full_refresh=last.full_refresh)
    if not is_untouched:
        return BuildPlan(True, "the warehouse was changed after its last build", full_refresh=True)
    changed = tuple(sorted(name for name, ids in inputs.loads.items() if loads_of(ids) != last.inputs.raw.get(name)))
    if inputs.as_of_date != last.as_of_date:
        return BuildPlan(True, f"as of {inputs.as_of_date} instead of {last.as_of_date}")
    if inputs.derived != last.inputs.derived:
        return BuildPlan(True, "a step before dbt wrote something new")
    if changed:
        return BuildPlan(True, f"new loads of {_named(changed)}", changed_tables=changed)
    return BuildPlan(False, f"nothing new since the build of {last.started_at:%Y-%m-%d %H:%M} UTC")


def _unusable(last: BuildRecord | None, inputs: CurrentInputs) -> str:
    """Why nothing can be built upon what the last build left; empty if it can."""
    if last is None:
        return "there is no build yet"
    if last.inputs is None:
        return "it is not known what the last build read"
    for attribute, subject in (
        ("project", "a file of the dbt project"),
        ("tools", "dbt or its engine"),
        ("target", "the engine"),
        ("contracts", "a table contract"),
    ):
        if getattr(inputs, attribute) != getattr(last.inputs, attribute):
            return f"{subject} has changed"
    if lost := tuple(sorted(name for name, known in last.inputs.raw.items() if not _continues(known, inputs, name))):
        return f"loads that the last build read are gone from {_named(lost)}"
    return ""


def _continues(known: Loads, inputs: CurrentInputs, table: str) -> bool:
    """Whether a table's loads are those that the last build read and later ones."""
    return loads_of(inputs.loads.get(table, ())[: known.count]) == known


def _named(tables: tuple[str, ...]) -> str:
    shown = ", ".join(tables[:_NAMED])
    return shown if len(tables) <= _NAMED else f"{shown} and {len(tables) - _NAMED} more tables"


def selectors(plan: BuildPlan) -> tuple[str, ...]:
    """What a plan builds, as dbt selectors; none: everything.

    Tables that tell when sources were checked are always among them: they follow from no raw table.
    """
    if plan.changed_tables is None:
        return ()
    return (*(f"source:salesops.{table}+" for table in plan.changed_tables), "conformed_table_check+")
