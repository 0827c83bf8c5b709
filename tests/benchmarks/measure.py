"""Running a command and measuring it: wall time, processor time and memory of it and everything it starts."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from salesops_pipeline.settings import PROJECT_DIR

_SAMPLE_SECONDS = 0.2
_TAIL = 1500


class BenchmarkError(Exception):
    """A measured command failed; a figure for it would be a lie."""


@dataclass(frozen=True)
class Measured:
    """What a command cost.

    Args:
        seconds: Wall time from its start to its end.
        cpu_seconds: Processor time of all its processes, as last sampled: what a busy machine does not change.
        peak_bytes: The greatest sum of the resident memory of all its processes at one moment. Memory that processes
            share counts once per process, so it is an upper bound.
    """

    seconds: float
    cpu_seconds: float
    peak_bytes: int


class _Sampler(threading.Thread):
    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._root = psutil.Process(pid)
        self._cpu: dict[int, float] = {}
        self._ended = threading.Event()
        self.peak_bytes = 0

    def run(self) -> None:
        while not self._ended.wait(_SAMPLE_SECONDS):
            self._sample()

    def _sample(self) -> None:
        resident = 0
        with suppress(psutil.Error):
            for process in (self._root, *self._root.children(recursive=True)):
                with suppress(psutil.Error):
                    times = process.cpu_times()
                    self._cpu[process.pid] = times.user + times.system
                    resident += process.memory_info().rss
        self.peak_bytes = max(self.peak_bytes, resident)

    def stop(self) -> float:
        """End sampling; returns the processor seconds of all processes seen."""
        self._ended.set()
        self.join()
        return sum(self._cpu.values())


def run_measured(
    command: Sequence[str], *, env: Mapping[str, str] | None = None, cwd: Path = PROJECT_DIR, log: Path | None = None
) -> Measured:
    """Run a command to its end.

    Args:
        command: Program and arguments.
        env: Added to this process's environment.
        cwd: Where it runs.
        log: Where its output goes; thrown away unless it fails when left out.

    Raises:
        BenchmarkError: It ended with another code than 0; the end of its output is in the message.
    """
    output = log or Path(os.devnull)
    output.parent.mkdir(parents=True, exist_ok=True)
    with output.open("w", encoding="utf-8") as file:
        started = time.perf_counter()
        process = subprocess.Popen(
            list(command), cwd=cwd, env={**os.environ, **(env or {})}, stdout=file, stderr=subprocess.STDOUT
        )
        sampler = _Sampler(process.pid)
        sampler.start()
        code = process.wait()
        seconds = time.perf_counter() - started
        cpu_seconds = sampler.stop()
    if code:
        tail = output.read_text(encoding="utf-8", errors="replace")[-_TAIL:] if log else "no log kept"
        raise BenchmarkError(f"{' '.join(command)} ended with {code}: {tail}")
    return Measured(seconds, cpu_seconds, sampler.peak_bytes)


def tool(name: str) -> str:
    """A command of the environment we run in, whether or not it is on PATH."""
    return str(Path(sys.executable).parent / name)
