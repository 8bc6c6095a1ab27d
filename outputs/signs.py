"""The verdict signs: an upright for similar places and a bar for where our difference could be."""

from __future__ import annotations

from functools import cache
from typing import Any

from outputs.look import Theme, palette, tokens
from outputs.markup import data_uri, image
from outputs.words import Tone

WIDTH, HEIGHT = 44, 20


def _upright(sign: dict[str, Any], ink: str) -> str:
    line = sign["reference_line"]
    return (
        f'<line x1="{line["x"]}" x2="{line["x"]}" y1="{line["y1"]}" y2="{line["y2"]}" '
        f'stroke="{ink}" stroke-width="{line["width"]}"/>'
    )


def _bar(shape: dict[str, Any], colours: dict[str, str], fill: str) -> str:
    stroke = f' stroke="{colours[shape["stroke"]]}" stroke-width="{shape["stroke_width"]}"' if "stroke" in shape else ""
    return (
        f'<rect x="{shape["x"]}" y="{shape["y"]}" width="{shape["width"]}" height="{shape["height"]}" '
        f'rx="{shape["rx"]}" fill="{fill}"{stroke}/>'
    )


def _body(tone: Tone, colours: dict[str, str], rose: bool) -> str:
    sign = tokens()["sign"]
    upright = _upright(sign, colours["ink"])
    if tone in ("cannot_be_compared", "not_loaded"):
        shape = sign["cannot_be_compared"]
        strokes = (
            (shape["d"], colours["grey"], shape["stroke_width"]),
            (shape["slashes"], colours["ink"], shape["slash_width"]),
        )
        return "".join(f'<path d="{d}" stroke="{ink}" stroke-width="{w}" fill="none"/>' for d, ink, w in strokes)
    if tone == "too_few":
        shape = sign["too_few"]
        dots = (f'<circle cx="{x}" cy="{shape["cy"]}" r="{shape["r"]}" fill="{colours["grey"]}"/>' for x in shape["cx"])
        return "".join(dots) + upright
    if tone == "different":
        # Without a declared direction the side means less or more, and grey means neither good nor bad.
        return _bar(sign["better" if rose else "worse"], colours, colours["grey"]) + upright
    shape = sign[tone]
    gap = f'<line x1="22" x2="22" y1="5" y2="15" stroke="{colours["bg"]}" stroke-width="5"/>' if tone == "same" else ""
    return _bar(shape, colours, colours[shape["fill"]]) + gap + upright


@cache
def svg(tone: Tone, theme: Theme = "light", rose: bool = False) -> str:
    """The sign as an SVG document of 44 × 20; ``rose`` matters only to a difference without a direction."""
    box = tokens()["sign"]["viewBox"]
    body = _body(tone, palette(theme), rose)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{WIDTH}" height="{HEIGHT}">{body}</svg>'


def uri(tone: Tone, theme: Theme = "light", rose: bool = False) -> str:
    """The sign as a data URI."""
    return data_uri(svg(tone, theme, rose))


def img(tone: Tone, theme: Theme = "light", rose: bool = False) -> str:
    """The sign as an ``<img>`` with an empty alternative: the verdict's words always stand beside it."""
    return image(svg(tone, theme, rose), "", WIDTH, HEIGHT, "vertical-align:middle")
