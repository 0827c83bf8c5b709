"""Charts as inline SVG: Altair describes, vl-convert draws. No browser, no script, no network.

A chart is drawn from the same table that the workbook holds, so picture and numbers cannot drift apart. There is one
specification per shape of chart; the many reports of a run only put their numbers into it.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import Any

from salesops_pipeline.reporting import chart_shapes, formats
from salesops_pipeline.reporting.chart_shapes import Shape
from salesops_pipeline.reporting.model import Chart, Kind, Value


def svg(chart: Chart, *, anchor: str, currency: str) -> str:
    """Draw a chart.

    Args:
        chart: What to draw; its table must have rows.
        anchor: Unique within the page; makes the ids inside the SVG unique.
        currency: For labels of amounts.
    """
    shape = Shape(
        kind=chart.kind,
        series=tuple((series.label, series.role) for series in chart.series),
        value_kind=chart.table.columns[chart.table.index(chart.series[0].key)].kind,
        currency=currency,
        is_wide=chart.is_wide,
    )
    specification = json.loads(chart_shapes.specification(shape))
    next(data for data in specification["data"] if data["name"] == "rows")["values"] = _records(chart, currency)
    specification["width"] = shape.plot_width(max(len(_category(name)) for name in chart.table.values(chart.category)))
    if chart.kind == "bar":
        specification["height"] = chart_shapes.bar_height(len(chart.table.rows))
        ends = dict(zip(("floor", "limit"), _limits(chart), strict=True))
        for signal in specification["signals"]:
            signal["value"] = ends.get(signal["name"], signal.get("value"))
    return _inline(_render(json.dumps(specification, sort_keys=True)), chart, anchor)


@lru_cache(maxsize=256)
def _render(specification: str) -> str:
    """Reports of one run share pictures (a lone team's is its company's): equal specifications are drawn once."""
    import vl_convert

    return vl_convert.vega_to_svg(specification)


def _records(chart: Chart, currency: str) -> list[dict[str, Any]]:
    """One record per category and series, in the order of the table; of flat stretches of a line only the ends."""
    categories = [_category(value) for value in chart.table.values(chart.category)]
    records = []
    for series in chart.series:
        kind = chart.table.columns[chart.table.index(series.key)].kind
        values = [formats.plain(value) for value in chart.table.values(series.key)]
        known = [position for position, value in enumerate(values) if value is not None]
        for position in known:
            value = values[position]
            is_end = position in (known[0], known[-1])
            if value is None or (chart.kind == "line" and not is_end and values[position - 1] == value):
                continue
            records.append(
                {
                    "category": categories[position],
                    "series": series.label,
                    "value": float(value),
                    "label": _label(value, kind, currency),
                }
            )
    return records


def _category(value: Value) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _label(value: Decimal | int, kind: Kind, currency: str) -> str:
    if kind == "money":
        return formats.compact_money(Decimal(value), currency) if value else ""
    return formats.percent(Decimal(value), 0) if kind == "percent" else formats.text(value, kind)


def _limits(chart: Chart) -> tuple[float, float]:
    """From zero (or the lowest value) to a sixth beyond the highest, where the label of the longest bar stands."""
    values = [float(plain) for value in chart.table.values(chart.series[0].key) if (plain := formats.plain(value))]
    highest = max(values, default=0.0) or 1.0
    return min([0.0, *values]), highest * 7 / 6


def _inline(drawing: str, chart: Chart, anchor: str) -> str:
    """Make the SVG part of a page: named for screen readers, sized by its box, with ids nobody else has."""
    opening = re.search(r"<svg[^>]*>", drawing)
    view_box = re.search(r'viewBox="([^"]+)"', drawing)
    assert opening is not None, "vl-convert draws one SVG element"
    assert view_box is not None, "with a viewBox"
    width = view_box.group(1).split()[2]
    body = re.sub(r' (?:role|aria-[a-z]+|pointer-events)="[^"]*"', "", drawing[opening.end() :])
    ids = sorted(set(re.findall(r'id="([^"]+)"', body)), key=body.index)
    for position, name in enumerate(ids):
        unique = f"{anchor}-{position}"
        body = body.replace(f'id="{name}"', f'id="{unique}"').replace(f"url(#{name})", f"url(#{unique})")
    return (
        f'<svg class="chart" viewBox="{view_box.group(1)}" style="max-width:{width}px" role="img" '
        f'aria-labelledby="{anchor}-t {anchor}-d"><title id="{anchor}-t">{escape(chart.title)}</title>'
        f'<desc id="{anchor}-d">{escape(chart.alt)}</desc>{body}'
    )
