"""The parsed dbt project: parsed again only when a file of it has changed, wherever lake and warehouse lie.

dbt itself parses everything again when an environment variable of its profile differs, such as the warehouse's path.
Nothing that parsing finds depends on that path, so the parsed project is kept here under a fingerprint of its own.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from salesops_pipeline import fingerprints
from salesops_pipeline.engine import engine_environment
from salesops_pipeline.errors import ConfigurationError
from salesops_pipeline.publishing.files import write_atomically
from salesops_pipeline.settings import Settings

DUCKDB = "duckdb"
"""The dbt target that needs nothing but this machine."""

_PARSED = ("models", "macros", "seeds", "snapshots", "tests", "dbt_project.yml", "profiles.yml")
_TOOLS = ("dbt-core", "dbt-adapters", "dbt-common")
_ENGINE_TOOLS = {DUCKDB: ("dbt-duckdb", "duckdb")}
_OTHER_TOOLS = ("dbt-spark", "pyspark")


@dataclass(frozen=True)
class ParsedProject:
    """What dbt found when it parsed the project for one target.

    Args:
        project_dir: Where the models lie.
        target: The dbt target it was parsed for; names of tables depend on it.
        fingerprint: Of the project's files.
    """

    project_dir: Path
    target: str
    fingerprint: str

    @property
    def target_path(self) -> Path:
        """A folder of our own: whoever calls dbt by hand uses another one, with other settings."""
        return self.project_dir / "target" / f"pipeline-{self.target}"

    @property
    def manifest(self) -> Path:
        """All nodes as JSON."""
        return self.target_path / "manifest.json"

    @property
    def partial_parse(self) -> Path:
        """The same, as dbt reads it fastest."""
        return self.target_path / "partial_parse.msgpack"

    def kept(self, name: str, make: Callable[[], str]) -> str:
        """A text that follows from the parsed project, made once and kept beside it.

        Args:
            name: File name.
            make: Makes the text; called when the project was parsed since.
        """
        path = self.target_path / name
        if not path.exists():
            write_atomically(path, make())
        return path.read_text(encoding="utf-8")


def dbt_environment(settings: Settings) -> dict[str, str]:
    """The environment variables through which paths reach dbt; values that change from run to run are data instead."""
    return {
        "SALESOPS_LAKE_DIR": str(settings.lake.root),
        **engine_environment(settings),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }


def project_fingerprint(project_dir: Path) -> str:
    """A hash over names and contents of every file that dbt parses."""
    return fingerprints.of_files(project_dir, _PARSED)


def tool_versions(target: str) -> str:
    """Versions of dbt, the target's adapter and its engine: another one may parse or calculate differently."""
    return fingerprints.of_packages((*_TOOLS, *_ENGINE_TOOLS.get(target, _OTHER_TOOLS)))


def dbt_executable() -> str:
    """The dbt command of the environment we run in, whether or not it is on PATH."""
    return str(Path(sys.executable).parent / "dbt")


def parsed_project(settings: Settings, target: str = DUCKDB) -> ParsedProject:
    """The project as dbt parsed it, parsing it now if a file has changed since.

    Several processes may ask at once; a lock lets one of them parse.

    Raises:
        ConfigurationError: dbt cannot parse the project; the end of its output is in the message.
    """
    project = ParsedProject(settings.dbt_project_dir, target, project_fingerprint(settings.dbt_project_dir))
    stamp = fingerprints.of_texts((project.fingerprint, tool_versions(target)))
    if _is_parsed(project, stamp):
        return project
    project.target_path.mkdir(parents=True, exist_ok=True)
    with (project.target_path / "parse.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_parsed(project, stamp):
            _stamp_path(project).unlink(missing_ok=True)
            _parse(project, settings)
            write_atomically(_stamp_path(project), stamp)
    return project


def _stamp_path(project: ParsedProject) -> Path:
    return project.target_path / "fingerprint"


def _is_parsed(project: ParsedProject, stamp: str) -> bool:
    try:
        return _stamp_path(project).read_text(encoding="utf-8") == stamp and project.partial_parse.exists()
    except FileNotFoundError:
        return False


def _parse(project: ParsedProject, settings: Settings) -> None:
    for path in project.target_path.iterdir():
        if path.is_file() and path.suffix == ".json":
            path.unlink()  # what was kept follows from the files as they were
    result = subprocess.run(
        [
            dbt_executable(),
            "--quiet",
            "parse",
            "--project-dir",
            str(project.project_dir),
            "--profiles-dir",
            str(project.project_dir),
            "--target",
            project.target,
            "--target-path",
            str(project.target_path),
            "--log-path",
            str(project.target_path),
        ],
        env={**os.environ, **dbt_environment(settings)},
        cwd=project.project_dir,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        tail = " / ".join((result.stdout + result.stderr).strip().splitlines()[-8:])
        raise ConfigurationError(f"dbt cannot parse the project: {tail}", where=str(project.project_dir))
