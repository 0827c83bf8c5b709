"""Running suites: Great Expectations pushed down as SQL into a DuckDB file, one context for many suites.

Three things here are not free choices. AUTOCOMMIT with ``skip_autocommit_rollback`` is the only configuration in which
Great Expectations gets its results out of DuckDB: otherwise the rollback on returning a connection discards them and
every metric ends in an IndexError. Results come back in another order than they went in, so each carries its position.
And the data source opens two engines; both are disposed of, or the file stays locked.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesops_pipeline.errors import ConfigurationError
from salesops_pipeline.limits.duck import limit_temporary_files, open_configuration
from salesops_pipeline.quality import gx
from salesops_pipeline.quality.results import ExpectationResult, SuiteResult, suite_outcome
from salesops_pipeline.quality.suites import ROWS_EXPECTATION, Expectation, Suite
from salesops_pipeline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from great_expectations.datasource.fluent.sql_datasource import SQLDatasource
    from great_expectations.expectations.expectation import Expectation as GxExpectation

SAMPLE_ROWS = 5
"""Rows shown per broken expectation: enough to look one up, too few to copy a table into metadata."""

_POSITION = "position"
_ERROR_CHARACTERS = 500
_UNSUPPORTED = ("_match_regex", "_match_regex_list", "_match_like_pattern", "_match_like_pattern_list")


def run_suites(database: Path, suites: Sequence[Suite], *, settings: Settings | None = None) -> tuple[SuiteResult, ...]:
    """Audit tables of a DuckDB file.

    The file is opened read-only and is free again on return. The same process must not hold it open for writing.

    Args:
        database: The DuckDB file.
        suites: What to run; the results come in this order.
        settings: What DuckDB may take; without them it takes what it likes.

    Raises:
        ConfigurationError: A suite names an expectation or argument that does not exist.
    """
    if not suites:
        return ()
    built = [(suite, [_build(item, n) for n, item in enumerate(suite.expectations)]) for suite in suites]
    try:
        with _datasource(database, settings) as datasource:
            return tuple(_run(datasource, suite, expectations) for suite, expectations in built)
    except Exception as error:
        return tuple(_unevaluated(suite, error) for suite in suites)


def check_suites(suites: Iterable[Suite]) -> None:
    """Check types and arguments against Great Expectations without running anything.

    Raises:
        ConfigurationError: As `run_suites`.
    """
    for suite in suites:
        for position, item in enumerate(suite.expectations):
            _build(item, position)


@contextmanager
def _datasource(database: Path, settings: Settings | None) -> Iterator[SQLDatasource]:
    package = gx.load()
    from great_expectations.data_context.types.base import ProgressBarsConfig

    # What it logs below ERROR is repeated in the results; on a console it only looks like trouble.
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    context = package.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    engine_options: dict[str, Any] = {
        "isolation_level": "AUTOCOMMIT",
        "skip_autocommit_rollback": True,
        "connect_args": {"read_only": True, "config": open_configuration(settings) if settings else {}},
    }
    options: dict[str, Any] = {"connection_string": f"duckdb:///{database}", "kwargs": engine_options}
    datasource = context.data_sources.add_sql("audited", **options)
    try:
        if settings:
            with datasource.get_execution_engine().engine.connect() as connection:
                connection.exec_driver_sql(limit_temporary_files(settings))
        yield datasource
    finally:
        datasource.get_execution_engine().engine.dispose()
        datasource.get_engine().dispose()


def _build(item: Expectation, position: int) -> GxExpectation:
    gx.load()
    from great_expectations.exceptions.exceptions import ExpectationNotFoundError
    from great_expectations.expectations.metadata_types import FailureSeverity
    from great_expectations.expectations.registry import get_expectation_impl

    if item.type.endswith(_UNSUPPORTED):
        raise ConfigurationError(
            f"{item.type} does not work on DuckDB",
            where=item.where,
            fix=f"Use {ROWS_EXPECTATION} with regexp_full_match or like.",
        )
    try:
        expectation = get_expectation_impl(item.type)
    except ExpectationNotFoundError:
        raise ConfigurationError(f"unknown expectation type {item.type!r}", where=item.where) from None
    try:
        return expectation(
            **item.arguments, severity=FailureSeverity(item.severity), description=item.why, meta={_POSITION: position}
        )
    except (ValueError, TypeError) as error:
        raise ConfigurationError(f"{item.type}: {_argument_problem(error)}", where=item.where) from None


def _argument_problem(error: ValueError | TypeError) -> str:
    # Great Expectations validates with pydantic 1, whose errors() gives place and message.
    details = getattr(error, "errors", None)
    if details is None:
        return str(error)
    return "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in details())


def _run(datasource: SQLDatasource, suite: Suite, expectations: Sequence[GxExpectation]) -> SuiteResult:
    package = gx.load()
    found: dict[int, ExpectationResult] = {}
    try:
        asset = datasource.add_table_asset(suite.name, table_name=suite.table, schema_name=suite.schema)
        batch = asset.add_batch_definition_whole_table("all").get_batch()
        validation = batch.validate(
            package.ExpectationSuite(suite.name, expectations=list(expectations)),
            result_format={
                "result_format": "SUMMARY",
                "unexpected_index_column_names": list(suite.key),
                "partial_unexpected_count": SAMPLE_ROWS,
                "return_unexpected_index_query": False,
            },
        )
        for result in validation.results:
            position = _position(result.expectation_config)
            found[position] = _interpret(datasource, suite, suite.expectations[position], result)
    except Exception as error:
        return _unevaluated(suite, error)
    results = tuple(found.get(n) or _error(item, "no result came back") for n, item in enumerate(suite.expectations))
    return SuiteResult(suite.name, suite.table, suite_outcome(results), results)


def _unevaluated(suite: Suite, error: Exception) -> SuiteResult:
    """A suite that raised: whatever the tool raises is an answer about the tool, not about the data."""
    results = tuple(_error(item, _short(error)) for item in suite.expectations)
    return SuiteResult(suite.name, suite.table, suite_outcome(results), results)


def _position(configuration: Any) -> int:
    return configuration.meta[_POSITION]


def _interpret(datasource: SQLDatasource, suite: Suite, item: Expectation, result: Any) -> ExpectationResult:
    if (error := _exception(result.exception_info)) is not None:
        return _error(item, error)
    values: dict[str, Any] = result.result or {}
    observed = values.get("observed_value")
    unexpected = values.get("unexpected_count")
    sample: tuple[dict[str, str], ...] = ()
    if item.type == ROWS_EXPECTATION:
        unexpected, observed = observed, None
        if not result.success:
            sample = _sample_rows(datasource, suite, item)
    elif not result.success:
        sample = _sample_keys(suite, values)
        observed = values.get("details", {}).get("mismatched", observed)
    return ExpectationResult(
        type=item.type,
        column=item.columns,
        severity=item.severity,
        outcome="passed" if result.success else "failed",
        description=item.why,
        unexpected_count=None if unexpected is None else int(unexpected),
        evaluated_count=values.get("element_count"),
        observed=None if observed is None else str(observed),
        sample=sample,
    )


def _sample_keys(suite: Suite, values: dict[str, Any]) -> tuple[dict[str, str], ...]:
    """Keys of broken rows; the compared values, which Great Expectations adds, are left out."""
    rows = values.get("partial_unexpected_index_list")
    if rows is None:  # statements about several columns list the columns themselves
        rows = [row for row in values.get("partial_unexpected_list", ()) if isinstance(row, dict)]
    keys = ({name: str(row[name]) for name in suite.key if name in row} for row in rows[:SAMPLE_ROWS])
    return tuple(row for row in keys if row)


def _exception(info: dict[str, Any] | None) -> str | None:
    """The message of an exception inside Great Expectations: flat, or one entry per metric."""
    if not info:
        return None
    entries = [info] if "raised_exception" in info else list(info.values())
    for entry in entries:
        if entry.get("raised_exception"):
            return _short(entry.get("exception_message") or "unknown exception")
    return None


def _sample_rows(datasource: SQLDatasource, suite: Suite, item: Expectation) -> tuple[dict[str, str], ...]:
    """The first rows of an unexpected-rows query, in the columns that the suite allows to be shown.

    Great Expectations hands rows over only whole and only in its COMPLETE format, which would also pull every
    unexpected value of every other expectation.
    """
    query = item.arguments["unexpected_rows_query"].rstrip("; \n").format(batch=_batch(suite))
    allowed = item.sample or suite.key
    with datasource.get_execution_engine().engine.connect() as connection:
        rows = (
            connection.exec_driver_sql(f"select * from ({query}) as broken order by all limit {SAMPLE_ROWS}")
            .mappings()
            .all()
        )
    return tuple({name: str(row[name]) for name in allowed if name in row} for row in rows)


def _batch(suite: Suite) -> str:
    """What stands for the table in an unexpected-rows query: a subquery with a name, as Great Expectations puts it."""
    return f'(select * from "{suite.schema}"."{suite.table}") as subselect'


def _error(item: Expectation, message: str) -> ExpectationResult:
    return ExpectationResult(item.type, item.columns, item.severity, "error", item.why, error=message)


def _short(error: object) -> str:
    return " ".join(str(error).split())[:_ERROR_CHARACTERS] or type(error).__name__
