"""The project parsed, and built on an empty and on a hand-written lake; once per test session."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from salesops_pipeline.lake import Lake
from tests.dbt.dbt_command import Dbt
from tests.dbt.in_process import InProcessDbt
from tests.dbt.small_company import AS_OF, write_small_company


def _dbt(root: Path, in_process: InProcessDbt) -> Dbt:
    return Dbt(Lake(root / "lake"), root / "warehouse.duckdb", root / "target", in_process)


@pytest.fixture(scope="session")
def in_process(tmp_path_factory: pytest.TempPathFactory) -> InProcessDbt:
    """dbt in this process."""
    return InProcessDbt(tmp_path_factory.mktemp("in_process"))


@pytest.fixture(scope="session")
def parsed(tmp_path_factory: pytest.TempPathFactory, in_process: InProcessDbt) -> Dbt:
    """The parsed project."""
    dbt = _dbt(tmp_path_factory.mktemp("parsed"), in_process)
    result = dbt.run("parse")
    assert result.returncode == 0, result.stdout + result.stderr
    return dbt


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory, in_process: InProcessDbt) -> tuple[Dbt, dict[str, str]]:
    """Built on a lake to which no system has ever been connected, the policy neither."""
    dbt = _dbt(tmp_path_factory.mktemp("empty"), in_process)
    dbt.lake.write_catalog()
    dbt.lake.write_run_context(as_of=dt.date(2026, 6, 30))
    return dbt, dbt.build("--exclude-resource-type", "unit_test")


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory, in_process: InProcessDbt) -> tuple[Dbt, dict[str, str]]:
    """Built, with all tests, on the small company's lake as of its last day."""
    dbt = _dbt(tmp_path_factory.mktemp("small"), in_process)
    write_small_company(dbt.lake)
    dbt.lake.write_catalog()
    dbt.lake.write_run_context(as_of=AS_OF)
    return dbt, dbt.build()
