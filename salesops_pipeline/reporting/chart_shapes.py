"""The three shapes of chart that reports draw, in one theme: described with Altair, compiled to Vega, without numbers.

Data go into the data set ``rows`` with the fields ``category``, ``series``, ``value`` and ``label``; bars also have the
signals ``floor`` and ``limit``, the ends of their axis. The width is set with the data, because names take room.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from salesops_pipeline.reporting import formats
from salesops_pipeline.reporting.model import Kind
from salesops_pipeline.reporting.palette import COMPARE, FONT, INK, MAIN, MUTED, RULE, TARGET

_COLOURS = {"main": MAIN, "compare": COMPARE, "target": TARGET}
_DASHES = {"main": [1, 0], "compare": [4, 3], "target": [8, 3]}
_WIDTHS = {"main": 2.5, "compare": 1.6, "target": 1.6}
_WIDTH, _GAP, _HEIGHT, _BAR_STEP = 514, 36, 200, 25
_VALUE_LABELS, _NAME_LABELS, _CHARACTER = 48, 170, 6
"""Pixels: room for the labels of an axis of values, most that names may take, and about what one character does."""


@dataclass(frozen=True)
class Shape:
    """What a specification depends on, apart from the numbers.

    Args:
        kind: Line over dates, columns over periods, bars over names.
        series: Label and role of each.
        value_kind: Kind of the values.
        currency: For the labels of an axis of amounts.
        is_wide: Takes the whole width of the page instead of half.
    """

    kind: Literal["line", "column", "bar"]
    series: tuple[tuple[str, str], ...]
    value_kind: Kind
    currency: str
    is_wide: bool

    def plot_width(self, longest: int) -> int:
        """Width between the axes in pixels, such that all charts come out about as wide; the page scales them to a box.

        Vega could fit a chart into its width, but would lay it out twice for that, and measuring texts is most of
        what drawing costs.

        Args:
            longest: Characters of the longest name on the axis of a bar chart.
        """
        whole = 2 * _WIDTH + _GAP if self.is_wide else _WIDTH
        labels = min(_CHARACTER * longest + 8, _NAME_LABELS) if self.kind == "bar" else _VALUE_LABELS
        return whole - labels


def bar_height(rows: int) -> int:
    """Height of a bar chart in pixels."""
    return max(_BAR_STEP * rows, 3 * _BAR_STEP)


@lru_cache(maxsize=128)
def specification(shape: Shape) -> str:
    """The Vega specification of a shape, as JSON: validating and compiling cost more than drawing."""
    import vl_convert

    picture = {"line": _line, "column": _column, "bar": _bar}[shape.kind](shape)
    return json.dumps(vl_convert.vegalite_to_vega(_themed(picture).to_dict()))


def _data() -> Any:
    import altair as alt

    return alt.NamedData(name="rows")


def _scale(shape: Shape, values: dict[str, Any]) -> Any:
    import altair as alt

    return alt.Scale(domain=[label for label, _ in shape.series], range=[values[role] for _, role in shape.series])


def _legend(shape: Shape) -> Any:
    import altair as alt

    return alt.Legend(title=None) if len(shape.series) > 1 else None


def _value_axis(shape: Shape) -> Any:
    import altair as alt

    prefix = formats.prefix(shape.currency).replace("'", "")
    large = f"'{prefix}' + replace(format(datum.value, '~s'), 'G', 'B')"
    labels = {"money": f"datum.value == 0 ? '0' : {large}", "percent": "format(datum.value, '.0%')"}
    whole = "datum.value == floor(datum.value) ? format(datum.value, ',d') : ''"
    return alt.Axis(title=None, labelExpr=labels.get(shape.value_kind, whole), tickCount=4)


def _line(shape: Shape) -> Any:
    import altair as alt

    dates = alt.Axis(format="%-d %b", tickCount=6, grid=False, labelFlush=True)
    return (
        alt.Chart(_data())
        .mark_line(interpolate="step-after")
        .encode(
            x=alt.X("category:T", title=None, axis=dates),
            y=alt.Y("value:Q", axis=_value_axis(shape)),
            color=alt.Color("series:N", scale=_scale(shape, _COLOURS), legend=_legend(shape)),
            strokeDash=alt.StrokeDash("series:N", scale=_scale(shape, _DASHES), legend=_legend(shape)),
            strokeWidth=alt.StrokeWidth("series:N", scale=_scale(shape, _WIDTHS), legend=None),
        )
        .properties(width=_WIDTH, height=_HEIGHT)
    )


def _column(shape: Shape) -> Any:
    import altair as alt

    several = len(shape.series) > 1
    base = alt.Chart(_data()).encode(
        x=alt.X(
            "category:N",
            title=None,
            sort=None,
            # A quarter's label takes two lines, FY2027 and Q3: eight of them do not fit side by side otherwise.
            axis=alt.Axis(labelAngle=0, grid=False, ticks=False, labelExpr="split(datum.label, '-')"),
            scale=alt.Scale(paddingInner=0.35 if several else 0.5, paddingOuter=0.25),
        ),
        y=alt.Y("value:Q", axis=_value_axis(shape)),
        xOffset=alt.XOffset("series:N", sort=None) if several else alt.Undefined,
    )
    bars = base.mark_bar(cornerRadiusEnd=1.5).encode(
        color=alt.Color("series:N", scale=_scale(shape, _COLOURS), legend=_legend(shape))
    )
    labels = base.mark_text(dy=-7, color=INK, fontSize=11).encode(text="label:N")
    return (bars if several else alt.layer(bars, labels)).properties(width=_WIDTH, height=_HEIGHT)


def _bar(shape: Shape) -> Any:
    import altair as alt

    floor, limit = alt.param(name="floor", value=0), alt.param(name="limit", value=1)
    base = alt.Chart(_data()).encode(
        y=alt.Y("category:N", title=None, sort=None, axis=alt.Axis(labelLimit=_NAME_LABELS, grid=False, ticks=False)),
        x=alt.X("value:Q", axis=None, scale=alt.Scale(domainMin=floor, domainMax=limit, nice=False)),
    )
    bars = base.mark_bar(color=MAIN, cornerRadiusEnd=1.5, height=15)
    labels = base.mark_text(align="left", dx=5, color=INK, fontSize=11).encode(text="label:N")
    return alt.layer(bars, labels).properties(width=_WIDTH, height=_HEIGHT).add_params(floor, limit)


def _themed(picture: Any) -> Any:
    """The one theme. Texts are large enough to stay readable when a phone shrinks the picture."""
    return (
        picture.configure(font=FONT, background="transparent", aria=False, autosize="pad", padding=2)
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
