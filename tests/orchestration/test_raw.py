"""Extraction as Dagster runs it: what a system brought, and the note of when it was read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import dagster as dg
import pyarrow.parquet as pq
import pytest
import yaml

from salesops_pipeline.orchestration.keys import raw_key
from salesops_pipeline.orchestration.raw import build_raw_assets
from salesops_pipeline.settings import PROJECT_DIR, Settings, load_settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path / "data", policy_dir=PROJECT_DIR / "policy")


def extract(settings: Settings, system: str, *tables: str, fails: bool = False) -> None:
    extraction = build_raw_assets(system)[0]
    result = dg.materialize(
        [extraction],
        selection=[raw_key(system, table) for table in tables] or None,
        resources={"settings": settings},
        raise_on_error=not fails,
    )
    assert result.success is not fails


def checks(settings: Settings, system: str) -> dict[str, dt.datetime]:
    path = settings.lake.checks_file(system)
    return {row["table_name"]: row["checked_at"] for row in pq.read_table(path).to_pylist()} if path.exists() else {}


def test_a_read_that_brought_nothing_new_is_noted_too(settings: Settings) -> None:
    before = dt.datetime.now(dt.UTC)
    extract(settings, "policy")
    first = checks(settings, "policy")["company"]
    extract(settings, "policy")
    assert before < first < checks(settings, "policy")["company"] < dt.datetime.now(dt.UTC)
    assert len(settings.lake.visible_files("policy", "company")) == 1


def test_only_the_selected_tables_are_noted(settings: Settings) -> None:
    folder = settings.data_dir / "export"
    folder.mkdir(parents=True)
    (folder / "accounts.csv").write_text("key,name\n1,Acme\n")
    feed = {"entity": "account", "file": "accounts.csv", "columns": {"account_id": "key", "name": "name"}}
    (folder / "mapping.yml").write_text(yaml.safe_dump({"source": "shop", "feeds": [feed]}))
    settings = settings.model_copy(update={"files_dirs": (folder,)})
    extract(settings, "files", "account")
    assert set(checks(settings, "files")) == {"account"}


def test_a_system_that_is_not_connected_was_not_checked(settings: Settings) -> None:
    extract(settings, "files")
    extract(settings, "salesforce")
    assert (checks(settings, "files"), checks(settings, "salesforce")) == ({}, {})


def test_a_read_that_failed_is_not_noted(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "company.yml").write_text("companies: []")
    extract(settings.model_copy(update={"policy_dir": tmp_path}), "policy", fails=True)
    assert checks(settings, "policy") == {}
