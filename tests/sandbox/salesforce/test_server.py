"""Starting and stopping the server, and serving while the company changes."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from salesops_pipeline.errors import UserError
from salesops_pipeline.sandbox.salesforce.server import serve
from salesops_pipeline.sandbox.store import FILE_NAME, Store
from tests.sandbox.salesforce.conftest import log_in
from tests.sandbox.salesforce.tiny_company import CLIENT_ID, CLIENT_SECRET, DATA, make_id, row, stamp


@pytest.fixture
def own_company(company: Path, tmp_path: Path) -> Path:
    """A copy of the company that a test may change."""
    shutil.copytree(company, tmp_path / "own")
    return tmp_path / "own"


def test_address_and_credentials(company: Path) -> None:
    with serve(company) as server:
        assert server.url.startswith("http://127.0.0.1:")
        assert (server.client_id, server.client_secret) == (CLIENT_ID, CLIENT_SECRET)
        assert CLIENT_SECRET not in repr(server)
        assert httpx.get(f"{server.url}/services/data").status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.url}/services/data")


def test_a_taken_port_is_the_users_to_solve(company: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UserError, match=f"port {port} cannot be used"), serve(company, port=port):
            pass


def test_without_a_company(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no sandbox company"), serve(tmp_path):
        pass


def test_changes_are_seen_at_once_but_not_inside_an_open_query(own_company: Path) -> None:
    query = {"q": "SELECT Id, Name FROM Opportunity ORDER BY Id"}
    with serve(own_company) as server, log_in(server) as org:
        first = org.get(f"{DATA}/query", params=query, headers={"Sforce-Query-Options": "batchSize=200"}).json()
        with Store.open(own_company) as store, store.transaction():
            store.update("Opportunity", make_id("Opportunity", 449), {"Name": "Renamed", "SystemModstamp": stamp(31)})
            store.insert_many("Opportunity", [row("Opportunity", 451, Name="New")])
            store.set_meta("today", "2026-04-01")
        rest = org.get(first["nextRecordsUrl"]).json()
        count = org.get(f"{DATA}/query", params={"q": "SELECT COUNT() FROM Opportunity"})
    names = {record["Name"] for record in first["records"] + rest["records"]}
    assert "Deal 449" in names
    assert names.isdisjoint({"Renamed", "New"})
    assert count.json()["totalSize"] == first["totalSize"] + 1
    assert count.headers["Date"].startswith("Wed, 01 Apr 2026")


def test_an_unexpected_error_has_the_orgs_shape(own_company: Path) -> None:
    with serve(own_company) as server, log_in(server) as org:
        (own_company / FILE_NAME).unlink()
        answer = org.get(f"{DATA}/query", params={"q": "SELECT Id FROM Account"})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (500, "UNKNOWN_EXCEPTION")


def test_running_until_interrupted(company: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from salesops_pipeline.sandbox.salesforce.server import run_forever;"
        "run_forever(Path(sys.argv[1]), 0, on_ready=lambda server: print(server.url, flush=True))"
    )
    command = [sys.executable, "-c", program, str(company)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert httpx.get(f"{url}/services/data").status_code == 200
        process.send_signal(signal.SIGINT)
        output, complaints = process.communicate(timeout=20)
    assert (process.returncode, output, complaints) == (0, "", "")
