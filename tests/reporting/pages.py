"""Reading reports back: what a page and a workbook say, without the code that wrote them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

VOID = {"meta", "br", "hr", "img", "input", "link", "col", "wbr"}


@dataclass
class Page:
    """What was found on a page.

    Args:
        tables: Per table, by its id without ``table-``, the rows as numbers (float), days (date) or texts.
        tiles: Per headline figure its numbers, by name.
        ids: All ids.
        tags: All tags with their attributes.
        sql: Query per metric.
    """

    tables: dict[str, list[list[object]]] = field(default_factory=dict)
    tiles: dict[str, list[float]] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    sql: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self.stack: list[tuple[str, dict[str, str | None]]] = []
        self.cell: list[str] = []
        self.number: object = None

    def _inside(self, tag: str, **wanted: str) -> bool:
        return any(
            name == tag and all(attributes.get(key) == value for key, value in wanted.items())
            for name, attributes in self.stack
        )

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.page.tags.append((tag, attributes))
        if identifier := attributes.get("id"):
            self.page.ids.append(identifier)
        if tag not in VOID:
            self.stack.append((tag, attributes))
        if tag == "table":
            self.page.tables[(attributes["id"] or "").removeprefix("table-")] = []
        if tag == "tr" and self._inside("tbody"):
            self._rows().append([])
        if tag in ("td", "th", "dt"):
            self.cell, self.number = [], None
        if tag == "data":
            self.number = float(attributes["value"] or "")
            if self._inside("div", **{"class": "tile"}):
                self.page.tiles[self.metric].append(self.number)
        if tag == "time" and len(attributes["datetime"] or "") == 10:
            self.number = dt.date.fromisoformat(attributes["datetime"] or "")
        elif tag == "time":
            self.number = dt.datetime.fromisoformat(attributes["datetime"] or "").replace(tzinfo=None)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._inside("tbody"):
            text = "".join(self.cell).strip(" \n")  # an em space is an indentation
            self._rows()[-1].append(text if self.number is None else self.number)
        if tag == "dt" and self._inside("div", **{"class": "tile"}):
            self.metric = "".join(self.cell).strip()
            self.page.tiles.setdefault(self.metric, [])
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.cell.append(data)
        if self._inside("pre"):
            entry = next(
                attributes for name, attributes in reversed(self.stack) if name == "div" and "id" in attributes
            )
            metric = (entry["id"] or "").removeprefix("def-")
            self.page.sql[metric] = self.page.sql.get(metric, "") + data

    def _rows(self) -> list[list[object]]:
        return list(self.page.tables.values())[-1]


def read_page(path: Path) -> Page:
    """Parse a page."""
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    reader.close()
    assert not reader.stack, f"not closed: {reader.stack}"
    return reader.page


def read_workbook(path: Path) -> dict[str, list[list[object]]]:
    """The rows of every sheet below its heading, blank cells as empty texts."""
    import openpyxl

    book = openpyxl.load_workbook(BytesIO(path.read_bytes()))
    return {
        sheet.title: [[_plain(value) for value in row] for row in sheet.iter_rows(min_row=2, values_only=True)]
        for sheet in book.worksheets
    }


def _plain(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, dt.datetime):
        return value.date() if value.time() == dt.time() else value
    return value
