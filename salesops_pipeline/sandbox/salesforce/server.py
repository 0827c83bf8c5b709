"""Serving the org on this machine: in a thread beside the pipeline or a test, or for as long as a command runs."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from salesops_pipeline.errors import UserError
from salesops_pipeline.sandbox.salesforce.faults import Faults
from salesops_pipeline.sandbox.store import Store

if TYPE_CHECKING:
    import uvicorn

HOST = "127.0.0.1"
_START_SECONDS = 15.0


@dataclass(frozen=True)
class Server:
    """Where the org answers and what a client needs to log in (OAuth 2.0 client credentials)."""

    url: str
    client_id: str
    client_secret: str = field(repr=False)


@contextmanager
def serve(sandbox_dir: Path, *, port: int = 0, faults: Faults | None = None) -> Iterator[Server]:
    """Serve the company in a folder as a Salesforce org, in a background thread, until the block ends.

    Args:
        sandbox_dir: The folder that `salesops sandbox create` filled.
        port: Port on 127.0.0.1; 0 takes a free one.
        faults: What is to go wrong; nothing by default.

    Raises:
        UserError: There is no company in the folder, or the port is taken.
    """
    with _prepared(sandbox_dir, port, faults or Faults()) as (uvicorn_server, listener, server):
        thread = threading.Thread(
            target=uvicorn_server.run, kwargs={"sockets": [listener]}, name="salesforce-sandbox", daemon=True
        )
        thread.start()
        _wait_until_started(uvicorn_server, thread)
        try:
            yield server
        finally:
            uvicorn_server.should_exit = True
            thread.join(timeout=_START_SECONDS)


def run_forever(
    sandbox_dir: Path,
    port: int,
    faults: Faults | None = None,
    *,
    on_ready: Callable[[Server], None] = lambda server: None,
) -> None:
    """Serve the company in this thread until it is interrupted (Ctrl-C) or told to end. Prints nothing.

    Args:
        sandbox_dir: The folder that `salesops sandbox create` filled.
        port: Port on 127.0.0.1; 0 takes a free one.
        faults: What is to go wrong; nothing by default.
        on_ready: Called once, when the address is known and connections are accepted.

    Raises:
        UserError: There is no company in the folder, or the port is taken.
    """
    with _prepared(sandbox_dir, port, faults or Faults()) as (uvicorn_server, listener, server):
        listener.listen()
        on_ready(server)
        with suppress(KeyboardInterrupt):
            uvicorn_server.run(sockets=[listener])


@contextmanager
def _prepared(sandbox_dir: Path, port: int, faults: Faults) -> Iterator[tuple[uvicorn.Server, socket.socket, Server]]:
    """The uvicorn server, its bound socket, and the connection facts; resources are let go at the end."""
    import uvicorn

    from salesops_pipeline.sandbox.salesforce.app import build_app
    from salesops_pipeline.sandbox.salesforce.call import OrgState
    from salesops_pipeline.sandbox.salesforce.sessions import Sessions

    with Store.open(sandbox_dir, read_only=True) as store:
        client_id, client_secret = store.meta("client_id") or "", store.meta("client_secret") or ""
        org_id, user_id = _first_id(store, "Organization"), _first_id(store, "User")
    state = OrgState(
        sandbox_dir, faults, Sessions(client_id, client_secret, ttl=faults.token_ttl), org_id=org_id, user_id=user_id
    )
    config = uvicorn.Config(
        build_app(state),
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        date_header=False,
        timeout_graceful_shutdown=2,
    )
    with _listen(port) as listener:
        url = f"http://{HOST}:{listener.getsockname()[1]}"
        try:
            yield uvicorn.Server(config), listener, Server(url, client_id, client_secret)
        finally:
            state.jobs.close()


def _first_id(store: Store, sobject: str) -> str:
    rows = store.query(f'SELECT MIN("Id") FROM "{sobject}"')
    return rows[0][0] or ""


@contextmanager
def _listen(port: int) -> Iterator[socket.socket]:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    with listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError as error:
            raise UserError(
                f"port {port} cannot be used: {error.strerror}",
                where=HOST,
                fix="Choose another port, or 0 for a free one.",
            ) from None
        yield listener


def _wait_until_started(uvicorn_server: uvicorn.Server, thread: threading.Thread) -> None:
    give_up_at = time.monotonic() + _START_SECONDS
    while not uvicorn_server.started:
        if not thread.is_alive() or time.monotonic() > give_up_at:
            raise UserError("the sandbox server did not start", where=HOST, fix="Try again, or choose another port.")
        time.sleep(0.005)
