"""One small company, simulated and run through the whole pipeline once per test session."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.end_to_end.pipeline import UNTIL, Deployment

SMALL = ("--seed", "22", "--people", "12", "--years", "1.02", "--until", UNTIL)
"""In the week after its last day this company deletes an opportunity and merges an account, and an integration that
does not know of the merge writes the merged account's id back to an opportunity."""


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """A deployment with a company in it that has not been pulled yet. Tests copy it; they do not change it."""
    deployment = Deployment(tmp_path_factory.mktemp("company"))
    deployment.salesops("sandbox", "create", *SMALL)
    return deployment


@pytest.fixture(scope="session")
def pulled(company: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """The same company after one undisturbed run. Tests copy it; they do not change it."""
    deployment = _copy(company, tmp_path_factory.mktemp("pulled"))
    deployment.salesops("run")
    return deployment


@pytest.fixture
def copy_of(tmp_path: Path) -> Callable[[Deployment], Deployment]:
    """Copy a deployment into this test's own folder."""
    return lambda deployment: _copy(deployment, tmp_path / "data")


def _copy(deployment: Deployment, target: Path) -> Deployment:
    shutil.copytree(deployment.data_dir, target, symlinks=True, dirs_exist_ok=True)
    return Deployment(target, deployment.environment)
