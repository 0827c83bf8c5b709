"""The dbt manifest: what Dagster knows of the models. Parsed again only when a file of the project has changed."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

from salesops_pipeline.engine import engine_environment
from salesops_pipeline.errors import ConfigurationError
from salesops_pipeline.settings import Settings

_PARSED = ("models", "macros", "seeds", "snapshots", "tests", "dbt_project.yml", "profiles.yml")


def dbt_environment(settings: Settings) -> dict[str, str]:
    """The environment variables through which paths reach dbt; values that change from run to run are data instead."""
    return {
        "SALESOPS_LAKE_DIR": str(settings.lake.root),
        **engine_environment(settings),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }


def dbt_executable() -> str:
    """The dbt command of the environment we run in, whether or not it is on PATH."""
    return str(Path(sys.executable).parent / "dbt")


def project_fingerprint(project_dir: Path) -> str:
    """A hash over names and contents of every file that dbt parses."""
    digest = hashlib.sha256()
    for entry in _PARSED:
        path = project_dir / entry
        for file in [path] if path.is_file() else sorted(path.rglob("*")):
            if file.is_file():
                digest.update(str(file.relative_to(project_dir)).encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


def ensure_manifest(settings: Settings) -> Path:
    """Return the path of an up-to-date manifest, parsing the project if needed.

    Several processes may load the definitions at once; a lock lets one of them parse.

    Raises:
        ConfigurationError: dbt cannot parse the project; the end of its output is in the message.
    """
    project_dir = settings.dbt_project_dir
    target = project_dir / "target"
    target.mkdir(parents=True, exist_ok=True)
    manifest, stamp = target / "manifest.json", target / "manifest.fingerprint"
    with (target / "manifest.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        fingerprint = project_fingerprint(project_dir)
        if manifest.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == fingerprint:
            return manifest
        settings.warehouse_path.parent.mkdir(parents=True, exist_ok=True)
        result = subprocess.run(
            [
                dbt_executable(),
                "--quiet",
                "parse",
                "--project-dir",
                str(project_dir),
                "--profiles-dir",
                str(project_dir),
            ],
            env={**os.environ, **dbt_environment(settings)},
            cwd=project_dir,
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            tail = " / ".join((result.stdout + result.stderr).strip().splitlines()[-8:])
            raise ConfigurationError(f"dbt cannot parse the project: {tail}", where=str(project_dir))
        stamp.write_text(fingerprint, encoding="utf-8")
    return manifest
