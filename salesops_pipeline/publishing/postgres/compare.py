"""PostgreSQL against the Parquet files of a version, row by row and in both directions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops_pipeline.publishing.postgres.connection import connect, literal, name, one_line

if TYPE_CHECKING:
    import duckdb
    from adbc_driver_manager.dbapi import Cursor
    from pydantic import SecretStr

    from salesops_pipeline.publishing.versions import PublishedVersion


def differing_tables(url: SecretStr, version: PublishedVersion) -> dict[str, int]:
    """Rows that stand on one side only, per table of a version; empty if PostgreSQL equals the files.

    Rows are compared as multisets, on all columns, exactly: a decimal by its digits, a timestamp to the microsecond.

    Raises:
        GateError: PostgreSQL cannot be asked, or lacks a table.
    """
    import duckdb

    found: dict[str, int] = {}
    with one_line(url), connect(url) as connection, connection.cursor() as cursor, duckdb.connect() as duck:
        cursor.execute("set transaction isolation level repeatable read, read only")
        for table in sorted(version.certificate.tables):
            if count := _differing(cursor, duck, table, version):
                found[table] = count
    return found


def _differing(cursor: Cursor, duck: duckdb.DuckDBPyConnection, table: str, version: PublishedVersion) -> int:
    schema, short = table.split(".", 1)
    published = f"read_parquet({literal(version.parquet_dir / schema / f'{short}.parquet')})"
    columns = {column: kind for column, kind, *_ in duck.execute(f"describe select * from {published}").fetchall()}
    # A numeric travels as text: Arrow's decimal needs a precision, which PostgreSQL does not tell.
    sent = ", ".join(
        f"{name(column)}::text" if kind.startswith("DECIMAL") else name(column) for column, kind in columns.items()
    )
    cursor.execute(f"select {sent} from {name(schema, short)}")
    duck.register("received", cursor.fetch_record_batch())
    typed = ", ".join(f"cast({name(column)} as {kind}) as {name(column)}" for column, kind in columns.items())
    duck.execute(f"create or replace temp table shown as select {typed} from received")
    duck.unregister("received")
    (count,) = duck.execute(
        f"select (select count(*) from (from shown except all from {published}))"
        f" + (select count(*) from (from {published} except all from shown))"
    ).fetchone() or (0,)
    return count
