"""What dbt is told about the engine, and what is asked of the machine before Spark starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesops_pipeline.cluster.requirements import java_version, require_java
from salesops_pipeline.engine import dbt_target, engine_environment, prepare_engine
from salesops_pipeline.errors import ConfigurationError
from salesops_pipeline.settings import load_settings


def test_each_engine_has_its_target_and_its_paths(tmp_path: Path) -> None:
    on_duckdb = load_settings(data_dir=tmp_path, engine="duckdb")
    on_spark = load_settings(data_dir=tmp_path, engine="spark", spark_target="thrift")
    assert (dbt_target(on_duckdb), dbt_target(on_spark)) == ("duckdb", "thrift")
    assert {name for name in engine_environment(on_duckdb) if not name.startswith("SALESOPS_DUCKDB_")} == {
        "SALESOPS_WAREHOUSE_PATH"
    }
    assert engine_environment(on_spark)["SALESOPS_SPARK_WAREHOUSE_DIR"] == str(tmp_path / "spark" / "warehouse")


def test_spark_listens_where_the_driver_host_says(tmp_path: Path) -> None:
    """On the loopback address unless a real cluster has to reach the driver."""
    local = load_settings(data_dir=tmp_path, engine="spark")
    remote = load_settings(data_dir=tmp_path, engine="spark", spark_driver_host="10.0.0.5")
    assert engine_environment(local)["SPARK_LOCAL_IP"] == "127.0.0.1"
    assert "SPARK_LOCAL_IP" not in engine_environment(remote)
    assert engine_environment(remote)["SALESOPS_SPARK_DRIVER_HOST"] == "10.0.0.5"


def test_spark_refuses_a_lake_in_a_bucket_before_it_starts(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, engine="spark", lake_url="s3://a-lake/company")
    with pytest.raises(ConfigurationError, match="not from a bucket"):
        prepare_engine(settings)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('java version "1.8.0_402"', 8),
        ('openjdk version "21" 2023-09-19', 21),
        ("command not found", None),
    ],
)
def test_java_says_its_version_in_two_ways(text: str, version: int | None) -> None:
    assert java_version(text) == version


def test_without_java_the_error_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="not installed") as caught:
        require_java({"PATH": str(tmp_path)})
    assert "openjdk-17" in caught.value.line()


def test_a_java_that_is_too_old_is_refused(tmp_path: Path) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n", encoding="utf-8")
    java.chmod(0o755)
    with pytest.raises(ConfigurationError, match="this is 11"):
        require_java({"JAVA_HOME": str(tmp_path), "PATH": ""})
