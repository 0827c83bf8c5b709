"""Names of parent relationships, and finding objects and fields by names in any case."""

from __future__ import annotations

from salesops_pipeline.sandbox.schema import SOBJECTS, Field, SObject

_BY_LOWER_NAME = {name.lower(): sobject for name, sobject in SOBJECTS.items()}


def find_sobject(name: str) -> SObject | None:
    """The object of that API name; neither SOQL nor the REST paths care about case."""
    return _BY_LOWER_NAME.get(name.lower())


def relationship_name(field: Field) -> str | None:
    """How queries reach the parent through a reference: ``OwnerId`` → ``Owner``, ``Region__c`` → ``Region__r``."""
    if field.type != "reference":
        return None
    if field.name.endswith("__c"):
        return field.name[:-1] + "r"
    return field.name.removesuffix("Id")


def find_parent(sobject: SObject, relationship: str) -> tuple[Field, SObject] | None:
    """The reference field and the parent object behind a relationship name.

    A reference to several objects (``Who``, ``What``) has no single parent to read fields from and gives None.
    """
    for field in sobject.fields:
        name = relationship_name(field)
        if name and name.lower() == relationship.lower() and len(field.reference_to) == 1:
            parent = find_sobject(field.reference_to[0])
            return (field, parent) if parent else None
    return None
