"""What builds the warehouse, DuckDB or Spark: all that differs between them for whoever calls dbt.

How their SQL differs is dbt's matter (``dbt_project/macros/portable``), how their tables are read afterwards that of
``publishing.warehouse``.
"""

from __future__ import annotations

import re
import socket
from pathlib import Path

from salesops_pipeline.errors import ConfigurationError
from salesops_pipeline.limits.duck import dbt_variables
from salesops_pipeline.limits.space import require_space
from salesops_pipeline.publishing.build_record import read_build
from salesops_pipeline.publishing.spark_tables import note_model_tables
from salesops_pipeline.publishing.warehouse import SparkWarehouse, warehouse_of
from salesops_pipeline.settings import Settings

_LOOPBACK = "127.0.0.1"
_ANSWER_SECONDS = 5.0


def dbt_target(settings: Settings) -> str:
    """The output of ``profiles.yml`` that dbt builds with."""
    return settings.spark_target if settings.engine == "spark" else "duckdb"


def engine_environment(settings: Settings) -> dict[str, str]:
    """The environment variables that the profile of the engine reads."""
    if settings.engine == "duckdb":
        return {"SALESOPS_WAREHOUSE_PATH": str(settings.warehouse_path), **dbt_variables(settings)}
    variables = {
        "SALESOPS_SPARK_MASTER": settings.spark_master,
        "SALESOPS_SPARK_DIR": str(settings.spark_dir),
        "SALESOPS_SPARK_WAREHOUSE_DIR": str(settings.spark_tables_dir),
        "SALESOPS_SPARK_DRIVER_HOST": settings.spark_driver_host,
        "SALESOPS_SPARK_DRIVER_MEMORY": settings.spark_driver_memory,
        "SALESOPS_SPARK_EXECUTOR_MEMORY": settings.spark_executor_memory,
        "SALESOPS_SPARK_SHUFFLE_PARTITIONS": str(settings.spark_shuffle_partitions),
    }
    if settings.spark_driver_host == _LOOPBACK:
        variables["SPARK_LOCAL_IP"] = _LOOPBACK  # else Spark looks for an address of this machine, and listens there
    return variables


def prepare_engine(settings: Settings) -> None:
    """See to it that the engine can build. Call it before the start of the build is noted.

    Spark's leftovers of a build that was cut off are removed; it would trip over folders that its list does not name.

    Raises:
        ConfigurationError: PySpark or Java is missing, no cluster answers, or the lake is out of Spark's reach.
        ResourceError: What the lake holds cannot fit on the disk once it is built.
    """
    if settings.engine == "duckdb":
        settings.warehouse_path.parent.mkdir(parents=True, exist_ok=True)
        raw = settings.lake.raw_dir
        require_space(settings, raw.rglob("*.parquet") if isinstance(raw, Path) else ())
        return
    if not settings.lake.is_local:
        raise ConfigurationError(
            "Spark builds from a lake in a folder that all its workers share, not from a bucket",
            where="SALESOPS_LAKE_URL",
            fix="Mount the lake under one path on every node and give that path, or build with DuckDB.",
        )
    if settings.spark_target == "spark":
        from salesops_pipeline.cluster.requirements import require_java, require_spark_home

        require_spark_home()
        require_java()
        _require_master(settings.spark_master)
    settings.spark_dir.mkdir(parents=True, exist_ok=True)
    warehouse = warehouse_of(settings)
    last = read_build(settings)
    if isinstance(warehouse, SparkWarehouse) and (last is None or last.status == "running"):
        warehouse.clear()


def note_built_tables(settings: Settings, manifest: Path, schemas: tuple[str, ...]) -> None:
    """Note for readers what a build left, where the engine's own list of tables is not enough for them.

    Args:
        settings: Which engine, and where its files lie.
        manifest: dbt's ``manifest.json`` of the build.
        schemas: The schemas that are published.
    """
    if settings.engine == "spark":
        note_model_tables(manifest, schemas, settings.spark_dir)


def _require_master(master: str) -> None:
    """Refuse a standalone master that does not answer; Spark itself would try for a minute and then fail at length."""
    address = re.match(r"spark://(?P<host>[^:,]+):(?P<port>\d+)$", master)
    if address is None:
        return  # a local master, several masters, or another kind of cluster: Spark says what is wrong with it
    try:
        socket.create_connection((address["host"], int(address["port"])), timeout=_ANSWER_SECONDS).close()
    except OSError as error:
        raise ConfigurationError(
            f"no Spark cluster answers: {error.strerror or error}",
            where=master,
            fix="Start one with `salesops cluster up`, or set SALESOPS_SPARK_MASTER.",
        ) from None
