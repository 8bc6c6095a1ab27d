"""The chart of how answers spread: one bar a bin, as wide as its bin, and a line where our place lies."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from outputs.chart_difference import frame_of_differences
from outputs.difference_axis import Axis, axis
from outputs.look import Theme, palette, template
from outputs.markup import escape
from outputs.sketch import Sketch
from outputs.spread_plan import Bin, SpreadPlan
from outputs.words import number, ratio_words

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_HEIGHT = 300
_END = math.log(2) / 4  # how wide a bin without an end is drawn


def spread_figure(plan: SpreadPlan, *, theme: Theme = "light", phone: bool = False) -> Figure:
    """Bars as high as their bin is full for its width, so that merged bins do not look fuller than they are."""
    colours = palette(theme)
    sides = [_sides(one) for one in plan.bins]
    along = axis([plan.ours, *(edge for pair in sides for edge in pair)], plan.better, plan.pair)
    heights = [one.places / math.log(high / low) for one, (low, high) in zip(plan.bins, sides, strict=True)]
    top = max(heights) * 1.08
    figure = Sketch()
    figure.update_layout(
        template=template(theme), height=_HEIGHT, margin={"l": 12, "r": 12, "t": 74, "b": 34}, hovermode="closest"
    )
    frame_of_differences(figure, along, theme, phone)
    figure.update_xaxes(showgrid=False, showline=True)
    figure.update_yaxes(visible=False, range=[0, top])
    for pair, height in zip(sides, heights, strict=True):
        left, right = sorted(along.place(edge) for edge in pair)
        figure.add_shape(
            type="rect", x0=left, x1=right, y0=0, y1=height, fillcolor=colours["grey"], opacity=0.45,
            line={"color": colours["bg"], "width": 1},
        )  # fmt: skip
    # Shapes cannot be pointed at: an unseen point in each bar says what it holds.
    figure.add_scatter(
        x=[_middle(along, pair) for pair in sides], y=[height / 2 for height in heights], mode="markers", marker={"opacity": 0, "size": 18},
        text=[escape(f"{one.words(plan.pair)}: {number(one.places)}") for one in plan.bins], hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip
    if plan.ours is not None:
        _ours(figure, plan, plan.ours, along, theme, phone)
    return figure.figure()


def _sides(one: Bin) -> tuple[float, float]:
    """Where a bin is drawn from and to; one without an end is drawn a step wide."""
    low = one.low or one.high / math.exp(_END)
    return low, one.high if one.high < math.inf else low * math.exp(_END)


def _middle(along: Axis, pair: tuple[float, float]) -> float:
    return (along.place(pair[0]) + along.place(pair[1])) / 2


def _ours(figure: Sketch, plan: SpreadPlan, ratio: float, along: Axis, theme: Theme, phone: bool) -> None:
    ink, at = palette(theme)["ink"], along.place(ratio)
    figure.add_shape(type="line", x0=at, x1=at, y0=0, y1=1.05, yref="y domain", line={"color": ink, "width": 1.5})
    late = at > along.left + 0.6 * (along.right - along.left)
    figure.add_annotation(
        x=at, y=1, yref="paper", yshift=18 if phone else 8, xshift=-6 if late else 6, xanchor="right" if late else "left",
        text=f"<b>{escape(plan.place)}{'<br>' if phone else ', '}{escape(ratio_words(ratio, plan.pair))}</b>",
    )  # fmt: skip
    for note in figure.layout["annotations"][:2]:
        note["yshift"] = 44
