"""Great Expectations suites as Dagster asset checks.

A check passes, fails on the data, or reports that it could not be evaluated at all; the last is an error of its own
that says so, because "could not look" must never read as "looked and found it bad", or worse, as "fine".
"""

import datetime as dt
from collections.abc import Iterator

import dagster as dg

from salesops_pipeline.contracts import SystemContract
from salesops_pipeline.orchestration.failures import one_line_failures
from salesops_pipeline.orchestration.keys import raw_key
from salesops_pipeline.quality.results import SuiteResult, expectation_rows, problems
from salesops_pipeline.settings import Settings

LANDING = "landing"

_SHOWN_PROBLEMS = 3
_SCHEMA = dg.TableSchema(
    columns=[
        dg.TableColumn("expectation"),
        dg.TableColumn("column"),
        dg.TableColumn("severity"),
        dg.TableColumn("outcome"),
        dg.TableColumn("unexpected", "int", description="Rows that break it; -1 where rows are not counted."),
        dg.TableColumn("evaluated", "int", description="Rows looked at; -1 where rows are not counted."),
        dg.TableColumn("observed"),
        dg.TableColumn("why"),
        dg.TableColumn("sample", description="Keys of a few rows that break it."),
        dg.TableColumn("error"),
    ]
)


def landing_checks(contract: SystemContract) -> dg.AssetChecksDefinition:
    """The blocking checks on what one system landed, one per raw table and all in one step."""
    system = contract.system
    keys = {table.name: raw_key(system, table.name) for table in contract.tables}

    @dg.multi_asset_check(
        name=f"audit_{system}",
        specs=[
            dg.AssetCheckSpec(
                LANDING,
                asset=key,
                blocking=True,
                description=f"The newest versions of all rows follow the contract and expectations/raw/{system}/.",
            )
            for key in keys.values()
        ],
        can_subset=True,
    )
    def audit(
        context: dg.AssetCheckExecutionContext, settings: dg.ResourceParam[Settings]
    ) -> Iterator[dg.AssetCheckResult]:
        from salesops_pipeline.quality.raw_gate import gate_raw

        wanted = {key.asset_key for key in context.selected_asset_check_keys}
        with one_line_failures():
            audit = gate_raw(settings, system)
        for result in audit.results:
            if keys[result.table] in wanted:
                yield check_result(result, asset_key=keys[result.table], check_name=LANDING, found_at=audit.audited_at)

    return audit


def check_result(
    result: SuiteResult, *, asset_key: dg.AssetKey, check_name: str, found_at: dt.datetime | None = None
) -> dg.AssetCheckResult:
    """One suite's result as Dagster shows it: a row per expectation. A warning is shown and does not block.

    Args:
        result: What was found.
        asset_key: The table.
        check_name: The check.
        found_at: When it was found; an answer stands while nothing changes.
    """
    found = problems(result)
    return dg.AssetCheckResult(
        asset_key=asset_key,
        check_name=check_name,
        passed=result.outcome == "passed",
        severity=dg.AssetCheckSeverity.ERROR if result.is_blocking else dg.AssetCheckSeverity.WARN,
        description="; ".join(found[:_SHOWN_PROBLEMS]) or f"{len(result.expectations)} expectations met",
        metadata={
            "outcome": result.outcome,
            "suite": result.suite,
            **({"found at": dg.MetadataValue.timestamp(found_at)} if found_at else {}),
            "expectations": dg.MetadataValue.table(
                records=[dg.TableRecord(row) for row in expectation_rows(result)], schema=_SCHEMA
            ),
        },
    )
