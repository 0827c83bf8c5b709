"""Where dbt's nodes stand in the graph: keys, groups, owners. Loaded only once it has changed (`dbt_specs`)."""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject, dbt_assets

from salesops_pipeline.building.project import ParsedProject
from salesops_pipeline.orchestration.keys import raw_key


class Translator(DagsterDbtTranslator):
    """Our words for dbt's nodes."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """``raw/<system>/<table>`` for sources, ``<layer>/<model>`` for models."""
        if dbt_resource_props["resource_type"] == "source":
            if dbt_resource_props["source_name"] == "derived":
                return dg.AssetKey(["derived", dbt_resource_props["name"]])
            return raw_key(dbt_resource_props["source_name"], dbt_resource_props["name"])
        return dg.AssetKey([layer(dbt_resource_props), dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The layer, and for staging the system, for marts the pillar."""
        folders = dbt_resource_props["fqn"][1:-1]
        return "_".join(folders[:2]) if folders[0] in {"staging", "marts"} else folders[0]

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """Marts belong to those who define the numbers, everything below to those who build it."""
        return ["team:sales-operations" if layer(dbt_resource_props) == "marts" else "team:data-engineering"]


def layer(props: Mapping[str, Any]) -> str:
    """The layer of a model: the first folder under ``models/``."""
    return str(props["fqn"][1])


def translate(project: ParsedProject) -> tuple[Sequence[dg.AssetSpec], Sequence[dg.AssetCheckSpec]]:
    """All models and tests, as dagster-dbt understands them."""

    @dbt_assets(
        manifest=project.manifest,
        project=DbtProject(
            project_dir=project.project_dir,
            target_path=project.target_path.relative_to(project.project_dir),
            profiles_dir=project.project_dir,
            target=project.target,
        ),
        dagster_dbt_translator=Translator(),
    )
    def models():  # asked for its specs only, never run
        yield from ()

    return list(models.specs), list(models.check_specs)
