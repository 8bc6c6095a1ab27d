"""The map on which somebody ticks the small areas of a neighbourhood: ours filled, those around it in land colour."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from outputs.look import Theme, palette, template
from outputs.map_svg import rings
from outputs.markup import escape
from outputs.sketch import Sketch
from outputs.table import Table
from outputs.words import small_number
from store.database import Store
from store.residents import newest_residents

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_STEPS, _MOST_AROUND = 3, 160
_HEIGHT = 460  # pixels
_LEAST_ROOM = 0.002  # degrees
_TARGET = 24  # pixels: the least a finger or a trembling hand can hit (WCAG 2.2, 2.5.8)


def around(store: Store, codes: Collection[str]) -> tuple[str, ...]:
    """The small areas within three steps from neighbour to neighbour of ``codes``, these first; at most 160 others."""
    found = dict.fromkeys(sorted(codes))
    edge: Sequence[str] = list(found)
    for _ in range(_STEPS):
        beside = store.neighbours(edge)
        edge = sorted({other for others in beside.values() for other in others} - found.keys())
        if len(found) + len(edge) > len(codes) + _MOST_AROUND:
            break
        found |= dict.fromkeys(edge)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class PickArea:
    """A small area that can be ticked, with its GeoJSON geometry in degrees."""

    code: str
    name: str
    residents: float | None
    chosen: bool
    geometry: Mapping[str, Any]

    @property
    def words(self) -> str:
        """Name, code and residents."""
        people = f" · about {round(self.residents, -2):,.0f} people" if self.residents else ""
        return f"{self.name} · {self.code}{people}"


@dataclass(frozen=True, slots=True)
class PickPlan:
    """The areas in sight, chosen ones among them."""

    areas: tuple[PickArea, ...]

    @property
    def title(self) -> str:
        """What the picture is called."""
        return "Small areas here and around"

    @property
    def alt(self) -> str:
        """What the map shows, for people who do not see it."""
        chosen = [one.name for one in self.areas if one.chosen]
        others = len(self.areas) - len(chosen)
        told = f": {', '.join(chosen)}" if chosen else ""
        return f"Map of small areas. {small_number(len(chosen))} chosen{told}; {small_number(others)} around them.".replace(
            " no ", " none "
        )

    @property
    def table(self) -> Table:
        """One row an area."""
        rows = tuple((one.code, one.name, one.residents, "yes" if one.chosen else "no") for one in self.areas)
        return Table(("Code", "Name", "Residents", "Chosen"), rows)

    def csv(self) -> str:
        """The table as CSV text."""
        return self.table.csv()


def pick_plan(store: Store, codes: Collection[str]) -> PickPlan:
    """The areas ``codes`` and those around them; areas without an outline are in the list but not on the map."""
    shown = around(store, codes)
    areas = store.small_areas(codes=shown)
    shapes = store.outlines(shown)
    people = newest_residents(store, shown)
    return PickPlan(
        tuple(
            PickArea(
                code,
                str(areas.at[code, "name"]),
                people.get(code),
                code in codes,
                json.loads(shapes[code]) if code in shapes else {},
            )
            for code in shown
            if code in areas.index
        )
    )


def pick_figure(plan: PickPlan, *, theme: Theme = "light", lasso: bool = False) -> Figure:
    """The map as a Plotly figure without a basemap; one mark in the middle of every area can be tapped (``customdata`` is
    its code), or with ``lasso`` a line be drawn around several.
    """
    figure, colours = Sketch(), palette(theme)
    figure.update_layout(
        template=template(theme), height=_HEIGHT, margin={"l": 0, "r": 0, "t": 0, "b": 0}, showlegend=False,
        hovermode="closest", dragmode="lasso" if lasso else False,
    )  # fmt: skip
    middle = [_middle(one) for one in plan.areas if one.geometry]
    latitude = sum(y for _, y in middle) / len(middle) if middle else 0.0
    # What is tapped decides what is in sight: a rock in the sea or a moor would make the rest too small to hit.
    figure.update_xaxes(visible=False, fixedrange=True, range=_span([x for x, _ in middle]))
    figure.update_yaxes(
        visible=False, fixedrange=True, range=_span([y for _, y in middle]), scaleanchor="x",
        scaleratio=1 / math.cos(math.radians(latitude)),
    )  # fmt: skip
    for chosen in (False, True):
        x, y = _lines([one for one in plan.areas if one.chosen is chosen])
        figure.add_scatter(
            x=x, y=y, mode="lines", fill="toself", fillcolor=colours["ink"] if chosen else colours["land"],
            line={"color": colours["bg"] if chosen else colours["edge"], "width": 1}, hoverinfo="skip",
        )  # fmt: skip
    drawn = [one for one in plan.areas if one.geometry]
    figure.add_scatter(
        x=[x for x, _ in middle], y=[y for _, y in middle], mode="markers", customdata=[one.code for one in drawn],
        text=[escape(one.words) for one in drawn], hovertemplate="%{text}<extra></extra>",
        marker={"symbol": ["circle" if one.chosen else "circle-open" for one in drawn], "size": _TARGET,
                "color": [colours["bg"] if one.chosen else colours["edge"] for one in drawn], "opacity": 0.85},
        selected={"marker": {"opacity": 0.85}}, unselected={"marker": {"opacity": 0.85}},
    )  # fmt: skip
    return figure.figure()


def _span(degrees: Sequence[float]) -> list[float]:
    """From the least to the largest, with room for a mark at either end; Plotly widens one axis to keep the shape."""
    if not degrees:
        return [0.0, 1.0]
    least, most = min(degrees), max(degrees)
    room = max(0.1 * (most - least), _LEAST_ROOM)
    return [least - room, most + room]


def _lines(areas: Sequence[PickArea]) -> tuple[list[float | None], list[float | None]]:
    """Every ring, one after another with a gap between them."""
    points = [point for one in areas for point in _points(one)]
    return [x for x, _ in points], [y for _, y in points]


def _points(area: PickArea) -> Iterator[tuple[float | None, float | None]]:
    for ring in rings(area.geometry):
        yield from ((position[0], position[1]) for position in ring)
        yield None, None


def _middle(area: PickArea) -> tuple[float, float]:
    """A point inside the area, where a crescent's own middle would lie outside it."""
    from shapely.geometry import shape

    inside = shape(dict(area.geometry)).representative_point()
    return float(inside.x), float(inside.y)
