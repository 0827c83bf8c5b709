"""The standalone cluster itself: ``up`` starts master and workers and waits for them, ``down`` ends exactly those.

Layout under ``<data_dir>/spark``::

    cluster.json    which processes were started, and where they listen
    logs/           what each of them said
    work/           what the workers keep of applications (their output)
    local/          what tasks spill
    warehouse/      tables that dbt builds; metastore/ says which
"""

from __future__ import annotations

import os
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from salesops_pipeline.cluster import processes
from salesops_pipeline.cluster.requirements import require_java, require_spark_home
from salesops_pipeline.errors import ConfigurationError
from salesops_pipeline.publishing.files import write_atomically

LOOPBACK = "127.0.0.1"
START_SECONDS = 120.0
DEFAULT_PORT, DEFAULT_UI_PORT = 7077, 8090

_MASTER = "org.apache.spark.deploy.master.Master"
_WORKER = "org.apache.spark.deploy.worker.Worker"


@dataclass(frozen=True)
class ClusterPlan:
    """What to start.

    Args:
        workers: How many workers.
        cores: Tasks that each worker runs at a time.
        memory: What each worker may give to executors, as Spark writes it, for example ``1g``.
        port: The master's port.
        ui_port: Port of the master's page; the workers' pages follow it.
    """

    workers: int = 2
    cores: int = 1
    memory: str = "1g"
    port: int = DEFAULT_PORT
    ui_port: int = DEFAULT_UI_PORT

    @property
    def ports(self) -> tuple[int, ...]:
        """Every port that must be free."""
        return (self.port, *range(self.ui_port, self.ui_port + self.workers + 1))


class Cluster(BaseModel):
    """A cluster that was started."""

    model_config = ConfigDict(frozen=True)

    master_url: str
    ui_url: str
    workers: int
    processes: tuple[processes.Started, ...]

    @property
    def is_whole(self) -> bool:
        """Whether every process still runs."""
        return all(process.is_running for process in self.processes)


def up(folder: Path, plan: ClusterPlan) -> Cluster:
    """Start a master and its workers, and return once the master knows them all.

    Args:
        folder: Where the cluster keeps its files.
        plan: What to start.

    Raises:
        ConfigurationError: PySpark or Java is missing, a cluster runs already, a port is taken, or a process ended or
            did not answer in time. Nothing that was started is left running then.
    """
    spark_home = require_spark_home()
    require_java()
    running = read(folder)
    if running is not None:
        if running.is_whole:
            raise ConfigurationError(
                f"a cluster of {running.workers} workers runs already",
                where=running.master_url,
                fix="Use it, or end it with `salesops cluster down`.",
            )
        down(folder)  # what is left of one that broke or was killed
    for port in plan.ports:
        _require_free(port)
    started: list[processes.Started] = []
    try:
        return _start(folder, plan, spark_home, started)
    except BaseException:
        for process in started:
            process.stop()
        _state_path(folder).unlink(missing_ok=True)
        raise


def down(folder: Path) -> int:
    """End the cluster that `up` started in this folder. Returns how many processes were still running."""
    cluster = read(folder)
    if cluster is None:
        return 0
    stopped = sum(process.stop() for process in reversed(cluster.processes))
    _state_path(folder).unlink(missing_ok=True)
    return stopped


def read(folder: Path) -> Cluster | None:
    """The cluster that was started in this folder and not ended by `down`, or None."""
    path = _state_path(folder)
    try:
        return Cluster.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValidationError as error:
        raise ConfigurationError(
            f"the note about the cluster is not readable: {error.errors()[0]['msg']}",
            where=str(path),
            fix="End its Java processes and remove the file.",
        ) from None


def alive_workers(cluster: Cluster) -> int | None:
    """How many workers the master sees; None if it does not answer."""
    import httpx

    try:
        answer = httpx.get(f"{cluster.ui_url}/json/", timeout=5.0, trust_env=False)
        return sum(worker["state"] == "ALIVE" for worker in answer.raise_for_status().json()["workers"])
    except (httpx.HTTPError, ValueError):
        return None


def _start(folder: Path, plan: ClusterPlan, spark_home: Path, started: list[processes.Started]) -> Cluster:
    environment = {
        **os.environ,
        "SPARK_HOME": str(spark_home),
        "SPARK_LOCAL_IP": LOOPBACK,
        "SPARK_LOCAL_DIRS": str(folder / "local"),
        # Nobody submits jobs over HTTP here: dbt brings its own driver.
        "SPARK_DAEMON_JAVA_OPTS": f"{os.environ.get('SPARK_DAEMON_JAVA_OPTS', '')} -Dspark.master.rest.enabled=false",
    }
    cluster = Cluster(
        master_url=f"spark://{LOOPBACK}:{plan.port}",
        ui_url=f"http://{LOOPBACK}:{plan.ui_port}",
        workers=plan.workers,
        processes=(),
    )

    def launch(role: str, *arguments: object) -> Cluster:
        command = [str(spark_home / "bin" / "spark-class"), *map(str, arguments)]
        started.append(processes.start(role, command, folder / "logs" / f"{role}.log", environment))
        noted = cluster.model_copy(update={"processes": tuple(started)})
        # Noted at once: should this process be killed before the cluster stands, `down` still finds what was started.
        write_atomically(_state_path(folder), noted.model_dump_json(indent=2))
        return noted

    whole = launch("master", _MASTER, "--host", LOOPBACK, "--port", plan.port, "--webui-port", plan.ui_port)
    _wait_for(whole, 0)
    for number in range(1, plan.workers + 1):
        whole = launch(
            f"worker-{number}",
            *(_WORKER, "--host", LOOPBACK, "--webui-port", plan.ui_port + number),
            *("--cores", plan.cores, "--memory", plan.memory, "--work-dir", folder / "work", cluster.master_url),
        )
    _wait_for(whole, plan.workers)
    return whole


def _wait_for(cluster: Cluster, workers: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while (alive := alive_workers(cluster)) is None or alive < workers:
        for process in cluster.processes:
            if not process.is_running:
                raise ConfigurationError(
                    f"the {process.role} of the cluster ended: {process.last_words()[:200]}", where=str(process.log)
                )
        if time.monotonic() > deadline:
            raise ConfigurationError(
                f"{alive or 0} of {cluster.workers} workers registered within {START_SECONDS:.0f} seconds",
                where=str(cluster.processes[0].log.parent),
                fix="The logs say why.",
            )
        time.sleep(0.5)


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            raise ConfigurationError(
                f"port {port} is taken",
                where=LOOPBACK,
                fix="Choose others with --port and --ui-port (a worker's page takes the port after the master's).",
            ) from None


def _state_path(folder: Path) -> Path:
    return folder / "cluster.json"
