"""What a mapping may fill, for people: the entities and their columns as data that a command can print."""

from __future__ import annotations

from dataclasses import dataclass

from salesops_pipeline.sources.files.entities import (
    entity_names,
    entity_table,
    key_columns,
    referenced_entity,
    target_columns,
)


@dataclass(frozen=True)
class ColumnDescription:
    """One column as the user of a mapping sees it."""

    name: str
    type: str
    required: bool
    is_key: bool
    """Part of what tells one row from another."""
    is_personal: bool
    """Personal data: its values do not show up in messages."""
    values: tuple[str, ...]
    """The only values allowed; none listed means any."""
    references: str | None
    """Entity whose key the column holds."""
    description: str


@dataclass(frozen=True)
class EntityDescription:
    """One entity as the user of a mapping sees it."""

    name: str
    description: str
    columns: tuple[ColumnDescription, ...]


def describe_entities() -> tuple[EntityDescription, ...]:
    """All entities that a mapping can fill."""
    return tuple(describe_entity(name) for name in entity_names())


def describe_entity(name: str) -> EntityDescription:
    """One entity with its columns.

    Raises:
        UserError: There is no such entity; the message suggests the closest one.
    """
    table = entity_table(name)
    keys = key_columns(table)
    return EntityDescription(
        name=table.name,
        description=table.description,
        columns=tuple(
            ColumnDescription(
                name=column.name,
                type=column.type,
                required=column.required,
                is_key=column.name in keys,
                is_personal=column.pii,
                values=column.values,
                references=referenced_entity(table, column.name),
                description=column.description,
            )
            for column in target_columns(table)
        ),
    )
