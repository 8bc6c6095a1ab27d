"""The chart of gaps around the start: dots above and below “as similar places changed”, room for chance never hidden."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from outputs.chart_series import clipped, runs
from outputs.difference_axis import Axis
from outputs.event_plan import EventPlan
from outputs.look import Theme, palette, role, template
from outputs.markup import escape
from outputs.sketch import Sketch, drawn_once
from store.period import month_words

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_HEIGHT, _PHONE_HEIGHT = 360, 300
_YEARS_WIDE, _YEARS_PHONE = 12, 5


@drawn_once
def event_figure(plan: EventPlan, *, theme: Theme = "light", phone: bool = False) -> Figure:
    """The plan as a Plotly figure, for a wide page or for a phone."""
    colours, font = palette(theme), 12 if phone else 14
    first, last = plan.study.gaps[0].first, plan.end_of(len(plan.study.gaps) - 1)
    reach = _reach(plan)
    figure = Sketch()
    figure.update_layout(
        template=template(theme), height=_PHONE_HEIGHT if phone else _HEIGHT,
        margin={"l": 48 if phone else 64, "r": 16, "t": 66, "b": 58}, hovermode="x unified", font={"size": font},
    )  # fmt: skip
    _breaks(figure, plan, theme, reach, phone)
    _band(figure, plan, theme, phone)
    settings = role("neighbourhood", theme)
    settings["marker"]["size"] = 6 if phone else settings["marker"]["size"]
    figure.add_scatter(
        x=[plan.middle(at).isoformat() for at in range(len(plan.study.gaps))],
        y=[item.gap for item in plan.study.gaps],
        text=[plan.shown(item.gap) if item.gap is not None else "" for item in plan.study.gaps],
        name=escape(plan.place), connectgaps=False, hovertemplate="%{text}", **settings,
    )  # fmt: skip
    years = max(last.year - first.year, 1)
    most = _YEARS_PHONE if phone else _YEARS_WIDE
    figure.update_xaxes(
        type="date", range=[first.isoformat(), last.isoformat()], tick0=f"{first.year}-01-01",
        dtick=f"M{12 * math.ceil(years / most)}", tickformat="%Y", ticklabelmode="instant" if phone else "period",
        tickfont={"size": font}, hoverformat="%B %Y",
    )  # fmt: skip
    figure.update_yaxes(
        range=[-reach, reach],
        tickformat=",~g",
        tickprefix="£" if plan.sign == "£" else "",
        tickfont={"size": font},
        zeroline=False,
        nticks=7,
    )
    figure.add_shape(
        type="line", x0=0, x1=1, xref="paper", y0=0, y1=0, line={"color": colours["ink"], "width": 2}, layer="below"
    )
    _start(figure, plan, theme)
    _ends(figure, plan, theme, phone)
    figure.update_layout(paper_bgcolor=colours["bg"] if theme == "print" else "rgba(0,0,0,0)")
    return figure.figure()


def _reach(plan: EventPlan) -> float:
    """How far the axis goes up and down, the same both ways so that no side looks the larger."""
    values = [value for item in plan.study.gaps for value in (item.gap, item.lower, item.upper) if value is not None]
    return 1.08 * max((abs(value) for value in values), default=1.0) or 1.0


def _band(figure: Sketch, plan: EventPlan, theme: Theme, phone: bool) -> None:
    # One pair of traces a run: a fill across a gap would paint room for chance where nothing was computed.
    gaps = plan.study.gaps
    for run in runs(item.gap is not None for item in gaps):
        x = [plan.middle(at).isoformat() for at in run]
        if len(run) == 1:
            bar = {"color": palette(theme)["band"], "width": 8 if phone else 14}
            edges = [gaps[run[0]].lower, gaps[run[0]].upper]
            figure.add_scatter(x=x * 2, y=edges, mode="lines", line=bar, hoverinfo="skip")
            continue
        figure.add_scatter(x=x, y=[gaps[at].upper for at in run], **role("band_upper", theme))
        figure.add_scatter(x=x, y=[gaps[at].lower for at in run], **role("band_lower", theme))


def _breaks(figure: Sketch, plan: EventPlan, theme: Theme, reach: float, phone: bool) -> None:
    first, last = plan.study.gaps[0].first, plan.end_of(len(plan.study.gaps) - 1)
    for one, left, right in clipped(plan.breaks, first, last):
        figure.add_scatter(
            x=[left, right, right, left, left], y=[-reach, -reach, reach, reach, -reach], **role("break_hatch", theme)
        )
        if not phone:
            figure.add_annotation(
                x=left, xshift=4, y=0, yref="paper", yanchor="bottom", yshift=4, text=escape(one.reason),
                font={"color": palette(theme)["muted"]}, bgcolor=palette(theme)["bg"],
            )  # fmt: skip


def _start(figure: Sketch, plan: EventPlan, theme: Theme) -> None:
    ink, x = palette(theme)["ink"], plan.start.isoformat()
    figure.add_shape(type="line", xref="x", yref="paper", x0=x, x1=x, y0=0, y1=1.05, line={"color": ink, "width": 1.5})
    first, last = plan.study.gaps[0].first, plan.study.gaps[-1].first
    early = (plan.start - first).days < 0.5 * (last - first).days
    figure.add_annotation(
        x=x, y=1.05, yref="paper", xanchor="left" if early else "right", xshift=6 if early else -6, yshift=2,
        text=f"<b>Start, {escape(month_words(plan.start))}</b>", font={"color": ink},
    )  # fmt: skip


def _ends(figure: Sketch, plan: EventPlan, theme: Theme, phone: bool) -> None:
    """The words above and below: which way is more, and where a direction is declared which is better."""
    ends = {end.words.split(" ")[0]: end for end in Axis(plan.better, -1, 1, plan.pair).ends}
    less, more = (ends[word.capitalize()] for word in plan.pair)
    left = -(48 if phone else 64) + 10
    for end, y, yshift in ((more, 1, 44), (less, 0, -46)):
        figure.add_annotation(
            x=0, xref="paper", xanchor="left", xshift=left, y=y, yref="paper", yshift=yshift,
            text=f"<b>{escape(end.words)}</b> than had we changed as similar places did",
            font={"color": palette(theme)[end.colour], "size": 12 if phone else 14},
        )  # fmt: skip
