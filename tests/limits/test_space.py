"""A build that cannot fit is refused before it begins."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from salesops_pipeline.engine import prepare_engine
from salesops_pipeline.errors import ResourceError
from salesops_pipeline.limits.space import Need, Sizes, need
from salesops_pipeline.settings import load_settings

GB = 10**9


def test_the_first_build_is_estimated_from_what_was_loaded() -> None:
    assert need(Sizes(raw=10 * GB, warehouse=0, published=0, memory=4 * GB)) == Need(int(23 * GB), 6 * GB)
    assert need(Sizes(raw=0, warehouse=0, published=0, memory=4 * GB)) == Need(0, 0)


def test_a_later_build_needs_room_for_one_more_version() -> None:
    assert need(Sizes(raw=10 * GB, warehouse=40 * GB, published=15 * GB, memory=4 * GB)) == Need(15 * GB, 0)


def sparse(path: Path, size: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    os.truncate(path, size)  # takes no disk


def test_a_lake_larger_than_the_disk_is_refused_with_one_line(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path)
    sparse(settings.data_dir / "lake" / "raw" / "salesforce" / "task" / "1.5.x.parquet", 10**13)
    with pytest.raises(
        ResourceError, match=r"needs at least 3\d{4}\.\d GB of disk and .* are free .*Make room"
    ) as caught:
        prepare_engine(settings)
    assert str(tmp_path) in caught.value.line()
    assert "\n" not in caught.value.line()


def test_temporary_files_may_lie_on_a_disk_of_their_own(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, memory_limit="1MB", temp_limit="2MB")
    sparse(settings.data_dir / "lake" / "raw" / "salesforce" / "task" / "1.5.x.parquet", 10**7)
    with pytest.raises(ResourceError, match="SALESOPS_TEMP_LIMIT"):
        prepare_engine(settings)
    prepare_engine(settings.model_copy(update={"temp_limit": "90%"}))
