"""Raw assets: one per table and one step per source system, with the gate on what has landed."""

import datetime as dt
from collections.abc import Iterator
from importlib import import_module

import dagster as dg

from salesops_pipeline.contracts import SystemContract, Table, load_contract
from salesops_pipeline.orchestration.checks import landing_checks
from salesops_pipeline.orchestration.context import connected
from salesops_pipeline.orchestration.exclusive import hold_run_lock
from salesops_pipeline.orchestration.failures import EXTRACTION_RETRIES, one_line_failures
from salesops_pipeline.orchestration.keys import extraction_step, raw_key
from salesops_pipeline.settings import Settings
from salesops_pipeline.sources.base import SourceLoad, TableLoad

OWNER = "team:data-engineering"
FRESHNESS = dg.FreshnessPolicy.time_window(fail_window=dt.timedelta(hours=36), warn_window=dt.timedelta(hours=26))
"""A daily load may be two hours late before it warns and must not miss a second day."""


class ExtractionConfig(dg.Config):
    """How a system is pulled."""

    full: bool = False
    """Read everything again, not only what changed since the last load."""


def table_columns(table: Table) -> dg.TableSchema:
    """The contract's columns as Dagster shows them."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                column.name,
                column.type,
                description=column.description,
                tags={"pii": ""} if column.pii else None,
                constraints=dg.TableColumnConstraints(nullable=not column.required),
            )
            for column in table.columns
        ]
    )


def load_metadata(load: SourceLoad, table: TableLoad | None) -> dict[str, str | int | bool]:
    """What a materialisation of one raw table reports."""
    if table is None:
        return {"dagster/row_count": 0, "connected": load.connected, "method": "not connected"}
    return {
        "dagster/row_count": table.rows,
        "connected": load.connected,
        "method": table.method,
        "requests": table.requests,
        "cursor from": table.cursor_from or "the beginning",
        "columns unknown to the contract": ", ".join(table.extra_columns) or "none",
    }


def build_raw_assets(system: str) -> list[dg.AssetsDefinition | dg.AssetChecksDefinition]:
    """The extraction step of one system and the blocking checks on what it landed."""
    contract = load_contract(system)
    return [_extraction(contract), landing_checks(contract)]


def _extraction(contract: SystemContract) -> dg.AssetsDefinition:
    system = contract.system

    @dg.multi_asset(
        name=extraction_step(system),
        description=contract.description,
        specs=[
            dg.AssetSpec(
                raw_key(system, table.name),
                description=table.description,
                group_name=f"raw_{system}",
                owners=[OWNER],
                kinds={"dlt", "parquet", system if system != "files" else "file"},
                metadata={"dagster/column_schema": table_columns(table), "deletes": table.deletes},
                freshness_policy=FRESHNESS,
            )
            for table in contract.tables
        ],
        can_subset=True,
        retry_policy=EXTRACTION_RETRIES,
        pool=extraction_step(system),
    )
    def extract(
        context: dg.AssetExecutionContext, config: ExtractionConfig, settings: dg.ResourceParam[Settings]
    ) -> Iterator[dg.MaterializeResult]:
        selected = sorted(key.path[-1] for key in context.selected_asset_keys)
        with one_line_failures():
            hold_run_lock(settings)
        with one_line_failures(), connected(settings) as reachable:
            source = import_module(f"salesops_pipeline.sources.{system}.source")
            load: SourceLoad = source.load(
                reachable,
                tables=None if len(selected) == len(contract.tables) else selected,
                full=config.full,
                on_progress=context.log.info,
            )
        for note in load.notes:
            context.log.warning(note)
        by_table = {table.table: table for table in load.tables}
        # A table that the source does not offer (a feature that is off) is in no load and was not checked.
        if read := [name for name in selected if name in by_table]:
            settings.lake.note_checked(system, read, checked_at=dt.datetime.now(dt.UTC))
        for name in selected:
            yield dg.MaterializeResult(
                asset_key=raw_key(system, name), metadata=load_metadata(load, by_table.get(name))
            )

    return extract
