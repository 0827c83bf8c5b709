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
WITHIN = (3.0, 30.0)
"""Seconds after the start; an undisturbed run of this company takes about half a minute on two cores."""


def test_ten_kills_and_a_rerun_equal_an_undisturbed_run(
    company: Deployment,
    pulled: Deployment,
    copy_of: Callable[[Deployment], Deployment],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    deployment = copy_of(company)
    moments = random.Random(20261014)
    killed = 0
    for _ in range(KILLS):
        process = subprocess.Popen(
            deployment.command("run"),
            env=deployment.environ(),
            cwd=PROJECT_DIR,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            process.wait(timeout=moments.uniform(*WITHIN))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            killed += 1
        time.sleep(0.2)
    assert killed >= KILLS // 2, "most of the kills hit a run that was under way"
    deployment.salesops("run")
    assert differences(pulled.published, deployment.published) == {}
    monkeypatch.setenv("DAGSTER_HOME", str(deployment.data_dir / "dagster"))
    with dg.DagsterInstance.get() as instance:
        statuses = {run.status for run in instance.get_runs()}
    assert statuses <= {dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE}, "no dead run keeps anything"
