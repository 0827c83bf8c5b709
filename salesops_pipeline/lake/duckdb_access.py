"""How DuckDB reads the lake: nothing to do on a local disk; for a bucket, the extension and a secret."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from salesops_pipeline.errors import ConfigurationError
from salesops_pipeline.lake.s3 import SCHEME, access

if TYPE_CHECKING:
    import duckdb

    from salesops_pipeline.lake.storage import LakePath

_PACKAGE = "duckdb_extension_httpfs"


def allow_lake(connection: duckdb.DuckDBPyConnection, lake_url: str) -> None:
    """Let a database read the lake.

    The extension comes from its Python package and is loaded by its path, so nothing is installed from the network. The
    secret lives in the open database only: it is in no file, and DuckDB shows it redacted.

    Args:
        connection: Any connection; the database keeps the right until its last connection is closed.
        lake_url: A folder, for which nothing is done, or ``s3://…``.

    Raises:
        ConfigurationError: There are no credentials, or the extension does not fit this DuckDB.
    """
    import duckdb

    if not lake_url.startswith(SCHEME):
        return
    try:
        connection.execute(f"load {_text(str(_extension()))}")
        connection.execute(access().duckdb_secret(scope=lake_url))
    except duckdb.Error as error:
        # The statement holds the secret; DuckDB's message repeats statements only in a second line.
        raise ConfigurationError(
            f"DuckDB cannot be prepared for S3: {str(error).splitlines()[0]}", where=lake_url, fix="Run `make install`."
        ) from None


def rows_of(files: Sequence[LakePath]) -> str:
    """Parquet files of one table as something to select from: columns by name, a column that a file lacks is null."""
    return f"read_parquet([{', '.join(_text(str(file)) for file in files)}], union_by_name = true)"


def _extension() -> Path:
    import duckdb

    spec = find_spec(_PACKAGE)
    found = spec.origin if spec else None
    path = Path(found or "").parent / "extensions" / f"v{duckdb.__version__}" / "httpfs.duckdb_extension"
    if not found or not path.exists():
        raise ConfigurationError(
            f"DuckDB {duckdb.__version__} has no httpfs extension in this environment",
            where=f"package {_PACKAGE.replace('_', '-')}",
            fix="Run `make install`.",
        )
    return path


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
