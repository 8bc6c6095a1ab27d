"""Our place among those where nothing was started, as a still picture for a phone: it shows without a script.

It is drawn from the plan that the living chart is drawn from; the names of all places stand in its table.
"""

from __future__ import annotations

import textwrap

from outputs.chart_difference import stacked
from outputs.chart_plan import PlaceboPlan
from outputs.chart_windows import LETTER
from outputs.difference_axis import Axis, axis
from outputs.look import FONT, Theme, palette
from outputs.markup import escape
from outputs.range_marks import Strip, upright
from outputs.typeface import still
from outputs.words import ratio_words

# Pixels: the picture, its margins left and right, above and below the dots, and a step of a stack.
_WIDTH, _SIDE, _ABOVE, _BELOW, _STEP = 354, 12, 78, 30, 11
_COLUMNS, _RADIUS, _FONT = 34, 4, 12
_NAME_LETTERS, _NAME_LINES = 24, 2


def placebo_picture(plan: PlaceboPlan, alt: str, *, theme: Theme = "light") -> str:
    """A ``<figure>`` 354 pixels wide; ``alt`` is what it says to people who do not see it."""
    colours = palette(theme)
    along = axis([plan.ours, *(dot.ratio for dot in plan.dots)], plan.better, plan.pair)
    points = stacked(plan, along, _COLUMNS)
    high = int((max([*(row for _, row, _, _ in points), 4]) + 2) * _STEP)
    floor, height = _ABOVE + high, _ABOVE + high + _BELOW

    def x(place: float) -> float:
        return _SIDE + (place - along.left) / (along.right - along.left) * (_WIDTH - 2 * _SIDE)

    strip = Strip(lambda ratio: x(along.place(ratio)), str(high), colours)
    dots = "".join(
        f'<circle cx="{x(at):.1f}" cy="{floor - (row + 0.7) * _STEP:.1f}" r="{_RADIUS}" '
        f'fill="{colours["grey" if filled else "bg"]}" stroke="{colours["grey"]}" stroke-width="1.6"/>'
        for at, row, filled, _ in points
    )
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" font-size="{_FONT}" '
        f'font-family="{FONT}" fill="{colours["muted"]}"><g transform="translate(0 {_ABOVE})">{upright(strip)}</g>'
        f'<path d="M{_SIDE} {floor}H{_WIDTH - _SIDE}" stroke="{colours["edge"]}"/>{_words(along, strip, floor)}{dots}'
        f"{_ours(plan, strip, floor)}</svg>"
    )
    return f'<figure style="margin:0">{still(drawn, alt, _WIDTH, height)}</figure>'


def _words(along: Axis, strip: Strip, floor: int) -> str:
    """Both ends above, ticks below."""
    left, right = (
        f'fill="{strip.colours[end.colour]}" font-weight="700">{escape(end.words)}</text>' for end in along.ends
    )
    ticks = ""
    for ratio, words in along.few_ticks:
        # The words of a tick near an end stay inside the picture.
        half = len(words) * _FONT * LETTER / 2
        x = min(max(strip.at(ratio), half), _WIDTH - half)
        ticks += f'<text x="{x:.1f}" y="{floor + _FONT + 6}" text-anchor="middle">{escape(words)}</text>'
    return f'<text x="{_SIDE}" y="14" {left}<text x="{_WIDTH - _SIDE}" y="14" text-anchor="end" {right}{ticks}'


def _ours(plan: PlaceboPlan, strip: Strip, floor: int) -> str:
    """Our line with a diamond at its foot, and what it is at its head."""
    ink, x = strip.colours["ink"], strip.at(plan.ours)
    late = x > 0.6 * _WIDTH
    name = textwrap.wrap(plan.place, _NAME_LETTERS, max_lines=_NAME_LINES, placeholder=" …")
    lines = [*name, ratio_words(plan.ours, plan.pair)]
    top = _ABOVE - 4 - 15 * (len(lines) - 1)
    said = "".join(
        f'<text x="{x - 6 if late else x + 6:.1f}" y="{top + 15 * turn}" text-anchor="{"end" if late else "start"}" '
        f'fill="{ink}" font-weight="700">{escape(line)}</text>'
        for turn, line in enumerate(lines)
    )
    y = floor - 0.7 * _STEP
    return (
        f'<path d="M{x:.1f} {floor}V{top - 10}" stroke="{ink}" stroke-width="1.5"/>'
        f'<path d="M{x:.1f} {y - 7:.1f}l7 7l-7 7l-7 -7Z" fill="{ink}" stroke="{strip.colours["bg"]}" stroke-width="1.2"/>{said}'
    )
