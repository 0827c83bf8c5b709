"""What is published does not depend on whether raw files were compacted: the same bytes, also of an earlier moment."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from random import Random

import duckdb
import pytest

from salesops_pipeline.contracts import systems
from salesops_pipeline.lake.compaction import Compaction, compact
from salesops_pipeline.lake.compaction_plan import Target
from salesops_pipeline.publishing.build_record import DbtCounts, finish_build, start_build
from salesops_pipeline.publishing.cut import build_candidate
from salesops_pipeline.settings import Settings, load_settings
from tests.dbt.in_process import InProcessDbt
from tests.dbt.random_loads import START, files_load, policy_load, salesforce_load
from tests.dbt.raw_lake import write_load

LOADS = 6
AS_OF = dt.date(2026, 4, 1)
NOW = dt.datetime(2026, 4, 2, tzinfo=dt.UTC)
GRACE = dt.timedelta(days=1)


def moment(number: int) -> dt.datetime:
    """When the loads of a number began."""
    return START + dt.timedelta(days=number)


class Deployment:
    """A data folder with a lake of several loads, built and published without what stands around it."""

    def __init__(self, settings: Settings, dbt: InProcessDbt) -> None:
        self.settings = settings
        self.dbt = dbt
        random = Random(20260401)
        for number in range(LOADS):
            load = f"{moment(number).timestamp():.1f}"
            write_load(settings.lake, "salesforce", load, salesforce_load(random, everything=True))
            write_load(settings.lake, "files", load, files_load(random))
            write_load(settings.lake, "policy", load, policy_load(random))
        settings.lake.note_checked("salesforce", ["account"], checked_at=moment(LOADS))

    def publish(self, *arguments: str, known_at: dt.datetime | None = None) -> dict[str, str]:
        """Build, cut a candidate, and give the hash of every Parquet file in it."""
        start_build(self.settings, AS_OF)
        self.settings.lake.write_catalog(known_at=known_at)
        self.settings.lake.write_run_context(as_of=AS_OF)
        self.dbt.run(self.settings.lake, self.settings.warehouse_path, *arguments)
        finish_build(self.settings, passed=True, dbt=DbtCounts())
        tables = build_candidate(self.settings).manifest.tables
        assert sum(content.rows for content in tables.values()) > 100
        return {name: content.sha256 for name, content in tables.items()}

    def compact(self, now: dt.datetime) -> Compaction:
        target = Target(size=10**9, rows=10**9)
        return compact(self.settings.lake, systems(), target, grace=GRACE, now=now)

    def raw_files(self) -> int:
        return sum(len(files) for system in systems() for files in self.settings.lake.raw_files(system).values())

    def modes(self) -> set[str]:
        """How the models of the last build were built."""
        with duckdb.connect(str(self.settings.warehouse_path), read_only=True) as connection:
            found = connection.execute(
                "select distinct mode from tracking.model_builds where build = (select max(build) from tracking.builds)"
            ).fetchall()
        return {mode for (mode,) in found}


@pytest.fixture
def deployment(tmp_path: Path, in_process: InProcessDbt) -> Deployment:
    return Deployment(load_settings(data_dir=tmp_path / "data"), in_process)


@pytest.mark.slow
def test_a_build_publishes_the_same_bytes_before_and_after(deployment: Deployment) -> None:
    earlier = moment(2)
    before_then = deployment.publish("--full-refresh", known_at=earlier)
    before = deployment.publish("--full-refresh")
    assert before != before_then
    files = deployment.raw_files()

    merges = deployment.compact(NOW).merges
    assert len(merges) > 20
    assert deployment.raw_files() < files / 3
    assert deployment.publish() == before
    assert deployment.modes() <= {"unchanged", "full"}, "no model sees anything new in a compacted lake"
    assert deployment.publish("--full-refresh") == before

    assert deployment.compact(NOW + 2 * GRACE).removed_files > files / 2
    assert deployment.publish("--full-refresh") == before
    assert deployment.publish("--full-refresh", known_at=earlier) == before_then


@pytest.mark.slow
def test_a_load_after_a_compaction_is_taken_in_as_after_none(deployment: Deployment) -> None:
    deployment.publish()
    deployment.compact(NOW)
    load = f"{moment(LOADS + 1).timestamp():.1f}"
    write_load(deployment.settings.lake, "salesforce", load, salesforce_load(Random(1)))
    step_by_step = deployment.publish()
    assert "changed" in deployment.modes()
    assert deployment.publish("--full-refresh") == step_by_step
