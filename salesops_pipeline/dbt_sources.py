"""The dbt source entries of the raw tables, written from the table contracts so that the two cannot drift apart.

``python -m salesops_pipeline.dbt_sources`` rewrites them; a test fails when somebody forgot to.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml

from salesops_pipeline.contracts import SystemContract, Table, load_contract, systems
from salesops_pipeline.settings import PROJECT_DIR

DBT_PROJECT_DIR = PROJECT_DIR / "dbt_project"

_HEAD = """\
# Written from salesops_pipeline/sources/{system}/contract.yml by `python -m salesops_pipeline.dbt_sources`.
"""


def sources_path(system: str, dbt_project_dir: Path = DBT_PROJECT_DIR) -> Path:
    """Where the source entries of a system live."""
    return dbt_project_dir / "models" / "staging" / system / f"_{system}__sources.yml"


def render(contract: SystemContract) -> str:
    """The source file of one system: every table with its columns, types, tags, and its Dagster asset key."""
    entry = {
        "version": 2,
        "sources": [
            {
                "name": contract.system,
                "description": contract.description,
                "tables": [_table(contract.system, table) for table in contract.tables],
            }
        ],
    }
    body = yaml.safe_dump(entry, sort_keys=False, allow_unicode=True, width=118)
    return _HEAD.format(system=contract.system) + body


def _table(system: str, table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "description": table.description,
        "config": {"meta": {"dagster": {"asset_key": ["raw", system, table.name]}, "key": list(table.key)}},
        "columns": [
            {"name": column.name, "data_type": column.type, "description": column.description}
            | ({"config": {"meta": {"pii": True}}} if column.pii else {})
            for column in table.columns
        ],
    }


def out_of_date(dbt_project_dir: Path = DBT_PROJECT_DIR) -> list[Path]:
    """Source files that do not say what their contract says."""
    return [
        path
        for system in systems()
        if not (path := sources_path(system, dbt_project_dir)).exists()
        or path.read_text(encoding="utf-8") != render(load_contract(system))
    ]


def write(dbt_project_dir: Path = DBT_PROJECT_DIR) -> list[Path]:
    """Write what is out of date; the files written."""
    stale = out_of_date(dbt_project_dir)
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(render(load_contract(path.parent.name)), encoding="utf-8")
    return stale


if __name__ == "__main__":
    for written in write():
        sys.stdout.write(f"{written}\n")
