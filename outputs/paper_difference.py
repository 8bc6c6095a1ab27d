"""Where the true difference could be, on paper: one range on an axis whose ends and ticks are words, right is better."""

from __future__ import annotations

from indicators.finding import Finding
from outputs import clauses
from outputs.difference_axis import Axis, axis, beyond
from outputs.look import palette, tokens
from outputs.paper_svg import Picture, width_of
from outputs.sensitivity_plan import main_row
from outputs.words import tone_colour


def difference_svg(finding: Finding, *, width: float, size: float) -> str:
    """The main answer's range as SVG, ``width`` and ``size`` of its words in points; empty where there is none to draw."""
    row = main_row(finding)
    if row.ratio is None or row.lower is None or row.upper is None:
        return ""
    colours = palette("print")
    along = axis([row.ratio, row.lower, row.upper], finding.better, clauses.comparatives(finding))
    picture = Picture(width, size * 6.2, size)
    top, bottom = size * 1.6, size * 4.6
    middle = (top + bottom) / 2

    def x(ratio: float) -> float:
        return along.share(ratio) * (width - 24) + 12

    zone = sorted(x(edge) for edge in tokens()["chart"]["same_zone"])
    picture.box(zone[0], top, zone[1] - zone[0], bottom - top, colours["same"])
    _ticks(picture, along, colours, (top, bottom))
    picture.line([(x(1), top - 3), (x(1), bottom)], colours["ink"], 1.5)
    for end, at in zip(along.ends, (0.0, width), strict=True):
        picture.words((at, size * 0.6), end.words, colours[end.colour], anchor="end" if at else "start", bold=True)
    first, last = sorted((x(row.lower), x(row.upper)))
    colour = colours[tone_colour(row.tone)]
    if row.tone == "too_few":
        # With so few events the best estimate is hidden, so nothing marks it.
        picture.line([(first, middle), (last, middle)], colour, 3.4, dash="0.1 6.5", round_ends=True)
    else:
        picture.line([(first, middle), (last, middle)], colour, 2.6)
        for end_of_range in (first, last):
            picture.line([(end_of_range, middle - 6), (end_of_range, middle + 6)], colour, 1.8)
        fill = colours["bg"] if row.tone == "cannot_tell" else colour
        picture.dot((x(row.ratio), middle), 5.5, fill, colour, 2)
    for limit in (row.lower, row.upper):
        if beyond(limit):
            at = min(max(x(limit), width_of("beyond", size) / 2), width - width_of("beyond", size) / 2)
            picture.words((at, middle - size), "beyond", colours["ink"], anchor="middle")
    return picture.svg()


def _ticks(picture: Picture, along: Axis, colours: dict[str, str], sides: tuple[float, float]) -> None:
    """The ticks with their words, the one in the middle first; those that would touch another stay without words."""
    top, bottom = sides
    taken: list[tuple[float, float]] = []
    for ratio, words in sorted(along.ticks, key=lambda tick: abs(along.place(tick[0]))):
        x = along.share(ratio) * (picture.width - 24) + 12
        picture.line([(x, top), (x, bottom)], colours["hair"], 0.6)
        half = width_of(words, picture.size) / 2
        at = min(max(x, half), picture.width - half)
        if all(at + half + 6 < left or at - half - 6 > right for left, right in taken):
            picture.words((at, bottom + picture.size), words, colours["muted"], anchor="middle")
            taken.append((at - half, at + half))
