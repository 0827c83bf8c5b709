"""Which fields of an object are asked for: those of the contract that the org has, and the org's own custom fields."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from salesops_pipeline.contracts import Table
from salesops_pipeline.sources.salesforce.api import FieldInfo, ObjectInfo

UNREADABLE_TYPES = frozenset({"address", "location", "base64"})
"""Compound fields, whose parts are fields of their own, and files; the Bulk API refuses all of them."""

UNSURPRISING = frozenset({"CurrencyIsoCode", "DefaultCurrencyIsoCode", "IsDeleted"})
"""Not reported when missing: the first two exist only in orgs with several currencies, the third only in objects with a
recycle bin; the contract has it everywhere for tombstones."""


@dataclass(frozen=True)
class Selection:
    """The fields asked for, in the order of the query."""

    fields: tuple[FieldInfo, ...]
    extra: tuple[FieldInfo, ...]
    """Those of them that the contract does not know."""
    missing: tuple[str, ...]
    """Contract columns that this org, or this user, does not have; they arrive as null."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the fields asked for."""
        return tuple(field.name for field in self.fields)


def select_fields(table: Table, described: ObjectInfo) -> Selection:
    """Choose the fields of one object."""
    by_name = {field.name: field for field in described.fields}
    known = tuple(by_name[column.name] for column in table.columns if column.name in by_name)
    extra = tuple(
        sorted(
            (
                field
                for field in described.fields
                if field.custom and field.type not in UNREADABLE_TYPES and table.column(field.name) is None
            ),
            key=lambda field: field.name,
        )
    )
    missing = tuple(
        column.name for column in table.columns if column.name not in by_name and column.name not in UNSURPRISING
    )
    return Selection(known + extra, extra, missing)


def soql(sobject: str, names: tuple[str, ...], *, cursor: str | None = None, since: dt.datetime | None = None) -> str:
    """A query for fields, from a moment on, inclusive, if one is given."""
    text = f"SELECT {', '.join(names)} FROM {sobject}"
    return f"{text} WHERE {cursor} >= {moment_literal(since)}" if cursor and since else text


def in_order(query: str, cursor: str | None) -> str:
    """The query with its rows oldest change first, ids deciding ties; the Bulk API could not split such a query."""
    return f"{query} ORDER BY {f'{cursor}, ' if cursor else ''}Id"


def moment_literal(moment: dt.datetime) -> str:
    """A moment as SOQL writes it: UTC, to the millisecond, without quotes."""
    utc = moment.astimezone(dt.UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"
