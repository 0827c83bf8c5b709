"""A report as a workbook: one sheet per table, real numbers and dates, native charts, the certificate at the end.

Numbers are the ones of the page. Excel keeps them as binary floating point, which is exact to the cent far beyond any
amount a sales organisation books; nothing is calculated in it.
"""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

from salesops_pipeline.reporting import formats, palette
from salesops_pipeline.reporting.html import heading, money_places
from salesops_pipeline.reporting.model import Chart, Column, Kind, Report, Table, Tile, Value
from salesops_pipeline.reporting.ratios import Missing, Ratio

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_NUMBER_FORMATS: dict[Kind, str] = {
    "count": "#,##0",
    "percent": "0.0%",
    "days": "#,##0.0",
    "times": '0.0"×"',
    "date": "yyyy-mm-dd",
    "timestamp": "yyyy-mm-dd hh:mm",
}
_MAX_WIDTH = 48
_SHEET_NAME_LENGTH = 31
_COLOURS = {"main": palette.MAIN, "compare": palette.COMPARE, "target": palette.TARGET}

SUMMARY = Table(
    name="summary",
    title="Summary",
    columns=(
        Column("section", "Section"),
        Column("metric", "Metric"),
        Column("which", "Which"),
        Column("value", "Value"),
        Column("unit", "Unit"),
        Column("numerator", "Numerator"),
        Column("denominator", "Denominator"),
        Column("remark", "Remark"),
    ),
    rows=(),
)


def render_workbook(report: Report) -> bytes:
    """The workbook of a report; the same report gives the same bytes."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, options)
    # The only clock of a report is the version's: a creation time of now would make every rendering different.
    book.set_properties(
        {
            "title": f"{report.title}, {report.period}",
            "subject": report.company_name,
            "comments": f"Version {report.version}, data as of {report.as_of.isoformat()}",
            "created": report.built_at.replace(tzinfo=None),
        }
    )
    _Writer(book, report).write()
    book.close()
    return buffer.getvalue()


class _Writer:
    """Writes one workbook; keeps the formats that its cells share."""

    def __init__(self, book: Workbook, report: Report) -> None:
        self.book = book
        self.report = report
        self.formats: dict[tuple[str, bool], Format] = {}
        self.head = book.add_format(
            {"bold": True, "font_color": palette.MUTED, "bottom": 1, "text_wrap": True, "valign": "vcenter"}
        )

    def write(self) -> None:
        """Write all sheets: summary, one per table, definitions, certificate."""
        self._sheet(_with_rows(SUMMARY, _summary_rows(self.report)))
        for table in self.report.tables():
            self._sheet(table, [chart for chart in self.report.charts() if chart.table.name == table.name])
        self._sheet(_definitions(self.report))
        for item in self.report.certificate.items():
            if isinstance(item, Table):
                self._sheet(item)

    def _sheet(self, table: Table, charts: list[Chart] | None = None) -> None:
        name = sheet_name(table)
        sheet = self.book.add_worksheet(name)
        places = money_places(table)
        sheet.set_row(0, 30)
        for position, column in enumerate(table.columns):
            sheet.write_string(0, position, heading(column, self.report.currency), self.head)
            sheet.set_column(position, position, _width(table, position))
        rows: list[tuple[Value, ...]] = list(table.rows) or [(Missing(f"No data, because {table.empty}."),)]
        if table.total is not None and table.rows:
            rows.append(table.total)
        for number, row in enumerate(rows, start=1):
            is_total = table.total is not None and table.rows and number == len(rows)
            for position, value in enumerate(row):
                self._cell(sheet, (number, position), value, table.columns[position].kind, places, bool(is_total))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(table.rows), 1), len(table.columns) - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        for position, chart in enumerate(charts or ()):
            if table.rows:
                sheet.insert_chart(1 + 18 * position, len(table.columns) + 1, self._chart(chart, name))

    def _cell(
        self, sheet: Worksheet, where: tuple[int, int], value: Value, kind: Kind, places: int, is_total: bool
    ) -> None:
        row, column = where
        if value is None:
            sheet.write_blank(row, column, None, self._format("", is_total))
        elif isinstance(value, Missing):
            sheet.write_string(row, column, value.reason, self._format("missing", is_total))
        elif isinstance(value, str):
            sheet.write_string(row, column, value, self._format("", is_total))
        elif isinstance(value, dt.datetime):
            sheet.write_datetime(row, column, value.replace(tzinfo=None), self._format("yyyy-mm-dd hh:mm", is_total))
        elif isinstance(value, dt.date):
            moment = dt.datetime.combine(value, dt.time())
            sheet.write_datetime(row, column, moment, self._format("yyyy-mm-dd", is_total))
        else:
            shape = _number_format(value, kind, places)
            sheet.write_number(row, column, float(formats.plain(value) or 0), self._format(shape, is_total))

    def _format(self, shape: str, is_total: bool) -> Format:
        if (shape, is_total) not in self.formats:
            properties: dict[str, Any] = {"bold": is_total, "top": int(is_total)}
            if shape == "missing":
                properties.update(italic=True, font_color=palette.MUTED)
            elif shape:
                properties["num_format"] = shape
            self.formats[shape, is_total] = self.book.add_format(properties)
        return self.formats[shape, is_total]

    def _chart(self, chart: Chart, name: str) -> Any:
        drawing = self.book.add_chart({"type": chart.kind})
        assert drawing is not None, "line, column and bar exist"
        last = len(chart.table.rows)
        category = chart.table.index(chart.category)
        for series in chart.series:
            position = chart.table.index(series.key)
            colour = _COLOURS[series.role]
            line = {"color": colour, "width": 2.25 if series.role == "main" else 1.5}
            if series.role != "main":
                line["dash_type"] = "dash"
            drawing.add_series(
                {
                    "name": series.label,
                    "categories": [name, 1, category, last, category],
                    "values": [name, 1, position, last, position],
                    **({"line": line} if chart.kind == "line" else {"fill": {"color": colour}, "gap": 60}),
                }
            )
        kind = chart.table.columns[chart.table.index(chart.series[0].key)].kind
        drawing.set_title({"name": chart.title, "name_font": {"size": 12}, "overlay": False})
        drawing.set_legend({"position": "bottom"} if len(chart.series) > 1 else {"none": True})
        is_dated = chart.table.columns[category].kind == "date"
        drawing.set_x_axis({"date_axis": True, "num_format": "d mmm"} if is_dated else {"reverse": chart.kind == "bar"})
        drawing.set_y_axis(
            {
                "num_format": "0%" if kind == "percent" else "#,##0",
                "major_gridlines": {"visible": True, "line": {"color": palette.RULE}},
                "line": {"none": True},
            }
        )
        drawing.set_size({"width": 620, "height": 320})
        return drawing


def sheet_name(table: Table) -> str:
    """A table's sheet: its name, as Excel allows it."""
    return table.name.replace("-", " ").capitalize()[:_SHEET_NAME_LENGTH]


