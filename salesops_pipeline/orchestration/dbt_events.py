"""What became of dbt's nodes, as Dagster events: an output per model and a check result per test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import dagster as dg

from salesops_pipeline.building.nodes import KnownNodes
from salesops_pipeline.orchestration.dbt_specs import unique_id

_BUILT = {"success", "pass", "warn", "no-op"}
_SKIPPED = "skipped"


def node_events(
    assets: Iterable[dg.AssetSpec],
    checks: Iterable[dg.AssetCheckSpec],
    nodes: KnownNodes,
    *,
    build: str,
    row_counts: Mapping[tuple[str, str], int],
) -> Iterator[dg.Output | dg.AssetCheckResult]:
    """Events of the assets and checks of a run.

    A node that ran in an earlier build and stands as that left it is reported with the data version it had: for Dagster
    it has not changed, and what follows from it is not stale.

    Args:
        assets: Models that the run is to report on, each after those it reads from.
        checks: Tests that it is to report on.
        nodes: What is known of all nodes.
        build: Id of the build that has just ended.
        row_counts: Rows by schema and table.
    """
    for asset in assets:
        node = nodes.nodes.get(unique_id(asset))
        if node is None or node.status not in _BUILT:
            continue
        metadata: dict[str, dg.MetadataValue | str | float | int] = {"build": node.build, "status": node.status}
        if node.build != build:
            metadata["unchanged since"] = node.build
        else:
            metadata["Execution Duration"] = node.seconds
        if (rows := row_counts.get(_table(asset))) is not None:
            metadata["dagster/row_count"] = rows
        yield dg.Output(
            None,
            output_name=asset.key.to_python_identifier(),
            metadata=metadata,
            data_version=dg.DataVersion(node.build),
        )
    for check in checks:
        node = nodes.nodes.get(unique_id(check))
        if node is None or node.status == _SKIPPED:
            continue
        yield dg.AssetCheckResult(
            asset_key=check.asset_key,
            check_name=check.name,
            passed=node.status == "pass",
            severity=dg.AssetCheckSeverity.WARN if node.status == "warn" else dg.AssetCheckSeverity.ERROR,
            metadata={
                "status": node.status,
                "build": node.build,
                **({} if node.failures is None else {"dagster_dbt/failed_row_count": node.failures}),
            },
        )


def _table(asset: dg.AssetSpec) -> tuple[str, str]:
    """Schema and name of a model's table."""
    _, schema, name = str(asset.metadata["dagster/table_name"].value).split(".")
    return schema, name
