"""A database over the raw landing of one system, made for one audit and thrown away after it.

The lake holds every version of every row that was ever learned. An audit asks two kinds of questions, so each table is
there twice::

    raw.<table>           the newest version of each row that has not been deleted, as staging will take it; a copy,
                          because a suite asks twenty times and each time the versions would have to be ranked again
    raw_history.<table>   every row of every completed load; a view over the Parquet files, or a copy where the lake is
                          in a bucket, because every question would fetch them again

A bad value stays in the history for good; auditing the newest versions lets a correction at the source open the gate
again. ``raw.landed_column`` describes the landing itself: one row per column of the contract, with the type in which it
last arrived (null: it did not).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from salesops_pipeline.contracts import LOAD_ID_COLUMN, SystemContract, Table
from salesops_pipeline.lake import Lake, RawFile
from salesops_pipeline.lake.duckdb_access import rows_of

if TYPE_CHECKING:
    import duckdb

    from salesops_pipeline.lake.storage import LakePath

CURRENT_SCHEMA = "raw"
HISTORY_SCHEMA = "raw_history"
LANDED_COLUMN = "landed_column"

_DELETED = "IsDeleted"
_FEED_LOADS = "feed_load"


@contextmanager
def raw_database(lake: Lake, contract: SystemContract) -> Iterator[Path]:
    """Build the throw-away database of a system and give its path; it is removed on leaving.

    Only files of completed loads take part. A table without any has the contract's columns and no rows.
    """
    import duckdb

    with tempfile.TemporaryDirectory(prefix="salesops-raw-") as directory:
        path = Path(directory) / "landing.duckdb"
        with duckdb.connect(str(path)) as connection:
            lake.allow_reading(connection)
            connection.begin()  # one commit instead of one per statement
            connection.execute(f"create schema {CURRENT_SCHEMA}")
            connection.execute(f"create schema {HISTORY_SCHEMA}")
            connection.execute(
                f"create table {CURRENT_SCHEMA}.{LANDED_COLUMN} "
                "(table_name text, column_name text, is_required boolean, contract_type text, landed_type text)"
            )
            kind = "view" if lake.is_local else "table"
            files = lake.raw_files(contract.system)
            for table in contract.tables:
                _add_history(connection, kind, table, files.get(table.name, []), Path(directory))
            for table in contract.tables:
                query = current_rows_sql(table, contract)
                connection.execute(f'create table {CURRENT_SCHEMA}."{table.name}" as {query}')
            connection.commit()
        yield path


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


def current_rows_sql(table: Table, contract: SystemContract) -> str:
    """The query for the newest version of each row, deleted rows left out: the rule by which staging reads raw.

    * With a cursor: per key the latest load, then the greatest cursor; deletes are dropped only then, or an older
      version of a deleted row would come back. The load goes first because it is always later knowledge, which a stamp
      is not: a record that got a tombstone when the permission to read it was lost comes back with its old stamp, and a
      clock that steps back at the source must not hide a correction.
    * Snapshots: the rows of the newest load of the table, or, where files feed it, of each feed's newest load, which
      ``feed_load`` names even when it brought no row.
    * Otherwise: per key the latest load.
    """
    history = _history(table.name)
    names = {column.name for column in table.columns}
    load = f"cast({LOAD_ID_COLUMN} as double)"
    if table.deletes == "snapshot" and "_feed" in names and _FEED_LOADS in {item.name for item in contract.tables}:
        entity = "entity" if "entity" in names else f"'{table.name}'"
        return (
            f"select * from {history} where (_source, {entity}, _feed, {LOAD_ID_COLUMN}) in "
            f"(select (_source, entity, _feed, arg_max({LOAD_ID_COLUMN}, {load})) "
            f"from {_history(_FEED_LOADS)} group by _source, entity, _feed)"
        )
    if table.deletes == "snapshot" and not table.cursor:
        return f"select * from {history} qualify {load} = max({load}) over ()"
    keys = ", ".join(f'"{name}"' for name in table.key)
    stamp = f', "{table.cursor}" desc nulls last' if table.cursor else ""
    newest = f"select * from {history} qualify row_number() over (partition by {keys} order by {load} desc{stamp}) = 1"
    return f'select * from ({newest}) where not coalesce("{_DELETED}", false)' if _DELETED in names else newest


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
