"""A database over the raw landing of one system, for audits.

The lake holds every version of every row that was ever learned. An audit asks two kinds of questions, so each table is
there twice::

    raw.<table>           the newest version of each row that has not been deleted, as staging will take it; a copy of
                          the columns that suites look at, because a suite asks twenty times
    raw_history.<table>   every row of every completed load; a view over the Parquet files, or a copy where the lake is
                          in a bucket, because every question would fetch them again

A bad value stays in the history for good; auditing the newest versions lets a correction at the source open the gate
again. ``raw.landed_column`` describes the landing itself: one row per column of the contract, with the type in which it
last arrived (null: it did not). ``raw_repeated.<table>`` names the versions that one load brought more than once.

The database is kept beside the audits' answers and takes in what is new, so that the cost of an audit grows with the
change. It may be deleted at any time. Over a bucket it is made for one audit and thrown away.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from salesops_pipeline import fingerprints
from salesops_pipeline.contracts import LOAD_ID_COLUMN, SystemContract, Table
from salesops_pipeline.lake import RawFile
from salesops_pipeline.lake.duckdb_access import rows_of
from salesops_pipeline.limits.duck import connect
from salesops_pipeline.limits.temporary import own_folder
from salesops_pipeline.quality.judgement import judge_of_landing
from salesops_pipeline.quality.raw_versions import (
    CURRENT_SCHEMA,
    HISTORY_SCHEMA,
    REPEATED_SCHEMA,
    build_versions,
    follow_versions,
    history,
    is_ranked,
)
from salesops_pipeline.quality.suites import Suite
from salesops_pipeline.settings import Settings

if TYPE_CHECKING:
    import duckdb

    from salesops_pipeline.lake.storage import LakePath

LANDED_COLUMN = "landed_column"

_DATABASE = "landing.duckdb"
_MADE_FOR = "made_for"


@contextmanager
def raw_database(settings: Settings, contract: SystemContract, suites: Sequence[Suite]) -> Iterator[Path]:
    """The database of a system with all that has landed, as a path; nobody has it open.

    Only files of completed loads take part. A table without any has the contract's columns and no rows.

    Args:
        settings: Where the lake is, and what DuckDB may take.
        contract: The system.
        suites: What the database will be asked: columns that none of them names are left out of ``raw.<table>``.
    """
    if settings.lake.is_local:
        folder = settings.data_dir / "quality" / "landing" / contract.system
        folder.mkdir(parents=True, exist_ok=True)
        yield _updated(settings, contract, suites, folder)
        return
    with tempfile.TemporaryDirectory(prefix="raw-", dir=own_folder(settings)) as folder:
        yield _updated(settings, contract, suites, Path(folder))


def words_of(suites: Iterable[Suite]) -> frozenset[str]:
    """Every word that suites say, in lower case: among them are all columns that they look at."""
    said = (str((suite.key, item.arguments, item.sample)) for suite in suites for item in suite.expectations)
    return frozenset(word for text in said for word in re.findall(r"\w+", text.lower()))


def _updated(settings: Settings, contract: SystemContract, suites: Sequence[Suite], folder: Path) -> Path:
    words = words_of(suites)
    path = folder / _DATABASE
    made_for = fingerprints.of_texts((judge_of_landing(settings, contract.system), str(folder), *sorted(words)))
    if not _was_made_for(path, made_for):
        for file in folder.glob(f"{_DATABASE}*"):
            file.unlink()
    lake = settings.lake
    files = lake.raw_files(contract.system)
    with connect(settings, path) as connection:
        lake.allow_reading(connection)
        connection.begin()  # all of it or nothing
        for schema in (CURRENT_SCHEMA, HISTORY_SCHEMA, REPEATED_SCHEMA, "kept"):
            connection.execute(f"create schema if not exists {schema}")
        connection.execute(
            f"create or replace table {CURRENT_SCHEMA}.{LANDED_COLUMN} "
            "(table_name text, column_name text, is_required boolean, contract_type text, landed_type text)"
        )
        connection.execute("create table if not exists kept.loads (table_name text, load_id text)")
        connection.execute(f"create or replace table kept.{_MADE_FOR} as select ? as fingerprint", [made_for])
        kind = "view" if lake.is_local else "table"
        for table in contract.tables:
            _show_history(connection, kind, table, files.get(table.name, []), folder)
        for table in contract.tables:
            _update_versions(connection, table, contract, words, files)
        connection.commit()
    return path


def _was_made_for(path: Path, made_for: str) -> bool:
    """Whether a database is there that was made for the same questions, by the same code."""
    import duckdb

    if not path.exists():
        return False
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            return connection.execute(f"select fingerprint from kept.{_MADE_FOR}").fetchall() == [(made_for,)]
    except duckdb.Error:
        return False  # whatever it is, it can be made again


def _update_versions(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    contract: SystemContract,
    words: Iterable[str],
    files: dict[str, list[RawFile]],
) -> None:
    """Take in the loads of a table that are new; from the beginning where they do not simply follow."""
    of_feeds = [] if is_ranked(table) else files.get("feed_load", [])
    offered = list(dict.fromkeys(load for file in [*files.get(table.name, []), *of_feeds] for load in file.loads))
    taken = [
        load
        for (load,) in connection.execute(
            "select load_id from kept.loads where table_name = ?", [table.name]
        ).fetchall()
    ]
    types = _types_of(connection, HISTORY_SCHEMA, table.name)
    columns = [name for name in types if name.lower() in words or name in table.key]
    is_there = _types_of(connection, CURRENT_SCHEMA, table.name) == {name: types[name] for name in columns}
    new = [load for load in offered if load not in taken]
    if is_there and not new and len(taken) == len(offered):
        return
    follows = set(taken) <= set(offered) and all(float(load) > max(map(float, taken), default=0.0) for load in new)
    if is_there and taken and follows and is_ranked(table):
        follow_versions(connection, table, columns, new)
    else:
        build_versions(connection, table, contract, columns)
        connection.execute("delete from kept.loads where table_name = ?", [table.name])
        new = offered
    if new:
        connection.executemany("insert into kept.loads values (?, ?)", [(table.name, load) for load in new])


def _show_history(
    connection: duckdb.DuckDBPyConnection, kind: str, table: Table, files: list[RawFile], folder: Path
) -> None:
    contract_file = _write_contract_file(table, folder)
    rows = rows_of([contract_file, *(file.path for file in files)])
    connection.execute(f"create or replace {kind} {history(table.name)} as select * from {rows}")
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


def _write_contract_file(table: Table, folder: Path) -> Path:
    """The table's zero rows, written here and not taken from the lake: an audit must not depend on an earlier build."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = folder / f"{table.name}.parquet"
    pq.write_table(table.arrow_schema().append(pa.field(LOAD_ID_COLUMN, pa.string())).empty_table(), path)
    return path


def _types(connection: duckdb.DuckDBPyConnection, files: Sequence[LakePath]) -> dict[str, str]:
    return {row[0]: row[1] for row in connection.execute(f"describe select * from {rows_of(files)}").fetchall()}


def _types_of(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> dict[str, str]:
    """Names and types of a table's or view's columns; none if there is no such table."""
    found = connection.execute(
        "select column_name, data_type from duckdb_columns() where schema_name = ? and table_name = ? "
        "order by column_index",
        [schema, table],
    ).fetchall()
    return dict(found)
