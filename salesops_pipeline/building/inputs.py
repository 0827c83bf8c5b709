"""What a build would read now: dbt project, tools, day, the loads of each raw table, and files of Python steps."""

from __future__ import annotations

import datetime as dt

from salesops_pipeline import fingerprints
from salesops_pipeline.building.project import DUCKDB, project_fingerprint, tool_versions
from salesops_pipeline.contracts import SOURCES_DIR, systems
from salesops_pipeline.lake import Lake
from salesops_pipeline.publishing.build_record import BuildInputs
from salesops_pipeline.settings import Settings

NOT_AN_INPUT = ("extraction", "run_context")
"""Folders under ``derived``: when sources were checked, which makes no new version; the day, which is named itself."""


def current_inputs(settings: Settings, *, as_of: dt.date, target: str = DUCKDB) -> BuildInputs:
    """What a build reads that begins now. The lake's catalog must have been written: it fixes the loads.

    Args:
        settings: Where project and lake are.
        as_of: The day the build looks at.
        target: The dbt target.
    """
    return BuildInputs(
        project=project_fingerprint(settings.dbt_project_dir),
        tools=tool_versions(target),
        target=target,
        contracts=fingerprints.of_files(SOURCES_DIR, [f"{system}/contract.yml" for system in systems()]),
        as_of_date=as_of,
        raw=_catalogued_loads(settings.lake),
        derived=_derived_files(settings.lake),
    )


def _catalogued_loads(lake: Lake) -> dict[str, str]:
    """Loads per raw table. Which files hold them does not matter: merging files changes no row."""
    loads: dict[str, set[str]] = {}
    for entry in lake.catalog_entries():
        loads.setdefault(f"{entry['system']}.{entry['table']}", set()).update(entry["loads"])
    return {table: fingerprints.of_texts(sorted(ids, key=float)) for table, ids in sorted(loads.items())}


def _derived_files(lake: Lake) -> dict[str, str]:
    found: dict[str, list[tuple[str, bytes]]] = {}
    for file in lake.storage.list_files(lake.derived_dir):
        name = str(file.path).removeprefix(f"{lake.derived_dir}/")
        if (step := name.split("/")[0]) not in NOT_AN_INPUT:
            found.setdefault(step, []).append((name, lake.storage.read(file.path) or b""))
    return {step: fingerprints.of_contents(sorted(files)) for step, files in sorted(found.items())}
