"""The tiny company on disk, and clients of the org that serves it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from salesops_pipeline.sandbox.salesforce.faults import Faults
from salesops_pipeline.sandbox.salesforce.server import Server, serve
from salesops_pipeline.sandbox.store import FILE_NAME, Store
from tests.sandbox.salesforce.tiny_company import (
    ACCOUNTS,
    CLIENT_ID,
    CLIENT_SECRET,
    DATA,
    DELETED,
    OPPORTUNITIES,
    TODAY,
    row,
)


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a company with a few users, accounts and 450 opportunities."""
    folder = tmp_path_factory.mktemp("company")
    with Store.create(folder / FILE_NAME) as store, store.transaction():
        store.set_meta("today", TODAY.isoformat())
        store.set_meta("client_id", CLIENT_ID)
        store.set_meta("client_secret", CLIENT_SECRET)
        store.insert_many("Organization", [row("Organization", 1, Name="Tiny")])
        store.insert_many("User", [row("User", n, Name=f"Seller {n}", Username=f"s{n}", IsActive=1) for n in (1, 2)])
        store.insert_many("Account", ACCOUNTS)
        store.insert_many("Opportunity", OPPORTUNITIES)
        store.connection.executemany("insert into _deleted (sobject, id, deleted_at) values (?, ?, ?)", DELETED)
    return folder


def log_in(server: Server) -> httpx.Client:
    """A client with a fresh token."""
    form = {
        "grant_type": "client_credentials",
        "client_id": server.client_id,
        "client_secret": server.client_secret,
    }
    token = httpx.post(f"{server.url}/services/oauth2/token", data=form).json()["access_token"]
    return httpx.Client(base_url=server.url, timeout=10, headers={"Authorization": f"Bearer {token}"})


@contextmanager
def _org(folder: Path, faults: Faults | None = None) -> Iterator[httpx.Client]:
    with serve(folder, faults=faults) as server, log_in(server) as client:
        yield client


@pytest.fixture(scope="session")
def org(company: Path) -> Iterator[httpx.Client]:
    """A logged-in client of an org where nothing goes wrong, shared by the tests that only read."""
    with _org(company) as client:
        yield client


@pytest.fixture
def faulty(company: Path) -> Callable[[Faults], Any]:
    """Opens an org of its own with faults: ``with faulty(Faults(...)) as client``."""
    return lambda faults: _org(company, faults)


@pytest.fixture
def ask(org: httpx.Client) -> Callable[..., Any]:
    """Runs a query and gives the parsed answer; ``everything=True`` is queryAll."""

    def run(soql: str, *, everything: bool = False, batch: int | None = None) -> Any:
        headers = {"Sforce-Query-Options": f"batchSize={batch}"} if batch else {}
        path = f"{DATA}/{'queryAll' if everything else 'query'}"
        return org.get(path, params={"q": soql}, headers=headers).json()

    return run
