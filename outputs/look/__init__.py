"""The look as data: palettes, the Plotly template and the geometry of the signs, read once from two JSON files."""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any, Literal

Theme = Literal["light", "dark", "print"]

FONT = "'Atkinson Hyperlegible Next', sans-serif"
_FOLDER = Path(__file__).resolve().parent


@cache
def tokens() -> dict[str, Any]:
    """Every value of the look: colours, type sizes, spaces, line widths, signs."""
    return dict(json.loads((_FOLDER / "tokens.json").read_text(encoding="utf-8")))


@cache
def _plotly() -> dict[str, Any]:
    return dict(json.loads((_FOLDER / "plotly_template.json").read_text(encoding="utf-8")))


@cache
def palette(theme: Theme) -> dict[str, str]:
    """Colour by key (``ink``, ``blue``, …) as ``#RRGGBB``."""
    return {key: str(entry["hex"]) for key, entry in tokens()["palette"][theme].items()}


def template(theme: Theme) -> dict[str, Any]:
    """The Plotly template of a theme; paper takes the light one, its page colour apart."""
    found: dict[str, Any] = copy.deepcopy(_plotly()["dark" if theme == "dark" else "light"])
    found["layout"]["hoverlabel"]["bgcolor"] = palette(theme)["bg"]
    return found


def config() -> dict[str, Any]:
    """The ``config`` every Plotly chart is shown with."""
    return dict(_plotly()["config"])


def translucent(colour: str, opacity: float) -> str:
    """``#RRGGBB`` as ``rgba(…)`` with an opacity of 0 to 1."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"


def role(name: str, theme: Theme) -> dict[str, Any]:
    """Settings of a Plotly trace by its role, with the palette filled in."""
    colours = palette(theme)
    named = {
        **colours,
        "band_82": translucent(colours["band"], 0.82),
    }

    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: filled(part) for key, part in value.items()}
        if isinstance(value, str) and value.startswith("{") and value.endswith("}"):
            return named[value[1:-1]]
        return value

    return dict(filled(_plotly()["roles"][name]))
