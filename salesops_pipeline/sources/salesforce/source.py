"""One load of the Salesforce org: every object of the contract that the org has, in one package."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from salesops_pipeline.contracts import SystemContract, Table, load_contract
from salesops_pipeline.errors import ConfigurationError, SourceError
from salesops_pipeline.sources.base import SourceLoad, TableLoad

if TYPE_CHECKING:
    import pyarrow as pa

    from salesops_pipeline.settings import Settings
    from salesops_pipeline.sources.salesforce.api import ObjectInfo
    from salesops_pipeline.sources.salesforce.client import Calls, SalesforceClient
    from salesops_pipeline.sources.salesforce.reader import ObjectReader

SYSTEM = "salesforce"

FEATURES = {
    "opportunity_field_history": "field history tracking on opportunities",
    "opportunity_split": "opportunity splits",
    "opportunity_split_type": "opportunity splits",
    "territory2": "territory management",
    "user_territory2_association": "territory management",
    "object_territory2_association": "territory management",
    "forecasting_quota": "forecasts with quotas",
    "currency_type": "multiple currencies",
    "dated_conversion_rate": "advanced currency management",
    "campaign": "campaigns",
    "campaign_member": "campaigns",
}
"""Tables whose object an org may lack, because the feature is off or not licensed; such a table stays empty."""

Progress = Callable[[str], None]


def load(
    settings: Settings, *, tables: Sequence[str] | None = None, full: bool = False, on_progress: Progress | None = None
) -> SourceLoad:
    """Read what is new in the org and append it to the lake.

    Args:
        settings: The org, its credentials, and where the lake is.
        tables: Only these raw tables; all of the contract unless stated.
        full: Read every row again, not only what changed. Rows that the lake knows already are still not written twice.
        on_progress: Called with one line as each table is finished, possibly from several threads.

    Returns:
        What came; `connected` is False, and nothing was done, if no org is configured.

    Raises:
        ConfigurationError: A table is unknown, or credentials are missing.
        SourceError: The org could not be read; the lake is as before.
    """
    if not settings.salesforce_instance_url:
        return SourceLoad(SYSTEM, connected=False)
    from salesops_pipeline.sources.lake_pipeline import open_load
    from salesops_pipeline.sources.salesforce.client import SalesforceClient
    from salesops_pipeline.sources.salesforce.reader import ObjectReader

    wanted = _wanted(load_contract(SYSTEM), tables)
    with SalesforceClient(settings) as client, open_load(settings, SYSTEM) as lake_load:
        readers: dict[str, ObjectReader] = {}
        notes: list[str] = []
        for table, described, calls in _describe(client, wanted):
            if described is None:
                notes.append(_missing(table))
                continue
            state = lake_load.state(table.name)
            _same_org(state, client.org_id, settings)
            readers[table.name] = ObjectReader(client, settings, table, described, state, calls, full=full)
        written = lake_load.write(
            {name: _reported(name, reader, on_progress) for name, reader in readers.items()}, parallel=True
        )
    if missing := [f"{reader.table.object}.{name}" for reader in readers.values() for name in reader.selection.missing]:
        notes.append(f"fields not in this org or not readable, kept empty: {', '.join(missing)}")
    return SourceLoad(
        SYSTEM,
        tables=tuple(_table_load(name, reader, written[name]) for name, reader in readers.items()),
        notes=(*notes, *(note for reader in readers.values() for note in reader.notes)),
    )


def _wanted(contract: SystemContract, names: Sequence[str] | None) -> tuple[Table, ...]:
    if names is None:
        return contract.tables
    known = {table.name: table for table in contract.tables}
    for name in names:
        if name not in known:
            raise ConfigurationError(
                f"there is no table {name!r}", where=SYSTEM, fix=f"Tables are: {', '.join(sorted(known))}."
            )
    return tuple(known[name] for name in names)


def _describe(client: SalesforceClient, tables: Sequence[Table]) -> Iterator[tuple[Table, ObjectInfo | None, Calls]]:
    from salesops_pipeline.sources.salesforce.api import describe
    from salesops_pipeline.sources.salesforce.client import Calls

    client.log_in()
    counters = [Calls() for _ in tables]
    with ThreadPoolExecutor(4, thread_name_prefix="describe") as pool:
        described = pool.map(lambda pair: describe(client, pair[0].object, pair[1]), zip(tables, counters, strict=True))
        yield from zip(tables, described, counters, strict=True)


def _same_org(state: dict[str, str], org_id: str, settings: Settings) -> None:
    """Remember the org; two orgs in one lake would mix their records and skip those before the other's cursor.

    Raises:
        SourceError: The lake was loaded from another org.
    """
    known = state.setdefault("org_id", org_id)
    if known != org_id:
        raise SourceError(
            f"the lake holds rows of another org, {known or 'unknown'}; this one is {org_id or 'unknown'}",
            where=str(settings.lake.raw_dir / SYSTEM),
            fix="Set SALESOPS_DATA_DIR to another folder, or remove that one to begin anew.",
        )


def _missing(table: Table) -> str:
    """The note about an object that this user cannot see.

    Raises:
        SourceError: Nothing works without the object.
    """
    if feature := FEATURES.get(table.name):
        return f"{table.name}: left out, {table.object} is not available ({feature} off, or no permission)"
    raise SourceError(
        f"the org shows this user no object {table.object}",
        where=SYSTEM,
        fix="Give the user read access, see docs/connecting-salesforce.md.",
    )


def _reported(name: str, reader: ObjectReader, on_progress: Progress | None) -> Iterator[pa.Table]:
    rows = 0
    for batch in reader.batches():
        rows += batch.num_rows
        yield batch
    if on_progress:
        on_progress(f"{name}: {rows:,} rows, {reader.calls.count} calls ({reader.method})")


def _table_load(name: str, reader: ObjectReader, rows: int) -> TableLoad:
    from salesops_pipeline.sources.salesforce.fields import moment_literal

    return TableLoad(
        name,
        rows=rows,
        requests=reader.calls.count,
        method=reader.method if rows else "unchanged",
        cursor_from=moment_literal(reader.since) if reader.since else None,
        extra_columns=tuple(field.name for field in reader.selection.extra),
    )
