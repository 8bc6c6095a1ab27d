"""What a community already has, drawn as a constellation: three rings, one mark a thing, its name beside it."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from outputs.look import Theme, palette, template
from outputs.markup import escape
from outputs.sketch import Sketch
from outputs.table import Table
from outputs.words import listed, small_number
from store.place import Asset

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

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
_MARKS = {"place": "square", "group": "circle", "skill": "diamond", "money": "triangle-up", "service": "cross"}
_RADII: dict[Ring, float] = {"us": 1.5, "services": 2.5, "communities": 3.4}
_MOST_DRAWN, _MOST_NAMED = 36, 5
_BESIDE = 22  # letters a line beside a mark
_HEIGHT = 560  # pixels
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


def constellation_figure(plan: ConstellationPlan, *, theme: Theme = "light") -> Figure:
    """Three rings around the community's name; marks differ in shape by kind, and every mark has its name beside it."""
    figure, colours = Sketch(), palette(theme)
    figure.update_layout(
        template=template(theme), height=_HEIGHT, margin={"l": 8, "r": 8, "t": 8, "b": 8}, hovermode="closest",
        showlegend=False,
    )  # fmt: skip
    figure.update_xaxes(visible=False, range=[-6.4, 6.4])
    figure.update_yaxes(visible=False, range=[-3.8, 3.8])
    drawn = plan.assets[:_MOST_DRAWN]
    for ring, words in RINGS.items():
        radius = _RADII[ring]
        figure.add_shape(
            type="circle", x0=-radius, x1=radius, y0=-radius, y1=radius, line={"color": colours["hair"], "width": 1.5},
            layer="below",
        )  # fmt: skip
        figure.add_annotation(
            x=0, y=radius, yref="y", xanchor="center", text=escape(words), font={"color": colours["muted"], "size": 14},
            bgcolor=colours["bg"],
        )  # fmt: skip
        _marks(figure, [one for one in drawn if ring_of(one) == ring], radius, theme)
    figure.add_annotation(
        x=0,
        y=0,
        yref="y",
        text=f"<b>{_lines(plan.place, _MIDDLE)}</b>",
        xanchor="center",
        align="center",
        font={"color": colours["ink"], "size": 16},
    )
    return figure.figure()


def _marks(figure: Sketch, assets: Sequence[Asset], radius: float, theme: Theme) -> None:
    colours = palette(theme)
    for at, asset in enumerate(assets):
        # Round by even steps, off the top where the ring's own name stands and off the level of the name in the middle.
        turn = math.tau * (at + 0.5) / len(assets) + _TILT
        x, y = radius * math.sin(turn), radius * math.cos(turn)
        right = x >= 0
        figure.add_scatter(
            x=[x], y=[y], mode="markers",
            marker={"symbol": _MARKS[asset.kind], "size": 13, "color": colours["ink"],
                    "line": {"color": colours["bg"], "width": 1.5}},
            hovertemplate=f"{escape(asset.name)}: {KINDS[asset.kind]}<extra></extra>",
        )  # fmt: skip
        figure.add_annotation(
            x=x, y=y, yref="y", xanchor="left" if right else "right", xshift=12 if right else -12,
            text=_lines(asset.name, _BESIDE), font={"color": colours["ink"], "size": 14},
        )  # fmt: skip


def _lines(text: str, letters: int) -> str:
    """A name in at most three lines; the table has it whole."""
    return "<br>".join(escape(line) for line in textwrap.wrap(text, letters, max_lines=3, placeholder="…"))
