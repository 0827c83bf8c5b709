"""Code server, web server and daemon, started with the commands and the environment of deploy/systemd/*.service."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from salesops_pipeline.settings import PROJECT_DIR
from tests.end_to_end.dagster_api import repositories, wait

DEPLOY = PROJECT_DIR / "deploy"
UNITS = DEPLOY / "systemd"
_INSTALLED, _DATA = "/opt/salesops", "/var/lib/salesops"


def unit(name: str) -> dict[str, list[str]]:
    """The lines of a unit file: key → values."""
    found: dict[str, list[str]] = {}
    for line in (UNITS / f"salesops-{name}.service").read_text(encoding="utf-8").splitlines():
        key, separator, value = line.partition("=")
        if separator and not line.startswith("#"):
            found.setdefault(key, []).append(value)
    return found


@dataclass
class Services:
    """The three services on free ports of this machine."""

    data_dir: Path
    secrets: dict[str, str]
    ports: dict[str, int] = field(default_factory=lambda: {"4000": _free_port(), "3000": _free_port()})
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports['3000']}"

    def environment(self, name: str) -> dict[str, str]:
        """What systemd would set: the unit's own lines, and the file with the secrets."""
        settings = (shlex.split(line) for line in unit(name)["Environment"])
        variables = dict(setting.split("=", 1) for line in settings for setting in line)
        own = {key: self._here(value) for key, value in variables.items()}
        # The path names this checkout, in case the environment has another one installed.
        here = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "PYTHONPATH": str(PROJECT_DIR)}
        return {**here, **own, **self.secrets}

    def start(self, name: str) -> None:
        [command] = unit(name)["ExecStart"]
        arguments = [self.ports.get(word, self._here(word)) for word in shlex.split(command)]
        self.processes[name] = subprocess.Popen(
            list(map(str, arguments)),
            env=self.environment(name),
            cwd=PROJECT_DIR,
            stdout=(self.data_dir / f"{name}.log").open("ab"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def stop(self, name: str, sign: signal.Signals = signal.SIGTERM) -> None:
        """Signal the service and all processes that it started, and wait for its end."""
        process = self.processes.pop(name)
        os.killpg(process.pid, sign)
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def answer(self) -> bool:
        """Whether the web server shows the pipeline.

        Raises:
            AssertionError: A service has ended instead of starting.
        """
        for name, process in self.processes.items():
            assert process.poll() is None, (self.data_dir / f"{name}.log").read_text(encoding="utf-8")[-4000:]
        return bool(repositories(self.url))

    def _here(self, text: str) -> str:
        """The installed paths, where they are in this checkout; ports that are certainly free."""
        if text == f"{_INSTALLED}/deploy/workspace.yaml":
            return str(self._workspace())
        text = text.replace(f"{_INSTALLED}/.venv/bin", str(Path(sys.executable).parent))
        return text.replace(_INSTALLED, str(PROJECT_DIR)).replace(_DATA, str(self.data_dir))

    def _workspace(self) -> Path:
        path = self.data_dir / "workspace.yaml"
        text = (DEPLOY / "workspace.yaml").read_text(encoding="utf-8")
        path.write_text(text.replace("4000", str(self.ports["4000"])), encoding="utf-8")
        return path


@contextmanager
def running(data_dir: Path, secrets: dict[str, str]) -> Iterator[Services]:
    """All three services, until the context ends."""
    services = Services(data_dir, secrets)
    try:
        for name in ("code", "webserver", "daemon"):
            services.start(name)
        wait(services.answer, seconds=240, what="the start of the services")
        yield services
    finally:
        for name in list(services.processes):
            services.stop(name, signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
