"""Helper process of test_compaction: compactions that are killed at each of their file operations in turn.

Usage: ``python -m tests.lake.kill_compaction <work dir>``; prints one JSON line per kill point. The lake was compacted
a week before, so that the compaction has files to remove, a compacted file to take in, and new files to merge.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import sys
from pathlib import Path

import pyarrow as pa

from salesops_pipeline.lake import Lake
from salesops_pipeline.lake.compaction import compact
from salesops_pipeline.lake.compaction_plan import Target
from tests.lake.raw_loads import SYSTEM, read, write_load
from tests.sources.kill_lake_load import in_child

MONDAY = dt.datetime(2026, 6, 1, 3, tzinfo=dt.UTC)
LARGE = Target(size=10**9, rows=10**9)


def compact_on(lake: Lake, day: int) -> None:
    compact(lake, [SYSTEM], LARGE, grace=dt.timedelta(hours=1), now=MONDAY + dt.timedelta(days=day))


def prepare(folder: Path) -> Lake:
    lake = Lake(folder)
    for number in range(5):
        write_load(lake, f"{number + 1}.5", [pa.table({"a": [number]})])
    compact_on(lake, 0)
    for number in range(5, 12):
        write_load(lake, f"{number + 1}.5", [pa.table({"a": [number]})])
    return lake


def main(work: Path) -> None:
    untouched = prepare(work / "untouched")
    expected = read(untouched)
    assert in_child(lambda: compact_on(untouched, 7), count_to=work / "count") == 0
    for point in range(1, int((work / "count").read_text()) + 1):
        folder = work / f"killed-{point}"
        lake = prepare(folder)
        status = in_child(lambda lake=lake: compact_on(lake, 7), kill_at=point)
        after_kill = read(lake)
        # Files that no manifest names are removed by their age; these are seconds old.
        later = (dt.datetime.now(dt.UTC) - MONDAY).days + 2
        for day in (later, later + 1):
            compact_on(lake, day)
        outcome = {
            "point": point,
            "killed": os.WIFSIGNALED(status),
            "same_after_kill": after_kill == expected,
            "same_after_rerun": read(lake) == expected,
            "lying": sorted(
                path.name for path in Path(str(lake.raw_dir)).rglob("*") if path.is_file() and "parquet" in path.name
            ),
            "read": [path.name for path in lake.visible_files(SYSTEM, "n")],
        }
        sys.stdout.write(json.dumps(outcome) + "\n")
        shutil.rmtree(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