def _number_format(value: Value, kind: Kind, places: int) -> str:
    if isinstance(value, Ratio):
        return _NUMBER_FORMATS["times" if kind == "times" else "percent"]
    if kind == "money":
        return "#,##0.00" if places else "#,##0"
    if kind == "days" and value == int(formats.plain(value) or 0):
        return "#,##0"
    return _NUMBER_FORMATS.get(kind, "General")


def _width(table: Table, position: int) -> int:
    column = table.columns[position]
    rows = [*table.rows, *([table.total] if table.total else [])]
    longest = max((len(formats.text(row[position], column.kind)) for row in rows), default=0)
    return min(max(longest, len(column.label) * 3 // 4, 8) + 3, _MAX_WIDTH)


def _with_rows(table: Table, rows: list[tuple[Value, ...]]) -> Table:
    return Table(table.name, table.title, table.columns, tuple(rows), empty="there are no headline figures")


def _summary_rows(report: Report) -> list[tuple[Value, ...]]:
    """Every headline figure and every comparison on a row of its own."""
    tiles = [(section or report.title, tile) for section, tile in report.tiles()]
    return [row for section, tile in tiles for row in _tile_rows(section, tile, report.currency)]


def _tile_rows(section: str, tile: Tile, currency: str) -> list[tuple[Value, ...]]:
    figures: list[tuple[str, Value, Kind, str]] = [("this report", tile.value, tile.kind, tile.detail)]
    if tile.second is not None:
        figures.append(("this report", tile.second, tile.second_kind, ""))
    figures.extend((before.label, before.value, before.kind, "") for before in tile.comparisons)
    return [
        (
            section,
            tile.label,
            which,
            value,
            _unit(kind, currency),
            value.numerator if isinstance(value, Ratio) else None,
            value.denominator if isinstance(value, Ratio) else None,
            remark,
        )
        for which, value, kind, remark in figures
    ]


def _unit(kind: Kind, currency: str) -> str:
    return {
        "money": currency,
        "count": "number",
        "percent": "share",
        "days": "days",
        "points": "percentage points",
    }.get(kind, "")


def _definitions(report: Report) -> Table:
    columns = ("Metric", "Definition", "Attribution", "Tables", "Query on the published DuckDB file")
    return Table(
        name="definitions",
        title="Definitions",
        columns=tuple(Column(label.lower(), label) for label in columns),
        rows=tuple(
            (entry.label, entry.text, entry.attribution, ", ".join(entry.tables), entry.sql)
            for entry in report.definitions
        ),
        empty="the report uses no metric",
    )
