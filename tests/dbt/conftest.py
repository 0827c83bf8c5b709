"""The project parsed, and built on an empty and on a hand-written lake; once per test session."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from salesops_pipeline.lake import Lake
from tests.dbt.dbt_command import Dbt
from tests.dbt.in_process import InProcessDbt
from tests.dbt.small_company import AS_OF, write_small_company


def _dbt(root: Path) -> Dbt:
    return Dbt(Lake(root / "lake"), root / "warehouse.duckdb", root / "target")


@pytest.fixture(scope="session")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Dbt:
    """The parsed project."""
    dbt = _dbt(tmp_path_factory.mktemp("parsed"))
    result = dbt.run("parse")
    assert result.returncode == 0, result.stdout + result.stderr
    return dbt


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> tuple[Dbt, dict[str, str]]:
    """Built on a lake to which no system has ever been connected, the policy neither."""
    dbt = _dbt(tmp_path_factory.mktemp("empty"))
    dbt.lake.write_catalog()
    dbt.lake.write_run_context(as_of=dt.date(2026, 6, 30))
    return dbt, dbt.build("--exclude-resource-type", "unit_test")


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Dbt, dict[str, str]]:
    """Built, with all tests, on the small company's lake as of its last day."""
    dbt = _dbt(tmp_path_factory.mktemp("small"))
    write_small_company(dbt.lake)
    dbt.lake.write_catalog()
    dbt.lake.write_run_context(as_of=AS_OF)
    return dbt, dbt.build()


@pytest.fixture(scope="session")
def in_process(tmp_path_factory: pytest.TempPathFactory) -> InProcessDbt:
    """dbt in this process."""
    return InProcessDbt(tmp_path_factory.mktemp("in_process"))
