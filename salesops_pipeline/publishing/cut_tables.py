"""Writing the tables of a candidate: as a whole from the warehouse, or as far as they differ from the version before.

Both ways give the same tables and the same Parquet bytes, because Parquet is always written in the order of
`row_order`. In the DuckDB file, where reading depends on it less, the rows that followed lie behind the others until
they are too many (see `following`).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from salesops_pipeline.publishing.candidate import DUCKDB_NAME, parquet_file
from salesops_pipeline.publishing.following import Following, changes_of
from salesops_pipeline.publishing.row_order import order_of
from salesops_pipeline.publishing.warehouse import CATALOG

if TYPE_CHECKING:
    import duckdb

_PUBLISHED = "published"


@dataclass(frozen=True)
class CutTable:
    """One table as it was cut.

    Args:
        rows: How many it has.
        out_of_order: How many of them lie behind the ordered ones in the DuckDB file.
        is_linked: Whether its Parquet file is the one of the version before.
    """

    rows: int
    out_of_order: int = 0
    is_linked: bool = False


def cut_tables(
    connection: duckdb.DuckDBPyConnection,
    names: list[str],
    folder: Path,
    *,
    base: Path | None = None,
    following: Mapping[str, Following] | None = None,
) -> dict[str, CutTable]:
    """Write tables of the attached warehouse into a folder, as DuckDB file and as Parquet.

    Args:
        connection: Where the warehouse is attached as ``warehouse``.
        names: Tables or views to write, ``<schema>.<table>``.
        folder: Where to; it is empty.
        base: The folder of the version that tables follow from.
        following: Which do, and how.
    """
    database = folder / DUCKDB_NAME
    if base is not None and following:
        shutil.copyfile(base / DUCKDB_NAME, database)
    connection.execute(f"attach {_text(database)} as {_PUBLISHED}")
    # Parquet is written in the order of a query, which DuckDB otherwise takes no care to keep.
    connection.execute("set preserve_insertion_order = true")
    for name in sorted(_tables_there(connection) - set(names)):
        connection.execute(f"drop table {_quoted(_PUBLISHED, name)}")
    cut = {}
    for name in names:
        follows = (following or {}).get(name)
        if base is not None and follows is not None and _has_the_same_columns(connection, name):
            cut[name] = _follow(connection, name, folder, base, follows)
        else:
            cut[name] = _write_whole(connection, name, folder)
    _match_descriptions(connection)
    connection.execute(f"checkpoint {_PUBLISHED}")
    connection.execute(f"detach {_PUBLISHED}")
    return cut


def _write_whole(connection: duckdb.DuckDBPyConnection, name: str, folder: Path) -> CutTable:
    source, target = _quoted(CATALOG, name), _quoted(_PUBLISHED, name)
    connection.execute(f'create schema if not exists {_PUBLISHED}."{name.split(".", 1)[0]}"')
    connection.execute(
        f"create or replace table {target} as select * from {source} order by {_order(connection, name)}"
    )
    _write_parquet(connection, f"select * from {target}", parquet_file(folder, name))
    return CutTable(_count(connection, target))


def _follow(
    connection: duckdb.DuckDBPyConnection, name: str, folder: Path, base: Path, following: Following
) -> CutTable:
    source, target = _quoted(CATALOG, name), _quoted(_PUBLISHED, name)
    order = _order(connection, name)
    if not following.is_unchanged:
        key = ", ".join(f'"{column}"' for column in following.key)
        changed = f"(select {key} from {changes_of(name)} where _build > {following.since})"
        connection.execute(f"delete from {target} where ({key}) in {changed}")
        connection.execute(
            f"insert into {target} by name select * from {source} where ({key}) in {changed} order by {order}"
        )
    rows = _count(connection, target)
    if rows != _count(connection, source):
        # What was noted is not what happened; the warehouse itself is what passed its tests.
        return _write_whole(connection, name, folder)
    file = parquet_file(folder, name)
    if following.is_unchanged:
        file.parent.mkdir(parents=True, exist_ok=True)
        os.link(parquet_file(base, name), file)
    else:
        _write_parquet(connection, f"select * from {target} order by {order}", file)
    return CutTable(rows, following.out_of_order, is_linked=following.is_unchanged)


def _write_parquet(connection: duckdb.DuckDBPyConnection, query: str, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(f"copy ({query}) to {_text(file)} (format parquet, compression zstd)")


def _order(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    return order_of(name, [column for column, _ in _columns(connection, _quoted(CATALOG, name))])


def _tables_there(connection: duckdb.DuckDBPyConnection) -> set[str]:
    rows = connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where database_name = ?", [_PUBLISHED]
    ).fetchall()
    return {name for (name,) in rows}


def _has_the_same_columns(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    return _columns(connection, _quoted(_PUBLISHED, name)) == _columns(connection, _quoted(CATALOG, name))


def _columns(connection: duckdb.DuckDBPyConnection, relation: str) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in connection.execute(f"describe {relation}").fetchall()]


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    (count,) = connection.execute(f"select count(*) from {relation}").fetchone() or (0,)
    return count


def _match_descriptions(connection: duckdb.DuckDBPyConnection) -> None:
    """Carry over the descriptions that dbt persisted, so that a BI tool shows them."""
    wanted, there = _descriptions(connection, CATALOG), _descriptions(connection, _PUBLISHED)
    for (name, column), comment in wanted.items():
        if (name, column) in there and there[name, column] != comment:
            target = _quoted(_PUBLISHED, name)
            what = f'column {target}."{column}"' if column else f"table {target}"
            connection.execute(f"comment on {what} is {'null' if comment is None else _text(comment)}")


def _descriptions(connection: duckdb.DuckDBPyConnection, catalog: str) -> dict[tuple[str, str], str | None]:
    """Descriptions by table and column; those of tables stand under no column."""
    rows = connection.execute(
        """
        select schema_name || '.' || table_name, '', comment from duckdb_tables() where database_name = $catalog
        union all
        select schema_name || '.' || view_name, '', comment from duckdb_views() where database_name = $catalog
        union all
        select schema_name || '.' || table_name, column_name, comment
        from duckdb_columns() where database_name = $catalog
        """,
        {"catalog": catalog},
    ).fetchall()
    return {(name, column): comment for name, column, comment in rows}


def _quoted(catalog: str, name: str) -> str:
    schema, table = name.split(".", 1)
    return f'{catalog}."{schema}"."{table}"'


def _text(value: object) -> str:
    """A SQL string literal."""
    return "'" + str(value).replace("'", "''") + "'"
