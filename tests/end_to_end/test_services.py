"""A deployment as deploy/ describes it: Dagster in PostgreSQL, three services, runs from the queue, kill, backup."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from salesops_pipeline.publishing.postgres.compare import differing_tables
from salesops_pipeline.publishing.versions import open_verified
from salesops_pipeline.settings import PROJECT_DIR, load_settings
from tests.end_to_end.dagster_api import graphql, launch, runs, wait
from tests.end_to_end.pipeline import Deployment, differences
from tests.end_to_end.services import DEPLOY, Services, running
from tests.postgres_server import PASSWORD, Server, needs_postgres

pytestmark = [*needs_postgres, pytest.mark.slow, pytest.mark.xdist_group("services"), pytest.mark.timeout(1800)]

_METADATA = """
{ assetNodes(assetKeys: {path: ["published", "version"]}) {
    assetMaterializations(limit: 1) { metadataEntries { label ... on TextMetadataEntry { text } } } } }
"""


@pytest.fixture(scope="module")
def databases(postgres: Server) -> dict[str, str]:
    """The two databases, made by the script that PostgreSQL's image runs: name → URL."""
    environment = {
        "PATH": os.environ["PATH"],
        "PGHOST": "127.0.0.1",
        "PGPORT": str(postgres.port),
        "PGPASSWORD": PASSWORD,
        "POSTGRES_USER": "salesops",
        "BI_PASSWORD": PASSWORD,
    }
    subprocess.run([DEPLOY / "postgres" / "init.sh"], env=environment, check=True, capture_output=True)
    return {name: postgres.url(name) for name in ("dagster", "sales")}


@pytest.fixture(scope="module")
def secrets(databases: dict[str, str]) -> dict[str, str]:
    """What stands in salesops.env."""
    return {
        "SALESOPS_DAGSTER_POSTGRES_URL": databases["dagster"],
        "SALESOPS_PUBLISH_POSTGRES_URL": databases["sales"],
        "SALESOPS_PUBLISH_POSTGRES_READER": "bi",
    }


@pytest.fixture(scope="module")
def services(
    company: Deployment, secrets: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    """The three services with a company that has not been pulled yet; they run for all tests of this module."""
    data = tmp_path_factory.mktemp("services")
    shutil.copytree(company.data_dir, data, symlinks=True, dirs_exist_ok=True)
    with running(data, secrets) as started:
        yield started


@dataclass(frozen=True)
class Tries:
    """The ids of a daily run that was killed and of the one that the daemon started in its place."""

    killed: str
    repeated: str


@pytest.fixture(scope="module")
def tries(services: Services) -> Tries:
    """A run from the queue whose server is killed while dbt builds, and what became of it."""
    killed = launch(services.url, "daily")
    warehouse = Deployment(services.data_dir).settings.warehouse_path
    wait(warehouse.exists, seconds=240, what="the beginning of the build")
    services.stop("code", signal.SIGKILL)
    services.start("code")
    wait(lambda: runs(services.url).get(killed) == "FAILURE", seconds=240, what="the end of the dead run")
    wait(lambda: len(_finished(services)) == 2, seconds=600, what="the second try")
    [repeated] = _finished(services) - {killed}
    return Tries(killed, repeated)


def _finished(services: Services) -> set[str]:
    return {run for run, status in runs(services.url).items() if status in {"SUCCESS", "FAILURE"}}


def test_a_run_that_dies_with_its_server_is_closed_and_started_again(
    services: Services, tries: Tries, pulled: Deployment, postgres: Server
) -> None:
    deployment = Deployment(services.data_dir)
    assert differences(pulled.published, deployment.published) == {}
    assert open_verified(deployment.settings).number == 1, "nothing of the first try was published"
    with postgres.connect("dagster") as storage:
        found = storage.execute("select run_id, status from runs").fetchall()
    assert dict(found) == {tries.killed: "FAILURE", tries.repeated: "SUCCESS"}
    assert not list(services.data_dir.glob("dagster/**/*.db")), "nothing of Dagster is in SQLite"


def test_a_run_publishes_to_postgresql_too(
    services: Services, tries: Tries, secrets: dict[str, str], postgres: Server
) -> None:
    version = open_verified(Deployment(services.data_dir).settings)
    settings = load_settings(data_dir=services.data_dir, publish_postgres_url=secrets["SALESOPS_PUBLISH_POSTGRES_URL"])
    assert differing_tables(settings.publish_postgres_url, version) == {}
    with postgres.connect("sales", user="bi") as bi:
        assert bi.execute("select count(*) > 0 from marts.mart_bookings").fetchall() == [(True,)]
    shown = graphql(services.url, _METADATA)
    assert shown is not None
    entries = shown["assetNodes"][0]["assetMaterializations"][0]["metadataEntries"]
    assert next(entry["text"] for entry in entries if entry["label"] == "postgresql").startswith("v0001")


def test_a_restored_backup_goes_on_where_it_was(
    services: Services,
    tries: Tries,
    secrets: dict[str, str],
    postgres: Server,
    tmp_path: Path,
) -> None:
    dump = postgres.folder / "dagster.dump"
    postgres.run("pg_dump", "--format=custom", f"--file={dump}", postgres.url("dagster"))
    for folder in ("lake", "published", "sandbox"):  # the sandbox stands for the source system
        shutil.copytree(services.data_dir / folder, tmp_path / folder, symlinks=True)
    database = postgres.create_database()
    postgres.run("pg_restore", f"--dbname={postgres.url(database)}", str(dump))
    sales = postgres.url(postgres.create_database())
    environment = {
        **secrets,
        "SALESOPS_DAGSTER_POSTGRES_URL": postgres.url(database),
        "SALESOPS_PUBLISH_POSTGRES_URL": sales,
    }
    restored = Deployment(tmp_path, tuple(environment.items()))
    before = open_verified(restored.settings)
    restored.salesops("publish", "postgres")
    restored.salesops("sandbox", "advance", "--days", "1")
    printed = restored.salesops("run").stdout
    assert open_verified(restored.settings).number == before.number + 1
    line = next(line for line in printed.splitlines() if "salesforce/task " in line)
    assert 0 < int(line.split("│")[3].replace(",", "")) < 500, "only what is new was fetched"
    assert "equals" in restored.salesops("publish", "postgres", "--check").stdout
    with postgres.connect(database) as storage:
        found = dict(storage.execute("select run_id, status from runs").fetchall())
    assert found[tries.repeated] == "SUCCESS"
    assert len(found) == 3, "the old runs and the new one"


def test_dagster_migrates_its_storage(services: Services) -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "dagster", "instance", "migrate"],
        env=services.environment("daemon"),
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_command_line_uses_the_same_storage_without_telling_the_password(
    pulled: Deployment, copy_of: Callable[[Deployment], Deployment], postgres: Server
) -> None:
    url = postgres.url(postgres.create_database())
    deployment = Deployment(copy_of(pulled).data_dir, (("SALESOPS_DAGSTER_POSTGRES_URL", url),))
    assert "PostgreSQL at 127.0.0.1" in deployment.salesops("doctor").stdout
    deployment.salesops("run", "--source", "policy")
    written = (deployment.data_dir / "dagster" / "dagster.yaml").read_text(encoding="utf-8")
    assert "SALESOPS_DAGSTER_POSTGRES_URL" in written
    assert PASSWORD not in written
    assert "Deleted 0 runs" in deployment.salesops("retention").stdout
