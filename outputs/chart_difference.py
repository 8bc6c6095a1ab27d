"""The chart of differences as dots: our place among those where nothing was started."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from outputs.chart_plan import PlaceboPlan
from outputs.difference_axis import Axis, axis
from outputs.look import Theme, palette, template
from outputs.markup import escape
from outputs.sketch import Sketch, drawn_once
from outputs.words import ratio_words

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_COLUMNS = 70  # of dots on a wide page


def frame_of_differences(figure: Sketch, along: Axis, theme: Theme, phone: bool) -> None:
    """The upright at “the same”, the zone within 15 %, ticks and both ends in words."""
    colours = palette(theme)
    ticks = along.few_ticks if phone else along.ticks
    figure.update_xaxes(
        range=[along.left, along.right],
        tickvals=[along.place(ratio) for ratio, _ in ticks],
        ticktext=[words for _, words in ticks],
        showgrid=True,
        gridcolor=colours["hair"],
        showline=False,
        ticks="",
        tickfont={"size": 12 if phone else 14},
        tickangle=0,
    )
    zone = along.same_zone
    whole: dict[str, Any] = {"xref": "x", "yref": "paper", "y0": 0, "y1": 1}
    figure.add_shape(
        type="rect", x0=zone[0], x1=zone[1], fillcolor=colours["same"], line={"width": 0}, layer="below", **whole
    )
    figure.add_shape(
        type="line", x0=0, x1=0, line={"color": colours["ink"], "width": 2}, layer="below", **whole
    )  # fmt: skip
    for end, x, anchor in zip(along.ends, (0, 1), ("left", "right"), strict=True):
        figure.add_annotation(
            x=x, xref="paper", y=1, yref="paper", yshift=22 if not phone else 28, xanchor=anchor,
            text=f"<b>{escape(end.words)}</b>", font={"color": colours[end.colour]},
        )  # fmt: skip


@drawn_once
def placebo_figure(plan: PlaceboPlan, *, theme: Theme = "light") -> Figure:
    """One circle a place with no programme, filled where its gap is at least as unusual as ours, a diamond; for a wide page."""
    colours = palette(theme)
    along = axis([plan.ours, *(dot.ratio for dot in plan.dots)], plan.better, plan.pair)
    points = stacked(plan, along, _COLUMNS)
    top = max([*(row + 1 for _, row, _, _ in points), 5]) + 1.5
    height = int(74 + 34 + top * 13)
    figure = Sketch()
    figure.update_layout(
        template=template(theme), height=height, margin={"l": 12, "r": 12, "t": 74, "b": 34}, hovermode="closest"
    )
    frame_of_differences(figure, along, theme, phone=False)
    figure.update_xaxes(showgrid=False, showline=True)
    figure.update_yaxes(visible=False, range=[-0.7, top])
    figure.add_scatter(
        x=[point[0] for point in points],
        y=[point[1] for point in points],
        mode="markers",
        marker={
            "size": 10,
            "color": [colours["grey"] if point[2] else colours["bg"] for point in points],
            "line": {"color": colours["grey"], "width": 1.6},
        },
        text=[escape(point[3]) for point in points],
        hovertemplate="%{text}<extra></extra>",
    )
    ours = along.place(plan.ours)
    figure.add_shape(
        type="line", x0=ours, x1=ours, y0=0, y1=1 + 14 / (height - 108), yref="y domain",
        line={"color": colours["ink"], "width": 1.5},
    )  # fmt: skip
    diamond = {"symbol": "diamond", "size": 13, "color": colours["ink"], "line": {"color": colours["bg"], "width": 1.2}}
    figure.add_scatter(x=[ours], y=[0], mode="markers", hoverinfo="skip", marker=diamond)
    late = ours > along.left + 0.6 * (along.right - along.left)
    figure.add_annotation(
        x=ours,
        y=1,
        yref="paper",
        yshift=8,
        xshift=-6 if late else 6,
        xanchor="right" if late else "left",
        text=f"<b>{escape(plan.place)}, {escape(ratio_words(plan.ours, plan.pair))}</b>",
    )
    for note in figure.layout["annotations"][:2]:
        note["yshift"] = 44
    return figure.figure()


def stacked(plan: PlaceboPlan, along: Axis, columns: int) -> list[tuple[float, int, bool, str]]:
    """Where each dot lies in one of so many columns: place on the axis, row from below, whether it is filled, and its name."""
    width = (along.right - along.left) / columns
    stacks: dict[int, int] = {}
    points: list[tuple[float, int, bool, str]] = []
    # Nearest to no difference first in every stack, so the picture does not depend on the order of the places.
    for dot in sorted(plan.dots, key=lambda one: (one.at_least, abs(along.place(one.ratio)), one.name)):
        column = round(along.place(dot.ratio) / width)
        points.append((column * width, stacks.get(column, 0), dot.at_least, dot.name))
        stacks[column] = stacks.get(column, 0) + 1
    return points
