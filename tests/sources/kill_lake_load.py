"""Helper process of test_lake_pipeline: loads that are killed at a given file operation, each in a forked child.

Usage: ``python kill_lake_load.py <work dir> <rounds>``; prints one JSON line per kill point and a last one for the
undisturbed run. A source with three tables hands out numbers; its state is the next number.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from salesops_pipeline.settings import Settings, load_settings
from salesops_pipeline.sources.lake_destination import LakeDestination  # noqa: F401  imports dlt once, before the forks
from salesops_pipeline.sources.lake_pipeline import LakeLoad, open_load

TABLES = ("a", "b", "c")
WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def numbers(load: LakeLoad, table: str, until: int) -> Iterator[pa.Table]:
    state = load.state(table)
    while (start := state.get("next", 0)) < until:
        stop = min(start + 7, until)
        state["next"] = stop
        yield pa.table({"n": pa.array(range(start, stop), pa.int64())})


def load_until(settings: Settings, until: int) -> None:
    with open_load(settings, "numbers") as load:
        load.write({table: numbers(load, table, until) for table in TABLES}, parallel=True)


def visible(settings: Settings) -> dict[str, list[int]]:
    lake = settings.lake
    return {
        table: sorted(n for path in lake.visible_files("numbers", table) for n in pq.read_table(path)["n"].to_pylist())
        for table in TABLES
    }


def in_child(action, *, kill_at: int | None = None, count_to: Path | None = None) -> int:
    """Run an action in a forked child that kills itself at its kill_at-th file operation; its wait status."""
    pid = os.fork()
    if pid:
        return os.waitpid(pid, 0)[1]
    seen = 0

    def hook(event: str, args: tuple) -> None:
        nonlocal seen
        if event == "open" and not (isinstance(args[2], int) and args[2] & WRITE_FLAGS):
            return
        if event not in ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree", "shutil.copyfile"):
            return
        seen += 1
        if seen == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    try:
        action()
        if count_to:
            count_to.write_text(str(seen))
        os._exit(0)
    except BaseException as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        sys.stderr.flush()
        os._exit(1)


def say(content: dict) -> None:
    sys.stdout.write(json.dumps(content) + "\n")
    sys.stdout.flush()


def main(work: Path, rounds: int) -> None:
    def fresh(name: str) -> Settings:
        shutil.rmtree(work / name, ignore_errors=True)
        settings = load_settings(data_dir=work / name)
        assert in_child(lambda: load_until(settings, 20)) == 0
        return settings

    settings = fresh("calm")
    assert in_child(lambda: load_until(settings, 50), count_to=work / "count") == 0
    operations = int((work / "count").read_text())
    calm = visible(settings)
    for number in range(rounds):
        settings = fresh("killed")
        # Threads make the number of operations vary a little; without the last few, every load is killed in time.
        point = 1 + (operations - 6) * number // max(rounds - 1, 1)
        status = in_child(lambda settings=settings: load_until(settings, 50), kill_at=point)
        after_kill = visible(settings)
        again = in_child(lambda settings=settings: load_until(settings, 50))
        result = {"point": point, "of": operations, "killed": os.WIFSIGNALED(status), "again": again}
        say(result | {"after_kill": after_kill, "after_rerun": visible(settings)})
    say({"calm": calm})


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
