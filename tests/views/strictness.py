"""Everything a page shows, read by the rules of whatever will draw it: what strangers wrote may only ever be text there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from streamlit.testing.v1 import AppTest

from tests.views.pages import bodies, pictures, texts

_TAGS = frozenset({
    "a", "b", "blockquote", "br", "caption", "dd", "details", "div", "dl", "dt", "em", "figcaption", "figure", "h3", "i",
    "img", "li", "ol", "p", "span",
    "strong", "style", "summary", "table", "tbody", "td", "th", "thead", "tr", "ul",
    "circle", "clippath", "defs", "desc", "g", "line", "path", "pattern", "polygon", "polyline", "rect", "svg", "text", "title",
    "tspan", "use",
})  # fmt: skip
# Kinds of elements whose value or label is read as Markdown.
_READ_AS_MARKDOWN = ("title", "header", "subheader", "warning", "error", "info", "markdown", "caption")
_PLAIN_SIGN = re.compile(r"\\[\\`*_\[\]<>$~]")
_CHART_TAGS = re.compile(r"</?(?:b|i|br|sup|sub|extra)>|<span style=\"color:#[0-9A-Fa-f]{6}\">|</span>")


class _Read(HTMLParser):
    """Collects what is markup and what is text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag we never write and an attribute that runs or fetches something."""
        if tag not in _TAGS:
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            fetched = name in ("src", "href", "xlink:href") and not re.match(
                r"data:image/svg\+xml;base64,|https://|#|/|\?", value or ""
            )
            if name.startswith("on") or fetched:
                self.faults.append(f"<{tag} {name}={value!r}>")

    def handle_data(self, data: str) -> None:
        """Keep what is read as text."""
        self.text.append(data)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for part in value.values() for text in _strings(part))
    elif isinstance(value, list):
        yield from (text for part in value for text in _strings(part))


def markup_faults(app: AppTest) -> list[str]:
    """What on this page is more than text: foreign tags, attributes that run, live signs of Markdown, tags in a chart."""
    reader = _Read()
    reader.feed(bodies(app))
    reader.feed(pictures(app))
    reader.close()
    faults = list(reader.faults)
    labels = [
        item.proto.label for kind in ("button", "download_button", "page_link", "expander") for item in app.get(kind)
    ]
    for text in (*texts(app, *_READ_AS_MARKDOWN), *labels):
        left = _PLAIN_SIGN.sub("", text)
        if re.search(r"[<$]|\]\(|!\[", left):
            faults.append(text)
    for chart in app.get("plotly_chart"):
        for text in _strings(json.loads(chart.proto.spec)):
            if "<" in _CHART_TAGS.sub("", text):
                faults.append(text)
    return faults


def shown(app: AppTest) -> str:
    """All text of the page's own HTML, as a browser would show it, in one line."""
    reader = _Read()
    reader.feed(bodies(app))
    reader.close()
    return " ".join(" ".join(reader.text).split())
