"""Expectations that follow from a table contract: every raw table has them, whether or not it has a suite file.

The contract is the one place where columns, types, keys and closed lists are written, so a suite file never repeats
them; it adds what only the business knows.
"""

from __future__ import annotations

from pathlib import Path

from salesops_pipeline.contracts import LOAD_ID_COLUMN, SystemContract, Table
from salesops_pipeline.errors import ConfigurationError
from salesops_pipeline.quality.raw_landing import LANDED_COLUMN
from salesops_pipeline.quality.raw_versions import CURRENT_SCHEMA, HISTORY_SCHEMA, grain, repeated
from salesops_pipeline.quality.suites import (
    ROWS_EXPECTATION,
    Expectation,
    Severity,
    Suite,
    load_suites,
    refuse_personal_data,
)

# A log of refusals, not a table of things: one row of a file may be refused more than once for the same column.
_WITHOUT_KEY = frozenset({"quarantine"})


def raw_suites(contract: SystemContract, directory: Path) -> tuple[Suite, ...]:
    """One suite per table of a system: what its contract implies, then what its suite file adds.

    Args:
        contract: The system's tables.
        directory: Folder with the system's suite files; it need not exist.

    Raises:
        ConfigurationError: A suite file is broken, belongs to no table, or would show personal data.
    """
    written = {
        suite.table: suite for suite in load_suites(directory, prefix=f"raw.{contract.system}", schema=CURRENT_SCHEMA)
    }
    if strays := sorted(set(written) - {table.name for table in contract.tables}):
        raise ConfigurationError(
            f"suite for a table that {contract.system} does not have: {', '.join(strays)}",
            where=str(directory),
            fix="Name it after a table of the contract.",
        )
    return tuple(_suite(contract.system, table, written.get(table.name)) for table in contract.tables)


def _suite(system: str, table: Table, written: Suite | None) -> Suite:
    added = written.expectations if written else ()
    suite = Suite(
        name=f"raw.{system}.{table.name}",
        schema=CURRENT_SCHEMA,
        table=table.name,
        key=(written.key if written and written.key else table.key),
        expectations=(*contract_expectations(table), *added),
    )
    refuse_personal_data(suite, table)
    return suite


def contract_expectations(table: Table) -> tuple[Expectation, ...]:
    """What a contract implies: shape, required values, closed lists and uniqueness."""
    implied = [
        _rows(
            table,
            f"select column_name, contract_type, landed_type from {_landed(table)} "
            "and coalesce(landed_type, '') <> contract_type and (landed_type is not null or is_required)",
            "critical",
            "A required column that is missing, or a column that arrives in another type, is read wrongly downstream.",
            ("column_name", "contract_type", "landed_type"),
        ),
    ]
    for column in table.columns:
        if column.required:
            implied.append(
                Expectation(
                    "expect_column_values_to_not_be_null",
                    {"column": column.name},
                    "critical",
                    "The contract requires a value: without it the row cannot be used.",
                )
            )
        if column.values:
            implied.append(
                Expectation(
                    "expect_column_values_to_be_in_set",
                    {"column": column.name, "value_set": list(column.values)},
                    "critical",
                    "The contract lists every value allowed; another one would fall through every rule.",
                )
            )
    if table.name not in _WITHOUT_KEY:
        if table.cursor:
            implied.append(_repeats(table))
        elif table.deletes == "snapshot":
            implied.append(_unique_key(table))
    return tuple(implied)


def _unique_key(table: Table) -> Expectation:
    why = "A load holds the whole table, so a key that comes twice is two rows where there should be one."
    if len(table.key) == 1:
        return Expectation("expect_column_values_to_be_unique", {"column": table.key[0]}, "critical", why)
    return Expectation("expect_compound_columns_to_be_unique", {"column_list": list(table.key)}, "critical", why)


def _repeats(table: Table) -> Expectation:
    return _rows(
        table,
        f"select {grain(table)}, times from {repeated(table.name)} where exists (select 1 from {{batch}})",
        "warning",
        "One load brought the same version of a row twice; staging keeps one of them, but the paging repeats itself.",
        (*table.key, LOAD_ID_COLUMN, "times"),
    )


def _landed(table: Table) -> str:
    """The rows of ``raw.landed_column`` about a table; an empty table has no shape that could be wrong."""
    return f"{CURRENT_SCHEMA}.{LANDED_COLUMN} where table_name = '{table.name}' and exists (select 1 from {{batch}})"


def _history(table: Table) -> str:
    return f'{HISTORY_SCHEMA}."{table.name}"'


def _rows(table: Table, query: str, severity: Severity, why: str, sample: tuple[str, ...]) -> Expectation:
    arguments = {"unexpected_rows_query": " ".join(query.split())}
    return Expectation(ROWS_EXPECTATION, arguments, severity, why, sample, f"contract of {table.name}")
