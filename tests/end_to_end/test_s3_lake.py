"""The whole pipeline with its lake in a bucket: the same result as on a local disk, and the secret stays hidden."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from salesops_pipeline.publishing.build_record import DbtCounts, finish_build, start_build
from salesops_pipeline.publishing.cut import build_candidate
from salesops_pipeline.publishing.versions import open_verified
from salesops_pipeline.settings import load_settings
from tests.dbt.in_process import InProcessDbt
from tests.end_to_end.pipeline import Deployment, differences
from tests.s3_server import BUCKET, SECRET, S3Server, serve_s3

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("bucket")]

PREFIX = "company/lake"


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    with serve_s3() as server:
        yield server


@pytest.fixture(scope="module")
def in_bucket(company: Deployment, s3: S3Server, tmp_path_factory: pytest.TempPathFactory) -> tuple[Deployment, str]:
    """The company after one run with its lake in the bucket, and what the run printed."""
    target = tmp_path_factory.mktemp("in_bucket")
    shutil.copytree(company.data_dir, target, symlinks=True, dirs_exist_ok=True)
    variables = {"SALESOPS_LAKE_URL": f"s3://{BUCKET}/{PREFIX}", **s3.environment}
    deployment = replace(company, data_dir=target, environment=tuple(variables.items()))
    return deployment, deployment.salesops("run").stdout


def test_it_says_the_same_as_a_run_on_the_local_disk(in_bucket: tuple[Deployment, str], pulled: Deployment) -> None:
    deployment, _ = in_bucket
    assert differences(pulled.published, deployment.published) == {}
    assert not (deployment.data_dir / "lake").exists()


def test_the_same_lake_on_the_local_disk_gives_the_same_bytes(
    in_bucket: tuple[Deployment, str], s3: S3Server, tmp_path: Path
) -> None:
    deployment, _ = in_bucket
    certificate = open_verified(deployment.settings).certificate
    settings = load_settings(data_dir=tmp_path)
    for key in s3.objects(f"{PREFIX}/"):
        path = Path(str(settings.lake.root)) / key.removeprefix(f"{PREFIX}/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(s3.client().get_object(Bucket=BUCKET, Key=key)["Body"].read())
    start_build(settings, certificate.as_of_date)
    settings.lake.write_catalog()
    InProcessDbt(tmp_path / "dbt").run(settings.lake, settings.warehouse_path)
    finish_build(settings, passed=True, dbt=DbtCounts())
    local = build_candidate(settings).manifest
    assert {name: table.sha256 for name, table in local.tables.items()} == {
        name: table.sha256 for name, table in certificate.tables.items()
    }


def test_the_secret_is_in_no_file_and_no_output(in_bucket: tuple[Deployment, str]) -> None:
    deployment, printed = in_bucket
    assert SECRET not in printed
    folders = [deployment.data_dir, deployment.settings.dbt_project_dir / "target"]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 100
    assert [path for path in files if SECRET.encode() in path.read_bytes()] == []


def test_the_next_run_goes_on_where_the_last_one_ended(in_bucket: tuple[Deployment, str], s3: S3Server) -> None:
    deployment, _ = in_bucket
    raw = f"{PREFIX}/raw/salesforce/"
    before = {key for key in s3.objects(raw) if "/_dlt_" not in key}
    shutil.rmtree(deployment.data_dir / "dlt")  # as on another machine
    deployment.salesops("run")
    after = {key for key in s3.objects(raw) if "/_dlt_" not in key}
    assert before <= after
    new = {key.removeprefix(raw).split("/")[0] for key in after - before}
    assert not new & {"account", "opportunity", "task", "event"}, "nothing has changed, so nothing is written"


def test_doctor_and_compaction_work_in_the_bucket(in_bucket: tuple[Deployment, str]) -> None:
    deployment, _ = in_bucket
    said = deployment.salesops("doctor").stdout
    assert f"s3://{BUCKET}/{PREFIX} can be read" in said
    assert SECRET not in said
    assert "0 files" in deployment.salesops("lake", "compact").stdout
