"""Compaction changes no result: rows, order, columns and types stay, today and at every earlier moment."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesops_pipeline.errors import SourceError
from salesops_pipeline.lake import Lake
from salesops_pipeline.lake.compaction import Compaction, compact, preview
from salesops_pipeline.lake.compaction_plan import Target
from salesops_pipeline.settings import PROJECT_DIR
from tests.lake.raw_loads import SYSTEM, TABLE, moment, read, write_load

NOW = dt.datetime(2026, 6, 1, 3, tzinfo=dt.UTC)
GRACE = dt.timedelta(hours=24)
LARGE = Target(size=256 * 1024**2, rows=2_000_000)
LATEST = "from raw qualify row_number() over (partition by a order by cast(_dlt_load_id as double) desc, hash(raw)) = 1"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def run(lake: Lake, *, now: dt.datetime = NOW, target: Target = LARGE) -> Compaction:
    return compact(lake, [SYSTEM], target, grace=GRACE, now=now)


def days(count: int) -> dt.timedelta:
    return dt.timedelta(days=count)


def lying(lake: Lake) -> list[Path]:
    """All data files, read or not."""
    return sorted(Path(str(lake.raw_dir)).rglob("*.parquet"))


def fill(lake: Lake, count: int, *, start: int = 0) -> None:
    for number in range(start, start + count):
        write_load(lake, f"{number + 1}.5", [pa.table({"a": [number, 0], "b": ["x", str(number)]})])


_TYPES = {str(kind): kind for kind in (pa.int64(), pa.string(), pa.decimal128(18, 2), pa.timestamp("us", tz="UTC"))}
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "int64": st.integers(-(10**12), 10**12),
    "string": st.text(max_size=4),
    "decimal128(18, 2)": st.decimals(-(10**9), 10**9, places=2),
    "timestamp[us, tz=UTC]": st.datetimes(dt.datetime(1970, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC)),
}
_COLUMNS = {"b": ["int64", "decimal128(18, 2)", "string"], "C__c": ["string"], "d": ["timestamp[us, tz=UTC]", "string"]}
"""The types that a column may take from load to load."""


@st.composite
def tables(draw: st.DrawFn, kinds: dict[str, str]) -> pa.Table:
    """A few rows with a key, and columns of the given types, nulls among them."""
    rows = draw(st.integers(0, 4))
    columns = {"a": pa.array(draw(st.lists(st.integers(0, 3), min_size=rows, max_size=rows)), pa.int64())}
    for name, kind in kinds.items():
        values = draw(st.lists(st.none() | _VALUES[kind], min_size=rows, max_size=rows))
        columns[name] = pa.array(values, _TYPES[kind])
    return pa.table(columns)


@st.composite
def histories(draw: st.DrawFn) -> list[Any]:
    """A sequence of loads, some not completed, their columns coming, going and changing type, and of compactions."""
    steps: list[Any] = []
    kinds: dict[str, str] = {}
    for _ in range(draw(st.integers(1, 12))):
        if draw(st.integers(0, 4)) == 0:
            names = draw(st.lists(st.sampled_from(list(_COLUMNS)), unique=True))
            kinds = {name: draw(st.sampled_from(_COLUMNS[name])) for name in names}
        if draw(st.integers(0, 5)) == 0:
            steps.append(Target(size=draw(st.sampled_from([4_000, 10**9])), rows=draw(st.sampled_from([8, 10**9]))))
        else:
            files = [draw(tables(kinds)) for _ in range(draw(st.sampled_from([1, 1, 1, 2])))]
            steps.append((files, draw(st.integers(0, 9)) > 0))
    return [*steps, LARGE]


@settings(max_examples=200, deadline=None)
@given(history=histories())
def test_every_moment_reads_the_same_with_and_without_compaction(
    tmp_path_factory: pytest.TempPathFactory, history: list[Any]
) -> None:
    folder = tmp_path_factory.mktemp("history")
    plain, compacted = Lake(folder / "plain"), Lake(folder / "compacted")
    loads: list[str] = []
    now = NOW
    with duckdb.connect(config={"threads": 1}) as connection:
        for step in history:
            now += days(1)
            if isinstance(step, Target):
                run(compacted, now=now, target=step)
                assert read(compacted, connection=connection) == read(plain, connection=connection)
            else:
                loads.append(f"{len(loads) + 1}.25")
                for each in (plain, compacted):
                    write_load(each, loads[-1], step[0], completed=step[1])
        run(compacted, now=now + days(9))
        for known_at in (None, *map(moment, loads)):
            for query in ("from raw", LATEST):
                asked = {"known_at": known_at, "query": query, "connection": connection}
                assert read(compacted, **asked) == read(plain, **asked)
    seen = [
        [load for file in each.raw_files(SYSTEM).get(TABLE, ()) for load in file.loads] for each in (plain, compacted)
    ]
    assert list(dict.fromkeys(seen[0])) == list(dict.fromkeys(seen[1]))
    shutil.rmtree(folder)


def test_many_files_become_one_with_the_very_same_schema(lake: Lake) -> None:
    fill(lake, 6)
    schema, before = pq.ParquetFile(lying(lake)[0]).schema, read(lake)
    (merge,) = run(lake).merges
    assert (merge.system, merge.table, merge.files, merge.rows) == (SYSTEM, TABLE, 6, 12)
    (file,) = lake.visible_files(SYSTEM, TABLE)
    assert merge.size_after == Path(str(file)).stat().st_size
    assert pq.ParquetFile(str(file)).schema.equals(schema)
    assert read(lake) == before


def test_a_preview_names_what_a_compaction_does_and_writes_nothing(lake: Lake) -> None:
    fill(lake, 6)
    before = lying(lake)
    (planned,) = preview(lake, [SYSTEM], LARGE)
    assert lying(lake) == before
    (done,) = run(lake).merges
    assert planned.size_after is None
    assert (planned.files, planned.rows, planned.size_before) == (done.files, done.rows, done.size_before)
    assert preview(lake, [SYSTEM], LARGE) == ()


def test_more_loads_of_one_file_than_dlt_s_dictionary_has_room_for(lake: Lake) -> None:
    for number in range(150):
        write_load(lake, f"{number + 1}.5", [pa.table({"a": [number]})])
    before = read(lake)
    run(lake)
    assert len(lake.visible_files(SYSTEM, TABLE)) == 1
    assert read(lake) == before


def test_an_earlier_moment_names_the_loads_that_must_not_be_read(lake: Lake) -> None:
    fill(lake, 5)
    run(lake)
    (file,) = lake.raw_files(SYSTEM, known_at=moment("3.5"))[TABLE]
    assert (file.loads, file.hidden_loads) == (("1.5", "2.5", "3.5"), ("4.5", "5.5"))
    assert lake.raw_files(SYSTEM, known_at=moment("0.5")) == {}


def test_an_interrupted_load_stays_invisible_and_is_read_when_it_completes(lake: Lake) -> None:
    fill(lake, 2)
    write_load(lake, "3.5", [pa.table({"a": [77], "b": ["late"]})], completed=False)
    fill(lake, 3, start=3)
    run(lake)
    assert (77, "late", "3.5") not in read(lake)
    run(lake, now=NOW + days(2))
    write_load(lake, "3.5", [])
    assert (77, "late", "3.5") in read(lake)


def test_replaced_files_stay_for_running_builds_and_go_after_the_grace(lake: Lake) -> None:
    fill(lake, 6)
    listed, before = lake.visible_files(SYSTEM, TABLE), read(lake)
    run(lake)
    again = run(lake, now=NOW + GRACE)
    assert (again.merges, again.removed_files) == ((), 0)
    assert sum(pq.read_metadata(str(path)).num_rows for path in listed) == 12
    last = run(lake, now=NOW + GRACE + days(1))
    assert last.removed_files == 6
    assert last.removed_bytes > 0
    assert lying(lake) == lake.visible_files(SYSTEM, TABLE)
    assert read(lake) == before


def test_a_compacted_file_that_is_taken_into_a_larger_one_stays_for_the_grace_too(lake: Lake) -> None:
    fill(lake, 4)
    run(lake)
    (first,) = lake.visible_files(SYSTEM, TABLE)
    fill(lake, 4, start=4)
    before = read(lake)
    run(lake, now=NOW + days(7))
    (second,) = lake.visible_files(SYSTEM, TABLE)
    assert Path(str(first)).exists()
    run(lake, now=NOW + days(14))
    assert lying(lake) == [second]
    assert read(lake) == before
    assert lake.read_manifest(SYSTEM, TABLE).retired == ()


def test_the_landing_knows_its_newest_load(lake: Lake) -> None:
    fill(lake, 5)
    run(lake)
    fill(lake, 1, start=5)
    assert [file.loads[-1] for file in lake.raw_files(SYSTEM)[TABLE]] == ["5.5", "6.5"]


def test_a_compacted_file_that_was_lost_stops_the_next_compaction_before_it_removes_anything(lake: Lake) -> None:
    fill(lake, 5)
    run(lake)
    (file,) = lake.visible_files(SYSTEM, TABLE)
    Path(str(file)).unlink()
    with pytest.raises(SourceError, match="missing"):
        run(lake, now=NOW + days(2))
    assert len(lying(lake)) == 5


def test_a_broken_raw_file_is_named_and_nothing_changes(lake: Lake) -> None:
    fill(lake, 5)
    before = lake.visible_files(SYSTEM, TABLE)
    Path(str(before[2])).write_bytes(b"PAR1 no more")
    with pytest.raises(SourceError, match=before[2].name):
        run(lake)
    assert lake.visible_files(SYSTEM, TABLE) == before


@pytest.mark.slow
def test_a_killed_compaction_leaves_the_lake_as_it_was_or_as_it_should_be(tmp_path: Path) -> None:
    output = subprocess.run(
        [sys.executable, "-m", "tests.lake.kill_compaction", str(tmp_path)],
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    ).stdout
    rounds = [json.loads(line) for line in output.splitlines()]
    assert len(rounds) >= 10
    for outcome in rounds:
        assert outcome["killed"], outcome
        assert outcome["same_after_kill"], outcome
        assert outcome["same_after_rerun"], outcome
        assert outcome["lying"] == outcome["read"], outcome
