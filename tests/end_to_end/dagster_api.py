"""Dagster's web server as a client sees it."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

import pytest

_LAUNCH = """
mutation ($params: ExecutionParams!) {
  launchRun(executionParams: $params) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on PythonError { message }
    ... on RunConfigValidationInvalid { errors { message } }
  }
}
"""


def graphql(url: str, query: str, variables: Mapping[str, object] | None = None) -> dict[str, Any] | None:
    """The answer to a query; None while the server does not answer.

    Raises:
        AssertionError: The server answers that it could not execute the query.
    """
    body = json.dumps({"query": query, "variables": dict(variables or {})}).encode()
    request = urllib.request.Request(f"{url}/graphql", data=body, headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            answer = json.load(response)
    except OSError:
        return None
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


def repositories(url: str) -> list[str]:
    """Names of the repositories that the server has loaded."""
    data = graphql(url, "{ repositoriesOrError { ... on RepositoryConnection { nodes { name } } } }")
    return [node["name"] for node in (data or {}).get("repositoriesOrError", {}).get("nodes", [])]


def launch(url: str, job: str) -> str:
    """Put a job into the queue, as the button in the UI does; the id of the run."""
    selector = {"repositoryLocationName": "salesops", "repositoryName": "__repository__", "jobName": job}
    answer = graphql(url, _LAUNCH, {"params": {"selector": selector, "runConfigData": {}}})
    assert answer is not None
    assert answer["launchRun"]["__typename"] == "LaunchRunSuccess", answer
    return answer["launchRun"]["run"]["runId"]


def runs(url: str) -> dict[str, str]:
    """Id → status of all runs, newest first."""
    data = graphql(url, "{ runsOrError { ... on Runs { results { runId status } } } }")
    results = (data or {}).get("runsOrError", {}).get("results", [])
    return {run["runId"]: run["status"] for run in results}


def wait(condition: Callable[[], bool], *, seconds: float, what: str = "it") -> None:
    """Wait until something holds; the test fails if it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"{what} did not happen within {seconds:.0f} seconds")
        time.sleep(1)
