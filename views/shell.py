"""The document that Streamlit's program runs in, in the project's words: its name, what to do without JavaScript, its opening."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import streamlit

from outputs.markup import escape
from outputs.offline_style import script

TITLE = "Neighbourhood Outcomes"
_NEEDED = "These pages need JavaScript. Whoever runs them can send you a page about your neighbourhood that needs none."
_LETTERS = "./app/static/atkinson-hyperlegible-next-latin-{}-normal.woff2"
_WEIGHTS = (400, 700)


@cache
def _parts() -> tuple[str, str]:
    """Streamlit's document before and after the place of the opening, made ours."""
    page = (Path(streamlit.__file__).with_name("static") / "index.html").read_text(encoding="utf-8")
    faces = "".join(
        f'@font-face{{font-family:"Atkinson Hyperlegible Next";font-weight:{weight};font-display:swap;'
        f'src:url({_LETTERS.format(weight)}) format("woff2")}}'
        for weight in _WEIGHTS
    )
    preloads = "".join(
        f'<link rel="preload" href="{_LETTERS.format(weight)}" as="font" type="font/woff2" crossorigin>'
        for weight in _WEIGHTS
    )
    for pattern, ours in (
        (r"<!--.*?-->\s*", ""),
        (r'<html lang="en">', '<html lang="en-GB">'),
        (r"<title>.*?</title>", f"<title>{TITLE}</title>{preloads}<style>{faces}</style>"),
        # Its own typeface and its door for programs, neither of which is used here.
        (r'<link\s+rel="preload"\s+href="\./static/media/[^>]*>\s*', ""),
        (r'<link rel="service-desc"[^>]*>\s*', ""),
        (r"<noscript>.*?</noscript>", f"<noscript><p>{escape(_NEEDED)}</p></noscript>"),
    ):
        page = re.sub(pattern, ours.replace("\\", r"\\"), page, flags=re.DOTALL)
    before, root, after = page.partition('<div id="root"></div>')
    return before, f"{root}<script>{script('menu.js')}\n{script('opening.js')}</script>{after}"


def shell(opening: str = "") -> str:
    """The whole document; ``opening`` is HTML that is shown until the page is there."""
    before, after = _parts()
    return f"{before}{opening}{after}"
