"""A run that is killed at any moment loses nothing and doubles nothing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable

import dagster as dg
import pytest

from salesops_pipeline.settings import PROJECT_DIR
from tests.end_to_end.pipeline import Deployment, differences

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

KILLS = 10
ATTEMPTS = 4 * KILLS
STARTED = 2.0
"""Seconds that Python and Dagster take before a run does anything."""
LATEST = 0.7
"""Of the time of an undisturbed run: what is killed again and again has less left to do."""


def test_ten_kills_and_a_rerun_equal_an_undisturbed_run(
    company: Deployment,
    copy_as: Callable[[Deployment, str], Deployment],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    undisturbed = copy_as(company, "undisturbed")
    start = time.monotonic()
    undisturbed.salesops("run")
    within = (STARTED, LATEST * (time.monotonic() - start))
    deployment = copy_as(company, "killed")
    moments = random.Random(20261014)
    killed = 0
    for attempt in range(ATTEMPTS):
        if killed == KILLS:
            break
        process = subprocess.Popen(
            deployment.command("run"),
            env=deployment.environ(),
            cwd=PROJECT_DIR,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            code = process.wait(timeout=moments.uniform(*within))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            killed += 1
            time.sleep(0.2)
        else:
            # It was quicker than the kill, so it must be right already; the kills go on with a new company.
            assert code == 0
            assert differences(undisturbed.published, deployment.published) == {}
            deployment = copy_as(company, f"killed_{attempt}")
    assert killed == KILLS, "the kills hit runs that were under way"
    deployment.salesops("run")
    assert differences(undisturbed.published, deployment.published) == {}
    monkeypatch.setenv("DAGSTER_HOME", str(deployment.data_dir / "dagster"))
    with dg.DagsterInstance.get() as instance:
        statuses = {run.status for run in instance.get_runs()}
    assert statuses <= {dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE}, "no dead run keeps anything"
