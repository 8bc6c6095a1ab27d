"""Small safe pieces of HTML: nothing reaches a page unescaped."""

from __future__ import annotations

import base64
import re
from html import escape as _escape


def escape(text: object) -> str:
    """``text`` with ``& < > " '`` made harmless, for element text and attributes alike."""
    return _escape(str(text), quote=True)


_MARKS = re.compile(r"([\\`*_\[\]<>$~])")


def unmarked(text: object) -> str:
    """``text`` for a place that reads Markdown, with every sign that makes a link, a picture or a formula made plain.

    A picture in a neighbourhood's name would otherwise be fetched from wherever it points, by every visitor.
    """
    return _MARKS.sub(r"\\\1", str(text))


_PARTED = re.compile(r"(?<=[0-9]) (?=%)")


def kept_together(html: str) -> str:
    """HTML in which no line can end between a number and its percent sign."""
    # Most pieces hold none, and the pattern looks at every letter of the pictures in them.
    return _PARTED.sub("\u00a0", html) if " %" in html else html


def data_uri(svg: str) -> str:
    """An SVG document as a base64 data URI, which survives pages that remove inline SVG."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode("utf-8")).decode("ascii")


def image(svg: str, alt: str, width: int, height: int, style: str = "") -> str:
    """An ``<img>`` holding the SVG; ``alt`` is empty only where words beside it say the same. Sizes are in pixels."""
    styled = f' style="{escape(style)}"' if style else ""
    return f'<img alt="{escape(alt)}" width="{width}" height="{height}"{styled} src="{data_uri(svg)}">'


def small(text: str, colour: str) -> str:
    """Secondary text at 16 px in a colour that keeps its contrast."""
    return f'<p style="font-size:16px;line-height:1.45;color:{escape(colour)};margin:0 0 16px">{escape(text)}</p>'
