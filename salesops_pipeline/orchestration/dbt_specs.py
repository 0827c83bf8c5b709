"""The dbt models and tests as Dagster's asset and check specs, translated once and kept.

dagster-dbt reads them off the manifest, which takes more than a second, most of it for loading dbt. Every process that
loads the definitions would pay for it: the web server, the daemon, each run. So what it says is kept as text beside the
parsed project, under the project's fingerprint.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import dagster as dg

from salesops_pipeline import fingerprints
from salesops_pipeline.building.project import ParsedProject

_UNIQUE_ID = "dagster_dbt/unique_id"
_TOOLS = ("dagster", "dagster-dbt")
_NOT_KEPT = frozenset({"dagster_dbt/manifest", "dagster_dbt/dagster_dbt_translator", "dagster_dbt/project"})
"""Objects that dagster-dbt attaches for its own conversion of events, which is not used."""


@dataclass(frozen=True)
class DbtSpecs:
    """All models as assets, each after those it reads from, and the tests that belong to one of them as checks."""

    assets: tuple[dg.AssetSpec, ...]
    checks: tuple[dg.AssetCheckSpec, ...]


def load_specs(project: ParsedProject) -> DbtSpecs:
    """The specs of a parsed project: from where they are kept, or translated now."""
    here = fingerprints.of_files(Path(__file__).parent, ["dbt_specs.py", "dbt_translator.py", "keys.py"])
    stamp = fingerprints.of_texts((here, fingerprints.of_packages(_TOOLS)))
    return _read(project.kept(f"specs-{stamp[:16]}.json", lambda: _translate(project)))


def unique_id(spec: dg.AssetSpec | dg.AssetCheckSpec) -> str:
    """The id that dbt gives the model or test, as dagster-dbt notes it in the metadata."""
    return str((spec.metadata or {})[_UNIQUE_ID].value)


def node_name(spec: dg.AssetSpec | dg.AssetCheckSpec) -> str:
    """The name that dbt gives the model or test."""
    return unique_id(spec).split(".")[2]


def _translate(project: ParsedProject) -> str:
    from salesops_pipeline.orchestration.dbt_translator import translate

    assets, checks = translate(project)
    return json.dumps({"assets": [_asset(spec) for spec in _in_order(assets)], "checks": [_check(c) for c in checks]})


def _in_order(assets: Iterable[dg.AssetSpec]) -> list[dg.AssetSpec]:
    """Each asset after those it depends on, as Dagster wants a step to report them."""
    by_key = {spec.key: spec for spec in assets}
    parents = {key: sorted(dep.asset_key for dep in spec.deps) for key, spec in sorted(by_key.items())}
    return [by_key[key] for key in TopologicalSorter(parents).static_order() if key in by_key]


def _asset(spec: dg.AssetSpec) -> dict[str, Any]:
    return {
        "key": spec.key.path,
        "deps": _paths(spec.deps),
        "description": spec.description,
        "group_name": spec.group_name,
        "owners": list(spec.owners),
        "tags": dict(spec.tags),
        "code_version": spec.code_version,
        "metadata": _metadata(spec.metadata),
    }


def _check(spec: dg.AssetCheckSpec) -> dict[str, Any]:
    return {
        "name": spec.name,
        "asset": spec.asset_key.path,
        "additional_deps": _paths(spec.additional_deps),
        "description": spec.description,
        "blocking": spec.blocking,
        "metadata": _metadata(spec.metadata or {}),
    }


def _paths(deps: Iterable[dg.AssetDep]) -> list[Sequence[str]]:
    return [dep.asset_key.path for dep in deps]


def _metadata(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: _text(value) for name, value in values.items() if name not in _NOT_KEPT}


def _text(value: Any) -> str:
    if isinstance(value, str):
        value = dg.MetadataValue.text(value)
    elif isinstance(value, dg.TableSchema):
        value = dg.MetadataValue.table_schema(value)
    return dg.serialize_value(value)  # refuses what is no value of Dagster's own


def _read(text: str) -> DbtSpecs:
    kept = json.loads(text)
    return DbtSpecs(
        # Skippable, as dagster-dbt makes them: an output that dbt does not give is no error.
        tuple(
            dg.AssetSpec(
                **{**spec, "deps": _keys(spec["deps"]), "metadata": _values(spec["metadata"]), "skippable": True}
            )
            for spec in kept["assets"]
        ),
        tuple(
            dg.AssetCheckSpec(
                **{
                    **spec,
                    "asset": dg.AssetKey(spec["asset"]),
                    "additional_deps": _keys(spec["additional_deps"]),
                    "metadata": _values(spec["metadata"]),
                }
            )
            for spec in kept["checks"]
        ),
    )


def _keys(paths: Iterable[Sequence[str]]) -> list[dg.AssetKey]:
    return [dg.AssetKey(path) for path in paths]


def _values(kept: Mapping[str, str]) -> dict[str, Any]:
    return {name: dg.deserialize_value(text) for name, text in kept.items()}
