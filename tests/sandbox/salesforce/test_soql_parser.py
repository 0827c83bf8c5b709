"""SOQL text to a query: what is understood, what is refused, and that literals keep their value."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesops_pipeline.sandbox.salesforce.date_literals import RelativeDate
from salesops_pipeline.sandbox.salesforce.errors import ApiError
from salesops_pipeline.sandbox.salesforce.soql import parse
from salesops_pipeline.sandbox.salesforce.soql_ast import (
    Aggregate,
    Comparison,
    FieldPath,
    FieldsGroup,
    Junction,
    Membership,
    Not,
    Ordering,
    Query,
    Value,
)

ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def path(name: str) -> FieldPath:
    return FieldPath(tuple(name.split(".")))


def where(condition: str):
    return parse(f"SELECT Id FROM Account WHERE {condition}").where


def test_a_whole_query() -> None:
    query = parse(
        "select Id, Owner.Name from Opportunity where IsDeleted = false and SystemModstamp >= 2026-01-02T03:04:05Z"
        " order by SystemModstamp, Name desc nulls last limit 10 offset 5"
    )
    assert query == Query(
        select=(path("Id"), path("Owner.Name")),
        object="Opportunity",
        where=Junction(
            "AND",
            (
                Comparison(path("IsDeleted"), "=", False),
                Comparison(path("SystemModstamp"), ">=", dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)),
            ),
        ),
        order_by=(Ordering(path("SystemModstamp")), Ordering(path("Name"), descending=True, nulls_last=True)),
        limit=10,
        offset=5,
    )


def test_not_and_parentheses() -> None:
    assert where("NOT (A = 1 OR B IN ('x', null)) AND C NOT IN ('y')") == Junction(
        "AND",
        (
            Not(Junction("OR", (Comparison(path("A"), "=", Decimal(1)), Membership(path("B"), ("x", None))))),
            Membership(path("C"), ("y",), negated=True),
        ),
    )


def test_both_spellings_of_unequal_are_the_same() -> None:
    assert where("A <> 1") == where("A != 1")


def test_counts_aggregates_and_fields_functions() -> None:
    assert parse("SELECT COUNT() FROM Account").is_count
    query = parse("SELECT Industry, COUNT(Id) n, MAX(SystemModstamp) FROM Account GROUP BY Industry")
    assert query.select == (
        path("Industry"),
        Aggregate("COUNT", path("Id"), "n"),
        Aggregate("MAX", path("SystemModstamp")),
    )
    assert query.is_aggregate
    assert not query.is_count
    assert parse("SELECT FIELDS(all) FROM Account LIMIT 200").select == (FieldsGroup("ALL"),)


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ("2026-01-31", dt.date(2026, 1, 31)),
        ("2026-01-31T10:00:00+02:00", dt.datetime(2026, 1, 31, 8, tzinfo=dt.UTC)),
        ("2026-01-31T10:00:00.250-0100", dt.datetime(2026, 1, 31, 11, 0, 0, 250000, tzinfo=dt.UTC)),
        ("-1.50", Decimal("-1.50")),
        ("1e3", Decimal(1000)),
        ("TRUE", True),
        ("null", None),
        ("today", RelativeDate("TODAY")),
        ("LAST_N_DAYS:30", RelativeDate("LAST_N_DAYS", 30)),
        (r"'a\'b\\c\n\u00e9'", "a'b\\c\né"),
    ],
)
def test_literals(literal: str, value: Value) -> None:
    assert where(f"A = {literal}") == Comparison(path("A"), "=", value)


@given(st.text())
def test_any_text_survives_quoting(text: str) -> None:
    literal = "".join(ESCAPES.get(char, char) for char in text)
    assert where(f"Name = '{literal}'") == Comparison(path("Name"), "=", text)


@given(st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2200, 1, 1)), st.integers(-12 * 60, 14 * 60))
def test_any_moment_survives_in_any_zone(moment: dt.datetime, offset_minutes: int) -> None:
    zone = dt.timezone(dt.timedelta(minutes=offset_minutes))
    local = moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=dt.UTC).astimezone(zone)
    found = where(f"CreatedDate > {local.isoformat(timespec='milliseconds')}")
    assert found == Comparison(path("CreatedDate"), ">", local.astimezone(dt.UTC))


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_any_number_survives(number: Decimal) -> None:
    assert where(f"Amount = {number}") == Comparison(path("Amount"), "=", number)


def test_like_keeps_its_wildcards_apart_from_escaped_ones() -> None:
    assert where(r"Name LIKE 'a\%b%\_\'_\\'") == Comparison(path("Name"), "LIKE", r"a\%b%\_'_\\")


@pytest.mark.parametrize(
    ("soql", "complaint"),
    [
        ("SELECT Id FROM", "unexpected token: '<EOF>'"),
        ("SELECT FROM Account", "unexpected token: 'Account'"),
        ("SELECT Id FROM Account WHERE A = 1 AND B = 2 OR C = 3", "unexpected token: 'OR'"),
        ("SELECT Id FROM Account WHERE A IS NULL", "unexpected token: 'IS'"),
        ("SELECT Id FROM Account WHERE A = 'open", "unexpected token: ''open'"),
        (r"SELECT Id FROM Account WHERE A = 'x\q'", r"Illegal character sequence '\q'"),
        ("SELECT Id FROM Account WHERE A = 2026-02-30", "Invalid date: 2026-02-30"),
        ("SELECT Id FROM Account WHERE A = 2026-02-20T00:00:00", "unexpected token"),
        ("SELECT Id FROM Account WHERE A = SOMEDAY", "unexpected token: 'SOMEDAY'"),
        ("SELECT Id FROM Account WHERE A = LAST_N_DAYS", "unexpected token: 'LAST_N_DAYS'"),
        ("SELECT Id FROM Account LIMIT 1.5", "unexpected token: '1.5'"),
        ("SELECT Id FROM Account ALL ROWS", "unexpected token: 'ROWS'"),
        ("SELECT (SELECT Id FROM Contacts) FROM Account", "unexpected token: '('"),
        ("SELECT COUNT(), Id FROM Account", "COUNT()"),
        ("SELECT FIELDS(ALL) FROM Account", "LIMIT of at most 200"),
        ("SELECT FIELDS(CUSTOM) FROM Account LIMIT 201", "LIMIT of at most 200"),
    ],
)
def test_malformed_queries(soql: str, complaint: str) -> None:
    with pytest.raises(ApiError) as raised:
        parse(soql)
    assert raised.value.code == "MALFORMED_QUERY"
    assert complaint in raised.value.message


def test_the_message_points_at_the_place() -> None:
    with pytest.raises(ApiError) as raised:
        parse("SELECT Id\nFROM Account\nWHERE Name ~ 'x'")
    lines = raised.value.message.split("\n")
    assert lines[1:4] == ["WHERE Name ~ 'x'", "           ^", "ERROR at Row:3:Column:12"]


def test_an_offset_has_a_limit() -> None:
    with pytest.raises(ApiError) as raised:
        parse("SELECT Id FROM Account OFFSET 2001")
    assert raised.value.code == "NUMBER_OUTSIDE_VALID_RANGE"
