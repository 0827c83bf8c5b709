"""Which raw files become one."""

from __future__ import annotations

from pathlib import Path

from salesops_pipeline.lake.compaction_plan import Segment, Target, plan

TARGET = Target(size=100, rows=1000)


def load(number: int, *, size: int = 1, rows: int = 1, columns: str = "abc", files: int = 1) -> Segment:
    paths = tuple(Path(f"{number}.{file}.parquet") for file in range(files))
    return Segment((str(number),), paths, size, rows, columns)


def planned(*segments: Segment, target: Target = TARGET) -> list[list[int]]:
    return [[int(load) for item in group for load in item.loads] for group in plan(segments, target)]


def test_small_neighbours_become_one() -> None:
    assert planned(*(load(n) for n in range(6))) == [[0, 1, 2, 3, 4, 5]]


def test_a_few_files_stay_as_they_are() -> None:
    assert planned() == []
    assert planned(*(load(n) for n in range(3))) == []
    assert planned(load(0, files=2), load(1, files=2)) == [[0, 1]]


def test_no_file_grows_beyond_the_target_in_bytes_or_rows() -> None:
    assert planned(*(load(n, size=25) for n in range(9))) == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert planned(*(load(n, rows=250) for n in range(9))) == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_a_large_file_is_left_alone_and_nothing_is_merged_across_it() -> None:
    small = [load(n) for n in range(4)]
    assert planned(*small, load(4, size=100), *(load(n) for n in range(5, 8))) == [[0, 1, 2, 3]]


def test_other_columns_begin_a_new_file() -> None:
    before = [load(n) for n in range(4)]
    after = [load(n, columns="abcd") for n in range(4, 8)]
    assert planned(*before, *after) == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_a_load_whose_files_differ_in_columns_is_left_alone() -> None:
    mixed = load(4, columns="", files=5)
    assert planned(*(load(n) for n in range(4)), mixed) == [[0, 1, 2, 3]]


def test_a_large_file_is_not_rewritten_for_a_few_small_ones() -> None:
    old = load(0, size=60)
    assert planned(old, *(load(n, size=2) for n in range(1, 6))) == [[1, 2, 3, 4, 5]]
    assert planned(old, *(load(n, size=4) for n in range(1, 6))) == [[0, 1, 2, 3, 4, 5]]


def test_what_is_written_again_each_week_stays_a_small_multiple_of_what_comes() -> None:
    target = Target(size=10**9, rows=10**9)
    segments: list[Segment] = []
    written = day = 0
    for _ in range(200):
        for _ in range(7):
            segments.append(load(day, size=10))
            day += 1
        for group in plan(segments, target):
            loads = tuple(item for part in group for item in part.loads)
            merged = Segment(loads, (Path(f"c{day}"),), sum(part.size for part in group), 1, "abc")
            start = segments.index(group[0])
            segments[start : start + len(group)] = [merged]
            written += merged.size
    assert len(segments) < 10
    assert written < 12 * day * 10
