"""The chart of ranges as a table-like picture of text and strips: one drawing for every width, which wraps and shows at once.

Everything it says stands in it as text, so there is nothing to point at that a living chart would add.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from outputs.chart_plan import RangePlan, RangeRow
from outputs.chart_windows import LETTER
from outputs.difference_axis import Axis, axis, beyond
from outputs.look import Theme, palette
from outputs.markup import data_uri, escape
from outputs.range_marks import Strip, range_marks, upright

_HEIGHT, _STRIP = 32, 600  # pixels a strip, its width on a wide page
_LETTERS, _SPACE = 14, 8  # pixels


def ranges_html(plan: RangePlan, *, theme: Theme = "light") -> str:
    """Every estimate with its whole range, in the order of the plan, under both ends in words and over the ticks.

    On a narrow page the words of a row stand above its range. All text is escaped.
    """
    colours = palette(theme)
    along = axis([value for row in plan.rows for value in (row.ratio, row.lower, row.upper)], plan.better, plan.pair)
    left, right = (f'<b style="color:{colours[end.colour]}">{escape(end.words)}</b>' for end in along.ends)
    return (
        f'{_css(colours)}<div class="ranges" role="img" aria-label="{escape(plan.alt)}">'
        f'<div class="row"><span></span><span class="best">Best estimate</span><div class="strip ends">{left}{right}</div></div>'
        f"{''.join(_rows(plan, along, colours))}"
        f'<div class="row"><span></span><span></span><div class="strip ticks">{"".join(_ticks(along))}</div></div></div>'
    )


def _rows(plan: RangePlan, along: Axis, colours: Mapping[str, str]) -> Iterator[str]:
    """Rows with a heading before each new group."""
    strip = Strip(lambda ratio: 100 * along.share(ratio), "100%", colours, "%")
    group = ""
    for row in plan.rows:
        if row.group and row.group != group:
            group = row.group
            yield f'<div class="row group"><span class="name">{escape(group)}</span><span></span>{_strip(None, along, strip)}</div>'
        marked = "b" if row.bold else "span"
        yield (
            f'<div class="row"><{marked} class="name{" in" if row.group else ""}">{escape(row.label)}</{marked}>'
            f'<{marked} class="best">{escape(row.words(plan.pair))}</{marked}>{_strip(row, along, strip)}</div>'
        )


def _strip(row: RangeRow | None, along: Axis, strip: Strip) -> str:
    """Ticks, zone and upright, which strips above each other continue, and the range."""
    hair = "".join(
        f'<line x1="{strip.x(ratio)}" x2="{strip.x(ratio)}" y1="0" y2="{strip.height}" stroke="{strip.colours["hair"]}"/>'
        for ratio, _ in along.ticks
    )
    # A strip is as high as its row, whose words may wrap: marks hang from its middle, in a drawing of their own.
    marks = f'<svg y="50%" overflow="visible">{range_marks(row, strip, 0)}</svg>' if row else ""
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="100%">{hair}{upright(strip)}{marks}</svg>'
    outside = [limit for limit in (row.lower, row.upper) if limit is not None and beyond(limit)] if row else []
    words = "".join(f'<i style="left:{strip.x(limit)}">beyond</i>' for limit in outside)
    return f'<div class="strip"><img alt="" src="{data_uri(drawn)}">{words}</div>'


def _ticks(along: Axis) -> Iterator[str]:
    few = along.few_ticks
    for ratio, words in along.ticks:
        fine = (ratio, words) not in few
        if fine and any(_meet(along, (ratio, words), other) for other in few):
            continue
        half, hidden = f"{len(words) * LETTER / 2:.1f}em", ' class="fine"' if fine else ""
        # The words of a tick near an end stay inside the picture.
        left = f"clamp({half}, {100 * along.share(ratio):.1f}%, calc(100% - {half}))"
        yield f'<span{hidden} style="left:{left}">{escape(words)}</span>'


def _meet(along: Axis, one: tuple[float, str], other: tuple[float, str]) -> bool:
    """True where the words of two ticks would touch on the narrowest page that shows both."""
    between = abs(along.share(one[0]) - along.share(other[0])) * _STRIP
    return between < (len(one[1]) + len(other[1])) * LETTER / 2 * _LETTERS + _SPACE


def _css(colours: Mapping[str, str]) -> str:
    """One style block, every rule inside ``.ranges``."""
    ink, muted = colours["ink"], colours["muted"]
    return (
        f"<style>.ranges{{color:{ink};font-size:14px;line-height:1.3;font-variant-numeric:tabular-nums}}"
        ".ranges .row{display:grid;grid-template-columns:minmax(0,330px) minmax(0,1fr) 130px;break-inside:avoid}"
        ".ranges .row>*{align-self:center}.ranges .name{padding:4px 12px 4px 0}.ranges .in{padding-left:12px}"
        f".ranges .group .name,.ranges .ticks,.ranges .row:first-child .best{{color:{muted}}}"
        ".ranges .best{grid-column:3;text-align:right}"
        ".ranges b{font-weight:700}"
        ".ranges .strip{grid-column:2;grid-row:1;position:relative;align-self:stretch}"
        # Strips meet, or the upright would be a dashed line: an image fills its row and has no height of its own.
        f".ranges .strip{{min-height:{_HEIGHT}px}}.ranges .ends,.ranges .ticks{{min-height:0}}"
        ".ranges img{position:absolute;inset:0;width:100%;height:100%;max-width:none}"
        ".ranges i{position:absolute;top:0;font-size:12px;line-height:1;font-style:normal;transform:translateX(-50%)}"
        ".ranges .ends{display:flex;justify-content:space-between;gap:16px;padding-bottom:4px}"
        ".ranges .ticks{height:24px}.ranges .ticks span{position:absolute;top:6px;white-space:nowrap;transform:translateX(-50%)}"
        "@media (max-width:1000px){.ranges .fine{display:none}}"
        "@media (max-width:640px){.ranges .row{grid-template-columns:minmax(0,1fr) auto}"
        ".ranges .best{grid-column:2;padding-left:12px}.ranges .row:first-child .best{display:none}"
        ".ranges .strip{grid-column:1/-1;grid-row:2}.ranges .group .strip,.ranges .group .best{display:none}"
        ".ranges .in{padding-left:0}.ranges .ticks{font-size:12px}}</style>"
    )
