"""Reading expectation suites: one YAML file per table under ``expectations/``, readable, without generated ids.

A file looks like this::

    table: mart_bookings
    description: Won and lost per quarter, team and person.
    key: [company_id, owner_person_id]      # names a row in samples; never personal data
    expectations:
      - type: expect_column_values_to_not_be_null
        column: won_amount                  # every other entry is an argument of the Great Expectations class
        severity: critical                  # critical (default) closes the gate; warning and info do not
        why: A missing sum would read as zero.
      - type: unexpected_rows_expectation   # rows that must not exist; {batch} stands for the table, without an alias
        unexpected_rows_query: select company_id from {batch} where won_amount < 0
        sample: [company_id]                # columns of the query shown in a sample; default: those of `key`
        why: Wins add up, they never subtract.

Types and arguments are checked against Great Expectations itself when a suite is run (see `audit`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from salesops_pipeline.errors import ConfigurationError
from salesops_pipeline.quality.results import Severity

if TYPE_CHECKING:
    from salesops_pipeline.contracts import Table

ROWS_EXPECTATION = "unexpected_rows_expectation"


@dataclass(frozen=True)
class Expectation:
    """One statement about a table.

    Args:
        type: Great Expectations' snake-case name, or ``unexpected_rows_expectation``.
        arguments: Arguments of that class.
        severity: What a violation means for the gate.
        why: The reason the statement exists.
        sample: Columns of an unexpected-rows query that may be shown.
        where: File and entry, for messages.
    """

    type: str
    arguments: dict[str, Any]
    severity: Severity
    why: str
    sample: tuple[str, ...] = ()
    where: str = ""

    @property
    def columns(self) -> str:
        """The columns concerned, comma separated; empty when the statement is about the whole table."""
        arguments = self.arguments
        if "column_list" in arguments:
            return ", ".join(arguments["column_list"])
        return ", ".join(str(arguments[name]) for name in ("column", "column_A", "column_B") if name in arguments)


@dataclass(frozen=True)
class Suite:
    """All statements about one table of one schema."""

    name: str
    schema: str
    table: str
    key: tuple[str, ...]
    expectations: tuple[Expectation, ...]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)

    type: str
    severity: Severity = "critical"
    why: str
    sample: tuple[str, ...] = ()


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str
    description: str
    key: tuple[str, ...] = ()
    expectations: tuple[_Entry, ...]


def load_suite(path: Path, *, prefix: str, schema: str) -> Suite:
    """Read one suite file.

    Args:
        path: The YAML file; its stem is the table's name.
        prefix: What the suite's name begins with, for example ``marts``.
        schema: Schema in which the audited database holds the table.

    Raises:
        ConfigurationError: The file is not readable YAML, or an entry misses or misnames something.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        file = _File.model_validate(content)
    except yaml.YAMLError as error:
        raise ConfigurationError(f"not readable as YAML: {error}", where=str(path)) from None
    except ValidationError as error:
        raise ConfigurationError(_first_problem(error), where=str(path)) from None
    if file.table != path.stem:
        raise ConfigurationError(
            f"says table {file.table!r}, but the file is named {path.name}", where=str(path), fix="Rename one of them."
        )
    expectations = tuple(_expectation(entry, f"{path}, entry {n}") for n, entry in enumerate(file.expectations, 1))
    return Suite(f"{prefix}.{file.table}", schema, file.table, file.key, expectations)


def load_suites(directory: Path, *, prefix: str, schema: str) -> tuple[Suite, ...]:
    """Read every suite of a folder, by table name; a folder that does not exist holds none.

    Raises:
        ConfigurationError: As `load_suite`.
    """
    return tuple(load_suite(path, prefix=prefix, schema=schema) for path in sorted(directory.glob("*.yml")))


def refuse_personal_data(suite: Suite, table: Table) -> None:
    """Refuse a suite whose samples would show personal data.

    Raises:
        ConfigurationError: The key or a sample names a column that the contract marks as personal data.
    """
    personal = {column.name for column in table.columns if column.pii}
    for where, shown in ((suite.name, suite.key), *((item.where, item.sample) for item in suite.expectations)):
        if found := sorted(personal.intersection(shown)):
            raise ConfigurationError(
                f"would show personal data in samples: {', '.join(found)}",
                where=where,
                fix="Name key columns instead.",
            )


def _expectation(entry: _Entry, where: str) -> Expectation:
    arguments = dict(entry.model_extra or {})
    if entry.type == ROWS_EXPECTATION and "{batch}" not in str(arguments.get("unexpected_rows_query", "")):
        raise ConfigurationError(
            "unexpected_rows_query must read from {batch}, the table of the suite", where=where, fix="Add it."
        )
    return Expectation(entry.type, arguments, entry.severity, " ".join(entry.why.split()), entry.sample, where)


def _first_problem(error: ValidationError) -> str:
    first = error.errors()[0]
    place = " → ".join(str(part + 1) if isinstance(part, int) else str(part) for part in first["loc"])
    return f"{place or 'file'}: {first['msg']}"
