"""The coverage list is complete, and what it calls built exists."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from salesops_pipeline.settings import PROJECT_DIR

ROWS = yaml.safe_load((PROJECT_DIR / "policy" / "coverage.yml").read_text(encoding="utf-8"))["rows"]
BUILT = [row for row in ROWS if row["status"] == "built"]
EXPECTED = {f"A{number}" for number in range(1, 29)} | {f"B{number}" for number in range(1, 48)}


def test_every_row_of_the_field_is_listed_once() -> None:
    ids = [row["id"] for row in ROWS]
    assert len(ids) == len(set(ids))
    assert set(ids) == EXPECTED


def test_every_row_has_a_phrase_and_a_status() -> None:
    for row in ROWS:
        assert row["phrase"], row["id"]
        assert row["status"] in {"built", "planned"}, row["id"]


@pytest.mark.parametrize("row", BUILT, ids=lambda row: row["id"])
def test_a_built_row_has_its_marts_report_and_checks(row: dict[str, object]) -> None:
    models = {path.stem for path in (PROJECT_DIR / "dbt_project" / "models").rglob("*.sql")}
    marts, checks = row["marts"], row["checks"]
    assert isinstance(marts, list)
    assert isinstance(checks, list)
    assert marts
    assert checks
    assert set(marts) <= models
    for check in checks:
        assert (PROJECT_DIR / Path(check)).is_file(), f"{row['id']}: {check} does not exist"
    assert row["report"] in _report_assets()


def _report_assets() -> set[str]:
    from salesops_pipeline.orchestration.reports import build_report_assets

    return {key.to_user_string() for asset in build_report_assets() for key in asset.keys}
