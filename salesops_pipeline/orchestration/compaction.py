"""Compaction of the raw files as an asset: one step that looks at every table of the lake."""

import dagster as dg

from salesops_pipeline.orchestration.failures import one_line_failures
from salesops_pipeline.orchestration.keys import MAINTENANCE
from salesops_pipeline.settings import Settings


def build_compaction_asset() -> dg.AssetsDefinition:
    """The asset behind the weekly compaction. It stands beside the graph: nothing it does changes a result."""

    @dg.asset(
        key=["lake", "compacted_files"],
        group_name=MAINTENANCE,
        owners=["team:data-engineering"],
        kinds={"parquet"},
        description="Small raw files merged into large ones, so that reading the history of a table stays fast.",
        pool="compaction",
    )
    def compacted_files(
        context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]
    ) -> dg.MaterializeResult:
        from salesops_pipeline.lake.maintenance import compact_lake

        with one_line_failures():
            done = compact_lake(settings, on_progress=context.log.info)
        return dg.MaterializeResult(
            metadata={
                "tables": len({(merge.system, merge.table) for merge in done.merges}),
                "files merged": sum(merge.files for merge in done.merges),
                "files written": len(done.merges),
                "rows": sum(merge.rows for merge in done.merges),
                "bytes before": sum(merge.size_before for merge in done.merges),
                "bytes after": sum(merge.size_after or 0 for merge in done.merges),
                "replaced files removed": done.removed_files,
                "bytes removed": done.removed_bytes,
            }
        )

    return compacted_files
