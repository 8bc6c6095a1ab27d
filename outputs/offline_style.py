"""The head of a page that needs nothing from anywhere: its style, its typeface, its script, and what it forbids itself."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from outputs.look import Theme, palette
from outputs.markup import escape
from outputs.typeface import font_faces

_LOOK = Path(__file__).resolve().parent / "look"

# Colours by the names of the page's own variables, so that one drawing serves light, dark and paper.
VARIABLES = {key: f"var(--{key})" for key in palette("light")}


def in_variables(html: str) -> str:
    """HTML or SVG drawn in the light theme with every colour of the palette named by its variable."""
    for key, colour in palette("light").items():
        html = html.replace(colour, VARIABLES[key])
    return html


@cache
def style() -> str:
    """The style sheet: variables of all three themes, the typeface itself, and the rules."""
    return f"{font_faces()}{variables(':root')}{rules()}"


def variables(selector: str) -> str:
    """The colours as variables of what ``selector`` names: light, dark where the reader's machine is, and for paper."""
    return (
        f"{selector}{{color-scheme:light dark;{_colours('light')}}}"
        f"@media screen and (prefers-color-scheme:dark){{{selector}{{{_colours('dark')}}}}}"
        f"@media print{{{selector}{{color-scheme:light;{_colours('print')}}}}}"
    )


@cache
def rules() -> str:
    """The rules alone, in which every colour is a variable."""
    return _short(_read("offline.css"))


def _colours(theme: Theme) -> str:
    return "".join(f"--{key}:{colour};" for key, colour in palette(theme).items())


def _read(name: str) -> str:
    return (_LOOK / name).read_text(encoding="utf-8")


def _short(text: str) -> str:
    """``text`` without the spaces at the begin of its lines."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


@cache
def script(name: str) -> str:
    """One of the scripts in ``outputs/look``, as it stands on the page."""
    return _short(_read(name))


def document(title: str, body: str, *, script_name: str, robots: bool = False) -> str:
    """A whole page in British English; ``robots`` lets search engines list it.

    Its policy allows what is written inside it and nothing else: no request, no form, no other script.
    """
    code = script(script_name)
    sha256 = base64.b64encode(hashlib.sha256(code.encode("utf-8")).digest()).decode("ascii")
    policy = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
        f"script-src 'sha256-{sha256}'; base-uri 'none'; form-action 'none'"
    )
    listed = "" if robots else '<meta name="robots" content="noindex">\n'
    return (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="referrer" content="no-referrer">\n{listed}<title>{escape(title)}</title>\n'
        # An icon of no bytes, or a browser would ask the server for one.
        f'<link rel="icon" href="data:,">\n<style>{style()}</style>\n</head>\n<body>\n'
        f'<a class="skip" href="#content">Skip to the content</a>\n{body}\n<script>{code}</script>\n</body>\n</html>\n'
    )
