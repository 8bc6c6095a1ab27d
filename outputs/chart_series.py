"""The series chart: us in ink, similar places dashed, room for chance never hidden."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from outputs.chart_plan import BreakSpan, SeriesPlan, alone
from outputs.chart_windows import LETTER, Size, add_windows, span_of
from outputs.look import Theme, palette, role, template, tokens
from outputs.markup import escape
from outputs.sketch import Sketch, drawn_once
from outputs.words import number
from store.period import month_from_number, month_number, month_words

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_MARGINS = {"l": 44, "r": 160, "t": 58, "b": 74}
_LABEL_GAP = 30  # pixels between the two names at the right end
_FONT = 14


@drawn_once
def series_figure(plan: SeriesPlan, *, theme: Theme = "light") -> Figure:
    """The plan as a Plotly figure for a wide page; a phone has the still picture (outputs.chart_svg)."""
    colours = palette(theme)
    height = int(tokens()["chart"]["main_height"])
    top = top_of(plan)
    figure = Sketch()
    _add_breaks(figure, plan, theme, top)
    _add_band(figure, plan, theme)
    x = [plan.middle(at).isoformat() for at in range(len(plan.periods))]
    if plan.expected:
        name, similar = "If we had changed as similar places did", role("similar", theme)
        hover = _hover(plan, 1)
        if alone(plan.expected):
            # Single figures have no line between them: rings, or the comparison would be nowhere to be seen.
            ring = {"symbol": "circle-open", "size": 11, "color": similar["line"]["color"], "line": {"width": 2}}
            similar = similar | {"mode": "markers", "marker": ring}
        figure.add_scatter(x=x, y=list(plan.expected), name=name, hovertemplate=hover, **similar)
    figure.add_scatter(
        x=x,
        y=list(plan.counts),
        name=escape(plan.place),
        connectgaps=False,
        hovertemplate=_hover(plan, 1 if plan.sign == "%" else 0),
        **role("neighbourhood", theme),
    )
    margin = _margins(plan, top)
    figure.update_layout(template=template(theme), height=height, margin=margin, hovermode="x unified")
    figure.update_layout(font={"size": _FONT})
    first, last = span_of(plan)
    years = max(last.year - first.year, 1)
    figure.update_xaxes(
        type="date",
        range=[first.isoformat(), last.isoformat()],
        tick0=f"{first.year}-01-01",
        dtick=f"M{12 * (1 if years <= 12 else max(2, math.ceil(years / 5)))}",
        tickformat="%Y",
        ticklabelmode="period",
        tickfont={"size": _FONT},
        hoverformat="%B %Y",
    )
    figure.update_yaxes(range=[0, top], dtick=round_step(top, 5), tickfont={"size": _FONT})
    figure.update_yaxes(tickformat=",", ticksuffix="%" if plan.sign == "%" else "",
                        tickprefix="£" if plan.sign == "£" else "")  # fmt: skip
    plot_height = height - margin["t"] - margin["b"]
    _add_start(figure, plan, theme, plot_height)
    add_windows(figure, plan, theme, plot_height, margin)
    _add_words(figure, plan, theme, top, plot_height, margin["l"])
    figure.update_layout(paper_bgcolor=colours["bg"] if theme == "print" else "rgba(0,0,0,0)")
    return figure.figure()


def _hover(plan: SeriesPlan, decimals: int) -> str:
    """How the pointer reads a figure; counts stay whole where they are whole."""
    if plan.sign == "£":
        return "£%{y:,.0f}"
    shown = f"%{{y:,.{decimals}f}}" if decimals else "%{y:,}"
    return f"{shown} %" if plan.sign == "%" else shown


def shortened_for(top: float, size: Size) -> bool:
    """True where thousands are written as k, because a small chart has no room for them."""
    return size != "main" and top >= 10_000


def _margins(plan: SeriesPlan, top: float) -> dict[str, int]:
    """The margins of the chart, the left one wide enough for the largest number of the axis."""
    widest = (len(number(top)) + len(plan.sign)) * _FONT * LETTER
    return _MARGINS | {"l": max(_MARGINS["l"], int(widest) + 10)}


def top_of(plan: SeriesPlan) -> float:
    """The highest gridline."""
    values = [value for part in (plan.counts, plan.expected, plan.upper) for value in part if value is not None]
    highest = max(values, default=1) or 1
    step = round_step(highest, 5)
    return math.ceil(highest / step) * step


def round_step(top: float, wanted: int) -> float:
    """A round step of 1, 2 or 5 times a power of ten that gives about ``wanted`` gridlines, never under 1."""
    rough = max(top / wanted, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * part for part in (1, 2, 5, 10) if power * part >= rough * 0.999)


def runs(known: Iterable[bool]) -> Iterator[range]:
    """Runs of neighbouring places at which something is known."""
    begin: int | None = None
    for at, here in enumerate([*known, False]):
        if here and begin is None:
            begin = at
        elif not here and begin is not None:
            yield range(begin, at)
            begin = None


def band_runs(plan: SeriesPlan) -> Iterator[range]:
    """Runs of periods in which both edges of the band are known."""
    return runs(None not in pair for pair in zip(plan.lower, plan.upper, strict=True))


def _add_band(figure: Sketch, plan: SeriesPlan, theme: Theme) -> None:
    # One pair of traces a run: a fill across a gap would paint room for chance where nothing was computed.
    for run in band_runs(plan):
        if len(run) == 1:
            # One period has no width to fill: the same room as an upright bar.
            at = run[0]
            bar = {"color": palette(theme)["band"], "width": 14}
            edges = [plan.lower[at], plan.upper[at]]
            figure.add_scatter(x=[plan.middle(at).isoformat()] * 2, y=edges, mode="lines", line=bar, hoverinfo="skip")
            continue
        x = [plan.middle(at).isoformat() for at in run]
        figure.add_scatter(x=x, y=[plan.upper[at] for at in run], **role("band_upper", theme))
        figure.add_scatter(x=x, y=[plan.lower[at] for at in run], **role("band_lower", theme))


def _add_breaks(figure: Sketch, plan: SeriesPlan, theme: Theme, top: float) -> None:
    edge = palette(theme)["edge"]
    for span in visible_breaks(plan):
        left, right = span
        figure.add_scatter(x=[left, right, right, left, left], y=[0, 0, top, top, 0], **role("break_hatch", theme))
        figure.add_shape(type="line", x0=left, x1=right, y0=top, y1=top, line={"color": edge, "width": 2})


def visible_breaks(plan: SeriesPlan) -> list[tuple[str, str]]:
    """First and last day, in ISO form, of every break inside the series, cut at both ends of it."""
    last = month_from_number(month_number(plan.periods[-1]) + plan.months_each)
    return [(left, right) for _, left, right in clipped(plan.breaks, plan.periods[0], last)]


def clipped(breaks: Iterable[BreakSpan], first: date, last: date) -> list[tuple[BreakSpan, str, str]]:
    """Every break that reaches into the days from ``first`` to before ``last``, with its own first and last day there (ISO)."""
    found = []
    for one in breaks:
        end = month_from_number(month_number(one.last) + 1)
        if one.first < last and end > first:
            found.append((one, max(one.first, first).isoformat(), min(end, last).isoformat()))
    return found


def in_view(plan: SeriesPlan, day: date) -> bool:
    """True where a day lies inside the chart."""
    first, last = span_of(plan)
    return first <= day < last


def _add_start(figure: Sketch, plan: SeriesPlan, theme: Theme, plot_height: int) -> None:
    if plan.start is None or not in_view(plan, plan.start):
        return
    ink = palette(theme)["ink"]
    rise = 1 + 24 / plot_height
    x = plan.start.isoformat()
    figure.add_shape(type="line", xref="x", yref="paper", x0=x, x1=x, y0=0, y1=rise, line={"color": ink, "width": 1.5})
    words = f"{plan.start_label}, {month_words(plan.start)}"
    early = (plan.start - plan.periods[0]).days < 0.3 * (plan.periods[-1] - plan.periods[0]).days
    anchor = "left" if early else "right"
    figure.add_annotation(
        x=x,
        y=rise,
        yref="paper",
        text=f"<b>{escape(words)}</b>",
        xanchor=anchor,
        yanchor="middle",
        xshift={"left": 6, "right": -6}[anchor],
        font={"size": _FONT, "color": ink},
    )


def _add_words(figure: Sketch, plan: SeriesPlan, theme: Theme, top: float, plot_height: int, left_margin: int) -> None:
    colours = palette(theme)
    figure.add_annotation(
        x=0,
        xref="paper",
        xshift=10 - left_margin,
        y=1,
        yref="paper",
        yshift=44,
        text=escape(plan.counted),
        font={"color": colours["muted"], "size": _FONT},
    )
    for one, (left, _) in zip([b for b in plan.breaks if overlaps(plan, b.first, b.last)], visible_breaks(plan),
                              strict=True):  # fmt: skip
        # A label the start would cross moves to the right of it.
        crossed = plan.start is not None and left <= plan.start.isoformat() and one.first <= plan.start <= one.last
        figure.add_annotation(
            x=plan.start.isoformat() if crossed and plan.start else left,
            y=top,
            yanchor="bottom",
            xshift=6 if crossed else 4,
            text=escape(one.reason),
            font={"color": colours["muted"]},
        )
    _add_names(figure, plan, colours, top, plot_height)
    if plan.note and plan.counts[plan.note.at] is not None:
        figure.add_annotation(
            x=plan.middle(plan.note.at).isoformat(),
            y=plan.counts[plan.note.at],
            xshift=9,
            yshift=6,
            text=escape(plan.note.text).replace("\n", "<br>"),
            font={"color": colours["ink"], "shadow": f"0 0 3px {colours['bg']}, 0 0 3px {colours['bg']}"},
        )


def overlaps(plan: SeriesPlan, first: date, last: date) -> bool:
    """True where months from ``first`` to ``last`` have a part in the series."""
    end = month_from_number(month_number(plan.periods[-1]) + plan.months_each)
    return first < end and month_from_number(month_number(last) + 1) > plan.periods[0]


def _add_names(figure: Sketch, plan: SeriesPlan, colours: dict[str, str], top: float, plot_height: int) -> None:
    """Names at the right end of both lines, pushed apart until they can be read."""
    ours = last_known(plan.counts)
    theirs = last_known(plan.expected)
    names: list[tuple[float, str, str]] = []
    if ours is not None:
        names.append((ours, f"<b>{_wrapped(plan.place, 18)}</b>", colours["ink"]))
    if theirs is not None:
        names.append((theirs, "If we had changed<br>as similar places did", colours["muted"]))
    names.sort(key=lambda one: one[0], reverse=True)
    if len(names) == 2:
        gap = (names[0][0] - names[1][0]) / top * plot_height
        push = max(0.0, (_LABEL_GAP + 10 - gap) / 2)
    else:
        push = 0.0
    floor = 12.0
    shifts = [push, -push]
    if len(names) == 2:
        below = names[1][0] / top * plot_height - push
        if below < floor:
            shifts = [push + floor - below, -push + floor - below]
    for (value, text, colour), shift in zip(names, shifts, strict=False):
        font = {"color": colour, "size": _FONT}
        figure.add_annotation(x=1, xref="paper", xshift=6, y=value, yshift=shift, text=text, font=font)


def last_known(values: tuple[float | None, ...]) -> float | None:
    """The last figure of a line, where its name stands."""
    return next((value for value in reversed(values) if value is not None), None)


def _wrapped(text: str, width: int) -> str:
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + len(word) < width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "<br>".join(escape(line) for line in lines)
