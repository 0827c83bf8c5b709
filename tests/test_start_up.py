"""Loading the definitions is what every process of Dagster pays for: only what the graph itself needs is loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from salesops_pipeline.building import project as project_module
from salesops_pipeline.building.project import parsed_project
from salesops_pipeline.settings import PROJECT_DIR, load_settings

HEAVY = ("altair", "dagster_dbt", "dbt", "dlt", "duckdb", "great_expectations", "numpy", "pandas", "pyarrow", "pyspark")


def _loaded_by(statement: str) -> set[str]:
    """Which heavy modules a fresh process has loaded after a statement."""
    code = f"{statement}; import sys; print(*(name for name in {HEAVY} if name in sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], cwd=PROJECT_DIR, capture_output=True, text=True, check=True)
    return set(result.stdout.split())


def test_definitions_load_nothing_heavy() -> None:
    import salesops_pipeline.definitions  # noqa: F401  (the project is parsed, if it was not)

    assert _loaded_by("import salesops_pipeline.definitions") == set()


def test_the_command_line_does_not_load_dagster() -> None:
    assert _loaded_by("import salesops_pipeline.cli") == set()
    assert (
        "dagster"
        not in subprocess.run(
            [sys.executable, "-c", "import salesops_pipeline.cli, sys; print(*sys.modules)"],
            cwd=PROJECT_DIR,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
    )


def test_a_parsed_project_is_not_parsed_again_for_another_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = parsed_project(load_settings(data_dir=tmp_path / "one"))

    def refuse(*_: object) -> None:
        pytest.fail("parsed although nothing has changed")

    monkeypatch.setattr(project_module, "_parse", refuse)
    assert parsed_project(load_settings(data_dir=tmp_path / "other")) == first
