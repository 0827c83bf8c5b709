"""One local cluster with two workers for the whole session, and the small company built by both engines."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from salesops_pipeline.cluster import local
from salesops_pipeline.engine import note_built_tables
from salesops_pipeline.publishing.build_record import DbtCounts, finish_build, start_build
from salesops_pipeline.publishing.candidate import PUBLISHED_SCHEMAS
from salesops_pipeline.settings import load_settings
from tests.dbt.small_company import AS_OF, write_small_company
from tests.spark.engines import Engine

WORKERS = 2


@dataclass(frozen=True)
class Built:
    """The same lake, built twice.

    Args:
        duckdb: The reference.
        spark: On the cluster.
        events: Spark's event log of its build.
    """

    duckdb: Engine
    spark: Engine
    events: Path


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local.Cluster]:
    """A master and two workers."""
    folder = tmp_path_factory.mktemp("cluster")
    port, ui_port = free_ports(WORKERS)
    try:
        yield local.up(folder, local.ClusterPlan(workers=WORKERS, port=port, ui_port=ui_port))
    finally:
        local.down(folder)


@pytest.fixture(scope="session")
def built(cluster: local.Cluster, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The small company on both engines, with all tests of the data."""
    root = tmp_path_factory.mktemp("both")
    events, conf = root / "events", root / "conf"
    events.mkdir()
    conf.mkdir()
    (conf / "spark-defaults.conf").write_text(
        f"spark.eventLog.enabled true\nspark.eventLog.dir file://{events}\nspark.eventLog.compress false\n",
        encoding="utf-8",
    )
    on_duckdb = Engine(load_settings(data_dir=root, engine="duckdb"), conf)
    on_spark = Engine(load_settings(data_dir=root, engine="spark", spark_master=cluster.master_url), conf)
    write_small_company(on_duckdb.settings.lake)
    on_duckdb.settings.lake.write_catalog()
    on_duckdb.settings.lake.write_run_context(as_of=AS_OF)
    for engine in (on_duckdb, on_spark):
        start_build(engine.settings, AS_OF)
        engine.dbt("build", "--exclude-resource-type", "unit_test")
        note_built_tables(engine.settings, engine.target_dir / "manifest.json", PUBLISHED_SCHEMAS)
        finish_build(engine.settings, passed=True, dbt=DbtCounts(passed=1, warned=0))
    return Built(on_duckdb, on_spark, events)


def free_ports(workers: int) -> tuple[int, int]:
    """A port for the master, and the first of the consecutive ones for its page and those of the workers."""
    with ExitStack() as held:
        master = held.enter_context(socket.socket())
        master.bind((local.LOOPBACK, 0))
        for first in range(18_000, 30_000, workers + 1):
            with ExitStack() as row:
                try:
                    for port in range(first, first + workers + 1):
                        row.enter_context(socket.socket()).bind((local.LOOPBACK, port))
                except OSError:
                    continue
                return master.getsockname()[1], first
    pytest.fail("no free ports for the cluster")
