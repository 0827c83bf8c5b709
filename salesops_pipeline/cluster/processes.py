"""Processes that outlive the command which started them: who they are, whether they still run, and how they end."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil
from pydantic import BaseModel, ConfigDict

STOP_SECONDS = 10.0


class Started(BaseModel):
    """A process that was started. Its number alone does not tell it from a later process that got the same one."""

    model_config = ConfigDict(frozen=True)

    role: str
    pid: int
    created: float
    """When the process began, as the system has it."""
    log: Path

    @property
    def is_running(self) -> bool:
        """Whether that very process still runs."""
        return self._process() is not None

    def stop(self) -> bool:
        """End it and what it started; False if it was gone already."""
        process = self._process()
        if process is None:
            return False
        family = [process, *process.children(recursive=True)]
        for one in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.terminate()
        _, alive = psutil.wait_procs(family, timeout=STOP_SECONDS)
        for one in alive:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        psutil.wait_procs(alive, timeout=STOP_SECONDS)
        return True

    def last_words(self) -> str:
        """The last line of its log that says something."""
        lines = [line.strip() for line in self.log.read_text(encoding="utf-8", errors="replace").splitlines()]
        return next((line for line in reversed(lines) if line), "its log is empty")

    def _process(self) -> psutil.Process | None:
        try:
            process = psutil.Process(self.pid)
            same = process.create_time() == self.created and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return None
        return process if same else None


def start(role: str, command: Sequence[str], log: Path, environment: Mapping[str, str]) -> Started:
    """Start a process in a session of its own: it does not end with ours, and Ctrl-C does not reach it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            cwd=log.parent,
            start_new_session=True,
        )
    return Started(role=role, pid=process.pid, created=psutil.Process(process.pid).create_time(), log=log)
