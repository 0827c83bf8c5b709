"""With real processes: readers never notice a promotion, and a publisher killed at any moment leaves no damage."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from salesops_pipeline.publishing.cut import build_candidate
from salesops_pipeline.publishing.versions import (
    PublishedVersion,
    current_version,
    list_versions,
    open_verified,
    promote,
)
from salesops_pipeline.settings import PROJECT_DIR, Settings
from tests.publishing.conftest import build_warehouse, certificate_of

PROMOTIONS = 30
KILLS = 8


def start(*arguments: str | Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.publishing.processes", *map(str, arguments)],
        cwd=PROJECT_DIR,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_readers_never_notice_a_promotion(
    settings: Settings, publish: Callable[..., PublishedVersion], tmp_path: Path
) -> None:
    publish("0.00")
    stop = tmp_path / "stop"
    readers = [start("read", settings.data_dir, stop) for _ in range(2)]
    for number in range(1, PROMOTIONS + 1):
        publish(f"{number}.00")
    stop.touch()
    reports = [json.loads(reader.communicate(timeout=60)[0]) for reader in readers]
    assert [report["errors"] for report in reports] == [[], []]
    assert all(report["reads"] > 5 for report in reports)
    assert all(len(report["amounts"]) > 2 for report in reports), "readers saw the versions change"
    assert open_verified(settings).number == PROMOTIONS + 1


@pytest.mark.slow
def test_a_publisher_killed_at_any_moment_leaves_no_damage(settings: Settings) -> None:
    moments = random.Random(7)
    build_warehouse(settings)
    for _ in range(KILLS):
        process = start("publish", settings.data_dir)
        time.sleep(moments.uniform(0.0, 0.4))
        process.kill()
        process.communicate(timeout=60)
        if current_version(settings) is not None:
            open_verified(settings)
        for version in list_versions(settings):
            open_verified(settings, version.version)
    before = max((version.number for version in list_versions(settings)), default=0)
    candidate = build_candidate(settings)
    published = promote(settings, candidate, certificate_of(candidate))
    assert published.number == before + 1
    assert open_verified(settings).version == published.version
    left = {path.name for path in settings.published_dir.iterdir()}
    assert left == {"current", "versions", ".lock", ".verified.json"}
    assert {path.name for path in (settings.published_dir / "versions").iterdir()} == {
        version.version for version in list_versions(settings)
    }
