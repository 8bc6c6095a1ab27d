"""The series chart on paper: the same plan and the same grammar as on screen, laid out in points by the size of its words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from outputs.chart_plan import SeriesPlan, alone
from outputs.chart_series import band_runs, in_view, last_known, overlaps, round_step, runs, top_of, visible_breaks
from outputs.chart_windows import apart, bar_days, span_of
from outputs.look import palette
from outputs.paper_svg import Picture, Point, width_of
from outputs.words import number
from store.period import month_words

_WIDE = 40  # a picture this many letters wide has room for whole labels
_HATCH = 5.0  # points between two strokes of a break
_THEIRS = {True: ("If we had changed", "as similar places did"), False: ("Similar places",)}


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a chart's plot lies in its picture, in points, and from which day to which it reaches."""

    left: float
    right: float
    top: float
    bottom: float
    highest: float
    first: date
    last: date
    wide: bool

    def x(self, day: date) -> float:
        """How far from the left a day lies."""
        return self.left + (day - self.first) / (self.last - self.first) * (self.right - self.left)

    def y(self, value: float) -> float:
        """How far from the top a value lies."""
        return self.bottom - value / self.highest * (self.bottom - self.top)


def series_svg(plan: SeriesPlan, *, width: float, height: float, size: float) -> str:
    """The chart of one finding as SVG, without what is counted, which stands above it; ``width``, ``height`` and the ``size`` of its words are in points."""
    colours = palette("print")
    picture = Picture(width, height, size)
    plot = _layout(plan, picture)
    _grid(picture, plan, plot, colours)
    _breaks(picture, plan, plot, colours)
    _band(picture, plan, plot, colours)
    if plan.expected:
        _theirs(picture, plan, plot, colours)
    _ours(picture, plan, plot, colours)
    _start(picture, plan, plot, colours)
    _windows(picture, plan, plot, colours)
    _names(picture, plan, plot, colours)
    return picture.svg()


def _layout(plan: SeriesPlan, picture: Picture) -> Layout:
    size, highest = picture.size, top_of(plan)
    wide = picture.width / size > _WIDE
    first, last = span_of(plan)
    return Layout(
        left=width_of(_tick(plan, highest), size) + 6,
        right=picture.width - size * (11.5 if wide else 8),
        top=size * 3.5,
        bottom=picture.height - size * (4.4 if plan.windows else 2),
        highest=highest,
        first=first,
        last=last,
        wide=wide,
    )


def _tick(plan: SeriesPlan, value: float) -> str:
    if plan.sign == "£":
        return f"£{number(value)}"
    return f"{number(value)} %" if plan.sign == "%" else number(value)


def _grid(picture: Picture, plan: SeriesPlan, plot: Layout, colours: dict[str, str]) -> None:
    step = round_step(plot.highest, 5)
    for at in range(round(plot.highest / step) + 1):
        y = plot.y(at * step)
        base = at == 0
        picture.line([(plot.left, y), (plot.right, y)], colours["muted" if base else "hair"], 0.9 if base else 0.6)
        picture.words((plot.left - 5, y), _tick(plan, at * step), colours["muted"], anchor="end")
    room = width_of("2020", picture.size) + 8
    years = range(plot.first.year, plot.last.year + 1)
    a_year = (plot.right - plot.left) / max((plot.last - plot.first).days / 365.25, 0.5)
    every = max(1, math.ceil(room / a_year))
    for year in years[::every]:
        begins, ends = date(year, 1, 1), date(year + 1, 1, 1)
        if begins >= plot.first:
            picture.line([(plot.x(begins), plot.bottom), (plot.x(begins), plot.bottom + 3)], colours["muted"], 0.9)
        shown = max(begins, plot.first), min(ends, plot.last)
        if (shown[1] - shown[0]).days > 180:
            middle = (plot.x(shown[0]) + plot.x(shown[1])) / 2
            picture.words((middle, plot.bottom + picture.size), str(year), colours["muted"], anchor="middle")


def _breaks(picture: Picture, plan: SeriesPlan, plot: Layout, colours: dict[str, str]) -> None:
    """Hatched months with a bar above them and the reason over the bar, said once where two reasons would collide."""
    reasons = [one.reason for one in plan.breaks if overlaps(plan, one.first, one.last)]
    taken, said = -math.inf, ""
    for reason, (first, last) in sorted(zip(reasons, visible_breaks(plan), strict=True), key=lambda pair: pair[1]):
        left, right = plot.x(date.fromisoformat(first)), plot.x(date.fromisoformat(last))
        _hatch(picture, (left, right), plot, colours["hatch"])
        picture.line([(left, plot.top), (right, plot.top)], colours["edge"], 1.6)
        length = width_of(reason, picture.size)
        # The words may not leave the picture at its right end.
        at = min(left, picture.width - length)
        if at >= taken:
            picture.words((at, plot.top - picture.size * 0.75), reason, colours["muted"])
        elif reason != said:
            picture.words((at, plot.top - picture.size * 1.9), reason, colours["muted"])
        taken, said = max(taken, at + length + 4), reason


def _hatch(picture: Picture, sides: Point, plot: Layout, colour: str) -> None:
    left, right = sides
    tall = plot.bottom - plot.top
    for step in range(math.ceil((right - left + tall) / _HATCH)):
        # A stroke from the lower left to the upper right, cut at the four sides.
        begin = left - tall + step * _HATCH
        low, high = max(begin, left), min(begin + tall, right)
        if high > low:
            picture.line([(low, plot.bottom - (low - begin)), (high, plot.bottom - (high - begin))], colour, 0.6)


