"""Strict conversion of what sources send."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pytest

from salesops_pipeline.contracts import Column, Table
from salesops_pipeline.errors import SourceError
from salesops_pipeline.sources.typed_batches import typed_table

TYPES = ("string", "boolean", "integer", "double", "date", "timestamp", "decimal(18,2)")
TABLE = Table(
    name="thing",
    description="x",
    key=("Id",),
    columns=(
        Column(name="Id", type="string", description="x", required=True),
        *(Column(name=kind.split("(")[0], type=kind, description="x") for kind in TYPES),
        Column(name="secret", type="integer", description="x", pii=True),
    ),
)


def convert(**values: object) -> dict[str, object]:
    batch = typed_table("demo", TABLE, {"Id": ["r1"], **{name: [value] for name, value in values.items()}})
    return batch.to_pylist()[0]


@pytest.mark.parametrize(
    ("column", "sent", "kept"),
    [
        ("string", 7, "7"),
        ("string", True, "true"),
        ("boolean", "false", False),
        ("boolean", True, True),
        ("integer", "12", 12),
        ("integer", "12.0", 12),
        ("integer", "1.2E3", 1200),
        ("decimal", "1.39E8", Decimal("139000000.00")),
        ("decimal", Decimal("0.30000000000000004"), Decimal("0.30")),
        ("decimal", "12.345", Decimal("12.35")),
        ("decimal", "-12.345", Decimal("-12.35")),
        ("double", "0.1", 0.1),
        ("date", "2026-02-28", dt.date(2026, 2, 28)),
        ("date", dt.date(2026, 2, 28), dt.date(2026, 2, 28)),
        ("timestamp", "2026-02-28T23:59:59.000+0000", dt.datetime(2026, 2, 28, 23, 59, 59, tzinfo=dt.UTC)),
        ("timestamp", "2026-02-28T23:59:59.123Z", dt.datetime(2026, 2, 28, 23, 59, 59, 123000, tzinfo=dt.UTC)),
        ("timestamp", "2026-03-01T01:00:00+02:00", dt.datetime(2026, 2, 28, 23, tzinfo=dt.UTC)),
    ],
)
def test_values_that_fit(column: str, sent: object, kept: object) -> None:
    assert convert(**{column: sent})[column] == kept


@pytest.mark.parametrize(
    ("column", "sent"),
    [
        ("boolean", "perhaps"),
        ("integer", "12.5"),
        ("integer", "99999999999999999999"),
        ("decimal", "12,5"),
        ("decimal", "99999999999999999.00"),
        ("date", "2026-02-30"),
        ("timestamp", "2026-02-28T10:00:00"),
    ],
)
def test_values_that_do_not_fit_stop_the_load_and_are_named(column: str, sent: str) -> None:
    many = [f"r{number}" for number in range(100)]
    good: list[str | None] = [None] * 100
    good[57] = sent
    with pytest.raises(SourceError) as raised:
        typed_table("demo", TABLE, {"Id": many, column: good})
    assert sent in raised.value.line()
    assert f"demo.thing.{column}, record r57" in raised.value.line()


def test_a_personal_value_is_not_printed() -> None:
    with pytest.raises(SourceError) as raised:
        convert(secret="Jane")
    assert "Jane" not in raised.value.line()
    assert "record r1" in raised.value.line()


def test_a_missing_required_value_is_an_error() -> None:
    with pytest.raises(SourceError, match="required"):
        typed_table("demo", TABLE, {"Id": ["r1", None]})


def test_columns_keep_the_contract_order_and_unknown_ones_follow_as_text() -> None:
    batch = typed_table("demo", TABLE, {"Extra__c": pa.array(["x"]), "Id": ["r1"], "Map__c": [{"a": 1}]})
    assert batch.schema.names == [*TABLE.arrow_schema().names, "Extra__c", "Map__c"]
    assert batch["Extra__c"].type == pa.string()
    assert batch["Map__c"].to_pylist() == ['{"a": 1}']
    assert batch["integer"].null_count == 1
