"""A database over the raw landing of one system, made for one audit and thrown away after it.

The lake holds every version of every row that was ever learned. An audit asks two kinds of questions, so each table is
there twice::

    raw.<table>           the newest version of each row that has not been deleted, as staging will take it; a copy of
                          the columns that suites look at, because a suite asks twenty times
    raw_history.<table>   every row of every completed load; a view over the Parquet files, or a copy where the lake is
                          in a bucket, because every question would fetch them again

A bad value stays in the history for good; auditing the newest versions lets a correction at the source open the gate
again. ``raw.landed_column`` describes the landing itself: one row per column of the contract, with the type in which it
last arrived (null: it did not).

Ranking versions is what costs most, and most rows have only one. So the keys that come more than once are looked for
first, by their hash: a number is counted faster than a text, and two keys with the same hash only mean that rows are
ranked that need not be. ``raw_repeated.<table>`` holds these hashes.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from salesops_pipeline.contracts import LOAD_ID_COLUMN, SystemContract, Table
from salesops_pipeline.lake import RawFile
from salesops_pipeline.lake.duckdb_access import rows_of
from salesops_pipeline.limits.duck import connect
from salesops_pipeline.limits.temporary import own_folder
from salesops_pipeline.quality.suites import Suite
from salesops_pipeline.settings import Settings

if TYPE_CHECKING:
    import duckdb

    from salesops_pipeline.lake.storage import LakePath

CURRENT_SCHEMA = "raw"
HISTORY_SCHEMA = "raw_history"
REPEATED_SCHEMA = "raw_repeated"
KEY_HASH = "key_hash"
LANDED_COLUMN = "landed_column"

_DELETED = "IsDeleted"
_FEED_LOADS = "feed_load"


@contextmanager
def raw_database(settings: Settings, contract: SystemContract, suites: Sequence[Suite]) -> Iterator[Path]:
    """Build the throw-away database of a system and give its path; it is removed on leaving.

    Only files of completed loads take part. A table without any has the contract's columns and no rows.

    Args:
        settings: Where the lake is, and what DuckDB may take.
        contract: The system.
        suites: What the database will be asked: columns that none of them names are left out of ``raw.<table>``.
    """
    lake = settings.lake
    words = words_of(suites)
    with tempfile.TemporaryDirectory(prefix="raw-", dir=own_folder(settings)) as directory:
        path = Path(directory) / "landing.duckdb"
        with connect(settings, path) as connection:
            lake.allow_reading(connection)
            connection.begin()  # one commit instead of one per statement
            for schema in (CURRENT_SCHEMA, HISTORY_SCHEMA, REPEATED_SCHEMA):
                connection.execute(f"create schema {schema}")
            connection.execute(
                f"create table {CURRENT_SCHEMA}.{LANDED_COLUMN} "
                "(table_name text, column_name text, is_required boolean, contract_type text, landed_type text)"
            )
            kind = "view" if lake.is_local else "table"
            files = lake.raw_files(contract.system)
            for table in contract.tables:
                _add_history(connection, kind, table, files.get(table.name, []), Path(directory))
            for table in contract.tables:
                _add_current(connection, table, contract, words)
            connection.commit()
        yield path


def words_of(suites: Iterable[Suite]) -> frozenset[str]:
    """Every word that suites say, in lower case: among them are all columns that they look at."""
    said = (str((suite.key, item.arguments, item.sample)) for suite in suites for item in suite.expectations)
    return frozenset(word for text in said for word in re.findall(r"\w+", text.lower()))


def _add_current(
    connection: duckdb.DuckDBPyConnection, table: Table, contract: SystemContract, words: Collection[str]
) -> None:
    found = [row[0] for row in connection.execute(f"describe {_history(table.name)}").fetchall()]
    wanted = [name for name in found if name.lower() in words or name in table.key]
    has_repeats = False
    if _is_ranked(table):
        repeated = repeated_keys(table.name)
        counted = f"select {key_hash(table)} as {KEY_HASH} from {_history(table.name)} group by 1 having count(*) > 1"
        connection.execute(f"create table {repeated} as {counted}")
        has_repeats = connection.execute(f"select 1 from {repeated} limit 1").fetchone() is not None
    query = current_rows_sql(table, contract, wanted, has_repeats=has_repeats)
    connection.execute(f'create table {CURRENT_SCHEMA}."{table.name}" as {query}')


def _add_history(
    connection: duckdb.DuckDBPyConnection, kind: str, table: Table, files: list[RawFile], directory: Path
) -> None:
    contract_file = _write_contract_file(table, directory)
    rows = rows_of([contract_file, *(file.path for file in files)])
    connection.execute(f"create {kind} {_history(table.name)} as select * from {rows}")
    contract_types = _types(connection, [contract_file])
    # Shape is judged on the newest load: what arrived long ago in another type has been read since then.
    newest = [file.path for file in files if file.loads[-1] == files[-1].loads[-1]]
    landed_types = _types(connection, newest) if newest else contract_types
    connection.executemany(
        f"insert into {CURRENT_SCHEMA}.{LANDED_COLUMN} values (?, ?, ?, ?, ?)",
        [
            (table.name, column.name, column.required, contract_types[column.name], landed_types.get(column.name))
            for column in table.columns
        ],
    )


def current_rows_sql(table: Table, contract: SystemContract, columns: Sequence[str], *, has_repeats: bool) -> str:
    """The query for the newest version of each row, deleted rows left out: the rule by which staging reads raw.

    * With a cursor: per key the latest load, then the greatest cursor; deletes are dropped only then, or an older
      version of a deleted row would come back. The load goes first because it is always later knowledge, which a stamp
      is not: a record that got a tombstone when the permission to read it was lost comes back with its old stamp, and a
      clock that steps back at the source must not hide a correction.
    * Snapshots: the rows of the newest load of the table, or, where files feed it, of each feed's newest load, which
      ``feed_load`` names even when it brought no row.
    * Otherwise: per key the latest load.

    Args:
        table: The table.
        contract: Its system.
        columns: What to select.
        has_repeats: Whether any key may come more than once; if not, there is nothing to rank.
    """
    history = _history(table.name)
    names = {column.name for column in table.columns}
    load = f"cast({LOAD_ID_COLUMN} as double)"
    selected = ", ".join(f'"{name}"' for name in columns)
    if not _is_ranked(table) and "_feed" in names and _FEED_LOADS in {item.name for item in contract.tables}:
        entity = "entity" if "entity" in names else f"'{table.name}'"
        return (
            f"select {selected} from {history} where (_source, {entity}, _feed, {LOAD_ID_COLUMN}) in "
            f"(select (_source, entity, _feed, arg_max({LOAD_ID_COLUMN}, {load})) "
            f"from {_history(_FEED_LOADS)} group by _source, entity, _feed)"
        )
    if not _is_ranked(table):
        return f"select {selected} from {history} where {load} = (select max({load}) from {history})"
    alive = f'not coalesce("{_DELETED}", false)' if _DELETED in names else "true"
    if not has_repeats:
        return f"select {selected} from {history} where {alive}"
    keys = ", ".join(f'"{name}"' for name in table.key)
    stamp = f', "{table.cursor}" desc nulls last' if table.cursor else ""
    repeated = f"(select {KEY_HASH} from {repeated_keys(table.name)})"
    deleted = f', "{_DELETED}"' if _DELETED in names else ""
    return (
        f"select {selected} from {history} where {alive} and {key_hash(table)} not in {repeated} union all "
        f"select {selected} from (select {selected}{deleted if _DELETED not in columns else ''} from {history} "
        f"where {key_hash(table)} in {repeated} "
        f"qualify row_number() over (partition by {keys} order by {load} desc{stamp}) = 1) as newest where {alive}"
    )


def _is_ranked(table: Table) -> bool:
    """Whether a load brings single rows, so that the newest version of each has to be found."""
    return table.deletes != "snapshot" or bool(table.cursor)


def key_hash(table: Table) -> str:
    """A number per key, as an expression over the table's columns; different keys seldom share one."""
    names = ", ".join(f'"{name}"' for name in table.key)
    return f"hash({names})"


def repeated_keys(table: str) -> str:
    """The table with the hashes of the keys that more than one row of the history has."""
    return f'{REPEATED_SCHEMA}."{table}"'


def _history(table: str) -> str:
    return f'{HISTORY_SCHEMA}."{table}"'


def _write_contract_file(table: Table, directory: Path) -> Path:
    """The table's zero rows, written here and not taken from the lake: an audit must not depend on an earlier build."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = directory / f"{table.name}.parquet"
    pq.write_table(table.arrow_schema().append(pa.field(LOAD_ID_COLUMN, pa.string())).empty_table(), path)
    return path


def _types(connection: duckdb.DuckDBPyConnection, files: Sequence[LakePath]) -> dict[str, str]:
    return {row[0]: row[1] for row in connection.execute(f"describe select * from {rows_of(files)}").fetchall()}
