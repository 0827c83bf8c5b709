"""The newest version of each row of a raw table: found among all that has landed, or among what is new since.

The rule is the one by which staging reads raw:

* With a cursor: per key the latest load, then the greatest cursor; deletes are dropped only then, or an older version
  of a deleted row would come back. The load goes first because it is always later knowledge, which a stamp is not: a
  record that got a tombstone when the permission to read it was lost comes back with its old stamp, and a clock that
  steps back at the source must not hide a correction.
* Snapshots: the rows of the newest load of the table, or, where files feed it, of each feed's newest load, which
  ``feed_load`` names even when it brought no row.
* Otherwise: per key the latest load.

Since the load goes first, rows of loads that are later than all before replace what is known of their keys, whatever
that was. Ranking versions is what costs most, and most rows have only one. So the keys that come more than once are
looked for first, by their hash: a number is counted faster than a text, and two keys with the same hash only mean that
rows are ranked that need not be.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from salesops_pipeline.contracts import LOAD_ID_COLUMN, SystemContract, Table

if TYPE_CHECKING:
    import duckdb

CURRENT_SCHEMA = "raw"
HISTORY_SCHEMA = "raw_history"
REPEATED_SCHEMA = "raw_repeated"

_DELETED = "IsDeleted"
_FEED_LOADS = "feed_load"
_LOAD = f"cast({LOAD_ID_COLUMN} as double)"


def is_ranked(table: Table) -> bool:
    """Whether a load brings single rows, so that the newest version of each has to be found."""
    return table.deletes != "snapshot" or bool(table.cursor)


def grain(table: Table) -> str:
    """The columns that a load should bring together only once: key, cursor and load."""
    return ", ".join(f'"{name}"' for name in (*table.key, table.cursor, LOAD_ID_COLUMN) if name)


def history(table: str) -> str:
    """The view with every row of a table."""
    return f'{HISTORY_SCHEMA}."{table}"'


def current(table: str) -> str:
    """The table with the newest versions."""
    return f'{CURRENT_SCHEMA}."{table}"'


def repeated(table: str) -> str:
    """The table with what a load brought more than once: the columns of `grain`, and how many ``times``."""
    return f'{REPEATED_SCHEMA}."{table}"'


def build_versions(
    connection: duckdb.DuckDBPyConnection, table: Table, contract: SystemContract, columns: Sequence[str]
) -> None:
    """Make ``current`` and ``repeated`` of a table from all its history.

    Args:
        connection: With the table's history, and that of ``feed_load`` where there is one.
        table: The table.
        contract: Its system.
        columns: What ``current`` holds.
    """
    if not is_ranked(table):
        query = _snapshot_sql(table, contract, columns)
        connection.execute(f"create or replace table {current(table.name)} as {query}")
        return
    connection.execute(
        f"create or replace temp table repeated_hashes as select {_key_hash(table)} as key_hash "
        f"from {history(table.name)} group by 1 having count(*) > 1"
    )
    rows = f"(select * from {history(table.name)} where {_key_hash(table)} in (select key_hash from repeated_hashes))"
    has_repeats = connection.execute("select 1 from repeated_hashes limit 1").fetchone() is not None
    query = f"select {_names(columns)} from {history(table.name)} where {_alive(table)}"
    if has_repeats:
        query += f" and {_key_hash(table)} not in (select key_hash from repeated_hashes)"
        query += f" union all {_newest_sql(table, rows, columns)}"
    connection.execute(f"create or replace table {current(table.name)} as {query}")
    connection.execute(f"create or replace table {repeated(table.name)} as {_repeated_sql(table, rows)}")
    connection.execute("drop table repeated_hashes")


def follow_versions(
    connection: duckdb.DuckDBPyConnection, table: Table, columns: Sequence[str], loads: Sequence[str]
) -> None:
    """Bring ``current`` and ``repeated`` of a ranked table up to date with loads that are later than all before.

    Args:
        connection: With the table's history, which has them already.
        table: The table.
        columns: What ``current`` holds.
        loads: Ids of the new loads.
    """
    ids = ", ".join(f"'{load}'" for load in loads)
    selected = {*columns, *table.key, LOAD_ID_COLUMN, *filter(None, [table.cursor]), *_deleted_column(table)}
    connection.execute(
        f"create or replace temp table arrived as select {_names(sorted(selected))} from {history(table.name)} "
        f"where {LOAD_ID_COLUMN} in ({ids})"
    )
    keys = _names(table.key)
    connection.execute(f"delete from {current(table.name)} where ({keys}) in (select ({keys}) from arrived)")
    connection.execute(f"insert into {current(table.name)} {_newest_sql(table, 'arrived', columns)}")
    connection.execute(f"insert into {repeated(table.name)} {_repeated_sql(table, 'arrived')}")
    connection.execute("drop table arrived")


def _newest_sql(table: Table, rows: str, columns: Sequence[str]) -> str:
    """The newest version of each key among some rows, if it is not a deletion."""
    selected = _names([*columns, *(name for name in _deleted_column(table) if name not in columns)])
    stamp = f', "{table.cursor}" desc nulls last' if table.cursor else ""
    return (
        f"select {_names(columns)} from (select {selected} from {rows} "
        f"qualify row_number() over (partition by {_names(table.key)} order by {_LOAD} desc{stamp}) = 1) as newest "
        f"where {_alive(table)}"
    )


def _repeated_sql(table: Table, rows: str) -> str:
    return f"select {grain(table)}, count(*) as times from {rows} as rows group by {grain(table)} having count(*) > 1"


def _snapshot_sql(table: Table, contract: SystemContract, columns: Sequence[str]) -> str:
    names = {column.name for column in table.columns}
    if "_feed" in names and _FEED_LOADS in {item.name for item in contract.tables}:
        entity = "entity" if "entity" in names else f"'{table.name}'"
        return (
            f"select {_names(columns)} from {history(table.name)} "
            f"where (_source, {entity}, _feed, {LOAD_ID_COLUMN}) in "
            f"(select (_source, entity, _feed, arg_max({LOAD_ID_COLUMN}, {_LOAD})) "
            f"from {history(_FEED_LOADS)} group by _source, entity, _feed)"
        )
    rows = history(table.name)
    return f"select {_names(columns)} from {rows} where {_LOAD} = (select max({_LOAD}) from {rows})"


def _key_hash(table: Table) -> str:
    return f"hash({_names(table.key)})"


def _alive(table: Table) -> str:
    return f'not coalesce("{_DELETED}", false)' if _deleted_column(table) else "true"


def _deleted_column(table: Table) -> list[str]:
    return [column.name for column in table.columns if column.name == _DELETED]


def _names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)
