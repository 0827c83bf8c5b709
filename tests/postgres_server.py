"""A PostgreSQL server of this machine's own packages, in a folder of its own, for as long as the tests need it."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

USER, PASSWORD = "salesops", "a-very-secret-word"
_ACCOUNT = "postgres"


def find_binaries() -> Path | None:
    """The folder with ``initdb`` and ``postgres``: on PATH, or where Debian puts the newest version."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return installed[-1].parent if installed else None


needs_postgres = [
    pytest.mark.postgres,
    pytest.mark.skipif(find_binaries() is None, reason="PostgreSQL is not installed (Debian: apt install postgresql)"),
]


@dataclass
class Server:
    """A server on a free loopback port."""

    folder: Path
    port: int
    binaries: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def url(self, database: str = "postgres", *, user: str = USER, password: str = PASSWORD) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def connect(self, database: str = "postgres", *, user: str = USER) -> psycopg.Connection:
        return psycopg.connect(self.url(database, user=user), autocommit=True)

    def create_database(self) -> str:
        """A new, empty database; its name."""
        database = f"test{next(self._numbers)}"
        with self.connect() as connection:
            connection.execute(f"create database {database}".encode())
        return database

    def run(self, command: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs as the account that owns the server."""
        done = subprocess.run(
            [*_as_owner(), str(self.binaries / command), *arguments],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode:
            raise AssertionError(f"{command} failed: {done.stderr}")

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder} -c fsync=off"
        self.run("pg_ctl", "start", "--wait", "-D", str(self.data), "-l", str(self.folder / "log"), "-o", options)

    def stop(self, mode: str = "fast") -> None:
        """Stop the server; with mode ``immediate`` as a crash would, without saying good-bye."""
        self.run("pg_ctl", "stop", "--wait", "-D", str(self.data), "-m", mode)

    @property
    def data(self) -> Path:
        return self.folder / "data"


@contextmanager
def serve() -> Iterator[Server]:
    """A running server, gone with everything in it when the context ends."""
    binaries = find_binaries()
    assert binaries is not None
    folder = Path(tempfile.mkdtemp(prefix="salesops-postgres-"))
    (folder / "password").write_text(PASSWORD, encoding="utf-8")
    if os.geteuid() == 0:
        owner = pwd.getpwnam(_ACCOUNT)
        for path in (folder, folder / "password"):
            os.chown(path, owner.pw_uid, owner.pw_gid)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server(folder, port, binaries)
    try:
        server.run(
            "initdb", "-D", str(server.data), "-U", USER, "--pwfile", str(folder / "password"),
            "--auth", "scram-sha-256", "-E", "UTF8", "--locale", "C.UTF-8",
        )  # fmt: skip
        server.start()
        yield server
        server.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_owner() -> list[str]:
    """PostgreSQL refuses to run as root."""
    return ["setpriv", f"--reuid={_ACCOUNT}", f"--regid={_ACCOUNT}", "--clear-groups"] if os.geteuid() == 0 else []
