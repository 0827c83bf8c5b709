"""The transaction that makes PostgreSQL show a version, and its order with the pointer to the files.

Rows are sent first, inside an open transaction; then the files' pointer moves; then the transaction commits. Whatever
fails before the pointer moves leaves all readers where they were. Between the pointer and the commit lies no work,
only a network round trip; if the connection breaks exactly there, the error says that PostgreSQL is one version behind.
The next publication starts from what PostgreSQL itself says it holds, so it mends that too.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from salesops_pipeline.publishing.keys import stated_keys
from salesops_pipeline.publishing.postgres.connection import LOCK_SECONDS, connect, literal, name, one_line
from salesops_pipeline.publishing.postgres.record import SCHEMA, Load, prepare, read_load, write_load
from salesops_pipeline.publishing.postgres.shape import read_shape
from salesops_pipeline.publishing.postgres.tables import Changes, DriftedError, Finder, Tables, Wanted
from salesops_pipeline.publishing.verified import altered

if TYPE_CHECKING:
    import duckdb
    from adbc_driver_manager.dbapi import Connection, Cursor

    from salesops_pipeline.publishing.versions import PublishedVersion
    from salesops_pipeline.settings import Settings

_RECORD_TABLES = (f"{SCHEMA}.published_version", f"{SCHEMA}.published_table")
_ADVISORY_LOCK = int.from_bytes(hashlib.sha256(b"salesops publication").digest()[:7])


@contextmanager
def mirrored(
    settings: Settings,
    version: PublishedVersion,
    *,
    kept: Callable[[], Iterable[PublishedVersion]],
    whole: bool = False,
) -> Iterator[None]:
    """Make PostgreSQL show a version as soon as the body has ended well. Does nothing if PostgreSQL is not configured.

    Args:
        settings: Where PostgreSQL is.
        version: The version; its files may still lie elsewhere than they will.
        kept: Gives the versions on disk. The one that PostgreSQL shows now is compared with the new one.
        whole: Send every row, whatever PostgreSQL says it holds.

    Raises:
        GateError: PostgreSQL cannot be brought to the version; the message says what readers see now.
    """
    url = settings.publish_postgres_url
    if not url.get_secret_value():
        yield
        return
    with ExitStack() as stack:
        with one_line(url, "all readers keep the version they have"):
            connection = stack.enter_context(connect(url))
            cursor = stack.enter_context(connection.cursor())
            before, changes = _bring(connection, cursor, settings, version, kept, whole=whole)
        yield
        was = f"still shows {before.version}" if before else "shows nothing yet"
        with one_line(
            url, f"the files are at {version.version}, PostgreSQL {was}", fix="Run `salesops publish postgres`."
        ):
            connection.commit()
        _refresh_statistics(connection, changes)


def _bring(
    connection: Connection,
    cursor: Cursor,
    settings: Settings,
    version: PublishedVersion,
    kept: Callable[[], Iterable[PublishedVersion]],
    *,
    whole: bool,
) -> tuple[Load | None, Changes]:
    """Make the version ready in the open transaction; returns what is shown before, and what changes."""
    with _duckdb(settings) as duck:
        wanted = _wanted(duck, version, stated_keys(settings.dbt_project_dir / "models"))
        sent_whole = set(wanted) if whole else set()
        while True:
            before = _begin(cursor)
            try:
                changes = Tables(cursor, duck, _finder(settings.published_dir, kept)).bring(wanted, whole=sent_whole)
                break
            except DriftedError as drifted:
                connection.rollback()
                sent_whole.add(drifted.table)
    if settings.publish_postgres_reader:
        _grant(cursor, settings.publish_postgres_reader, [*wanted, *_RECORD_TABLES])
    certificate = version.certificate
    load = Load(version.version, certificate.as_of_date, changes.removed, changes.added)
    write_load(cursor, load, certified_at=certificate.built_at)
    return before, changes


def _begin(cursor: Cursor) -> Load | None:
    """Wait for another publisher, and see what is shown now."""
    cursor.execute(f"set local lock_timeout = '{LOCK_SECONDS}s'")
    cursor.execute(f"select pg_advisory_xact_lock({_ADVISORY_LOCK})")
    prepare(cursor)
    return read_load(cursor)


@contextmanager
def _duckdb(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that may spill beside the published versions, where there is room for them."""
    import duckdb

    with (
        tempfile.TemporaryDirectory(prefix=".postgres.", dir=settings.published_dir) as spill,
        duckdb.connect(":memory:", config={"temp_directory": spill}) as connection,
    ):
        yield connection


def _wanted(
    duck: duckdb.DuckDBPyConnection, version: PublishedVersion, keys: dict[str, tuple[str, ...]]
) -> dict[str, Wanted]:
    duck.execute(f"attach {literal(version.duckdb_path)} as described (read_only)")
    wanted: dict[str, Wanted] = {}
    for table, content in sorted(version.certificate.tables.items()):
        schema, short = table.split(".", 1)
        parquet = version.parquet_dir / schema / f"{short}.parquet"
        shape = read_shape(duck, parquet, table, keys.get(table, ()))
        wanted[table] = Wanted(shape, parquet, content.rows, content.sha256)
    duck.execute("detach described")
    return wanted


def _finder(published_dir: Path, kept: Callable[[], Iterable[PublishedVersion]]) -> Finder:
    """Find a table's content among the versions on disk, if the file still is what its certificate says."""
    versions = cache(lambda: tuple(kept()))

    def find(table: str, sha256: str) -> Path | None:
        schema, short = table.split(".", 1)
        for version in versions():
            content = version.certificate.tables.get(table)
            path = version.parquet_dir / schema / f"{short}.parquet"
            is_wanted = content is not None and content.sha256 == sha256
            if is_wanted and not altered(published_dir, {path: sha256}):
                return path
        return None

    return find


def _grant(cursor: Cursor, role: str, tables: Iterable[str]) -> None:
    """Let the reader role see what it does not see yet."""
    for schema in sorted({table.split(".", 1)[0] for table in tables}):
        cursor.execute(f"select has_schema_privilege({literal(role)}, {literal(schema)}, 'usage')")
        if cursor.fetchone() != (True,):
            cursor.execute(f"grant usage on schema {name(schema)} to {name(role)}")
    for table in tables:
        quoted = name(*table.split(".", 1))
        cursor.execute(f"select has_table_privilege({literal(role)}, {literal(quoted)}, 'select')")
        if cursor.fetchone() != (True,):
            cursor.execute(f"grant select on {quoted} to {name(role)}")


def _refresh_statistics(connection: Connection, changes: Changes) -> None:
    """Reclaim the space of removed rows and let the planner know the new ones."""
    from adbc_driver_manager import Error

    # The version is published whatever happens here, and the server's own autovacuum comes by as well.
    with suppress(Error), connection.cursor() as cursor:
        connection.adbc_connection.set_autocommit(True)
        for table in changes.tables:
            cursor.execute(f"vacuum (analyze) {name(*table.split('.', 1))}")
