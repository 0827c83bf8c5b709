"""What the lake remembers beside the rows: when each table was last read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from salesops_pipeline.contracts import systems
from salesops_pipeline.lake import Lake

MONDAY = dt.datetime(2026, 6, 1, 5, 0, 9, tzinfo=dt.UTC)
TUESDAY = MONDAY + dt.timedelta(days=1)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def checks(lake: Lake, system: str) -> dict[str, dt.datetime]:
    return {row["table_name"]: row["checked_at"] for row in pq.read_table(lake.checks_file(system)).to_pylist()}


def test_a_table_that_was_not_read_keeps_its_earlier_time(lake: Lake) -> None:
    lake.note_checked("salesforce", ["account", "user"], checked_at=MONDAY)
    lake.note_checked("salesforce", ["account", "lead"], checked_at=TUESDAY)
    assert checks(lake, "salesforce") == {"account": TUESDAY, "lead": TUESDAY, "user": MONDAY}


def test_systems_do_not_touch_each_other(lake: Lake) -> None:
    lake.note_checked("salesforce", ["account"], checked_at=MONDAY)
    lake.note_checked("files", ["account"], checked_at=TUESDAY)
    assert checks(lake, "salesforce") == {"account": MONDAY}


def test_another_time_zone_is_the_same_moment(lake: Lake) -> None:
    lake.note_checked("files", ["quota"], checked_at=MONDAY.astimezone(dt.timezone(dt.timedelta(hours=9))))
    assert checks(lake, "files") == {"quota": MONDAY}
    assert str(pq.read_schema(lake.checks_file("files")).field("checked_at").type) == "timestamp[us, tz=UTC]"


def test_the_catalog_leaves_typed_files_for_a_build_before_the_first_extraction(lake: Lake) -> None:
    lake.note_checked("policy", ["company"], checked_at=MONDAY)
    noted = pq.read_schema(lake.checks_file("policy"))
    lake.write_catalog()
    assert checks(lake, "policy") == {"company": MONDAY}
    for system in set(systems()) - {"policy"}:
        assert checks(lake, system) == {}
        assert pq.read_schema(lake.checks_file(system)) == noted
    assert [path.suffix for path in lake.checks_file("policy").parent.iterdir()] == [".parquet"] * len(systems())
