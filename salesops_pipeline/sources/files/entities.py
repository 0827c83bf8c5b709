"""What a mapping may feed: the conformed entities and their columns, as the contract beside this file says."""

from __future__ import annotations

from salesops_pipeline.contracts import Column, Table, load_contract
from salesops_pipeline.errors import UserError
from salesops_pipeline.sources.files.problems import did_you_mean, one_of

SYSTEM = "files"
QUARANTINE = "quarantine"
FEED_LOAD = "feed_load"
_NO_ENTITIES = {QUARANTINE, FEED_LOAD}


def entity_names() -> tuple[str, ...]:
    """All entities, in the contract's order."""
    return tuple(table.name for table in load_contract(SYSTEM).tables if table.name not in _NO_ENTITIES)


def entity_table(name: str) -> Table:
    """The contract of an entity.

    Raises:
        UserError: There is no such entity; the message suggests the closest one.
    """
    names = entity_names()
    if name not in names:
        raise UserError(f"no entity {name!r}{did_you_mean(name, names)}", fix=f"Use {one_of(names)}.")
    return load_contract(SYSTEM).table(name)


def target_columns(table: Table) -> tuple[Column, ...]:
    """The columns that a mapping can fill."""
    return tuple(column for column in table.columns if not column.name.startswith("_"))


def key_columns(table: Table) -> tuple[str, ...]:
    """The target columns that tell one row of an entity from another inside one mapping."""
    return tuple(name for name in table.key if not name.startswith("_"))


def referenced_entity(table: Table, column: str) -> str | None:
    """The entity whose key a column holds: ``owner_person_id`` holds a key of person; None if it holds none."""
    if column == "stage_name" and table.name != "sales_stage":
        return "sales_stage"
    for name in sorted(entity_names(), key=len, reverse=True):
        if column == f"{name}_id":
            return None if name == table.name else name
        if column.endswith(f"_{name}_id"):
            return name
    return None
