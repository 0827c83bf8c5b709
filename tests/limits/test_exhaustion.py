"""DuckDB really runs out of memory, temporary space and disk, and each time one line says so."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from salesops_pipeline.errors import ResourceError
from salesops_pipeline.limits.duck import Limits, connect, limits_of
from salesops_pipeline.limits.exhaustion import exhaustion, one_line_if_exhausted
from salesops_pipeline.settings import load_settings

BIG_SORT = (
    "create table sorted as select hash(i) as h, md5(i::varchar) || md5((i + 7)::varchar) as t "
    "from range(3000000) r(i) order by h"
)


def test_what_fits_neither_into_memory_nor_into_temporary_files(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, memory_limit="60MB", temp_limit="5MB", threads=1)
    with (
        pytest.raises(ResourceError, match=r"neither into 0\.1 GB of memory nor into 0\.0 GB of temporary files"),
        one_line_if_exhausted(settings),
        connect(settings) as connection,
    ):
        connection.execute(BIG_SORT)


def test_temporary_files_make_up_for_memory(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, memory_limit="150MB", threads=1)
    with connect(settings, tmp_path / "x.duckdb") as connection:
        connection.execute(BIG_SORT)
        assert connection.execute("select count(*) from sorted").fetchone() == (3_000_000,)


def test_limits_reach_duckdb(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, memory_limit="300MB", temp_limit="1GB", threads=2)
    with connect(settings) as connection:
        found = connection.execute(
            "select current_setting('threads'), current_setting('temp_directory'), current_setting('memory_limit')"
        ).fetchone()
    assert found == (2, str(limits_of(settings).temporary), "286.1 MiB")


LIMITS = Limits(memory=8_000_000_000, threads=2, temporary=Path("/spill/own"), temporary_size=10**10)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (
            'IO Error: Could not write file "/data/warehouse.duckdb": No space left on device',
            "the disk is full (/data/warehouse.duckdb). Free disk there",
        ),
        (
            "Runtime Error in model fct_activity Out of Memory Error: could not allocate block of size 256.0 KiB",
            "8.0 GB of memory are not enough (SALESOPS_MEMORY_LIMIT). Raise it",
        ),
        (
            "Out of Memory Error: failed to offload data block of size 256.0 KiB (5.0 GiB/5.0 GiB used). This limit "
            "was set by the 'max_temp_directory_size' setting.",
            "the data fit neither into 8.0 GB of memory nor into 10.0 GB of temporary files (/spill).",
        ),
    ],
)
def test_messages_name_the_place_and_the_way_out(message: str, expected: str) -> None:
    found = exhaustion(message, LIMITS)
    assert found is not None
    assert found.line().startswith(expected)


def test_other_messages_are_left_alone(tmp_path: Path) -> None:
    assert exhaustion("Binder Error: no such column memory", LIMITS) is None
    with pytest.raises(OSError, match="nope"), one_line_if_exhausted(load_settings(data_dir=tmp_path)):
        raise OSError(errno.EACCES, "nope")


def test_a_full_disk_outside_of_duckdb(tmp_path: Path) -> None:
    with (
        pytest.raises(ResourceError, match="the disk is full"),
        one_line_if_exhausted(load_settings(data_dir=tmp_path)),
        open("/dev/full", "wb") as full,  # noqa: PTH123  the device that is always full
    ):
        full.write(b"x" * 100_000)
