"""A bare HTTP client that fetches what the connector fetched: the same pages and jobs, thrown away on arrival."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

_NEXT_PAGE = re.compile(rb'"nextRecordsUrl"\s*:\s*"([^"]+)"')
_POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Call:
    """One request as the connector made it."""

    method: str
    path: str
    content: bytes
    thread: int


@contextmanager
def recorded_calls() -> Iterator[list[Call]]:
    """Every request that any httpx client of this process makes while the block runs."""
    calls: list[Call] = []
    send = httpx.Client.send

    def recording(client: httpx.Client, request: httpx.Request, **options: Any) -> httpx.Response:
        calls.append(Call(request.method, request.url.raw_path.decode(), request.content, threading.get_ident()))
        return send(client, request, **options)

    httpx.Client.send = recording  # pyright: ignore[reportAttributeAccessIssue]
    try:
        yield calls
    finally:
        httpx.Client.send = send  # pyright: ignore[reportAttributeAccessIssue]


def starting_points(calls: Sequence[Call]) -> list[Call]:
    """The calls that others follow from: not what names a page or a job of an earlier answer, nor the log-in."""
    return [
        call
        for call in calls
        if "/oauth2/token" not in call.path
        and not re.search(r"/query(All)?/0r8", call.path)
        and not re.search(r"/jobs/query/", call.path)
    ]


def fetch_all(url: str, token: str, calls: Sequence[Call], *, threads: int) -> int:
    """Fetch everything that the calls lead to, and throw it away.

    Args:
        url: Address of the org.
        token: Access token.
        calls: What `starting_points` gives.
        threads: How many at a time.

    Returns:
        The bytes received.
    """
    limits = httpx.Limits(max_connections=threads)
    with (
        httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=120, limits=limits) as client,
        ThreadPoolExecutor(threads) as pool,
    ):
        return sum(pool.map(lambda call: _follow(client, call), calls))


def _follow(client: httpx.Client, call: Call) -> int:
    if call.method == "POST" and call.path.endswith("/jobs/query"):
        return _bulk(client, call)
    response = client.request(call.method, call.path, content=call.content)
    received = len(response.content)
    while response.is_success and (found := _NEXT_PAGE.search(response.content)):
        response = client.get(found[1].decode())
        received += len(response.content)
    return received


def _bulk(client: httpx.Client, call: Call) -> int:
    job = client.post(call.path, content=call.content, headers={"Content-Type": "application/json"}).json()
    path = f"{call.path}/{job['id']}"
    while client.get(path).json()["state"] != "JobComplete":
        time.sleep(_POLL_SECONDS)
    received, locator = 0, ""
    while locator != "null":
        params = {"maxRecords": "20000"} | ({"locator": locator} if locator else {})
        response = client.get(f"{path}/results", params=params, headers={"Accept": "text/csv"})
        received += len(response.content)
        locator = response.headers.get("Sforce-Locator", "null")
    client.delete(path)
    return received
