"""The mapping file as data: what may be written in ``mapping.yml`` (docs/files.md explains every key).

The models check each key by itself; what must fit the entities' contract is checked in `mapping_file`. All scalars
arrive as text (see `yaml_text`), so that nothing is changed by YAML's own ideas of types.
"""

from __future__ import annotations

import codecs
import re
from decimal import Decimal
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from salesops_pipeline.sources.files.moments import check_date_format
from salesops_pipeline.sources.files.values import NumberStyle, number_style, spelt_style

MAPPING_FILE = "mapping.yml"
EVERYTHING_ELSE = "*"
"""In `values`: stands for every value that is not listed."""

_SLUG = r"^[a-z][a-z0-9_]*$"
Slug = Annotated[str, StringConstraints(pattern=_SLUG)]
Text = Annotated[str, StringConstraints(min_length=1)]


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, LookupError):
        raise ValueError(f"{value!r} is no time zone; use a name such as Europe/Berlin or UTC") from None
    return value


def _encoding(value: str) -> str:
    try:
        name = codecs.lookup(value).name
    except LookupError:
        raise ValueError(f"{value!r} is no encoding; use for example utf-8, utf-16, cp1252 or latin-1") from None
    # A byte-order mark at the start of a UTF-8 file is no part of its first column's name.
    return "utf-8-sig" if name == "utf-8" else name


def _number(value: object) -> object:
    if isinstance(value, str):
        return number_style(value)
    if isinstance(value, dict):
        try:
            return NumberSpelling.model_validate(value).style()
        except ValidationError:
            raise ValueError("number: an example such as 1,234.56, or the keys decimal, thousands, suffixes") from None
    return value


TextList = Annotated[tuple[str, ...], BeforeValidator(_as_list)]
DateFormats = Annotated[
    tuple[Annotated[str, AfterValidator(check_date_format)], ...], BeforeValidator(_as_list), Field(min_length=1)
]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class NumberSpelling(_Model):
    """A number format given sign by sign instead of by example."""

    decimal: str = "."
    thousands: str = ""
    suffixes: dict[Text, Decimal] = {}

    def style(self) -> NumberStyle:
        """The style these signs make."""
        return spelt_style(self.decimal, self.thousands, self.suffixes)


class ValueFormats(_Model):
    """How values are written. None: as said further out, in the end `BUILT_IN`."""

    number: Annotated[NumberStyle | None, BeforeValidator(_number)] = None
    date_format: DateFormats | None = None
    time_zone: Annotated[str, AfterValidator(_zone)] | None = None
    true_values: TextList | None = None
    false_values: TextList | None = None


class FileFormats(ValueFormats):
    """How a file is laid out. None: as said further out, or what the reader of that kind of file does by itself."""

    encoding: Annotated[str, AfterValidator(_encoding)] | None = None
    separator: Text | None = None
    quote: str | None = None
    row_end: Text | None = None
    header: bool | tuple[Text, ...] | None = None
    skip_rows: Annotated[int, Field(ge=0)] | None = None
    skip_last_rows: Annotated[int, Field(ge=0)] | None = None
    null_values: TextList | None = None
    sheet: Text | None = None
    records: Text | None = None
    take: Literal["all", "last"] | None = None

    @field_validator("header", mode="before")
    @classmethod
    def _yes_no_or_names(cls, value: object) -> object:
        if isinstance(value, str) and value not in ("true", "false"):
            raise ValueError(f"{value!r} is neither true nor false nor a list of column names")
        return value == "true" if isinstance(value, str) else value

    @field_validator("separator", "row_end")
    @classmethod
    def _named_separator(cls, value: str | None) -> str | None:
        names = {"tab": "\t", "\\t": "\t", "\\n": "\n", "\\r\\n": "\r\n"}
        return names.get(value, value) if value else value

    @field_validator("quote")
    @classmethod
    def _one_quote(cls, value: str | None) -> str | None:
        if value is not None and value != "none" and len(value) != 1:
            raise ValueError("one character, or none")
        return "" if value == "none" else value

    @model_validator(mode="after")
    def _plain_split_has_no_quotes(self) -> FileFormats:
        if self.quote and (len(self.separator or "") > 1 or self.row_end):
            raise ValueError("quote cannot be combined with row_end or a separator of several characters")
        return self


