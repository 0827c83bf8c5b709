"""When a build may build upon the tables that are there."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import pytest

from salesops_pipeline.publishing.build_record import BuildRecord, needs_full_refresh


def _build(
    status: Literal["running", "passed", "failed"], *, models: str = "now", full_refresh: bool = False
) -> BuildRecord:
    return BuildRecord(
        status=status,
        as_of_date=dt.date(2026, 6, 30),
        started_at=dt.datetime(2026, 6, 30, tzinfo=dt.UTC),
        models=models,
        full_refresh=full_refresh,
    )


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        pytest.param(None, True, id="the first build"),
        pytest.param(_build("passed"), False, id="nothing but data can have changed"),
        pytest.param(_build("passed", full_refresh=True), False, id="everything was built anew"),
        pytest.param(_build("failed"), False, id="a failed test leaves tables that the next build goes on from"),
        pytest.param(_build("running"), False, id="so does a build that was killed"),
        pytest.param(_build("passed", models="before"), True, id="models have changed"),
        pytest.param(_build("passed", models=""), True, id="a record of an earlier release"),
        pytest.param(_build("failed", full_refresh=True), True, id="everything was to be built and was not"),
        pytest.param(_build("running", full_refresh=True), True, id="killed while everything was built"),
    ],
)
def test_full_refresh(last: BuildRecord | None, expected: bool) -> None:
    assert needs_full_refresh(last, "now") is expected
