"""What a community already has, drawn as a constellation: three rings, one mark a thing, its name beside it."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from outputs.chart_windows import LETTER
from outputs.look import FONT, Theme, palette
from outputs.markup import escape
from outputs.table import Table
from outputs.typeface import still
from outputs.words import listed, small_number
from store.place import Asset

Ring = Literal["us", "services", "communities"]

# C2's three kinds of connection, from the middle outwards.
RINGS: dict[Ring, str] = {
    "us": "Within our community",
    "services": "With services",
    "communities": "With other communities",
}
KINDS: dict[str, str] = {
    "place": "a place",
    "group": "a group",
    "skill": "a skill",
    "money": "money",
    "service": "a service",
}
ABSENT = "What is not drawn here is not missing: nobody may have written it down yet."
# Paths around the middle of a mark: square, disc, diamond, triangle, cross.
_MARKS = {
    "place": "M-6 -6H6V6H-6Z",
    "group": "M-7 0A7 7 0 1 1 7 0A7 7 0 1 1 -7 0Z",
    "skill": "M0 -8L8 0L0 8L-8 0Z",
    "money": "M0 -8L8 6H-8Z",
    "service": "M-2.5 -7H2.5V-2.5H7V2.5H2.5V7H-2.5V2.5H-7V-2.5H-2.5Z",
}
_MOST_DRAWN, _MOST_NAMED = 36, 5
_BESIDE = 22  # letters a line beside a mark
_WIDTH, _HEIGHT = 1032, 560  # pixels
_MIDDLE_X, _MIDDLE_Y = _WIDTH // 2, _HEIGHT // 2
_RADII: dict[Ring, int] = {"us": 107, "services": 179, "communities": 243}
_LETTERS = 14  # pixels
_TILT = 0.35  # radians
_MIDDLE = 16  # letters a line of the name in the middle


def ring_of(asset: Asset) -> Ring:
    """The ring its file names; else services and money are taken for connections with services."""
    found = next((ring for ring in RINGS if ring == asset.ring), None)
    if found is not None:
        return found
    return "services" if asset.kind in ("service", "money") else "us"


def strong_words(assets: Sequence[Asset]) -> str:
    """The first things a community has, in one sentence; empty where none is written down."""
    if not assets:
        return ""
    named = [one.name for one in assets[:_MOST_NAMED]]
    more = len(assets) - len(named)
    return listed([*named, f"{small_number(more)} more below"] if more else named) + "."


@dataclass(frozen=True, slots=True)
class ConstellationPlan:
    """The things a community has, in the order of its file."""

    place: str
    assets: tuple[Asset, ...]

    @property
    def title(self) -> str:
        """What the picture is called."""
        return "What is strong here"

    @property
    def sentence(self) -> str:
        """How much is drawn, and what it does not say."""
        number = len(self.assets)
        things = f"{small_number(number)} thing{'' if number == 1 else 's'}"
        drawn = f" The picture shows the first {_MOST_DRAWN}; the table has them all." if number > _MOST_DRAWN else ""
        return f"People here have written down {things} this community can build on.{drawn} {ABSENT}"

    @property
    def alt(self) -> str:
        """What the picture shows, for people who do not see it."""
        rings = [(words, [one.name for one in self.assets if ring_of(one) == ring]) for ring, words in RINGS.items()]
        told = ". ".join(f"{words}: {listed(names)}" for words, names in rings if names)
        return f"Constellation of {self.place} in three rings. {told}."

    @property
    def table(self) -> Table:
        """One row a thing."""
        rows = tuple((one.name, KINDS[one.kind], RINGS[ring_of(one)]) for one in self.assets)
        return Table(("What", "Kind", "Ring"), rows)

    def csv(self) -> str:
        """The table as CSV text."""
        return self.table.csv()


def constellation_html(plan: ConstellationPlan, *, theme: Theme = "light") -> str:
    """The picture in an ``<img>`` with its alternative text."""
    return still(constellation_svg(plan, theme=theme), plan.alt, _WIDTH, _HEIGHT)


def constellation_svg(plan: ConstellationPlan, *, theme: Theme = "light") -> str:
    """Three rings around the community's name; marks differ in shape by kind, and every mark has its name beside it."""
    colours = palette(theme)
    drawn = plan.assets[:_MOST_DRAWN]
    rings = "".join(_ring(_RADII[ring], words, colours) for ring, words in RINGS.items())
    marks = "".join(_marks([one for one in drawn if ring_of(one) == ring], _RADII[ring], colours) for ring in RINGS)
    lines = textwrap.wrap(plan.place, _MIDDLE) or [""]
    name = _lines(lines, _MIDDLE_X, _MIDDLE_Y, "middle", 16, colours["ink"], "bold")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="{FONT}">'
        f"{rings}{marks}{name}</svg>"
    )


def _ring(radius: int, words: str, colours: Mapping[str, str]) -> str:
    top = _MIDDLE_Y - radius
    half = len(words) * _LETTERS * LETTER / 2 + 4
    return (
        f'<circle cx="{_MIDDLE_X}" cy="{_MIDDLE_Y}" r="{radius}" fill="none" stroke="{colours["hair"]}" stroke-width="1.5"/>'
        # The ring is broken where its name stands.
        f'<rect x="{_MIDDLE_X - half:.1f}" y="{top - 10}" width="{2 * half:.1f}" height="20" fill="{colours["bg"]}"/>'
        f"{_lines([words], _MIDDLE_X, top, 'middle', _LETTERS, colours['muted'])}"
    )


def _marks(assets: Sequence[Asset], radius: int, colours: Mapping[str, str]) -> str:
    drawn = []
    for at, asset in enumerate(assets):
        # Round by even steps, off the top where the ring's own name stands and off the level of the name in the middle.
        turn = math.tau * (at + 0.5) / len(assets) + _TILT
        x, y = _MIDDLE_X + radius * math.sin(turn), _MIDDLE_Y - radius * math.cos(turn)
        right = x >= _MIDDLE_X
        drawn.append(
            f'<path class="mark" d="{_MARKS[asset.kind]}" transform="translate({x:.1f} {y:.1f})" fill="{colours["ink"]}" '
            f'stroke="{colours["bg"]}" stroke-width="1.5"/>'
        )
        lines = textwrap.wrap(asset.name, _BESIDE) or [""]
        drawn.append(
            _lines(lines, x + (14 if right else -14), y, "start" if right else "end", _LETTERS, colours["ink"])
        )
    return "".join(drawn)


def _lines(
    lines: Sequence[str], x: float, y: float, anchor: str, size: int, colour: str, weight: str = "normal"
) -> str:
    """Plain lines one under the other, the whole of them centred on ``y``; escaped here."""
    high = 1.25 * size
    first = y - high * (len(lines) - 1) / 2 + 0.35 * size
    spans = "".join(
        f'<tspan x="{x:.1f}" y="{first + high * at:.1f}">{escape(line)}</tspan>' for at, line in enumerate(lines)
    )
    return f'<text text-anchor="{anchor}" font-size="{size}" font-weight="{weight}" fill="{colour}">{spans}</text>'
