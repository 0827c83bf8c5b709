"""Table contracts: what a raw table of one source system looks like.

One ``contract.yml`` per source system is the single place where columns, types, keys, cursors and deletes are written.
From it come the field list that the connector asks for, the typed Arrow batches it writes, the dbt source entry and the
zero-row Parquet file that lets every staging model build before the first row has arrived.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator

from salesops_pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    import pyarrow as pa

SOURCES_DIR = Path(__file__).parent / "sources"

LOAD_ID_COLUMN = "_dlt_load_id"
"""Added to every raw row by dlt: the load package that brought it, a Unix time in seconds as text."""

_DECIMAL = re.compile(r"^decimal\((\d+),(\d+)\)$")
ColumnType = Annotated[
    str, StringConstraints(pattern=r"^(string|boolean|integer|double|date|timestamp|decimal\(\d+,\d+\))$")
]


class Column(BaseModel):
    """One column of a raw table, named as the source names it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    type: ColumnType
    description: str
    required: bool = False
    pii: bool = False
    values: tuple[str, ...] = ()
    """The only values allowed, where the column is a closed list."""

    def arrow_type(self) -> pa.DataType:
        """The Arrow type: timestamps are UTC with microseconds, decimals keep their precision and scale."""
        import pyarrow as pa

        if match := _DECIMAL.match(self.type):
            return pa.decimal128(int(match[1]), int(match[2]))
        return {
            "string": pa.string(),
            "boolean": pa.bool_(),
            "integer": pa.int64(),
            "double": pa.float64(),
            "date": pa.date32(),
            "timestamp": pa.timestamp("us", tz="UTC"),
        }[self.type]


class Table(BaseModel):
    """One raw table: where it comes from, how it is keyed, and how changes and deletes are noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    """Folder in the lake and name of the dbt source table, snake case."""
    object: str = ""
    """What the source calls it."""
    description: str
    key: tuple[str, ...]
    cursor: str | None = None
    """The column that grows with every change; without one the table is read whole each time."""
    deletes: str = "none"
    """How a deleted row is noticed: the connector's own word (see the head of the contract file)."""
    columns: tuple[Column, ...]

    @model_validator(mode="after")
    def _names_exist(self) -> Table:
        names = [column.name for column in self.columns]
        duplicates = {name for name in names if names.count(name) > 1}
        if duplicates:
            raise ValueError(f"table {self.name}: column named twice: {sorted(duplicates)}")
        for name in (*self.key, *([self.cursor] if self.cursor else [])):
            if name not in names:
                raise ValueError(f"table {self.name}: key or cursor {name!r} is not among its columns")
        return self

    def arrow_schema(self) -> pa.Schema:
        """The Arrow schema of the contract's own columns, all nullable, without dlt's load id."""
        import pyarrow as pa

        return pa.schema([pa.field(column.name, column.arrow_type()) for column in self.columns])

    def column(self, name: str) -> Column | None:
        """The column of that name, or None."""
        return next((column for column in self.columns if column.name == name), None)


class SystemContract(BaseModel):
    """All raw tables of one source system."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    system: str
    description: str
    tables: tuple[Table, ...]

    def table(self, name: str) -> Table:
        """The table of that name.

        Raises:
            KeyError: The contract has no such table.
        """
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(f"{self.system} has no table {name!r}")


@cache
def load_contract(system: str) -> SystemContract:
    """Read and check ``sources/<system>/contract.yml``.

    Raises:
        ConfigurationError: The file is missing or does not follow the contract's shape.
    """
    path = SOURCES_DIR / system / "contract.yml"
    try:
        return SystemContract.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ConfigurationError("no table contract", where=str(path), fix="Add contract.yml.") from None
    except (yaml.YAMLError, ValidationError) as error:
        raise ConfigurationError(f"broken table contract: {error}", where=str(path)) from error


def systems() -> tuple[str, ...]:
    """The source systems that have a contract, in alphabetical order."""
    return tuple(sorted(path.parent.name for path in SOURCES_DIR.glob("*/contract.yml")))
