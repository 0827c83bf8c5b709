"""What dbt built on Spark: the tables for readers with their contracts, and the files that hold them.

Spark's own list of tables is a database that only Spark can open. So a build notes what its model contracts say, and
whoever reads the Parquet files afterwards needs nothing of Spark.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from salesops_pipeline.errors import GateError
from salesops_pipeline.publishing.files import write_atomically

NOTE_NAME = "tables.json"


class ModelColumn(BaseModel):
    """A column as the model contract states it; the type is DuckDB's."""

    model_config = ConfigDict(frozen=True)

    name: str
    data_type: str
    description: str = ""


class ModelTable(BaseModel):
    """A model that readers may see."""

    model_config = ConfigDict(frozen=True)

    schema_name: str
    name: str
    description: str = ""
    columns: tuple[ModelColumn, ...]


_TABLES = TypeAdapter(tuple[ModelTable, ...])


def note_model_tables(manifest: Path, schemas: Collection[str], home: Path) -> None:
    """Note the contracts of a build's models in some schemas.

    Args:
        manifest: dbt's ``manifest.json`` of that build.
        schemas: The schemas concerned.
        home: Where Spark's files lie.
    """
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    tables = tuple(
        ModelTable(
            schema_name=node["schema"],
            name=node["alias"],
            description=node["description"],
            columns=tuple(
                ModelColumn(name=column["name"], data_type=column["data_type"], description=column["description"])
                for column in node["columns"].values()
            ),
        )
        for node in nodes
        if node["resource_type"] == "model" and node["schema"] in schemas
    )
    ordered = tuple(sorted(tables, key=lambda table: (table.schema_name, table.name)))
    write_atomically(home / NOTE_NAME, _TABLES.dump_json(ordered, indent=2).decode())


def read_model_tables(home: Path) -> tuple[ModelTable, ...]:
    """The tables that `note_model_tables` noted; none if there was no build.

    Raises:
        GateError: The note is not readable.
    """
    path = home / NOTE_NAME
    try:
        return _TABLES.validate_json(path.read_bytes())
    except FileNotFoundError:
        return ()
    except ValidationError as error:
        raise GateError(
            f"the note about Spark's tables is not readable: {error.errors()[0]['msg']}",
            where=str(path),
            fix="Build again.",
        ) from None


def table_files(warehouse: Path, table: ModelTable) -> list[Path]:
    """The Parquet files of a table; Spark writes at least one, also for a table without rows.

    Raises:
        GateError: There is none.
    """
    folder = warehouse / f"{table.schema_name}.db" / table.name
    files = sorted(path for path in folder.glob("*.parquet") if not path.name.startswith(("_", ".")))
    if not files:
        raise GateError(
            f"{table.schema_name}.{table.name} has no files", where=str(folder), fix="Run `salesops run` again."
        )
    return files
