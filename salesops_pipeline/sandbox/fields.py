"""How an object of the emulated org is described: the vocabulary that `objects/` is written in.

Type names are those of Salesforce's describe call, so that the emulated API can hand them out unchanged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an object.

    Args:
        name: API name, as in ``SELECT``.
        type: Salesforce field type: id, string, textarea, email, phone, url, picklist, combobox, reference, boolean,
            int, double, percent, currency, date or datetime.
        label: What a person sees; derived from the name when empty.
        custom: Whether the org's administrators added it (``__c``).
        reference_to: Objects a reference may point to.
        nillable: Whether it may be empty.
        length: Longest text, in characters; 0 where it does not apply.
        precision: Digits in total of a number; 0 where it does not apply.
        scale: Digits behind the decimal point.
        picklist: Values on offer, in their order.
    """

    name: str
    type: str
    label: str = ""
    custom: bool = False
    reference_to: tuple[str, ...] = ()
    nillable: bool = True
    length: int = 0
    precision: int = 0
    scale: int = 0
    picklist: tuple[str, ...] = ()

    @property
    def sql_type(self) -> str:
        """The SQLite column type.

        Currency is REAL on purpose: the real API delivers it as a JSON number, that is a double, and the store keeps
        exactly what would be served. Money never has more than two decimals, so rounding to cents is lossless.
        """
        return {"boolean": "INTEGER", "int": "INTEGER", "double": "REAL", "percent": "REAL", "currency": "REAL"}.get(
            self.type, "TEXT"
        )


@dataclass(frozen=True)
class SObject:
    """One object of the emulated org.

    Args:
        name: API name.
        label: What a person sees.
        key_prefix: First three characters of its ids.
        fields: All fields, ``Id`` first.
        replicateable: Whether the API answers ``/sobjects/<name>/deleted`` for it.
        deletable: Whether users can delete rows, so that rows may carry ``IsDeleted`` or vanish.
    """

    name: str
    label: str
    key_prefix: str
    fields: tuple[Field, ...]
    replicateable: bool = True
    deletable: bool = True
    _by_name: dict[str, Field] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._by_name.update({item.name.lower(): item for item in self.fields})

    def field(self, name: str) -> Field | None:
        """The field of that name, whatever its case (SOQL does not care), or None."""
        return self._by_name.get(name.lower())

    @cached_property
    def field_names(self) -> tuple[str, ...]:
        """Names of all fields, in order."""
        return tuple(item.name for item in self.fields)

    def has(self, name: str) -> bool:
        """Whether there is a field of exactly that name."""
        found = self.field(name)
        return found is not None and found.name == name


def _label(name: str) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name.removesuffix("__c").replace("_", " "))
    return re.sub(r"\bId\b", "ID", words)


def _make(name: str, type_: str, **options: object) -> Field:
    return Field(name, type_, label=_label(name), custom=name.endswith("__c"), **options)  # pyright: ignore[reportArgumentType]


def text(name: str, length: int = 255, *, type_: str = "string", required: bool = False) -> Field:
    """A text field."""
    return _make(name, type_, length=length, nillable=not required)


def choice(name: str, *values: str, required: bool = False) -> Field:
    """A picklist with its values; Salesforce caps API names of picklist values at 255 characters."""
    return _make(name, "picklist", length=255, picklist=values, nillable=not required)


def ref(name: str, *targets: str, required: bool = False) -> Field:
    """A reference to another row."""
    return _make(name, "reference", reference_to=targets, length=18, nillable=not required)


def money(name: str) -> Field:
    """An amount in the row's own currency."""
    return _make(name, "currency", precision=18, scale=2)


def number(name: str, precision: int = 18, scale: int = 2, *, required: bool = False) -> Field:
    """A decimal number."""
    return _make(name, "double", precision=precision, scale=scale, nillable=not required)


def percent(name: str, precision: int = 3, scale: int = 0) -> Field:
    """A percentage, 0 to 100."""
    return _make(name, "percent", precision=precision, scale=scale)


def whole(name: str) -> Field:
    """A whole number."""
    return _make(name, "int", precision=8)


def flag(name: str) -> Field:
    """True or false, never empty."""
    return _make(name, "boolean", nillable=False)


def day(name: str, *, required: bool = False) -> Field:
    """A calendar day without time zone."""
    return _make(name, "date", nillable=not required)


def stamp(name: str, *, required: bool = False) -> Field:
    """A moment, UTC."""
    return _make(name, "datetime", nillable=not required)


ID = Field("Id", "id", label="Record ID", nillable=False, length=18)
DELETED = flag("IsDeleted")
MODSTAMP = stamp("SystemModstamp", required=True)
CREATED = (stamp("CreatedDate", required=True), ref("CreatedById", "User", required=True))
MODIFIED = (stamp("LastModifiedDate", required=True), ref("LastModifiedById", "User", required=True))
AUDIT = (*CREATED, *MODIFIED, MODSTAMP)
"""Who created and changed a row and when; `SystemModstamp` also moves when a system process touches the row."""
CURRENCY = choice("CurrencyIsoCode", "USD", "EUR", "GBP", "JPY")
