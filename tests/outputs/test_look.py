"""The look as data: contrast, both themes, the fonts that are served."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from outputs import look, signs
from outputs.look import Theme
from outputs.words import Tone

ROOT = Path(__file__).resolve().parents[2]
THEMES: tuple[Theme, ...] = ("light", "dark", "print")
TONES: tuple[Tone, ...] = (
    "better", "worse", "different", "same", "cannot_tell", "too_few", "cannot_be_compared", "not_loaded",
)  # fmt: skip


def luminance(colour: str) -> float:
    """WCAG relative luminance of ``#RRGGBB``."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_text_has_four_and_a_half_and_graphics_three_to_one(theme: Theme) -> None:
    colours = look.palette(theme)
    for key in ("ink", "text2", "muted", "blue", "orange", "grey"):
        assert contrast(colours[key], colours["bg"]) >= 4.5, key
        assert contrast(colours[key], colours["bg2"]) >= 4.5, key
    for key in ("line", "edge", "sim"):
        assert contrast(colours[key], colours["bg"]) >= 3, key


def test_the_served_theme_uses_the_palette_and_only_fonts_that_are_here() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    for theme in ("light", "dark"):
        served, colours = config["theme"][theme], look.palette(theme)
        assert served["backgroundColor"] == colours["bg"]
        assert served["textColor"] == served["primaryColor"] == colours["ink"]
        assert (served["blueColor"], served["redColor"]) == (colours["blue"], colours["orange"])
    for face in config["theme"]["fontFaces"]:
        font = ROOT / face["url"].removeprefix("app/")
        assert font.read_bytes()[:4] == b"wOF2", font
    assert "SIL OPEN FONT LICENSE" in (ROOT / "static" / "OFL.txt").read_text(encoding="utf-8").upper()
    assert config["browser"]["gatherUsageStats"] is False


def test_roles_are_filled_from_the_palette() -> None:
    filled = look.role("range", "dark")
    assert filled["marker"]["color"] == filled["error_x"]["color"] == look.palette("dark")["ink"]
    assert look.role("band_lower", "light")["fillcolor"] == "rgba(226,224,219,0.82)"
    assert "{" not in str([look.role(name, "print") for name in ("neighbourhood", "similar", "break_hatch")]).replace(
        "{'", ""
    )


def test_a_template_may_be_changed_without_changing_the_next_one() -> None:
    look.template("light")["layout"]["font"]["size"] = 99
    assert look.template("light")["layout"]["font"]["size"] == 14


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("tone", TONES)
def test_signs_carry_colour_only_for_better_and_worse(tone: Tone, theme: Theme) -> None:
    svg, colours = signs.svg(tone, theme), look.palette(theme)
    assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert (colours["blue"] in svg) == (tone == "better")
    assert (colours["orange"] in svg) == (tone == "worse")
    assert 'alt=""' in signs.img(tone, theme)


def test_the_side_of_the_bar_tells_better_from_worse_without_colour() -> None:
    assert 'rect x="27"' in signs.svg("better")
    assert 'rect x="1"' in signs.svg("worse")
    assert 'rect x="27"' in signs.svg("different", rose=True)
    assert "<line" not in signs.svg("cannot_be_compared")
