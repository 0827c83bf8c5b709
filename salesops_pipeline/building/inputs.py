"""What a build would read now: dbt project, tools, day, the loads of each raw table, and files of Python steps."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from salesops_pipeline import fingerprints
from salesops_pipeline.building.project import DUCKDB, project_fingerprint, tool_versions
from salesops_pipeline.contracts import SOURCES_DIR, systems
from salesops_pipeline.lake import Lake
from salesops_pipeline.publishing.build_record import BuildInputs, Loads
from salesops_pipeline.settings import Settings

NOT_AN_INPUT = ("extraction", "run_context")
"""Folders under ``derived``: when sources were checked, which makes no new version; the day, which is named itself."""


@dataclass(frozen=True)
class CurrentInputs:
    """`BuildInputs` of a build that would begin now, with the ids of the loads.

    ``loads`` are per raw table, named ``<system>.<table>``, oldest first.
    """

    project: str
    tools: str
    target: str
    contracts: str
    as_of_date: dt.date
    loads: Mapping[str, tuple[str, ...]]
    derived: Mapping[str, str]

    def recorded(self) -> BuildInputs:
        """As the record of a build keeps them."""
        return BuildInputs(
            project=self.project,
            tools=self.tools,
            target=self.target,
            contracts=self.contracts,
            as_of_date=self.as_of_date,
            raw={table: loads_of(ids) for table, ids in sorted(self.loads.items())},
            derived=dict(sorted(self.derived.items())),
        )


def loads_of(ids: Sequence[str]) -> Loads:
    """Loads as a record keeps them."""
    return Loads(count=len(ids), digest=fingerprints.of_texts(ids))


def current_inputs(settings: Settings, *, as_of: dt.date, target: str = DUCKDB) -> CurrentInputs:
    """What a build reads that begins now. The lake's catalog must have been written: it fixes the loads.

    Args:
        settings: Where project and lake are.
        as_of: The day the build looks at.
        target: The dbt target.
    """
    return CurrentInputs(
        project=project_fingerprint(settings.dbt_project_dir),
        tools=tool_versions(),
        target=target,
        contracts=fingerprints.of_files(SOURCES_DIR, [f"{system}/contract.yml" for system in systems()]),
        as_of_date=as_of,
        loads=_catalogued_loads(settings.lake),
        derived=_derived_files(settings.lake),
    )


def _catalogued_loads(lake: Lake) -> dict[str, tuple[str, ...]]:
    """Loads per raw table. Which files hold them does not matter: merging files changes no row."""
    loads: dict[str, set[str]] = {}
    for line in lake.catalog_path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        loads.setdefault(f"{entry['system']}.{entry['table']}", set()).update(entry["loads"])
    return {table: tuple(sorted(ids, key=float)) for table, ids in loads.items()}


def _derived_files(lake: Lake) -> dict[str, str]:
    root = lake.derived_dir
    if not root.exists():
        return {}
    return {
        folder.name: fingerprints.of_files(root, [folder.name])
        for folder in sorted(root.iterdir())
        if folder.name not in NOT_AN_INPUT
    }
