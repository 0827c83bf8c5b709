"""The SQL that dbt compiled, run again by one bare DuckDB process: what the models cost without anything around them.

    python -m tests.benchmarks.replay <dbt's target folder> <new database file>

Each model becomes a `create table as` of its compiled code, in order of dependencies, on one connection with the
settings of the dbt profile. Nothing is checked, described, noted or published.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb
import yaml

from salesops_pipeline.settings import PROJECT_DIR


def compiled_models(target: Path) -> Iterator[tuple[str, str, str]]:
    """Schema, name and compiled code of every model that an invocation built, dependencies first.

    Args:
        target: The folder with dbt's ``manifest.json`` and ``run_results.json``.
    """
    nodes: Mapping[str, Any] = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    code = {result["unique_id"]: result.get("compiled_code") for result in results}
    models = {key: node for key, node in nodes.items() if node["resource_type"] == "model" and code.get(key)}
    graph = {key: [other for other in node["depends_on"]["nodes"] if other in models] for key, node in models.items()}
    for key in TopologicalSorter(graph).static_order():
        yield models[key]["schema"], models[key]["alias"], code[key]


def duckdb_profile() -> dict[str, Any]:
    """The DuckDB target in the project's dbt profile: ``config_options`` to open with, ``settings`` for a session."""
    profile = yaml.safe_load((PROJECT_DIR / "dbt_project" / "profiles.yml").read_text(encoding="utf-8"))
    return profile["salesops"]["outputs"]["duckdb"]


def replay(target: Path, database: Path) -> int:
    """Build all models of an invocation in a new database. Returns how many.

    Args:
        target: The folder of the invocation's artefacts.
        database: Named as dbt's own, since compiled code names the database.
    """
    count = 0
    profile = duckdb_profile()
    settings = {name: value for name, value in profile["settings"].items() if "{{" not in str(value)}
    with duckdb.connect(str(database), config=profile["config_options"]) as connection:
        for name, value in settings.items():
            connection.execute(f"set {name} = '{value}'")
        for schema, table, code in compiled_models(target):
            connection.execute(f'create schema if not exists "{schema}"')
            connection.execute(f'create table "{schema}"."{table}" as {code}')
            count += 1
    return count


if __name__ == "__main__":
    replay(Path(sys.argv[1]), Path(sys.argv[2]))
