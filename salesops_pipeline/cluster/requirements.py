"""What a Spark process needs on this machine: PySpark's own distribution and a Java that it runs on."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from salesops_pipeline.errors import ConfigurationError

JAVA_VERSIONS = (17, 21)
"""The oldest and the newest Java that Spark 4 runs on."""


def require_spark_home() -> Path:
    """The Spark distribution inside PySpark's wheel.

    Raises:
        ConfigurationError: PySpark is not installed.
    """
    spec = importlib.util.find_spec("pyspark")
    if spec is None or not spec.submodule_search_locations:
        raise ConfigurationError("PySpark is not installed", fix="Run `make spark`.")
    return Path(spec.submodule_search_locations[0])


def require_java(environment: Mapping[str, str] = os.environ) -> Path:
    """The Java that Spark's scripts will use: that of ``JAVA_HOME``, else the one on ``PATH``.

    Raises:
        ConfigurationError: There is none, or Spark does not run on it.
    """
    home = environment.get("JAVA_HOME")
    found = shutil.which(str(Path(home) / "bin" / "java") if home else "java", path=environment.get("PATH"))
    fix = f"Install Java {JAVA_VERSIONS[0]}, on Debian: apt-get install openjdk-17-jre-headless."
    if found is None:
        raise ConfigurationError("Spark needs Java, which is not installed", where=home or "PATH", fix=fix)
    answer = subprocess.run([found, "-version"], capture_output=True, text=True, check=False)
    version = java_version(answer.stderr + answer.stdout)
    if version is None or not JAVA_VERSIONS[0] <= version <= JAVA_VERSIONS[1]:
        raise ConfigurationError(
            f"Spark runs on Java {JAVA_VERSIONS[0]} to {JAVA_VERSIONS[1]}, this is {version or 'unknown'}",
            where=found,
            fix=f"{fix} Or point JAVA_HOME to it.",
        )
    return Path(found)


def java_version(text: str) -> int | None:
    """The feature release in the output of ``java -version``: 17 in ``version "17.0.15"``, 8 in ``"1.8.0_402"``."""
    match = re.search(r'version "(?:1\.)?(\d+)', text)
    return int(match[1]) if match else None
