"""Fixtures that every room's tests may use."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from salesops_pipeline.settings import PROJECT_DIR
from tests.postgres_server import Server, serve

for _name in [name for name in os.environ if name.startswith("SALESOPS_")]:
    del os.environ[_name]  # a developer's own settings must not reach the tests
os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
# Great Expectations imports PySpark where it is installed, and PySpark ends a process whose main module has no file, as
# that of a pytest-xdist worker.
sys.modules["__main__"].__dict__.setdefault("__file__", __file__)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with public data sets, which the project does not contain."""
    folder = PROJECT_DIR.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the public data sets are not beside the project (../shared/data)")
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server for the session; take a database of your own from it."""
    with serve() as server:
        yield server


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which rows of the coverage list are still planned."""
    rows = yaml.safe_load((PROJECT_DIR / "policy" / "coverage.yml").read_text(encoding="utf-8"))["rows"]
    planned = [row["id"] for row in rows if row["status"] == "planned"]
    built = [row["id"] for row in rows if row["status"] == "built"]
    terminalreporter.section("coverage of the field")
    terminalreporter.write_line(f"built: {', '.join(built)}")
    terminalreporter.write_line(f"planned: {', '.join(planned)}")
