"""Loads into the lake: atomic, resumable, with state that never runs ahead of the rows."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from salesops_pipeline.errors import SourceError
from salesops_pipeline.settings import Settings, load_settings
from salesops_pipeline.sources.lake_pipeline import LakeLoad, open_load

HELPER = Path(__file__).with_name("kill_lake_load.py")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path)


def numbers(load: LakeLoad, until: int, *, fail_at: int | None = None) -> Iterator[pa.Table]:
    state = load.state("n")
    for number in range(state.get("next", 0), until):
        if number == fail_at:
            raise SourceError("broken", where="n")
        state["next"] = number + 1
        yield pa.table({"Number__c": [number]})


def load_numbers(settings: Settings, until: int, **options: int) -> dict[str, int]:
    with open_load(settings, "numbers") as load:
        return load.write({"n": numbers(load, until, **options)})


def visible(settings: Settings) -> list[int]:
    files = settings.lake.visible_files("numbers", "n")
    return sorted(number for path in files for number in pq.read_table(path)["Number__c"].to_pylist())


def test_state_moves_on_with_the_rows_and_every_row_names_its_load(settings: Settings) -> None:
    assert load_numbers(settings, 3) == {"n": 3}
    assert load_numbers(settings, 5) == {"n": 2}
    assert visible(settings) == [0, 1, 2, 3, 4]
    load_ids = {
        str(load_id)
        for path in settings.lake.visible_files("numbers", "n")
        for load_id in pq.read_table(path)["_dlt_load_id"].to_pylist()
    }
    assert load_ids == set(settings.lake.completed_loads("numbers"))


def test_a_load_without_rows_writes_no_data_file(settings: Settings) -> None:
    load_numbers(settings, 3)
    files = settings.lake.visible_files("numbers", "n")
    assert load_numbers(settings, 3) == {"n": 0}
    assert settings.lake.visible_files("numbers", "n") == files


def test_a_failing_reader_leaves_neither_rows_nor_state_and_its_error_comes_out_unchanged(settings: Settings) -> None:
    load_numbers(settings, 3)
    with pytest.raises(SourceError, match="broken"):
        load_numbers(settings, 9, fail_at=6)
    assert visible(settings) == [0, 1, 2]
    assert load_numbers(settings, 9) == {"n": 6}
    assert visible(settings) == list(range(9))


@pytest.mark.parametrize("damage", ["lost", "damaged"])
def test_without_its_working_folder_a_load_goes_on_from_the_lake(settings: Settings, damage: str) -> None:
    load_numbers(settings, 3)
    working_dir = settings.data_dir / "dlt" / "numbers"
    if damage == "lost":
        shutil.rmtree(working_dir)
    else:
        (working_dir / "state.json").write_text('{"half')
    assert load_numbers(settings, 5) == {"n": 2}
    assert visible(settings) == [0, 1, 2, 3, 4]


def test_without_its_lake_a_load_begins_anew(settings: Settings) -> None:
    load_numbers(settings, 3)
    shutil.rmtree(str(settings.lake.root))
    assert load_numbers(settings, 5) == {"n": 5}
    assert visible(settings) == [0, 1, 2, 3, 4]


def test_two_loads_of_one_system_do_not_run_together(settings: Settings) -> None:
    with (
        open_load(settings, "numbers"),
        pytest.raises(SourceError, match="another load"),
        open_load(settings, "numbers"),
    ):
        pass
    assert load_numbers(settings, 1) == {"n": 1}


def test_a_load_asks_no_host_and_prints_nothing(tmp_path: Path) -> None:
    script = f"""
import socket
asked = []
socket.getaddrinfo = lambda *address, **options: asked.append(address)
socket.socket.connect = lambda self, address: asked.append(address)
import pyarrow as pa
from pathlib import Path
from salesops_pipeline.settings import load_settings
from salesops_pipeline.sources.lake_pipeline import open_load
for _ in range(2):
    with open_load(load_settings(data_dir=Path({str(tmp_path)!r})), "numbers") as load:
        load.write({{"n": [pa.table({{"Id": ["a"]}})]}})
import atexit, threading
for thread in threading.enumerate():
    if thread is not threading.current_thread() and not thread.daemon:
        thread.join(5)
atexit._run_exitfuncs()
print(asked)
"""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RUNTIME__")}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_killed_loads_end_like_an_undisturbed_one(tmp_path: Path) -> None:
    output = subprocess.run(
        [sys.executable, str(HELPER), str(tmp_path), "8"], capture_output=True, text=True, check=True, timeout=300
    ).stdout
    *rounds, last = [json.loads(line) for line in output.splitlines()]
    before = {table: list(range(20)) for table in "abc"}
    calm = {table: list(range(50)) for table in "abc"}
    assert last["calm"] == calm
    assert len(rounds) == 8
    for outcome in rounds:
        assert outcome["killed"], outcome["point"]
        assert outcome["again"] == 0, outcome["point"]
        assert outcome["after_kill"] in (before, calm), outcome["point"]
        assert outcome["after_rerun"] == calm, outcome["point"]
