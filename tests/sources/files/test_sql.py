from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from salesops_pipeline.sources.files.sql import SqlError, evaluate

DEALS = pa.table({"Id": ["1", "2", "3"], "Close Date": ["2026-03-31", None, "2026-04-01"], "owner": ["a", "b", "zz"]})


def expression(sql: str) -> list[str | None]:
    return evaluate(DEALS, where=None, expressions={"x": sql}).texts["x"].to_pylist()


def test_conditions_choose_rows_and_expressions_follow_them() -> None:
    result = evaluate(
        DEALS,
        where='"Close Date" is not null -- the open ones have none',
        expressions={
            "name": "'Deal ' || Id",
            "due": 'cast("Close Date" as date) + 1',
            "n": "cast(Id as integer) * 1.5",
        },
    )
    assert result.positions.to_pylist() == [0, 2]
    assert result.texts["name"].to_pylist() == ["Deal 1", "Deal 3"]
    assert result.texts["due"].to_pylist() == ["2026-04-01", "2026-04-02"]
    assert result.texts["n"].to_pylist() == ["1.5", "4.5"]
    assert result.native == {"due", "n"}


def test_named_files_are_tables_and_only_those_mentioned_are_read() -> None:
    read: list[str] = []

    def give(name: str) -> pa.Table:
        read.append(name)
        return pa.table({"key": ["a", "b"], "email": ["a@x.example", "b@x.example"]})

    result = evaluate(
        DEALS,
        where=None,
        expressions={"email": "(select email from people where people.key = file.owner)"},
        named_files=["people", "teams"],
        read=give,
    )
    assert result.texts["email"].to_pylist() == ["a@x.example", "b@x.example", None]
    assert read == ["people"]


def test_an_unknown_column_is_answered_with_those_there_are() -> None:
    with pytest.raises(SqlError, match="ownr") as error:
        expression("ownr")
    assert error.value.name == "x"
    with pytest.raises(SqlError) as error:
        evaluate(DEALS, where="nope = 1", expressions={})
    assert error.value.name == ""


def test_an_expression_that_fails_on_some_rows_gives_the_others() -> None:
    result = evaluate(
        DEALS,
        where="Id <> '1'",
        expressions={"fine": "Id", "bad": """case when owner = 'b' then 7 else cast(owner as integer) end"""},
    )
    assert result.texts["fine"].to_pylist() == ["2", "3"]
    assert result.texts["bad"].to_pylist() == ["7", None]
    assert list(result.failures) == ["bad"]
    assert list(result.failures["bad"]) == [2]
    assert "Could not convert string '…'" in result.failures["bad"][2]
    assert "zz" not in result.failures["bad"][2]


def test_failing_rows_are_found_among_many() -> None:
    dates = [f"2026-01-{day % 28 + 1:02d}" for day in range(5_000)]
    for position in (0, 17, 4_999):
        dates[position] = "31.01.2026"
    dates[100] = ""
    table = pa.table({"day": [date or None for date in dates]})
    result = evaluate(table, where=None, expressions={"next": "cast(day as date) + 1"})
    assert sorted(result.failures["next"]) == [0, 17, 4_999]
    assert result.texts["next"].null_count == 4


def test_an_expression_that_fails_everywhere_is_wrong_itself() -> None:
    table = pa.table({"v": ["x"] * 300})
    with pytest.raises(SqlError, match="very many rows") as error:
        evaluate(table, where=None, expressions={"n": "cast(v as integer)"})
    assert error.value.name == "n"


def test_a_condition_that_fails_stops_the_feed() -> None:
    with pytest.raises(SqlError, match="try_cast") as error:
        evaluate(DEALS, where="cast(owner as integer) > 1", expressions={"n": "Id"})
    assert error.value.name == ""


@pytest.mark.parametrize("sql", ["1) from file; drop table x; select (1", "", "select 1; select 2"])
def test_only_one_expression_passes(sql: str) -> None:
    with pytest.raises(SqlError):
        expression(sql)


def test_neither_files_nor_settings_are_in_reach(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("password\nx\n")
    with pytest.raises(SqlError, match=r"(?i)disabled"):
        expression(f"(select min(password) from '{secret}')")
    with pytest.raises(SqlError, match=r"(?i)disabled"):
        expression(f"(select content from read_text('{secret}'))")
    with pytest.raises(SqlError):
        expression("1); set enable_external_access = true; select (1")


def test_python_objects_are_out_of_reach() -> None:
    hidden = pa.table({"v": ["x"]})
    assert hidden.num_rows == 1
    with pytest.raises(SqlError, match="hidden"):
        expression("(select v from hidden)")
