"""(d) What a run spends its time on: Dagster, dbt, checks, publication, reports."""

from __future__ import annotations

from tests.benchmarks.pipeline import FirstRuns, PipelineRun, run_pipeline
from tests.benchmarks.results import Figure, Result

TARGET_CHECKS = 0.20


def measure(runs: FirstRuns, opportunities: int) -> Result:
    """The shares of a first run and of one with nothing new on the same data folder."""
    settings, first = runs.of(opportunities)
    return result(opportunities, first, run_pipeline(settings))


def parts(run: PipelineRun) -> dict[str, float]:
    """Seconds by what they went to; they add up to the wall time of the run.

    Models and tests of dbt run side by side, so the seconds in which dbt executed nodes are divided between the two in
    proportion. What remains of the dbt step is its start-up, parsing and the reading of its results.
    """
    steps = dict(run.steps)
    dbt = steps.pop("warehouse", 0.0)
    nodes = sum(run.dbt_seconds.values())
    executing = min(dbt, run.dbt_elapsed)
    found = {
        "extraction": _take(steps, "extract_"),
        "checks of what landed (Great Expectations)": _take(steps, "audit_", but="audit_candidate"),
        "dbt models": executing * run.dbt_seconds.get("model", 0.0) / nodes if nodes else 0.0,
        "dbt tests": executing * run.dbt_seconds.get("test", 0.0) / nodes if nodes else 0.0,
        "dbt start-up, parsing, results": dbt - executing,
        "publication: candidate and promotion": _take(steps, "published__"),
        "checks of the candidate (Great Expectations)": steps.pop("audit_candidate", 0.0),
        "reports": _take(steps, "reports__"),
    }
    found["other steps"] = sum(steps.values())
    found["Python and Dagster around the steps"] = run.measured.seconds - sum(found.values())
    return found


def _take(steps: dict[str, float], prefix: str, *, but: str = "") -> float:
    names = [name for name in steps if name.startswith(prefix) and name != but]
    return sum(steps.pop(name) for name in names)


def checks_share(found: dict[str, float]) -> float:
    """Tests and checks as a share of the whole run."""
    return sum(seconds for name, seconds in found.items() if name.startswith(("checks", "dbt tests"))) / sum(
        found.values()
    )


def result(opportunities: int, first: PipelineRun, nothing_new: PipelineRun) -> Result:
    """What the two runs say."""
    of_first, of_nothing = parts(first), parts(nothing_new)
    share = checks_share(of_first)
    rows = [
        (
            name,
            f"{of_first[name]:.1f}",
            f"{of_first[name] / first.measured.seconds:.0%}",
            f"{of_nothing[name]:.1f}",
            f"{of_nothing[name] / nothing_new.measured.seconds:.0%}",
        )
        for name in of_first
    ]
    return Result(
        "d",
        "What a run spends its time on",
        f"{opportunities:,} opportunities",
        "Seconds of each step as Dagster stored them, of dbt's nodes as its results have them, and wall time of the "
        "process; no timers in the code. Persons are too many here to be reported on in each run.",
        (
            Figure(
                "checks in a full run",
                f"{share:.1%}",
                f"<= {TARGET_CHECKS:.0%}",
                share <= TARGET_CHECKS,
                "dbt tests and Great Expectations on what landed and on the candidate, as a share of the whole run. "
                f"Beside everything else in the run they are {share / (1 - share):.1%}.",
            ),
        ),
        (("part", "full run s", "share", "nothing new s", "share"), *rows),
    )
