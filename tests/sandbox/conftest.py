"""One small company that the sandbox tests share; whoever changes one makes their own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from salesops_pipeline.sandbox.simulation import create
from salesops_pipeline.sandbox.store import Store

START, UNTIL, PEOPLE = dt.date(2025, 8, 25), dt.date(2026, 5, 29), 14


@pytest.fixture(scope="session")
def small_company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a company of 14 sellers and nine months, over the turn of a fiscal year. Read only."""
    folder = tmp_path_factory.mktemp("small_company")
    create(folder, start=START, until=UNTIL, people=PEOPLE)
    return folder


@pytest.fixture
def books(small_company: Path) -> Iterator[Store]:
    """The books of the small company, read only."""
    with Store.open(small_company, read_only=True) as store:
        yield store
