"""Sizes as people write them, and the limits of a container."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesops_pipeline.errors import ConfigurationError
from salesops_pipeline.limits.machine import available_memory, available_threads, bytes_of
from salesops_pipeline.settings import load_settings


@pytest.mark.parametrize(
    ("size", "expected"),
    [("8GB", 8_000_000_000), ("1.5 GiB", 1_610_612_736), ("512mib", 536_870_912), ("1000", 1000), ("40%", 4_000)],
)
def test_sizes(size: str, expected: int) -> None:
    assert bytes_of(size, whole=10_000) == expected


@pytest.mark.parametrize("size", ["", "much", "GB", "-1GB", "10 apples", "1e9"])
def test_what_is_no_size_is_refused_by_the_setting_that_holds_it(size: str) -> None:
    with pytest.raises(ValueError, match="write it as"):
        bytes_of(size, whole=1)
    with pytest.raises(ConfigurationError, match=r"SALESOPS_MEMORY_LIMIT is not usable.*8GB, 512MiB or 40%"):
        load_settings(memory_limit=size)


def test_a_container_may_have_less_than_the_machine(tmp_path: Path) -> None:
    whole = available_memory(tmp_path)
    assert whole > 2**28
    (tmp_path / "memory.max").write_text("max\n")
    assert available_memory(tmp_path) == whole
    (tmp_path / "memory.max").write_text("268435456\n")
    assert available_memory(tmp_path) == 268_435_456


def test_an_older_kernel_shows_its_limit_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "memory").mkdir()
    (tmp_path / "memory" / "memory.limit_in_bytes").write_text("134217728\n")
    assert available_memory(tmp_path) == 134_217_728


def test_a_share_of_a_processor_is_one_thread(tmp_path: Path) -> None:
    whole = available_threads(tmp_path)
    (tmp_path / "cpu.max").write_text("max 100000\n")
    assert available_threads(tmp_path) == whole
    (tmp_path / "cpu.max").write_text("50000 100000\n")
    assert available_threads(tmp_path) == 1
