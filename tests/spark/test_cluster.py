"""The local cluster: it says who is there, is not started twice, and ends what it started."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesops_pipeline.cluster import local
from salesops_pipeline.engine import prepare_engine
from salesops_pipeline.errors import ConfigurationError
from salesops_pipeline.settings import load_settings
from tests.spark.conftest import WORKERS, free_ports

pytestmark = [pytest.mark.spark, pytest.mark.xdist_group("spark")]


def test_all_workers_are_there(cluster: local.Cluster) -> None:
    assert cluster.is_whole
    assert local.alive_workers(cluster) == WORKERS


def test_a_second_one_in_the_same_folder_is_refused(cluster: local.Cluster) -> None:
    folder = cluster.processes[0].log.parent.parent
    with pytest.raises(ConfigurationError, match="runs already"):
        local.up(folder, local.ClusterPlan())
    assert cluster.is_whole


def test_a_taken_port_is_named(cluster: local.Cluster, tmp_path: Path) -> None:
    port = int(cluster.master_url.rpartition(":")[2])
    with pytest.raises(ConfigurationError, match=f"port {port} is taken"):
        local.up(tmp_path, local.ClusterPlan(port=port))
    assert local.read(tmp_path) is None


def test_down_ends_every_process_and_a_build_says_that_none_answers(tmp_path: Path) -> None:
    port, ui_port = free_ports(1)
    cluster = local.up(tmp_path, local.ClusterPlan(workers=1, memory="512m", port=port, ui_port=ui_port))
    assert local.down(tmp_path) == 2
    assert not any(process.is_running for process in cluster.processes)
    assert local.down(tmp_path) == 0
    with pytest.raises(ConfigurationError, match="no Spark cluster answers"):
        prepare_engine(load_settings(data_dir=tmp_path, engine="spark", spark_master=cluster.master_url))
