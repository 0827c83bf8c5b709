"""Errors of the user are one line that says what, where and what to do."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest

from tests.end_to_end.pipeline import Deployment


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", "--as-of", "yesterday"), ["--as-of", "YYYY-MM-DD"]),
        (("run", "--as-of", ""), ["--as-of", "YYYY-MM-DD"]),
        (("run", "--as-of", "2999-01-01"), ["has not come yet"]),
        (("run", "--source", "sap"), ["no source 'sap'", "salesforce"]),
        (("publish", "--to", "v0001"), ["--rollback"]),
        (("sandbox", "advance", "--days", "3"), ["sandbox create"]),
        (("report", "daily"), ["salesops run"]),
        (("publish", "--rollback"), ["version"]),
        (("files", "contract", "oportunity"), ["opportunity"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_mistake_is_one_line(tmp_path: Path, arguments: tuple[str, ...], words: list[str]) -> None:
    result = Deployment(tmp_path).salesops(*arguments, check=False)
    assert result.returncode == 1
    assert result.stderr.startswith("error: ")
    assert len(result.stderr.strip().splitlines()) == 1
    for word in words:
        assert word in result.stderr


def test_an_unusable_setting_is_named(tmp_path: Path) -> None:
    deployment = Deployment(tmp_path, (("SALESOPS_KEEP_VERSIONS", "many"),))
    result = deployment.salesops("status", check=False)
    assert result.returncode == 1
    assert "SALESOPS_KEEP_VERSIONS" in result.stderr


def test_a_dead_org_is_one_line_and_loses_nothing(tmp_path: Path) -> None:
    deployment = Deployment(
        tmp_path,
        (
            ("SALESOPS_SALESFORCE_INSTANCE_URL", "http://127.0.0.1:9"),
            ("SALESOPS_SALESFORCE_CLIENT_ID", "id"),
            ("SALESOPS_SALESFORCE_CLIENT_SECRET", "a-very-secret-word"),
        ),
    )
    result = deployment.salesops("doctor", check=False)
    assert result.returncode == 1
    assert "127.0.0.1:9" in result.stdout
    assert "a-very-secret-word" not in result.stdout + result.stderr
    assert "Traceback" not in result.stdout + result.stderr


def test_status_of_an_empty_deployment(tmp_path: Path) -> None:
    assert "nothing yet" in Deployment(tmp_path).salesops("status").stdout


@pytest.mark.parametrize("command", ["run", "status", "doctor"])
def test_a_data_folder_that_is_a_file_is_named(tmp_path: Path, command: str) -> None:
    (tmp_path / "data").write_text("not a folder")
    result = Deployment(tmp_path / "data").salesops(command, check=False)
    assert result.returncode == 1
    assert "Traceback" not in result.stdout + result.stderr
    assert "SALESOPS_DATA_DIR" in result.stdout + result.stderr


def test_a_second_run_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = Deployment(tmp_path).salesops("run", check=False)
    assert result.returncode == 1
    assert "another run is under way" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
