"""Reports are left alone only while version and code are the same and the files are there."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesops_pipeline.publishing.versions import PublishedVersion
from salesops_pipeline.reporting import written
from salesops_pipeline.reporting.outputs import point_latest, replace_file
from salesops_pipeline.reporting.written import is_written, note_written
from salesops_pipeline.settings import Settings, load_settings


@pytest.fixture
def page(tmp_path: Path, version: PublishedVersion) -> tuple[Settings, Path]:
    settings = load_settings(data_dir=tmp_path)
    page = settings.reports_dir / version.version / "page.html"
    replace_file(page, b"a report")
    replace_file(settings.reports_dir / "index.html", b"start")
    point_latest(settings.reports_dir, version.version)
    note_written(settings, "daily", version, [page])
    return settings, page


def test_written_reports_are_left_alone(page: tuple[Settings, Path], version: PublishedVersion) -> None:
    settings, _ = page
    assert is_written(settings, "daily", version)
    assert not is_written(settings, "quarterly", version)


def test_another_number_of_persons_writes_again(page: tuple[Settings, Path], version: PublishedVersion) -> None:
    settings, _ = page
    assert not is_written(settings.model_copy(update={"report_persons_up_to": 7}), "daily", version)


def test_a_page_that_is_gone_is_written_again(page: tuple[Settings, Path], version: PublishedVersion) -> None:
    settings, path = page
    path.unlink()
    assert not is_written(settings, "daily", version)


def test_a_start_page_of_another_version_is_written_again(
    page: tuple[Settings, Path], version: PublishedVersion
) -> None:
    settings, _ = page
    point_latest(settings.reports_dir, "v0042")
    assert not is_written(settings, "daily", version)


def test_other_code_writes_again(
    page: tuple[Settings, Path], version: PublishedVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, _ = page
    monkeypatch.setattr(written, "_code", lambda _: "edited")
    assert not is_written(settings, "daily", version)
