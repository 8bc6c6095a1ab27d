"""The series chart as a still picture with its words, for people who read and do not search: it shows without a script.

It is drawn from the plan that the living chart is drawn from. What has no room in it stands beside it as text.
"""

from __future__ import annotations

from outputs.chart_plan import SeriesPlan
from outputs.chart_svg import series_svg, shape_of
from outputs.chart_windows import Size
from outputs.look import FONT, Theme, palette
from outputs.markup import escape
from outputs.names import upper_first
from outputs.sheet_words import breaks_words
from outputs.typeface import still


def series_picture(plan: SeriesPlan, *, theme: Theme = "light", size: Size = "main") -> str:
    """A ``<figure>``: what is counted, the picture with its alternative text, and what its hatched months are."""
    width, height = shape_of(size)
    colours = palette(theme)
    drawn = series_svg(plan, colours=colours, size=size).replace('font-family="inherit"', f'font-family="{FONT}"', 1)
    hatched = breaks_words(plan)
    below = f'<p class="source">{escape(hatched)}</p>' if hatched else ""
    return (
        f'<figure style="margin:0"><figcaption style="font-size:14px;color:{colours["muted"]}">'
        f"{escape(upper_first(plan.counted))}</figcaption>"
        f"{still(drawn, plan.alt, width, height)}{below}</figure>"
    )
