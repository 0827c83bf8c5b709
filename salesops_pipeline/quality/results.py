"""What an audit found: per expectation, per suite and overall. Plain data, no tool behind it.

Four outcomes. ``failed`` means the data broke a critical expectation; ``error`` means that an expectation could not be
evaluated, so nothing is known about the data. Both close the gate, and they are never mixed up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["critical", "warning", "info"]
ExpectationOutcome = Literal["passed", "failed", "error"]
Outcome = Literal["passed", "warned", "failed", "error"]

_WORST_FIRST: tuple[Outcome, ...] = ("error", "failed", "warned", "passed")


@dataclass(frozen=True)
class ExpectationResult:
    """One expectation, evaluated once."""

    type: str
    column: str
    """Column or columns concerned, comma separated; empty for a statement about the whole table."""
    severity: Severity
    outcome: ExpectationOutcome
    description: str
    """Why the expectation exists, in the words of its suite."""
    unexpected_count: int | None = None
    """Rows that break it; None where rows are not counted (table-level statements) or nothing was evaluated."""
    evaluated_count: int | None = None
    observed: str | None = None
    """What was found instead, for table-level statements."""
    sample: tuple[dict[str, str], ...] = ()
    """A few of the rows that break it, by key columns only, never personal data."""
    error: str | None = None
    """What went wrong inside the tool, for outcome ``error``."""


@dataclass(frozen=True)
class SuiteResult:
    """All expectations about one table."""

    suite: str
    """``raw.<system>.<table>``, ``core.<table>`` or ``marts.<table>``."""
    table: str
    outcome: Outcome
    expectations: tuple[ExpectationResult, ...] = ()

    @property
    def is_blocking(self) -> bool:
        """Whether this result closes the gate."""
        return self.outcome in ("failed", "error")


def suite_outcome(expectations: Iterable[ExpectationResult]) -> Outcome:
    """The outcome of a suite from those of its expectations.

    An expectation that could not be evaluated makes the suite an error whatever its severity: what is not verified is
    not published. A failed ``info`` expectation is shown and changes nothing.
    """
    outcome: Outcome = "passed"
    for expectation in expectations:
        if expectation.outcome == "error":
            return "error"
        if expectation.outcome == "failed" and expectation.severity == "critical":
            outcome = "failed"
        elif expectation.outcome == "failed" and expectation.severity == "warning" and outcome == "passed":
            outcome = "warned"
    return outcome


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The worst of several outcomes; ``passed`` when there are none."""
    found: Outcome = "passed"
    for outcome in outcomes:
        if _WORST_FIRST.index(outcome) < _WORST_FIRST.index(found):
            found = outcome
    return found


def problems(result: SuiteResult) -> tuple[str, ...]:
    """One readable line for each expectation that did not pass, worst first."""
    order: dict[str, int] = {"error": 0, "critical": 1, "warning": 2, "info": 3}
    unmet = [item for item in result.expectations if item.outcome != "passed"]
    unmet.sort(key=lambda item: order["error" if item.outcome == "error" else item.severity])
    return tuple(_line(item) for item in unmet)


def _line(item: ExpectationResult) -> str:
    subject = f"{item.type}({item.column})" if item.column else item.type
    if item.outcome == "error":
        return f"{subject}: could not be evaluated: {item.error}"
    found = f"{item.unexpected_count} rows" if item.unexpected_count is not None else f"observed {item.observed}"
    return f"{subject}: {item.severity}, {found}: {item.description}"


def expectation_rows(result: SuiteResult) -> list[dict[str, str | int]]:
    """The expectations of a suite as rows of scalars, for a table in a user interface."""
    return [
        {
            "expectation": item.type,
            "column": item.column,
            "severity": item.severity,
            "outcome": item.outcome,
            "unexpected": -1 if item.unexpected_count is None else item.unexpected_count,
            "evaluated": -1 if item.evaluated_count is None else item.evaluated_count,
            "observed": item.observed or "",
            "why": item.description,
            "sample": "; ".join(", ".join(f"{key}={value}" for key, value in row.items()) for row in item.sample),
            "error": item.error or "",
        }
        for item in result.expectations
    ]
