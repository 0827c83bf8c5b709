"""Every process has a temporary folder of its own; what a killed one left is removed by the next."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from salesops_pipeline.limits.temporary import own_folder, temporary_root
from salesops_pipeline.settings import PROJECT_DIR, load_settings

_HOLD = """
import sys, pathlib
from salesops_pipeline.limits.temporary import own_folder
from salesops_pipeline.settings import load_settings
folder = own_folder(load_settings(data_dir=sys.argv[1]))
(folder / "spilled").write_bytes(b"x" * 1000)
print(folder, flush=True)
sys.stdin.read()
"""


def hold(data_dir: Path) -> tuple[subprocess.Popen[str], Path]:
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(data_dir)],
        cwd=PROJECT_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_a_folder_goes_with_its_process(tmp_path: Path) -> None:
    process, folder = hold(tmp_path)
    assert (folder / "spilled").exists()
    process.communicate("", timeout=60)
    assert not folder.exists()


def test_the_folder_of_a_killed_process_is_removed_by_the_next_and_that_of_a_living_one_is_not(tmp_path: Path) -> None:
    killed, abandoned = hold(tmp_path)
    alive, used = hold(tmp_path)
    killed.kill()
    killed.communicate(timeout=60)
    assert abandoned.exists()
    own = own_folder(load_settings(data_dir=tmp_path))
    assert not abandoned.exists()
    assert (used / "spilled").exists()
    assert own.parent == used.parent == tmp_path / "tmp"
    alive.communicate("", timeout=60)


def test_a_setting_says_where(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path / "data", temp_dir=tmp_path / "elsewhere")
    assert temporary_root(settings) == tmp_path / "elsewhere"
    assert own_folder(settings).parent == tmp_path / "elsewhere"
    assert own_folder(settings) == own_folder(settings)
