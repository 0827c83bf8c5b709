"""What a report is, before anybody draws it: tiles, tables and charts with typed values.

HTML and workbook are two renderings of the same `Report`, so their numbers cannot differ. Values stay what they are
(Decimal, date, `Ratio`, `Missing`) until a renderer turns them into text or cells.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from salesops_pipeline.reporting.ratios import Missing, Ratio

Kind = Literal["text", "date", "timestamp", "count", "money", "percent", "days", "times"]
Value = str | int | Decimal | dt.date | dt.datetime | Ratio | Missing | None


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Args:
        key: Name within the table; charts refer to it.
        label: Heading.
        kind: How values are formatted; decides alignment and the workbook's number format.
        bar: Draw a bar behind a percentage, full at 100 %.
    """

    key: str
    label: str
    kind: Kind = "text"
    bar: bool = False


@dataclass(frozen=True)
class Table:
    """Rows under a heading.

    Args:
        name: Anchor in the page and sheet in the workbook; unique within a report.
        title: Caption.
        columns: In order.
        rows: One value per column.
        total: A last row that belongs to no single entity.
        empty: Why there are no rows; printed in their place.
        note: A sentence under the caption.
        shown_rows: How many rows the page shows; the workbook always has all.
        workbook_only: Too much for the page.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    total: tuple[Value, ...] | None = None
    empty: str = ""
    note: str = ""
    shown_rows: int | None = None
    workbook_only: bool = False

    def index(self, key: str) -> int:
        """Position of the column with this key."""
        return next(position for position, column in enumerate(self.columns) if column.key == key)

    def values(self, key: str) -> list[Value]:
        """A column's values, the total left out."""
        position = self.index(key)
        return [row[position] for row in self.rows]


@dataclass(frozen=True)
class Series:
    """One line or one set of bars.

    Args:
        key: Column of the chart's table.
        label: Name in the legend.
        role: ``main`` is what the chart is about, ``compare`` recedes, ``target`` is what it is held against.
    """

    key: str
    label: str
    role: Literal["main", "compare", "target"] = "main"


@dataclass(frozen=True)
class Chart:
    """A picture of a table, drawn as SVG in the page and natively in the workbook.

    Args:
        title: What it shows.
        alt: The message in words, for those who cannot see it.
        table: Where its numbers come from.
        kind: ``line`` over dates, ``column`` over periods, ``bar`` over names.
        category: Column of the x axis (y axis for bars).
        series: What is drawn.
        is_wide: Takes the whole width of the page.
    """

    title: str
    alt: str
    table: Table
    kind: Literal["line", "column", "bar"]
    category: str
    series: tuple[Series, ...]
    is_wide: bool = False


@dataclass(frozen=True)
class Row:
    """Charts and small tables side by side."""

    items: tuple[Chart | Table, ...]


@dataclass(frozen=True)
class Comparison:
    """What a tile's value is compared with."""

    label: str
    value: Value
    kind: Kind


@dataclass(frozen=True)
class Tile:
    """A headline figure.

    Args:
        metric: Key of its definition.
        label: Name of the metric.
        value: The figure.
        kind: Its kind.
        second: A second figure of the same thing, such as the amount next to a count.
        second_kind: Its kind.
        detail: Text below: population, numerator and denominator, exclusions.
        comparisons: Earlier values.
    """

    metric: str
    label: str
    value: Value
    kind: Kind
    second: Value = None
    second_kind: Kind = "money"
    detail: str = ""
    comparisons: tuple[Comparison, ...] = ()


@dataclass(frozen=True)
class Tiles:
    """A row of headline figures."""

    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Note:
    """A sentence, for example why there is nothing to show."""

    text: str


Block = Tiles | Row | Table | Note


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    name: str
    title: str
    blocks: tuple[Block, ...]
    intro: str = ""

    def items(self) -> list[Block | Chart]:
        """The blocks, those that stand side by side one by one."""
        return [item for block in self.blocks for item in (block.items if isinstance(block, Row) else (block,))]


@dataclass(frozen=True)
class Definition:
    """What a metric means and how anybody recomputes it on the published version.

    Args:
        metric: Key.
        label: Name.
        text: The definition in words, population and exclusions included.
        attribution: Whose figure it is when people, teams or owners change.
        tables: Published tables it is made of.
        sql: A query on the published DuckDB file that gives the figure of this very report.
    """

    metric: str
    label: str
    text: str
    attribution: str
    tables: tuple[str, ...]
    sql: str


@dataclass(frozen=True)
class Link:
    """A link to another report, relative to the page."""

    label: str
    href: str


@dataclass(frozen=True)
class Report:
    """Everything one page and its workbook say.

    Args:
        kind: ``daily`` or ``quarterly``.
        title: Headline.
        company_name: Whose report it is.
        node_type: ``company``, ``team`` or ``person``.
        node_name: Of whom it speaks.
        period: Day or quarter in words.
        period_key: Day or quarter as it appears in the path; sorts by time.
        scope: One sentence: attribution, currency, what is as of when.
        currency: Reporting currency, ISO 4217.
        version: Published version it was made from.
        as_of: Last day the version knows of.
        built_at: When the version was built; the only clock a report has.
        sections: The body.
        definitions: Of the metrics used.
        certificate: The data-quality certificate, as the last section.
        verdict: One line about the certificate for the head of the page.
        links: Ways to the reports around it.
    """

    kind: Literal["daily", "quarterly"]
    title: str
    company_name: str
    node_type: str
    node_name: str
    period: str
    period_key: str
    scope: str
    currency: str
    version: str
    as_of: dt.date
    built_at: dt.datetime
    sections: tuple[Section, ...]
    definitions: tuple[Definition, ...]
    certificate: Section
    verdict: str
    links: tuple[Link, ...] = field(default=())

    def tiles(self) -> list[tuple[str, Tile]]:
        """All headline figures, each with its section's title."""
        blocks = [(section.title, block) for section in self.sections for block in section.blocks]
        return [(title, tile) for title, block in blocks if isinstance(block, Tiles) for tile in block.tiles]

    def charts(self) -> list[Chart]:
        """All charts."""
        return [item for section in self.sections for item in section.items() if isinstance(item, Chart)]

    def tables(self) -> list[Table]:
        """All tables, those that the page only draws included, the certificate's left out; each once."""
        items = [item for section in self.sections for item in section.items()]
        tables = [item.table if isinstance(item, Chart) else item for item in items]
        return list({table.name: table for table in tables if isinstance(table, Table)}.values())
