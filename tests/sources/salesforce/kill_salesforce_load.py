"""Helper process of test_killed_loads: loads in forked children, one for each given moment, each killed at its moment.

Usage: ``python kill_salesforce_load.py <folder> <name=fraction> …`` with the org in SALESOPS_SALESFORCE_* variables.
``<folder>/before`` holds the data directory to start from; each load works in a copy ``<folder>/<name>``. The fraction
is of the time that an undisturbed load takes; a killed load is followed by an undisturbed one. Prints a line per load.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from pathlib import Path

import duckdb  # noqa: F401  imported once, before the forks

from salesops_pipeline.settings import load_settings
from salesops_pipeline.sources.lake_destination import LakeDestination  # noqa: F401  imports dlt
from salesops_pipeline.sources.salesforce import reader  # noqa: F401
from salesops_pipeline.sources.salesforce.source import load


def run(data_dir: Path, kill_after: float | None = None) -> tuple[int, float]:
    """Load in a child; its wait status and how long it took."""
    begun = time.monotonic()
    pid = os.fork()
    if pid == 0:
        try:
            load(load_settings(data_dir=data_dir))
            os._exit(0)
        except BaseException as error:
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            sys.stderr.flush()
            os._exit(1)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(pid, signal.SIGKILL)
    status = os.waitpid(pid, 0)[1]
    return status, time.monotonic() - begun


def main(folder: Path, moments: dict[str, float]) -> None:
    def fresh(name: str) -> Path:
        return Path(shutil.copytree(folder / "before", folder / name))

    status, duration = run(fresh("calm"))
    sys.stdout.write(f"calm {status}\n")
    for name, fraction in moments.items():
        data_dir = fresh(name)
        killed, _ = run(data_dir, kill_after=duration * fraction)
        again, _ = run(data_dir)
        sys.stdout.write(f"{name} {os.WTERMSIG(killed) if os.WIFSIGNALED(killed) else 0} {again}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), {name: float(share) for name, share in (pair.split("=") for pair in sys.argv[2:])})
