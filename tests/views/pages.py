"""Opening a page without a browser, and reading what it shows."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import date
from html import escape, unescape
from pathlib import Path
from urllib.parse import unquote_plus

import pyarrow.parquet as pq
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Element, Selectbox
from streamlit.util import calc_hash

from store.folder import SHIPPED
from store.postcodes import POSTCODES

APP = Path(__file__).resolve().parents[2] / "app.py"
PAGES = ("your-area", "board", "explore", "across", "beacon", "add", "methods")
TODAY = date(2026, 11, 21)

Open = Callable[..., AppTest]


def open_page(page: str = "your-area", **query: str) -> AppTest:
    """Run the app once on this page with these query parameters."""
    app = AppTest.from_file(str(APP), default_timeout=180)
    if page != "your-area":
        # AppTest.switch_page knows pages that are files; ours are functions, known by the hash of their address only.
        app._page_hash = calc_hash(page)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def chosen(app: AppTest, name: str) -> Selectbox[str]:
    """The choice that the link calls ``name``."""
    return app.selectbox(key=f"choice-{name}")


def bodies(app: AppTest) -> str:
    """All HTML that the page sends as its own, unchanged."""
    return "\n".join(item.proto.body for item in app.get("html"))


def texts(app: AppTest, *kinds: str) -> list[str]:
    """The text of every element of these kinds, as it is sent to be read as Markdown."""
    return [str(item.value) for kind in kinds for item in app.get(kind) if isinstance(item, Element)]


def told(app: AppTest) -> str:
    """Everything a person can read on the page in one line: headings, our HTML without its tags, tables, messages."""
    parts = texts(app, "title", "header", "subheader", "warning", "error")
    return " ".join(_unescaped(" ".join(parts)).split()) + " " + _words(bodies(app))


def table(app: AppTest, label: str) -> list[list[str]]:
    """The rows of the table in the region of this name, headings first."""
    region = re.search(
        rf'<div class="scrolled" role="region" aria-label="{re.escape(escape(label))}".*?</div>', bodies(app), re.DOTALL
    )
    assert region is not None, label
    rows = re.findall(r"<tr>(.*?)</tr>", region.group(), re.DOTALL)
    return [[_words(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)] for row in rows]


def _words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<style>.*?</style>|<[^>]*>", " ", html, flags=re.DOTALL)).split())


def _unescaped(text: str) -> str:
    return re.sub(r"\\([\\`*_\[\]<>$~])", r"\1", text)


def pictures(app: AppTest) -> str:
    """The SVG text of every picture in our HTML."""
    found = re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", bodies(app))
    return "\n".join(base64.b64decode(text).decode("utf-8") for text in found)


def drawn_well(app: AppTest) -> AppTest:
    """The page, after making sure that it has neither exception nor error and is drawn to its last line."""
    assert not app.exception, [item.value for item in app.exception]
    assert not app.error, [item.value for item in app.error]
    assert "Who made this, and how to question it" in bodies(app)
    return app


def refused(app: AppTest) -> str:
    """The one message of a page that cannot be drawn, after making sure that nothing technical is shown."""
    assert not app.exception, [item.value for item in app.exception]
    messages = texts(app, "warning", "error")
    assert len(messages) == 1, messages
    assert "Traceback" not in messages[0]
    return _unescaped(messages[0])


def postcode_in(code: str) -> str:
    """A postcode in use in this small area, in capitals and without its space, from the sample's own list."""
    filters = [("stable", "==", code), ("ended", "==", False)]
    found = pq.read_table(SHIPPED / "sample" / POSTCODES, columns=["postcode"], filters=filters)
    return str(found["postcode"][0].as_py())


def spaced(postcode: str) -> str:
    """A postcode as people write it."""
    return f"{postcode[:-3]} {postcode[-3:]}"


def without_spaces(text: str) -> str:
    """``text`` in capitals, without what spaces become in pages and links: every way to write a postcode is one."""
    return "".join(unquote_plus(text).upper().split())
