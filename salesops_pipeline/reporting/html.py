"""A report as one self-contained page: inline style, inline SVG, no script, no request to anywhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from salesops_pipeline.reporting import charts, formats, palette
from salesops_pipeline.reporting.model import (
    Chart,
    Column,
    Kind,
    Note,
    Report,
    Row,
    Section,
    Table,
    Tiles,
    Value,
)
from salesops_pipeline.reporting.ratios import Missing, Ratio

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).parent / "templates"
_NUMERIC: frozenset[Kind] = frozenset({"count", "money", "percent", "days", "times"})


def render_report(report: Report) -> str:
    """The page of a report.

    Args:
        report: What it says. Texts in it may hold anything; they are escaped here.
    """
    certificate = _certificate(report.certificate, report.currency)
    return environment().get_template("report.html.j2").render(report=report, certificate=certificate)


@lru_cache(maxsize=4)
def _certificate(section: Section, currency: str) -> Markup:
    """The certificate is the same in all reports of a version, and long: it is drawn once."""
    blocks: Any = environment().get_template("blocks.html.j2").module
    return blocks.section(section, currency)


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Jinja with everything escaped and every missing name an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    jinja = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    jinja.globals.update(
        style=Markup((_TEMPLATES / "style.css").read_text(encoding="utf-8")),  # noqa: S704 - a file of the project
        palette=palette,
        block_kind=_block_kind,
        cells=_cells,
        headings=_headings,
        tile_value=tile_value,
        svg=_svg,
        day=formats.day,
        number=formats.number,
        moment=formats.moment,
    )
    return jinja


def _block_kind(block: object) -> str:
    return {Tiles: "tiles", Row: "row", Chart: "chart", Table: "table", Note: "note"}[type(block)]


def _svg(chart: Chart, anchor: str, currency: str) -> Markup:
    return Markup(charts.svg(chart, anchor=anchor, currency=currency))  # noqa: S704 - texts are escaped where it is made


def _headings(table: Table, currency: str) -> list[tuple[str, str]]:
    """Class and text of each heading; amounts name their currency."""
    return [("num" if column.kind in _NUMERIC else "", heading(column, currency)) for column in table.columns]


def heading(column: Column, currency: str) -> str:
    """A column's heading, with the currency for amounts."""
    return f"{column.label}, {currency}" if column.kind == "money" else column.label


def _cells(table: Table) -> Iterator[tuple[str, list[Markup]]]:
    """Class and cells of each row the page shows, the total last."""
    places = money_places(table)
    rows = table.rows if table.shown_rows is None else table.rows[: table.shown_rows]
    for row in rows:
        yield "", _row(table, row, places)
    if table.total is not None and table.rows:
        yield "total", _row(table, table.total, places)


def money_places(table: Table) -> int:
    """Decimal places of a table's amounts, over all rows, so that page and workbook agree."""
    everything = [*table.rows, *([table.total] if table.total is not None else [])]
    positions = [position for position, column in enumerate(table.columns) if column.kind == "money"]
    return formats.money_places(row[position] for row in everything for position in positions)


def _row(table: Table, row: tuple[Value, ...], places: int) -> list[Markup]:
    return [
        _cell(value, column, places, is_heading=position == 0)
        for position, (value, column) in enumerate(zip(row, table.columns, strict=True))
    ]


def _cell(value: Value, column: Column, places: int, *, is_heading: bool) -> Markup:
    classes = "num" if column.kind in _NUMERIC else ""
    style = ""
    if column.bar and isinstance(value, Ratio):
        share = formats.rounded(min(max(value.value, Decimal(0)), Decimal(1)), 3)
        classes, style = f"{classes} bar", f' style="--share:{share}"'
    if isinstance(value, str) and value.startswith(formats.INDENT):
        classes = "nested"
    opening, tag = ('th scope="row"', "th") if is_heading else ("td", "td")
    attribute = f' class="{classes}"' if classes else ""
    return _joined("<", opening, attribute, style, ">", marked(value, column.kind, places), "</", tag, ">")


def _joined(*parts: str) -> Markup:
    """Markup from pieces that are constants of this module, numbers, or escaped already; much faster than `format`."""
    return Markup("".join(parts))  # noqa: S704


def marked(value: Value, kind: Kind, places: int = 2) -> Markup:
    """A value with its machine-readable form beside the formatted one, for whoever scrapes or checks the page."""
    if value is None:
        return Markup('<span class="na">–</span>')
    shown = escape(formats.text(value, kind, places=places))
    if isinstance(value, Missing):
        return _joined('<span class="na">', shown, "</span>")
    number = formats.plain(value)
    if number is not None:
        return _joined('<data value="', formats.exact(number), '">', shown, "</data>")
    if isinstance(value, dt.datetime | dt.date):
        return _joined('<time datetime="', value.isoformat(), '">', shown, "</time>")
    return shown


def tile_value(value: Value, kind: Kind, currency: str) -> Markup:
    """A headline figure: amounts shortened, the exact one in the tooltip and in the machine-readable value."""
    if kind == "money" and isinstance(value, Decimal | int):
        amount = Decimal(value)
        return Markup('<data value="{}" title="{}">{}</data>').format(
            formats.exact(amount), formats.money(amount, currency), formats.compact_money(amount, currency)
        )
    if kind == "days" and isinstance(value, Decimal | int):
        return Markup('{} <span class="unit">days</span>').format(marked(value, kind))
    return marked(value, kind)
