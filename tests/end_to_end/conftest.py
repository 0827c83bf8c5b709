"""One small company, simulated and run through the whole pipeline once per test run."""

from __future__ import annotations

import fcntl
import os
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
    return _made_once(tmp_path_factory, "company", lambda made: made.salesops("sandbox", "create", *SMALL))


@pytest.fixture(scope="session")
def pulled(company: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """The same company after one undisturbed run. Tests copy it; they do not change it."""
    return _made_once(tmp_path_factory, "pulled", lambda made: _copy(company, made.data_dir).salesops("run"))


@pytest.fixture
def copy_of(copy_as: Callable[[Deployment, str], Deployment]) -> Callable[[Deployment], Deployment]:
    """Copy a deployment into this test's own folder."""
    return lambda deployment: copy_as(deployment, "data")


@pytest.fixture
def copy_as(tmp_path: Path) -> Callable[[Deployment, str], Deployment]:
    """Copy a deployment into a folder of this name in this test's own folder."""
    return lambda deployment, name: _copy(deployment, tmp_path / name)


def _made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Deployment], object]) -> Deployment:
    """A deployment that all processes of a test run share: the first that asks makes it, the others wait."""
    root = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    made, done = Deployment(root / name), root / f"{name}.done"
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(made.data_dir, ignore_errors=True)
            made.data_dir.mkdir()
            make(made)
            done.touch()
    return made


def _copy(deployment: Deployment, target: Path) -> Deployment:
    shutil.copytree(deployment.data_dir, target, symlinks=True, dirs_exist_ok=True)
    return Deployment(target, deployment.environment)
