"""The Dagster UI and the reports in a real browser."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from salesops_pipeline.settings import PROJECT_DIR
from tests.end_to_end.browser import needs_chromium, page
from tests.end_to_end.dagster_api import repositories, runs, wait
from tests.end_to_end.pipeline import Deployment

pytestmark = [pytest.mark.slow, pytest.mark.browser, needs_chromium]


@pytest.fixture
def ui(pulled: Deployment, copy_of: Callable[[Deployment], Deployment]) -> Iterator[tuple[Deployment, str]]:
    """`salesops ui` on a deployment that has been run once, and its address."""
    deployment = copy_of(pulled)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        deployment.command("ui", "--port", str(port)),
        env=deployment.environ(),
        cwd=PROJECT_DIR,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait(lambda: bool(repositories(url)), seconds=180)
        yield deployment, url
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_lineage_is_shown_and_a_run_from_the_ui_publishes(ui: tuple[Deployment, str]) -> None:
    deployment, url = ui
    deployment.salesops("sandbox", "advance", "--days", "1")
    before = deployment.published.resolve()
    with page() as view:
        view.goto(f"{url}/asset-groups")
        for group in ("raw_salesforce", "staging_salesforce", "conformed", "core", "marts_strategic", "reports"):
            view.get_by_text(group, exact=True).first.wait_for(timeout=60_000)
        view.goto(f"{url}/locations/salesops/jobs/daily")
        before_it = len(runs(url))
        view.get_by_role("button", name="Materialize all").click(timeout=60_000)
        wait(lambda: len(runs(url)) > before_it, seconds=60)
        wait(lambda: _last_run(url) in {"SUCCESS", "FAILURE"}, seconds=300)
    assert _last_run(url) == "SUCCESS"
    assert deployment.published.resolve() != before


def test_reports_show_without_any_request(pulled: Deployment) -> None:
    requested: list[str] = []
    problems: list[str] = []
    with page() as view:
        view.on("request", lambda request: requested.append(request.url))
        view.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        index = pulled.settings.reports_dir / "index.html"
        view.goto(index.as_uri())
        links = [link.get_attribute("href") or "" for link in view.locator("a[href$='.html']").all()]
        assert len(links) > 5
        for link in links[:6]:
            view.goto((index.parent / Path(link)).as_uri())
            assert view.locator("svg").count() >= 1
            assert "certificate" in view.content().lower()
    assert [address for address in requested if not address.startswith("file:")] == []
    assert problems == []


def _last_run(url: str) -> str:
    return next(iter(runs(url).values()), "")
