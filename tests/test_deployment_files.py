"""The files under deploy/ agree with each other, with the settings and with the programs they start."""

from __future__ import annotations

import getpass
import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from dagster._cli.api import api_cli
from dagster._cli.code_server import code_server_cli
from dagster._daemon.cli import create_dagster_daemon_cli
from dagster_webserver.cli import create_dagster_webserver_cli

from salesops_pipeline.orchestration.instance import dagster_yaml
from salesops_pipeline.settings import PROJECT_DIR, Settings, load_settings

DEPLOY = PROJECT_DIR / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
PROJECT = tomllib.loads((PROJECT_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SETTINGS = {f"SALESOPS_{name.upper()}" for name in Settings.model_fields}


def read(path: str) -> Any:
    return yaml.safe_load((DEPLOY / path).read_text(encoding="utf-8"))


def instructions(name: str) -> list[str]:
    """The arguments of each instruction of that name in the Dockerfile, continued lines joined."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
    return [line.split(maxsplit=1)[1] for line in text.splitlines() if line.startswith(f"{name} ")]


def commands() -> dict[str, list[str]]:
    """Every command that a file under deploy/ starts: where → words."""
    found = {"Dockerfile": json.loads(instructions("CMD")[0])}
    for name, service in read("compose.yaml")["services"].items():
        if "command" in service:
            found[f"compose.yaml {name}"] = service["command"]
        if "pg_isready" not in service.get("healthcheck", {}).get("test", ["pg_isready"]):
            found[f"compose.yaml {name}, health"] = service["healthcheck"]["test"][1:]
    for unit in UNITS:
        [line] = re.findall(r"^ExecStart=(.+)$", unit.read_text(encoding="utf-8"), flags=re.MULTILINE)
        found[unit.name] = shlex.split(line)
    [deployment] = read("kubernetes/values.example.yaml")["dagster-user-deployments"]["deployments"]
    server = ["dagster", "code-server", "start", "-h", "0.0.0.0", "-p", str(deployment["port"])]
    return found | {"values.example.yaml": [*server, *deployment["codeServerArgs"]]}


PROGRAMS = {
    "dagster code-server": code_server_cli,
    "dagster api": api_cli,
    "dagster-daemon": create_dagster_daemon_cli(),
    "dagster-webserver": create_dagster_webserver_cli(),
}


@pytest.mark.parametrize(("where", "words"), commands().items(), ids=commands())
def test_every_command_exists_with_its_options(where: str, words: list[str]) -> None:
    program, *arguments = [
        Path(words[0]).name,
        *(word.replace("/opt/salesops", str(PROJECT_DIR)) for word in words[1:]),
    ]
    if program == "python":
        compile(arguments[1], where, "exec")
        return
    if program == "dagster":
        program, *arguments = [f"{program} {arguments[0]}", *arguments[1:]]
    assert (Path(sys.executable).parent / program.split()[0]).exists()
    command = PROGRAMS[program]
    if isinstance(command, click.Group):
        name, command, arguments = command.resolve_command(click.Context(command), arguments)
        assert command is not None, name
    command.make_context(program, list(arguments))  # reads the options, starts nothing


def test_all_deployments_serve_the_same_code() -> None:
    found = {
        where: words[words.index("-m") :] for where, words in commands().items() if "code-server" in " ".join(words)
    }
    assert len(found) == 3
    assert set(map(tuple, found.values())) == {("-m", "salesops_pipeline.definitions", "--location-name", "salesops")}
    [server] = read("workspace.yaml")["load_from"]
    assert server["grpc_server"]["location_name"] == "salesops"
    assert "-p 4000" in " ".join(commands()["Dockerfile"])
    assert server["grpc_server"]["port"] == 4000


def test_every_variable_is_a_setting_or_read_by_a_file_beside_it() -> None:
    files = [path for path in DEPLOY.rglob("*") if path.is_file()]
    texts = {path: path.read_text(encoding="utf-8") for path in files}
    named = {name: path for path, text in texts.items() for name in re.findall(r"\bSALESOPS_\w+", text)}
    read_here = {
        name
        for path in ("dagster.yaml", "workspace.yaml")
        for name in re.findall(r"env: (\w+)", texts[DEPLOY / path])
    }  # fmt: skip
    assert {name: path.name for name, path in named.items() if name not in SETTINGS | read_here} == {}
    assert read_here - SETTINGS == {"SALESOPS_DAGSTER_LOG_DIR", "SALESOPS_CODE_HOST"}
    for path in (DEPLOY / "Dockerfile", *UNITS):
        assert all(name in texts[path] for name in read_here - SETTINGS), path.name


def test_the_example_of_secrets_has_what_compose_asks_for() -> None:
    lines = (DEPLOY / "salesops.env.example").read_text(encoding="utf-8").splitlines()
    offered = {line.split("=", 1)[0] for line in lines if line and not line.startswith("#")}
    asked = set(re.findall(r"\$\{(\w+):\?", (DEPLOY / "compose.yaml").read_text(encoding="utf-8")))
    assert asked <= offered
    assert all(not line.partition("=")[2] for line in lines if "PASSWORD=" in line or "SECRET=" in line)


def test_the_image_gets_what_its_build_copies() -> None:
    ignored = (PROJECT_DIR / ".dockerignore").read_text(encoding="utf-8").splitlines()
    copied = {source for line in instructions("COPY") if "--from" not in line for source in line.split()[:-1]}
    for source in copied:
        assert (PROJECT_DIR / source).exists(), source
        assert f"!{source}" in ignored, f"{source} does not reach the build"
    settings = load_settings()
    used = {settings.dbt_project_dir, settings.expectations_dir, settings.policy_dir}
    assert {path.name for path in used} <= copied


def test_all_files_name_the_same_versions() -> None:
    values = read("kubernetes/values.example.yaml")
    [deployment] = values["dagster-user-deployments"]["deployments"]
    assert read("compose.yaml")["services"]["code"]["image"] == f"salesops:{PROJECT['version']}"
    assert str(deployment["image"]["tag"]) == PROJECT["version"]
    [dagster] = [text.split("==")[1] for text in PROJECT["dependencies"] if text.startswith("dagster==")]
    assert f"--version {dagster} " in (DEPLOY / "kubernetes" / "values.example.yaml").read_text(encoding="utf-8")
    bases = {line.split()[0] for line in instructions("FROM")}
    [base] = bases
    assert base == "python:3.11-slim"


def test_one_run_at_a_time_everywhere() -> None:
    services = read("dagster.yaml")
    alone = yaml.safe_load(dagster_yaml(load_settings()))
    values = read("kubernetes/values.example.yaml")
    assert services["concurrency"] == alone["concurrency"]
    assert values["concurrency"]["runs"]["maxConcurrentRuns"] == services["concurrency"]["runs"]["max_concurrent_runs"]
    assert values["concurrency"]["pools"]["defaultLimit"] == services["concurrency"]["pools"]["default_limit"]
    assert values["dagsterDaemon"]["runRetries"]["maxRetries"] == services["run_retries"]["max_retries"]
    assert values["retention"]["sensor"]["purgeAfterDays"] == services["retention"]["sensor"]["purge_after_days"]


def test_storage_in_postgresql_is_the_same_for_services_and_the_command_line() -> None:
    settings = load_settings(dagster_postgres_url="postgresql://user:word@host/database")
    assert read("dagster.yaml")["storage"] == yaml.safe_load(dagster_yaml(settings))["storage"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace("/opt/salesops/.venv/bin", str(Path(sys.executable).parent))
        text = text.replace("/opt/salesops", str(PROJECT_DIR)).replace("User=salesops", f"User={getpass.getuser()}")
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    files = [str(tmp_path / unit.name) for unit in UNITS]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *files], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_every_setting_is_documented() -> None:
    text = "\n".join((PROJECT_DIR / "docs" / name).read_text(encoding="utf-8") for name in ("operating.md", "spark.md"))
    assert SETTINGS - set(re.findall(r"\bSALESOPS_\w+", text)) == set()