class NamedFile(FileFormats):
    """A file that several feeds read, or that values are looked up in."""

    file: Text


class Lookup(_Model):
    """Find a value in a named file: the row whose ``key`` column is the value, its ``value`` column."""

    in_: Text = Field(alias="in")
    key: Text
    value: Text


class ColumnMapping(ValueFormats):
    """Where one target column comes from and how it is read."""

    from_: Text | None = Field(default=None, alias="from")
    constant: Text | None = None
    expression: Text | None = None
    lookup: Lookup | None = None
    values: dict[str, str] | None = None
    unmapped: Literal["keep", "refuse", "empty"] | None = None
    default: Text | None = None
    multiply: Decimal | None = None
    round: Literal["half_up", "half_even"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: object) -> object:
        return {"from": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _fits_together(self) -> ColumnMapping:
        if [self.from_, self.constant, self.expression].count(None) != 2:
            raise ValueError("exactly one of from, constant and expression is needed")
        if self.constant is not None and (self.values or self.lookup or self.default):
            raise ValueError("a constant takes no values, lookup or default")
        if self.lookup and self.from_ is None:
            raise ValueError("lookup needs from")
        if "" in (self.values or {}):
            raise ValueError("values cannot translate empty cells; use default")
        if self.unmapped and not (self.values or self.lookup):
            raise ValueError("unmapped needs values or lookup")
        if self.unmapped and EVERYTHING_ELSE in (self.values or {}):
            raise ValueError(f'unmapped and "{EVERYTHING_ELSE}" in values contradict each other')
        return self


class Feed(NamedFile):
    """One file, or several of the same shape, that fills one entity."""

    entity: Text
    name: Slug = ""
    where: Text | None = None
    distinct: bool = False
    columns: dict[Text, ColumnMapping] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _named_after_entity(cls, value: object) -> object:
        if not isinstance(value, dict) or "name" in value:
            return value
        entity = str(value.get("entity", ""))
        # What is no name at all is left for the check of the entity to complain about.
        return {**value, "name": entity} if re.fullmatch(_SLUG, entity) else value


class Mapping(_Model):
    """A whole ``mapping.yml``."""

    source: Slug
    company: Slug | None = None
    keys_of: Slug | None = None
    defaults: FileFormats = FileFormats()
    files: dict[Slug, NamedFile] = {}
    feeds: tuple[Feed, ...] = Field(min_length=1)

    @property
    def key_source(self) -> str:
        """The system whose keys the files use."""
        return self.keys_of or self.source

    def in_time_zone(self, zone: str) -> Mapping:
        """The same mapping, whose timestamps without an offset are in ``zone`` where it does not say otherwise."""
        if self.defaults.time_zone is not None:
            return self
        return self.model_copy(update={"defaults": self.defaults.model_copy(update={"time_zone": zone})})

    def file_of(self, feed: Feed) -> NamedFile:
        """The file that a feed reads, with everything that is said about it: defaults, named file, feed."""
        named = self.files.get(feed.file)
        return _layered(named.file if named else feed.file, self.defaults, *([named] if named else []), feed)

    def named_file(self, name: str) -> NamedFile:
        """A named file with the defaults applied."""
        return _layered(self.files[name].file, self.defaults, self.files[name])


BUILT_IN = FileFormats.model_construct(
    number=NumberStyle(),
    date_format=("iso",),
    time_zone="UTC",
    true_values=("true", "yes", "y", "t", "1"),
    false_values=("false", "no", "n", "f", "0"),
    encoding="utf-8-sig",
    header=True,
    skip_rows=0,
    skip_last_rows=0,
    null_values=(),
    take="all",
)
"""What holds where the mapping says nothing."""


def _layered(file: str, *layers: FileFormats) -> NamedFile:
    """A file with everything that is said about it; later layers win."""
    said: dict[str, Any] = {}
    for layer in (BUILT_IN, *layers):
        values = {name: getattr(layer, name) for name in FileFormats.model_fields}
        said |= {name: value for name, value in values.items() if value is not None}
    return NamedFile.model_construct(**said, file=file)
