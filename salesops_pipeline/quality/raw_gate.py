"""The gate at the lake's door: a system's raw landing is audited before a build reads it, and the answer is kept.

The kept answer is what makes the gate hold across runs: the certificate of a candidate asks whether every load that
its build read was audited and passed, so a run of only the build and the publication does not walk past a failed check.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from salesops_pipeline.contracts import load_contract
from salesops_pipeline.lake import Lake
from salesops_pipeline.publishing.files import write_atomically
from salesops_pipeline.quality.audit import run_suites
from salesops_pipeline.quality.contract_suites import raw_suites
from salesops_pipeline.quality.raw_landing import raw_database
from salesops_pipeline.quality.results import ExpectationResult, Outcome, SuiteResult, suite_outcome, worst
from salesops_pipeline.settings import Settings


class RawAudit(BaseModel):
    """The last audit of a system's raw landing.

    ``loads`` are the load packages it saw; ``results`` has one entry per table of the contract.
    """

    model_config = ConfigDict(frozen=True)

    system: str
    loads: tuple[str, ...]
    results: tuple[SuiteResult, ...]

    @property
    def outcome(self) -> Outcome:
        """The worst outcome over all tables."""
        return worst(result.outcome for result in self.results)


def audit_raw(lake: Lake, system: str, expectations_dir: Path, *, tables: Collection[str] = ()) -> RawAudit:
    """Audit what has landed of one system.

    What never brought a row passes unseen, unless a suite file has something to say about an empty table.

    Args:
        lake: The lake.
        system: Source system with a contract.
        expectations_dir: The folder ``expectations``; suite files lie in ``raw/<system>/``.
        tables: Only these tables; default: all of the contract.

    Raises:
        ConfigurationError: A suite file is broken.
    """
    contract = load_contract(system)
    directory = expectations_dir / "raw" / system
    suites = [suite for suite in raw_suites(contract, directory) if not tables or suite.table in tables]
    loads = lake.completed_loads(system)
    to_run = [
        suite
        for suite in suites
        if loads and (lake.visible_files(system, suite.table) or (directory / f"{suite.table}.yml").exists())
    ]
    found: dict[str, SuiteResult] = {}
    if to_run:
        with raw_database(lake, contract) as database:
            found = {result.table: result for result in run_suites(database, to_run)}
    unseen = (SuiteResult(suite.name, suite.table, "passed") for suite in suites)
    return RawAudit(system=system, loads=loads, results=tuple(found.get(item.table, item) for item in unseen))


def gate_raw(settings: Settings, system: str) -> RawAudit:
    """`audit_raw`, and keep the answer for the certificate of the next candidate.

    Raises:
        ConfigurationError: A suite file is broken.
    """
    audit = audit_raw(settings.lake, system, settings.expectations_dir)
    write_atomically(_record_path(settings, system), audit.model_dump_json(indent=2))
    return audit


def raw_results_of_build(settings: Settings, raw_loads: Mapping[str, Sequence[str]]) -> tuple[SuiteResult, ...]:
    """What is known about the raw loads that a build read.

    Args:
        settings: Where the kept answers lie.
        raw_loads: Load packages per system, as the candidate's manifest lists them.

    Returns:
        The kept results of every system among them, or an ``error`` in their place if a load was never audited.
    """
    results: list[SuiteResult] = []
    for system, loads in raw_loads.items():
        audit = _read_record(settings, system)
        unseen = [load for load in loads if audit is None or load not in audit.loads]
        if audit is None or unseen:
            results.append(_unaudited(system, unseen))
        else:
            results.extend(audit.results)
    return tuple(results)


def _unaudited(system: str, loads: Sequence[str]) -> SuiteResult:
    finding = ExpectationResult(
        type="raw_landing_was_audited",
        column="",
        severity="critical",
        outcome="error",
        description="Only audited loads may reach the marts.",
        error=f"load {loads[0]} of {system} was never audited; run the checks of its raw tables",
    )
    return SuiteResult(f"raw.{system}", system, suite_outcome([finding]), (finding,))


def _record_path(settings: Settings, system: str) -> Path:
    return settings.data_dir / "quality" / f"raw_{system}.json"


def _read_record(settings: Settings, system: str) -> RawAudit | None:
    try:
        return RawAudit.model_validate_json(_record_path(settings, system).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValidationError):
        # An answer that cannot be read is no answer: the loads count as not audited.
        return None
