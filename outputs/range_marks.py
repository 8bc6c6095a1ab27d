"""The marks of one range as parts of an SVG: a line with caps and a dot, dotted and without a dot where events are too few."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from outputs.chart_plan import RangeRow
from outputs.look import tokens
from outputs.words import tone_colour


@dataclass(frozen=True, slots=True)
class Strip:
    """Where ranges are drawn: ``at`` says where a ratio lies, in ``unit`` (pixels if empty, or ``%``); ``height`` as SVG has it."""

    at: Callable[[float], float]
    height: str
    colours: Mapping[str, str]
    unit: str = ""

    def x(self, ratio: float) -> str:
        """A ratio's place as SVG has it."""
        return self.length(self.at(ratio))

    def length(self, value: float) -> str:
        """A length as SVG has it."""
        return f"{value:.1f}{self.unit}"


def upright(strip: Strip) -> str:
    """The zone within 15 % and the line at “the same”, over the whole height."""
    zone = sorted(strip.at(edge) for edge in tokens()["chart"]["same_zone"])
    same = strip.x(1)
    return (
        f'<rect x="{strip.length(zone[0])}" y="0" width="{strip.length(zone[1] - zone[0])}" height="{strip.height}" '
        f'fill="{strip.colours["same"]}"/>'
        f'<line x1="{same}" x2="{same}" y1="0" y2="{strip.height}" stroke="{strip.colours["ink"]}" stroke-width="2"/>'
    )


def range_marks(row: RangeRow, strip: Strip, middle: float) -> str:
    """The range of ``row`` along the height ``middle`` in pixels; nothing where there is none to draw."""
    if row.ratio is None or row.lower is None or row.upper is None:
        return ""
    colour = strip.colours[tone_colour(row.tone)]
    ends = [strip.x(limit) for limit in (row.lower, row.upper)]
    along = f'<line x1="{ends[0]}" x2="{ends[1]}" y1="{middle:g}" y2="{middle:g}" stroke="{colour}" '
    if row.tone == "too_few":
        # The best estimate is hidden with so few events, so the dot that would show it is not drawn.
        return f'{along}stroke-width="4" stroke-linecap="round" stroke-dasharray="0.1 8"/>'
    caps = "".join(
        f'<line x1="{end}" x2="{end}" y1="{middle - 7:g}" y2="{middle + 7:g}" stroke="{colour}" stroke-width="2"/>'
        for end in ends
    )
    found = row.tone in ("better", "worse", "different", "same")
    return (
        f'{along}stroke-width="3"/>{caps}<circle cx="{strip.x(row.ratio)}" cy="{middle:g}" r="{6.5 if row.bold else 5}" '
        f'fill="{colour if found else strip.colours["bg"]}" stroke="{colour}" stroke-width="2.4"/>'
    )