def _band(picture: Picture, plan: SeriesPlan, plot: Layout, colours: dict[str, str]) -> None:
    """The room for chance, a piece a run of known figures; one figure alone is an upright bar."""
    for run in band_runs(plan):
        edges = [
            [(plot.x(plan.middle(at)), plot.y(values[at] or 0)) for at in run] for values in (plan.upper, plan.lower)
        ]
        if len(run) == 1:
            (x, upper), (_, lower) = edges[0][0], edges[1][0]
            picture.box(x - 4, upper, 8, lower - upper, colours["band"])
            continue
        picture.area([*edges[0], *reversed(edges[1])], colours["band"])
        for edge in edges:
            picture.line(edge, colours["edge"], 0.6)


def _theirs(picture: Picture, plan: SeriesPlan, plot: Layout, colours: dict[str, str]) -> None:
    if alone(plan.expected):
        for at, value in enumerate(plan.expected):
            if value is not None:
                picture.dot((plot.x(plan.middle(at)), plot.y(value)), 4, "none", colours["line"], 1.4)
        return
    for points in _pieces(plan, plan.expected, plot):
        picture.line(points, colours["line"], 1.5, dash="4 2.4")


def _ours(picture: Picture, plan: SeriesPlan, plot: Layout, colours: dict[str, str]) -> None:
    pieces = _pieces(plan, plan.counts, plot)
    for points in pieces:
        if len(points) > 1:
            picture.line(points, colours["ink"], 1.9)
    number_of = sum(len(points) for points in pieces)
    radius = 3.2 if number_of < 14 else 2.6 if number_of < 50 else 1.7
    for point in (point for points in pieces for point in points):
        picture.dot(point, radius, colours["ink"], colours["bg"], 0.7)


def _pieces(plan: SeriesPlan, values: Sequence[float | None], plot: Layout) -> list[list[Point]]:
    """The points of a line, in pieces: what is missing breaks it."""
    known = runs(value is not None for value in values)
    return [[(plot.x(plan.middle(at)), plot.y(values[at] or 0)) for at in run] for run in known]


def _start(picture: Picture, plan: SeriesPlan, plot: Layout, colours: dict[str, str]) -> None:
    if plan.start is None or not in_view(plan, plan.start):
        return
    x, size = plot.x(plan.start), picture.size
    top = plot.top - size * 2.9
    picture.line([(x, plot.bottom), (x, top)], colours["ink"], 1.2)
    words = f"{plan.start_label}, {month_words(plan.start)}"
    fits_left = x - width_of(words, size, bold=True) > 0
    at = (x - 5, top + size * 0.4) if fits_left else (x + 5, top + size * 0.4)
    picture.words(at, words, colours["ink"], anchor="end" if fits_left else "start", bold=True)


def _windows(picture: Picture, plan: SeriesPlan, plot: Layout, colours: dict[str, str]) -> None:
    """The two periods under the axis, each with its figure."""
    size = picture.size
    y = plot.bottom + 2.2 * size
    labels = [bar.label if plot.wide else bar.label.split(",")[0] for bar in plan.windows]
    beside = plot.left, picture.width - plot.right
    shifts = apart(plan, labels, plot.right - plot.left, size, beside)
    for bar, label, shift in zip(plan.windows, labels, shifts, strict=True):
        left, right = (plot.x(day) for day in bar_days(plan, bar))
        picture.line([(left, y), (right, y)], colours["ink"], 2.4)
        at = (left + right) / 2 + shift, y + size * 1.1
        picture.words(at, f"{label}: {bar.figure}", colours["ink"], anchor="middle", bold=True)


def _names(picture: Picture, plan: SeriesPlan, plot: Layout, colours: dict[str, str]) -> None:
    """Names at the right end of both lines, pushed apart until they can be read and kept inside the plot."""
    size = picture.size
    room = picture.width - plot.right - 6
    ours, theirs = last_known(plan.counts), last_known(plan.expected)
    names: list[tuple[float, list[str], str, bool]] = []
    if ours is not None:
        names.append((plot.y(ours), _wrapped(plan.place, room, size), colours["ink"], True))
    if theirs is not None:
        drawn = "(ring)" if alone(plan.expected) else "(dashed)"
        names.append((plot.y(theirs), [*_THEIRS[plot.wide], *([] if plot.wide else [drawn])], colours["muted"], False))
    names.sort(key=lambda one: one[0])
    line = size * 1.2
    floor = plot.bottom
    tops = [middle - len(lines) * line / 2 for middle, lines, _, _ in names]
    # From the lowest up: inside the plot, and none over the one below it.
    for at in reversed(range(len(names))):
        tops[at] = min(tops[at], floor - len(names[at][1]) * line)
        floor = tops[at] - line * 0.3
    for top, (_, lines, colour, bold) in zip(tops, names, strict=True):
        for at, text in enumerate(lines):
            picture.words((plot.right + 6, top + (at + 0.5) * line), text, colour, bold=bold)


def _wrapped(text: str, room: float, size: float) -> list[str]:
    """A name in at most four lines that fit, a word that does not fit cut; what is left out ends in an ellipsis."""
    lines: list[str] = []
    fit = max(int(room / width_of("n", size, bold=True)), 4)
    for word in text.split():
        if lines and len(lines[-1]) + len(word) < fit:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    cut = [line if len(line) <= fit else f"{line[: fit - 1]}…" for line in lines]
    return cut if len(cut) <= 4 else [*cut[:3], f"{cut[3][: fit - 1]}…"]
