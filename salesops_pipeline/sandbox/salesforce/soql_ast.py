"""A SOQL query as data. Nothing here knows the org's objects: names are resolved by the translation."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from salesops_pipeline.sandbox.salesforce.date_literals import RelativeDate

Value = str | Decimal | bool | dt.datetime | dt.date | RelativeDate | None


@dataclass(frozen=True)
class FieldPath:
    """A field of the object (one part) or of a parent (relationship name, field)."""

    parts: tuple[str, ...]
    at: int = field(default=0, compare=False)
    """Where it begins in the query, for error messages."""

    @property
    def name(self) -> str:
        """The path as written, dots between the parts."""
        return ".".join(self.parts)


@dataclass(frozen=True)
class Aggregate:
    """``MAX(SystemModstamp) newest``; COUNT() without a field counts rows."""

    function: str
    path: FieldPath | None = None
    alias: str = ""


@dataclass(frozen=True)
class FieldsGroup:
    """``FIELDS(ALL)``, ``FIELDS(STANDARD)`` or ``FIELDS(CUSTOM)``."""

    group: str


SelectItem = FieldPath | Aggregate | FieldsGroup


@dataclass(frozen=True)
class Comparison:
    """``field operator value``; the value of LIKE is a pattern with backslash escapes."""

    path: FieldPath
    operator: str
    value: Value


@dataclass(frozen=True)
class Membership:
    """``field [NOT] IN (values)``."""

    path: FieldPath
    values: tuple[Value, ...]
    negated: bool = False


@dataclass(frozen=True)
class Not:
    """The opposite of a condition."""

    condition: Condition


@dataclass(frozen=True)
class Junction:
    """Conditions joined by one operator, AND or OR; SOQL wants parentheses where both meet."""

    operator: str
    conditions: tuple[Condition, ...]


Condition = Comparison | Membership | Not | Junction


@dataclass(frozen=True)
class Ordering:
    """One item of ORDER BY; nulls come first unless told otherwise, in both directions."""

    path: FieldPath
    descending: bool = False
    nulls_last: bool = False


@dataclass(frozen=True)
class Query:
    """One parsed query; ``text`` is the query as sent, for error messages that quote it."""

    select: tuple[SelectItem, ...]
    object: str
    where: Condition | None = None
    group_by: tuple[FieldPath, ...] = ()
    order_by: tuple[Ordering, ...] = ()
    limit: int | None = None
    offset: int = 0
    alias: str = ""
    object_at: int = field(default=0, compare=False)
    text: str = field(default="", compare=False, repr=False)

    @property
    def is_count(self) -> bool:
        """Whether this is ``SELECT COUNT() FROM ...``, which answers with a size and no records."""
        return self.select == (Aggregate("COUNT"),)

    @property
    def is_aggregate(self) -> bool:
        """Whether rows are aggregate results rather than records."""
        return bool(self.group_by) or any(isinstance(item, Aggregate) for item in self.select)
