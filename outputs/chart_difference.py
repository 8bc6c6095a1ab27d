"""Charts of differences: ranges in rows, and our place among those where nothing was started."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from outputs.chart_plan import PlaceboPlan, RangePlan, RangeRow
from outputs.difference_axis import Axis, axis, beyond
from outputs.look import Theme, palette, role, template
from outputs.markup import escape
from outputs.sketch import Sketch, drawn_once
from outputs.words import ratio_words, tone_colour

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_ROW = 32  # pixels a row
_PHONE_ROW = 52


@drawn_once
def range_figure(plan: RangePlan, *, theme: Theme = "light", phone: bool = False) -> Figure:
    """Every estimate with its whole range, in the order of the plan; on a phone labels stand above their range."""
    along = axis(
        [value for row in plan.rows for value in (row.ratio, row.lower, row.upper)], plan.better, plan.pair
    )  # fmt: skip
    lines = _lines(plan)
    row_height = _PHONE_ROW if phone else _ROW
    margin = {"l": 12, "r": 12, "t": 44, "b": 34} if phone else {"l": 330, "r": 130, "t": 40, "b": 34}
    height = margin["t"] + margin["b"] + row_height * len(lines)
    figure = Sketch()
    figure.update_layout(template=template(theme), height=height, margin=margin, hovermode="closest")
    frame_of_differences(figure, along, theme, phone)
    figure.update_yaxes(range=[len(lines) - 0.4, -0.6], visible=False)
    for at, line in enumerate(lines):
        if isinstance(line, str):
            _label(figure, line, at, theme, palette(theme)["muted"], phone)
        else:
            _range(figure, line, at, along, theme)
            _row_words(figure, plan, line, at, theme, phone)
    if not phone:
        figure.add_annotation(
            x=1, xref="paper", xshift=130, xanchor="right", y=1, yref="paper", yshift=22, text="Best estimate",
            font={"color": palette(theme)["muted"]},
        )  # fmt: skip
    return figure.figure()


def _lines(plan: RangePlan) -> list[str | RangeRow]:
    """Rows with a heading before each new group."""
    lines: list[str | RangeRow] = []
    group = ""
    for row in plan.rows:
        if row.group and row.group != group:
            lines.append(row.group)
            group = row.group
        lines.append(row)
    return lines


def _backing(theme: Theme, phone: bool) -> dict[str, Any]:
    """On a phone, words stand on the page colour, because the upright would cross them."""
    return {"bgcolor": palette(theme)["bg"], "borderpad": 1} if phone else {}


def _label(
    figure: Sketch, text: str, at: int, theme: Theme, colour: str, phone: bool, bold: bool = False, indent: int = 0
) -> None:
    shown = f"<b>{escape(text)}</b>" if bold else escape(text)
    figure.add_annotation(
        x=0,
        xref="paper",
        xshift=indent if phone else indent - 330,
        y=at,
        yref="y",
        yshift=16 if phone and indent else 0,
        text=shown,
        font={"color": colour},
        **_backing(theme, phone),
    )


def _row_words(figure: Sketch, plan: RangePlan, row: RangeRow, at: int, theme: Theme, phone: bool) -> None:
    ink = palette(theme)["ink"]
    _label(figure, row.label, at, theme, ink, phone, row.bold, 1 if phone else 12)
    words = escape(row.words(plan.pair))
    figure.add_annotation(
        x=1, xref="paper", xshift=0 if phone else 130, xanchor="right", y=at, yref="y", yshift=16 if phone else 0,
        text=f"<b>{words}</b>" if row.bold else words, font={"color": ink}, **_backing(theme, phone),
    )  # fmt: skip


def _range(figure: Sketch, row: RangeRow, at: int, along: Axis, theme: Theme) -> None:
    """The range with caps and a dot; dotted and without a dot where events are too few, nothing where there is none."""
    if row.ratio is None or row.lower is None or row.upper is None:
        return
    ends = sorted((along.place(row.lower), along.place(row.upper)))
    if row.tone == "too_few":
        settings = role("range_too_few", theme)
        # The best estimate is hidden with so few events, so the marker that would show it is not drawn.
        figure.add_scatter(x=ends, y=[at, at], mode="lines", line=settings["line"], hoverinfo="skip")
    else:
        found = row.tone in ("better", "worse", "different", "same")
        settings = role("range_finding" if found else "range_cannot_tell", theme, tone_colour(row.tone))
        middle = along.place(row.ratio)
        settings["error_x"] |= {"array": [ends[1] - middle], "arrayminus": [middle - ends[0]]}
        settings["marker"]["size"] = 13 if row.bold else 10
        hover = f"{escape(row.label)}: {escape(ratio_words(row.ratio, along.pair))}<extra></extra>"
        figure.add_scatter(x=[middle], y=[at], hovertemplate=hover, **settings)
    for limit in (row.lower, row.upper):
        if beyond(limit):
            figure.add_annotation(
                x=along.place(limit), y=at, yshift=-13, xanchor="center", text="beyond", font={"size": 12}
            )


def frame_of_differences(figure: Sketch, along: Axis, theme: Theme, phone: bool) -> None:
    """The upright at “the same”, the zone within 15 %, ticks and both ends in words."""
    colours = palette(theme)
    ticks = [one for one in along.ticks if not phone or one[0] in (16, 4, 2, 1, 0.5, 0.25, 0.0625)]
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
def placebo_figure(plan: PlaceboPlan, *, theme: Theme = "light", phone: bool = False) -> Figure:
    """One circle a place with no programme, filled where its gap is at least as unusual as ours, a diamond."""
    colours = palette(theme)
    along = axis([plan.ours, *(dot.ratio for dot in plan.dots)], plan.better, plan.pair)
    width = (along.right - along.left) / (34 if phone else 70)
    stacks: dict[int, int] = {}
    points: list[tuple[float, int, bool, str]] = []
    # Nearest to no difference first in every stack, so the picture does not depend on the order of the places.
    for dot in sorted(plan.dots, key=lambda one: (one.at_least, abs(along.place(one.ratio)), one.name)):
        column = round(along.place(dot.ratio) / width)
        points.append((column * width, stacks.get(column, 0), dot.at_least, dot.name))
        stacks[column] = stacks.get(column, 0) + 1
    top = max([*stacks.values(), 5]) + 1.5
    height = int(74 + 34 + top * (11 if phone else 13))
    figure = Sketch()
    figure.update_layout(
        template=template(theme), height=height, margin={"l": 12, "r": 12, "t": 74, "b": 34}, hovermode="closest"
    )
    frame_of_differences(figure, along, theme, phone)
    figure.update_xaxes(showgrid=False, showline=True)
    figure.update_yaxes(visible=False, range=[-0.7, top])
    figure.add_scatter(
        x=[point[0] for point in points],
        y=[point[1] for point in points],
        mode="markers",
        marker={
            "size": 8 if phone else 10,
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
        yshift=18 if phone else 8,
        xshift=-6 if late else 6,
        xanchor="right" if late else "left",
        text=f"<b>{escape(plan.place)}{'<br>' if phone else ', '}{escape(ratio_words(plan.ours, plan.pair))}</b>",
    )
    for note in figure.layout["annotations"][:2]:
        note["yshift"] = 44
    return figure.figure()
