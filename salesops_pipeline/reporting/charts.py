"""Charts as inline SVG: Altair describes, vl-convert draws. No browser, no script, no network.

A chart is drawn from the same table that the workbook holds, so picture and numbers cannot drift apart.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

from salesops_pipeline.reporting import formats
from salesops_pipeline.reporting.model import Chart, Kind, Value
from salesops_pipeline.reporting.palette import COMPARE, FONT, INK, MAIN, MUTED, RULE, TARGET

if TYPE_CHECKING:
    import altair as alt

_COLOURS = {"main": MAIN, "compare": COMPARE, "target": TARGET}
_DASHES = {"main": [1, 0], "compare": [4, 3], "target": [8, 3]}
_WIDTHS = {"main": 2.5, "compare": 1.6, "target": 1.6}
_WIDTH, _HEIGHT, _BAR_STEP = 520, 236, 25
_WHOLE = "format(datum.value, ',d')"


def svg(chart: Chart, *, anchor: str, currency: str) -> str:
    """Draw a chart.

    Args:
        chart: What to draw; its table must have rows.
        anchor: Unique within the page; makes the ids inside the SVG unique.
        currency: For labels of amounts.
    """
    picture = {"line": _line, "column": _column, "bar": _bar}[chart.kind](chart, currency)
    return _inline(_render(_themed(picture).to_json(indent=None, sort_keys=True)), chart, anchor)


@lru_cache(maxsize=256)
def _render(spec: str) -> str:
    """Reports of one run share pictures (a lone team's is its company's): equal specifications are drawn once."""
    import vl_convert

    return vl_convert.vegalite_to_svg(spec, show_warnings=False)


def _plot(value: Value) -> float | str | None:
    number = formats.plain(value)
    if number is not None:
        return float(number)
    if isinstance(value, dt.date):
        return value.isoformat()
    return value if isinstance(value, str) else None


def _label(value: Value, kind: Kind, currency: str) -> str:
    number = formats.plain(value)
    if number is None:
        return ""
    if kind == "money":
        return formats.compact_money(Decimal(number), currency) if number else ""
    return formats.percent(Decimal(number), 0) if kind == "percent" else formats.text(value, kind)


def _records(chart: Chart, currency: str) -> list[dict[str, Any]]:
    """One record per category and series, in the order of the table."""
    records = []
    for position, category in enumerate(chart.table.values(chart.category)):
        for series in chart.series:
            column = chart.table.columns[chart.table.index(series.key)]
            value = chart.table.rows[position][chart.table.index(series.key)]
            if (plotted := _plot(value)) is not None and not isinstance(plotted, str):
                records.append(
                    {
                        "category": _plot(category),
                        "series": series.label,
                        "value": plotted,
                        "label": _label(value, column.kind, currency),
                    }
                )
    return records


def _kind(chart: Chart) -> Kind:
    return chart.table.columns[chart.table.index(chart.series[0].key)].kind


def _scale(chart: Chart, values: dict[str, Any]) -> alt.Scale:
    import altair as alt

    return alt.Scale(
        domain=[series.label for series in chart.series], range=[values[series.role] for series in chart.series]
    )


def _legend(chart: Chart) -> Any:
    import altair as alt

    return alt.Legend(title=None) if len(chart.series) > 1 else None


def _value_axis(chart: Chart, currency: str) -> alt.Axis:
    import altair as alt

    prefix = formats.prefix(currency).replace("'", "")
    large = f"'{prefix}' + replace(format(datum.value, '~s'), 'G', 'B')"
    labels = {"money": f"datum.value == 0 ? '0' : {large}", "percent": "format(datum.value, '.0%')"}
    return alt.Axis(title=None, labelExpr=labels.get(_kind(chart), _WHOLE), tickCount=4)


def _line(chart: Chart, currency: str) -> alt.Chart:
    import altair as alt

    return (
        alt.Chart(alt.InlineData(values=_records(chart, currency)))
        .mark_line(interpolate="step-after")
        .encode(
            x=alt.X("category:T", title=None, axis=alt.Axis(format="%-d %b", tickCount=6, grid=False, labelFlush=True)),
            y=alt.Y("value:Q", axis=_value_axis(chart, currency)),
            color=alt.Color("series:N", scale=_scale(chart, _COLOURS), legend=_legend(chart)),
            strokeDash=alt.StrokeDash("series:N", scale=_scale(chart, _DASHES), legend=_legend(chart)),
            strokeWidth=alt.StrokeWidth("series:N", scale=_scale(chart, _WIDTHS), legend=None),
        )
        .properties(width=_WIDTH, height=_HEIGHT)
    )


def _column(chart: Chart, currency: str) -> Any:
    import altair as alt

    base = alt.Chart(alt.InlineData(values=_records(chart, currency))).encode(
        x=alt.X(
            "category:N",
            title=None,
            sort=None,
            axis=alt.Axis(labelAngle=0, grid=False, ticks=False),
            scale=alt.Scale(paddingInner=0.45, paddingOuter=0.25),
        ),
        y=alt.Y("value:Q", axis=_value_axis(chart, currency)),
        xOffset=alt.XOffset("series:N", sort=None) if len(chart.series) > 1 else alt.Undefined,
    )
    bars = base.mark_bar(cornerRadiusEnd=1.5).encode(
        color=alt.Color("series:N", scale=_scale(chart, _COLOURS), legend=_legend(chart))
    )
    labels = base.mark_text(dy=-7, color=INK, fontSize=11).encode(text="label:N")
    return alt.layer(*_reference(chart, "y"), bars, labels).properties(width=_WIDTH, height=_HEIGHT)


def _bar(chart: Chart, currency: str) -> Any:
    import altair as alt

    base = alt.Chart(alt.InlineData(values=_records(chart, currency))).encode(
        y=alt.Y("category:N", title=None, sort=None, axis=alt.Axis(labelLimit=170, grid=False, ticks=False)),
        x=alt.X("value:Q", axis=None, scale=alt.Scale(domain=_room_for_labels(chart))),
    )
    bars = base.mark_bar(color=MAIN, cornerRadiusEnd=1.5, height=15)
    labels = base.mark_text(align="left", dx=5, color=INK, fontSize=11).encode(text="label:N")
    height = max(_BAR_STEP * len(chart.table.rows), 3 * _BAR_STEP)
    return alt.layer(*_reference(chart, "x"), bars, labels).properties(width=_WIDTH, height=height)


def _room_for_labels(chart: Chart) -> list[float]:
    """From zero (or the lowest value) to a sixth beyond the highest, where the label of the longest bar stands."""
    values = [float(plain) for value in chart.table.values(chart.series[0].key) if (plain := formats.plain(value))]
    highest = max([*values, float(chart.reference or 0)], default=0.0) or 1.0
    return [min([0.0, *values]), highest * 7 / 6]


def _reference(chart: Chart, channel: str) -> list[alt.Chart]:
    import altair as alt

    if chart.reference is None:
        return []
    axis = {"axis": None} if channel == "x" else {}
    encoding: dict[str, Any] = {channel: alt.datum(float(chart.reference), **axis)}
    return [
        alt.Chart(alt.InlineData(values=[{}]))
        .mark_rule(color=TARGET, strokeDash=[8, 3], strokeWidth=1.6)
        .encode(**encoding)
    ]


def _themed(picture: alt.Chart | alt.LayerChart) -> alt.Chart | alt.LayerChart:
    """The one theme. Texts are large enough to stay readable when a phone shrinks the picture."""
    return (
        picture.configure(
            font=FONT, background="transparent", aria=False, autosize={"type": "fit", "contains": "padding"}, padding=2
        )
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=MUTED, labelFontSize=11, domainColor=RULE, gridColor=RULE, tickColor=RULE, labelPadding=6
        )
        .configure_axisY(domain=False, ticks=False)
        .configure_legend(
            orient="top",
            direction="horizontal",
            labelColor=INK,
            labelFontSize=11.5,
            symbolStrokeWidth=2.5,
            symbolSize=300,
            offset=8,
            columnPadding=18,
        )
    )


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
