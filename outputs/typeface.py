"""The project's typeface as text, for pages and pictures that carry everything with them."""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path

from outputs.markup import image

_FONTS = Path(__file__).resolve().parent.parent / "static"
_WEIGHTS = (400, 700)


@cache
def font_faces() -> str:
    """The ``@font-face`` rules of the plain and the bold letters, with the letters themselves inside."""
    return "".join(
        '@font-face{font-family:"Atkinson Hyperlegible Next";font-weight:'
        f"{weight};font-display:swap;src:url(data:font/woff2;base64,{_font(weight)}) format('woff2')}}"
        for weight in _WEIGHTS
    )


def _font(weight: int) -> str:
    path = _FONTS / f"atkinson-hyperlegible-next-latin-{weight}-normal.woff2"
    return base64.b64encode(path.read_bytes()).decode("ascii")


def with_typeface(svg: str) -> str:
    """An SVG that stands in an ``<img>``, with its letters inside: such a picture may use nothing of the page around it."""
    opened = svg.index(">") + 1
    return f"{svg[:opened]}<style>{font_faces()}</style>{svg[opened:]}"


def still(svg: str, alt: str, width: int, height: int) -> str:
    """The drawing as an ``<img>`` as wide as there is room, at most ``width`` pixels, with its letters inside."""
    style = f"width:100%;max-width:{width}px;height:auto;display:block"
    return image(with_typeface(svg), alt, width, height, style)
