"""The series chart as an SVG of a few kilobytes, for pages that carry everything with them.

It holds numbers, years and the two short names at the right end: all longer words stand beside it as text, which wraps. Every
colour comes from ``colours``, so that a page may hand in the names of its own variables and have one drawing for every theme.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from outputs.chart_plan import SeriesPlan, alone
from outputs.chart_series import band_runs, in_view, last_known, round_step, runs, shortened_for, top_of, visible_breaks
from outputs.chart_windows import LETTER, Size, apart, bar_days, span_of
from outputs.look import tokens
from outputs.markup import escape
from outputs.words import number
from store.period import month_words

# Width, height and margins (left, right, top, bottom) in pixels, and the size of the letters.
_SHAPES: dict[Size, tuple[int, int, tuple[int, int, int, int], int]] = {
    "main": (1032, 384, (44, 172, 40, 76), 14),
    "phone": (354, 276, (34, 12, 28, 62), 12),
    "small": (338, 206, (34, 12, 26, 58), 12),
}
_NAME_LETTERS, _NAME_LINES = 20, 4
_FEW_POINTS = 14  # so few points are drawn larger, because no line leads the eye to them
_THEIRS = ("If we had changed", "as similar places did")


@dataclass(frozen=True, slots=True)
class _Canvas:
    """Where days and values come to lie, in pixels from the upper left corner."""

    width: int
    height: int
    margins: tuple[int, int, int, int]
    font: int
    first: date
    last: date
    top: float

    @property
    def floor(self) -> int:
        return self.height - self.margins[3]

    @property
    def plot(self) -> tuple[int, int]:
        """Width and height of what lies between the margins."""
        left, right, top, bottom = self.margins
        return self.width - left - right, self.height - top - bottom

    def x(self, day: date) -> float:
        return self.margins[0] + (day - self.first).days / max((self.last - self.first).days, 1) * self.plot[0]

    def y(self, value: float) -> float:
        return self.floor - value / self.top * self.plot[1]


def _canvas(plan: SeriesPlan, size: Size) -> _Canvas:
    width, height, (left, *others), font = _SHAPES[size]
    top = top_of(plan)
    widest = max(len(_tick(value, plan, size, top)) for value in (0, top / 2, top))
    margins = (max(left, int(widest * font * LETTER) + 10), others[0], others[1], others[2])
    return _Canvas(width, height, margins, font, *span_of(plan), top)


def series_svg(plan: SeriesPlan, *, colours: Mapping[str, str], size: Size = "main", name: str = "chart") -> str:
    """The plan as an SVG with its title and description; ``name`` is unique on the page and begins its ids.

    ``colours`` are those of ``outputs.look.palette``, or others by the same keys. ``data-x`` holds where each row of the
    plan's table is drawn, in its order.
    """
    on = _canvas(plan, size)
    parts = [
        *_breaks(plan, on, colours, name),
        *_scale(plan, on, colours, size),
        f'<g class="others">{_band(plan, on, colours, size)}{_similar(plan, on, colours)}</g>',
        _ours(plan, on, colours, size),
        *_start(plan, on, colours, size),
        *_windows(plan, on, colours, size),
        *(_names(plan, on, colours) if size == "main" else ()),
    ]
    rows = [at for at, value in enumerate(plan.counts) if not (plan.is_sparse and value is None)]
    where = " ".join(_px(on.x(plan.middle(at))) for at in rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {on.width} {on.height}" role="img" class="{size}" '
        f'aria-labelledby="{name}-t {name}-d" data-x="{where}" data-y="{on.margins[2]} {on.floor}" '
        f'font-size="{on.font}" font-family="inherit" fill="{colours["muted"]}">'
        f'<title id="{name}-t">{escape(plan.title)}</title><desc id="{name}-d">{escape(plan.alt)}</desc>'
        f"{''.join(parts)}</svg>"
    )


def shape_of(size: Size) -> tuple[int, int]:
    """Width and height of a drawing, in pixels."""
    return _SHAPES[size][:2]


def _px(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _line(x0: float, y0: float, x1: float, y1: float, colour: str, width: float) -> str:
    return f'<path d="M{_px(x0)} {_px(y0)}L{_px(x1)} {_px(y1)}" stroke="{colour}" stroke-width="{width:g}"/>'


def _text(x: float, y: float, text: str, anchor: str = "start", fill: str = "", *, bold: bool = False) -> str:
    """``text`` is escaped already; its baseline is at ``y``."""
    more = (f' fill="{fill}"' if fill else "") + (' font-weight="700"' if bold else "")
    placed = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text x="{_px(x)}" y="{_px(y)}"{placed}{more}>{text}</text>'


def _tick(value: float, plan: SeriesPlan, size: Size, top: float) -> str:
    shown = f"{number(value / 1000, 0 if value % 1000 == 0 else 1)}k" if shortened_for(top, size) else number(value)
    return f"£{shown}" if plan.sign == "£" else f"{shown}{plan.sign}"


def _scale(plan: SeriesPlan, on: _Canvas, colours: Mapping[str, str], size: Size) -> Iterator[str]:
    left, right = on.margins[0], on.width - on.margins[1]
    step = on.top if size == "small" else round_step(on.top, 5)
    for turn in range(math.floor(on.top / step + 1e-9) + 1):
        value = turn * step
        yield _line(left, on.y(value), right, on.y(value), colours["hair"] if turn else colours["edge"], 1)
        yield _text(left - 6, on.y(value) + on.font * 0.35, _tick(value, plan, size, on.top), "end")
    years = max(on.last.year - on.first.year, 1)
    every = 1 if size == "main" and years <= 12 else max(2, math.ceil(years / 5))
    half = 4 * on.font * LETTER / 2
    for year in range(on.first.year, on.last.year + 1, every):
        # On a wide chart the name of a year stands under the middle of it, else under its first day.
        at = on.x(date(year, 7 if size == "main" else 1, 1))
        if left - half <= at <= right:
            yield _text(at, on.floor + on.font + 5, str(year), "middle")


def _breaks(plan: SeriesPlan, on: _Canvas, colours: Mapping[str, str], name: str) -> Iterator[str]:
    spans = visible_breaks(plan)
    if not spans:
        return
    yield (
        f'<defs><pattern id="{name}-h" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<path d="M0 0V6" stroke="{colours["hatch"]}" stroke-width="3"/></pattern></defs>'
    )
    for first, last in spans:
        x0, x1, y = on.x(date.fromisoformat(first)), on.x(date.fromisoformat(last)), on.y(on.top)
        box = f'x="{_px(x0)}" y="{_px(y)}" width="{_px(x1 - x0)}" height="{_px(on.plot[1])}"'
        yield f'<rect {box} fill="url(#{name}-h)"/>'
        yield _line(x0, y, x1, y, colours["edge"], 2)


def _band(plan: SeriesPlan, on: _Canvas, colours: Mapping[str, str], size: Size) -> str:
    drawn = []
    for run in band_runs(plan):
        upper = [(on.x(plan.middle(at)), on.y(plan.upper[at] or 0)) for at in run]
        lower = [(on.x(plan.middle(at)), on.y(plan.lower[at] or 0)) for at in run]
        if len(run) == 1:
            # One period has no width to fill: the same room as an upright bar.
            (x, high), (_, low) = upper[0], lower[0]
            drawn.append(_line(x, low, x, high, colours["band"], 14 if size == "main" else 8))
            continue
        drawn.append(f'<path d="{_path([*upper, *reversed(lower)])}Z" fill="{colours["band"]}"/>')
        drawn += [
            f'<path d="{_path(edge)}" fill="none" stroke="{colours["edge"]}" stroke-width="1"/>' for edge in (upper, lower)
        ]  # fmt: skip
    return "".join(drawn)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{_px(x)} {_px(y)}" for x, y in points)


def _pieces(plan: SeriesPlan, values: Sequence[float | None], on: _Canvas) -> list[list[tuple[float, float]]]:
    """Points of a series, parted where a figure is missing."""
    known = runs(value is not None for value in values)
    return [[(on.x(plan.middle(at)), on.y(values[at] or 0)) for at in run] for run in known]


def _similar(plan: SeriesPlan, on: _Canvas, colours: Mapping[str, str]) -> str:
    line = tokens()["line_px"]
    style = f'fill="none" stroke="{colours["line"]}" stroke-width="{line["similar"]}"'
    pieces = _pieces(plan, plan.expected, on)
    if alone(plan.expected):
        # Single figures have no line between them: rings, or the comparison would be nowhere to be seen.
        return "".join(f'<circle cx="{_px(x)}" cy="{_px(y)}" r="5.5" {style}/>' for piece in pieces for x, y in piece)
    d = "".join(_path(piece) for piece in pieces if len(piece) > 1)
    return f'<path d="{d}" {style} stroke-dasharray="{line["similar_dash"]}"/>' if d else ""


def _ours(plan: SeriesPlan, on: _Canvas, colours: Mapping[str, str], size: Size) -> str:
    pieces = _pieces(plan, plan.counts, on)
    d = "".join(_path(piece) for piece in pieces if len(piece) > 1)
    width = tokens()["line_px"]["neighbourhood"] if size == "main" else 2
    few = sum(map(len, pieces)) <= _FEW_POINTS
    radius = 3.5 if size == "main" or few else 2.2
    dots = "".join(f'<circle cx="{_px(x)}" cy="{_px(y)}" r="{radius}"/>' for piece in pieces for x, y in piece)
    line = f'<path d="{d}" fill="none" stroke="{colours["ink"]}" stroke-width="{width}"/>' if d else ""
    return f'{line}<g fill="{colours["ink"]}">{dots}</g>'


def _start(plan: SeriesPlan, on: _Canvas, colours: Mapping[str, str], size: Size) -> Iterator[str]:
    if plan.start is None or not in_view(plan, plan.start):
        return
    x, rise = on.x(plan.start), on.margins[2] - 12
    yield _line(x, on.floor, x, on.margins[2] - rise, colours["ink"], tokens()["line_px"]["start"])
    words = plan.start_label if size == "small" else f"{plan.start_label}, {month_words(plan.start)}"
    wide = len(words) * on.font * LETTER + 8
    before = x + wide > on.width - on.margins[1] and x - wide > 0
    yield _text(
        x + (-6 if before else 6), on.margins[2] - rise + on.font * 0.8, escape(words), "end" if before else "start",
        colours["ink"], bold=True,
    )  # fmt: skip


def _windows(plan: SeriesPlan, on: _Canvas, colours: Mapping[str, str], size: Size) -> Iterator[str]:
    labels = [bar.label if size == "main" else bar.label.split(",")[0] for bar in plan.windows]
    beside = on.margins[0] - 2, on.margins[1] - 2
    y = on.floor + (40 if size == "main" else 32)
    for bar, label, shift in zip(
        plan.windows, labels, apart(plan, labels, on.plot[0], on.font, beside), strict=True
    ):  # fmt: skip
        x0, x1 = (on.x(day) for day in bar_days(plan, bar))
        if x1 > x0:
            yield _line(x0, y, x1, y, colours["ink"], tokens()["line_px"]["window"])
        words = f'{escape(label)}: <tspan font-weight="700">{escape(bar.figure)}</tspan>'
        yield _text((x0 + x1) / 2 + shift, y + on.font + 5, words, "middle", colours["ink"])


def _names(plan: SeriesPlan, on: _Canvas, colours: Mapping[str, str]) -> Iterator[str]:
    """Names at the right end of both lines, pushed apart until they can be read."""
    blocks: list[tuple[float, list[str], str]] = []
    if (ours := last_known(plan.counts)) is not None:
        lines = textwrap.wrap(plan.place, _NAME_LETTERS, max_lines=_NAME_LINES, placeholder=" …")
        blocks.append((on.y(ours), lines, "ours"))
    if (theirs := last_known(plan.expected)) is not None:
        blocks.append((on.y(theirs), list(_THEIRS), "theirs"))
    blocks.sort(key=lambda one: one[0])
    high, edge, placed = on.font * 1.25, 0.0, []
    for y, lines, whose in blocks:
        start = max(y - high * len(lines) / 2, edge)
        placed.append((start, lines, whose))
        edge = start + high * len(lines) + 6
    # Whatever hangs out below moves up, and those above with it.
    over = max(0.0, edge - 6 - on.floor)
    x = on.width - on.margins[1] + 8
    for start, lines, whose in placed:
        drawn = "".join(
            _text(x, start - over + high * (turn + 0.8), escape(line), "start",
                  colours["ink" if whose == "ours" else "muted"], bold=whose == "ours")
            for turn, line in enumerate(lines)
        )  # fmt: skip
        yield drawn if whose == "ours" else f'<g class="others">{drawn}</g>'
