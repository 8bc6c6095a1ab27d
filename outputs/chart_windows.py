"""The two periods under a series chart, as bars with their numbers, and how far the chart reaches to hold them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from outputs.chart_plan import SeriesPlan, WindowBar
from outputs.look import Theme, palette
from outputs.markup import escape
from outputs.sketch import Sketch
from store.period import month_from_number, month_number

Size = Literal["main", "small", "phone"]

LETTER = 0.56  # width of a letter, in parts of its size
_WIDTH = 1080  # pixels a living chart has for itself: the column of the page
_FONT = 14
_SPACE = 10  # pixels between the words under two windows
_YEAR = 12


def span_of(plan: SeriesPlan) -> tuple[date, date]:
    """First and last day drawn: every period, and both windows whole where few figures lie far apart."""
    first, last = plan.periods[0], month_from_number(month_number(plan.periods[-1]) + plan.months_each)
    for bar in plan.windows:
        if plan.is_sparse or plan.months_each >= _YEAR:
            first, last = min(first, bar.first), max(last, month_from_number(month_number(bar.last) + 1))
    return first, last


def add_windows(figure: Sketch, plan: SeriesPlan, theme: Theme, plot_height: int, margin: dict[str, int]) -> None:
    """Draw the bars and their words; ``margin`` is the chart's own, in pixels."""
    ink, y = palette(theme)["ink"], -40 / plot_height
    labels = [bar.label for bar in plan.windows]
    plot = _WIDTH - margin["l"] - margin["r"]
    shifts = apart(plan, labels, plot, _FONT, (margin["l"], margin["r"]))
    for bar, label, shift in zip(plan.windows, labels, shifts, strict=True):
        left, right = bar_days(plan, bar)
        figure.add_shape(
            type="line", xref="x", yref="paper", x0=left.isoformat(), x1=right.isoformat(), y0=y, y1=y,
            line={"color": ink, "width": 3},
        )  # fmt: skip
        figure.add_annotation(
            x=(left + (right - left) / 2).isoformat(),
            y=y,
            yref="paper",
            xshift=shift,
            yshift=-12,
            xanchor="center",
            text=f"{escape(label)}: <b>{escape(bar.figure)}</b>",
            font={"size": _FONT, "color": ink},
        )


def bar_days(plan: SeriesPlan, bar: WindowBar) -> tuple[date, date]:
    """From which day to which a window is drawn, inside the chart."""
    first, last = span_of(plan)
    return max(bar.first, first), min(month_from_number(month_number(bar.last) + 1), last)


def apart(
    plan: SeriesPlan, labels: Sequence[str], plot: float, font: float, beside: tuple[float, float]
) -> list[float]:
    """By how much the words under each window move, so that they neither meet nor leave the picture.

    ``plot`` is the width of the plot, ``beside`` what is left and right of it, all in the unit of ``font``.
    """
    first, last = span_of(plan)
    halves = [
        len(f"{label}: {bar.figure}") * font * LETTER / 2 for label, bar in zip(labels, plan.windows, strict=True)
    ]
    middles = []
    for bar in plan.windows:
        left, right = bar_days(plan, bar)
        middles.append(((left - first) + (right - left) / 2) / (last - first) * plot)
    placed = list(middles)
    for at in range(len(placed) - 1):
        short = halves[at] + halves[at + 1] + _SPACE - (placed[at + 1] - placed[at])
        if short > 0:
            placed[at] -= short / 2
            placed[at + 1] += short / 2
    # Then inside the picture, the later ones first, so that those before them make room.
    edge = plot + beside[1]
    for at in reversed(range(len(placed))):
        placed[at] = min(placed[at], edge - halves[at])
        edge = placed[at] - halves[at] - _SPACE
    edge = -beside[0]
    for at, half in enumerate(halves):
        placed[at] = max(placed[at], edge + half)
        edge = placed[at] + half + _SPACE
    return [round(now - was, 1) for now, was in zip(placed, middles, strict=True)]
