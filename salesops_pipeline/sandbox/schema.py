"""The emulated org's objects by name: what the store creates tables from and the API describes."""

from __future__ import annotations

from salesops_pipeline.sandbox.fields import Field, SObject
from salesops_pipeline.sandbox.objects import accounts, opportunities, people, selling

__all__ = ["SOBJECTS", "Field", "SObject"]

SOBJECTS: dict[str, SObject] = {
    sobject.name: sobject
    for group in (people.OBJECTS, accounts.OBJECTS, opportunities.OBJECTS, selling.OBJECTS)
    for sobject in group
}
