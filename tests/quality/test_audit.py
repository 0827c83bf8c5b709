"""What Great Expectations is made to say: failed for data, error for everything else, and the file free afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from salesops_pipeline.errors import ConfigurationError
from salesops_pipeline.quality.audit import SAMPLE_ROWS, check_suites, run_suites
from salesops_pipeline.quality.results import SuiteResult, expectation_rows, problems
from salesops_pipeline.quality.suites import Expectation, Severity, Suite


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Hundred deals; number 3 has a negative amount, number 5 no stage, number 7 is there twice."""
    path = tmp_path / "deals.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """
            create schema sales;
            create table sales.deal as
            select
                i as id, i // 10 as quarter, 'secret ' || i as name,
                case when i = 3 then -1 else i end as amount,
                case when i <> 5 then 'open' end as stage
            from range(100) t(i);
            insert into sales.deal select * from sales.deal where id = 7;
            create table sales.nothing (id integer, amount integer, stage varchar);
            """
        )
    return path


def expect(kind: str, severity: Severity = "critical", sample: tuple[str, ...] = (), **arguments: Any) -> Expectation:
    return Expectation(kind, arguments, severity, "Because.", sample, "here")


def run(database: Path, *expectations: Expectation, table: str = "deal", key: tuple[str, ...] = ("id",)) -> SuiteResult:
    (result,) = run_suites(database, [Suite(f"sales.{table}", "sales", table, key, expectations)])
    return result


def test_one_bad_row_fails_one_expectation(database: Path) -> None:
    result = run(
        database,
        expect("expect_column_values_to_be_between", column="amount", min_value=0),
        expect("expect_column_values_to_not_be_null", column="id"),
        expect("unexpected_rows_expectation", unexpected_rows_query="select id from {batch} where amount > 98"),
        expect("unexpected_rows_expectation", unexpected_rows_query="select id from {batch} where amount > 99"),
        expect("expect_table_row_count_to_be_between", min_value=1, max_value=50),
    )
    assert [item.outcome for item in result.expectations] == ["failed", "passed", "failed", "passed", "failed"]
    between, not_null, above, _, rows = result.expectations
    assert (between.unexpected_count, between.evaluated_count, between.sample) == (1, 101, ({"id": "3"},))
    assert (not_null.unexpected_count, not_null.sample) == (0, ())
    assert (above.unexpected_count, above.sample) == (1, ({"id": "99"},))
    assert (rows.unexpected_count, rows.observed) == (None, "101")
    assert result.outcome == "failed"
    assert "1 rows: Because." in problems(result)[0]


def test_samples_show_keys_only_and_few_of_them(database: Path) -> None:
    result = run(
        database,
        expect("expect_column_values_to_be_in_set", column="name", value_set=["public"]),
        expect("unexpected_rows_expectation", unexpected_rows_query="select * from {batch} where name <> 'public'"),
        expect("expect_compound_columns_to_be_unique", column_list=["id", "quarter"]),
        expect(
            "unexpected_rows_expectation",
            sample=("deals",),
            unexpected_rows_query="select count(*) as deals, min(name) as name from {batch}",
        ),
    )
    one, all_columns, twice, total = result.expectations
    assert one.sample == tuple({"id": str(n)} for n in range(SAMPLE_ROWS))
    assert all_columns.sample == one.sample
    assert twice.sample == ({"id": "7"}, {"id": "7"})
    assert total.sample == ({"deals": "101"},)
    assert "secret" not in str(expectation_rows(result))


@pytest.mark.parametrize(("severity", "outcome"), [("critical", "failed"), ("warning", "warned"), ("info", "passed")])
def test_severity_decides_about_the_gate(database: Path, severity: Severity, outcome: str) -> None:
    result = run(database, expect("expect_column_values_to_not_be_null", severity, column="stage"))
    assert (result.outcome, result.expectations[0].outcome) == (outcome, "failed")
    assert result.is_blocking == (outcome == "failed")


def test_an_exception_inside_is_an_error_never_bad_data(database: Path) -> None:
    result = run(
        database,
        expect("expect_column_values_to_be_between", "info", column="amountt", min_value=0),
        expect("unexpected_rows_expectation", unexpected_rows_query="select id from {batch} where amountt < 0"),
        expect("expect_column_values_to_not_be_null", column="id"),
    )
    missing, query, sound = result.expectations
    assert [missing.outcome, query.outcome, sound.outcome] == ["error", "error", "passed"]
    assert '"amountt"' in str(missing.error)
    assert "does not exist" in str(missing.error)
    assert "amountt" in str(query.error)
    assert missing.unexpected_count is None
    assert result.outcome == "error", "an error counts whatever its severity"
    assert "could not be evaluated" in problems(result)[0]


def test_a_missing_table_is_an_error(database: Path) -> None:
    result = run(database, expect("expect_column_values_to_not_be_null", column="id"), table="dael")
    assert result.outcome == "error"
    assert "dael" in str(result.expectations[0].error)


def test_a_file_that_cannot_be_opened_is_an_error(tmp_path: Path) -> None:
    broken = tmp_path / "broken.duckdb"
    broken.write_bytes(b"this is not a database" * 100)
    assert run(broken, expect("expect_column_values_to_not_be_null", column="id")).outcome == "error"


def test_an_empty_table_passes(database: Path) -> None:
    result = run(
        database,
        expect("expect_column_values_to_not_be_null", column="id"),
        expect("expect_column_values_to_be_unique", column="id"),
        expect("expect_column_values_to_be_between", column="amount", min_value=0),
        expect("expect_column_values_to_be_in_set", column="stage", value_set=["open"]),
        expect("expect_compound_columns_to_be_unique", column_list=["id", "amount"]),
        expect("expect_column_pair_values_a_to_be_greater_than_b", column_A="id", column_B="amount"),
        expect("unexpected_rows_expectation", unexpected_rows_query="select id from {batch} where amount < 0"),
        table="nothing",
    )
    assert problems(result) == ()


def test_a_suite_without_key_shows_no_sample(database: Path) -> None:
    result = run(database, expect("expect_column_values_to_not_be_null", column="stage"), key=())
    assert (result.outcome, result.expectations[0].sample) == ("failed", ())


def test_the_file_is_free_afterwards_and_unchanged(database: Path) -> None:
    before = database.read_bytes()
    run(database, expect("expect_column_values_to_not_be_null", column="nope"))
    assert database.read_bytes() == before
    with duckdb.connect(str(database)) as connection:
        connection.execute("delete from sales.deal")


@pytest.mark.parametrize(
    ("expectation", "message"),
    [
        (expect("expect_columns_to_shine"), "unknown expectation type 'expect_columns_to_shine' .here."),
        (expect("expect_column_values_to_be_between", colunm="amount"), "column: field required; colunm: extra"),
        (expect("expect_column_values_to_match_regex", column="name", regex="x"), "does not work on DuckDB"),
        (expect("unexpected_rows_expectation", unexpected_rows_query="select {batch"), "brace"),
    ],
)
def test_a_wrong_suite_is_the_users_mistake(expectation: Expectation, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        check_suites([Suite("sales.deal", "sales", "deal", ("id",), (expectation,))])
