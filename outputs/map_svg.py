"""The map of who is compared with whom: one still picture, three marks, no colour scale and no basemap."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from outputs.look import FONT, Theme, palette
from outputs.markup import escape, image
from outputs.table import Table
from outputs.words import listed, small_number

Role = Literal["place", "similar", "ring", "left_out", "other"]
Point = tuple[float, float]

BOUNDARIES = "Boundaries: Office for National Statistics, licensed under the Open Government Licence v3.0. Contains OS data © Crown copyright and database right."
ROLE_WORDS: dict[Role, str] = {
    "place": "ours",
    "similar": "similar place",
    "ring": "touches ours, left out",
    "left_out": "left out",
    "other": "other",
}
_DRAWN: tuple[Role, ...] = ("other", "left_out", "similar", "ring", "place")


@dataclass(frozen=True, slots=True)
class MapFeature:
    """One small area: its code and name, what it is to the comparison, and its GeoJSON geometry in degrees."""

    code: str
    name: str
    role: Role
    geometry: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MapPlan:
    """The areas to draw, and the sentence above them."""

    title: str
    place: str
    sentence: str
    features: tuple[MapFeature, ...]

    def number(self, role: Role) -> int:
        """How many areas have this role."""
        return sum(feature.role == role for feature in self.features)

    @property
    def alt(self) -> str:
        """What the map shows, for people who do not see it."""
        hatched = self.number("ring") + self.number("left_out")
        parts = [
            f"{_areas(self.number('place'), 'small')} of {self.place} filled solid",
            f"{_areas(self.number('similar'), 'similar')} filled grey",
            f"{small_number(hatched)} left out and hatched",
        ]
        return f"Map. {listed(parts)}."

    @property
    def table(self) -> Table:
        """Every area that has a part in the comparison."""
        rows = [(one.code, one.name, ROLE_WORDS[one.role]) for one in self.features if one.role != "other"]
        return Table(("Code", "Name", "Part"), tuple(rows))

    def csv(self) -> str:
        """The table as CSV text."""
        return self.table.csv()


def _areas(number: int, kind: str) -> str:
    return f"{small_number(number)} {kind} area{'' if number == 1 else 's'}"


def rings(geometry: Mapping[str, Any]) -> Iterator[Sequence[Sequence[float]]]:
    """Every ring of a Polygon or MultiPolygon, each a list of longitude and latitude; other shapes have none."""
    if geometry.get("type") == "Polygon":
        yield from geometry["coordinates"]
    elif geometry.get("type") == "MultiPolygon":
        for polygon in geometry["coordinates"]:
            yield from polygon


@dataclass(frozen=True, slots=True)
class _Frame:
    west: float
    north: float
    scale: float  # pixels a degree of latitude
    squeeze: float  # a degree of longitude in degrees of latitude here (equirectangular projection)

    def point(self, position: Sequence[float]) -> Point:
        x = (position[0] - self.west) * self.squeeze * self.scale + 4
        return x, (self.north - position[1]) * self.scale + 4


def _frame(plan: MapPlan, width: int) -> tuple[_Frame, int] | None:
    positions = [position for one in plan.features for ring in rings(one.geometry) for position in ring]
    if not positions:
        return None
    west, east = min(p[0] for p in positions), max(p[0] for p in positions)
    south, north = min(p[1] for p in positions), max(p[1] for p in positions)
    squeeze = math.cos(math.radians((south + north) / 2))
    across = max((east - west) * squeeze, (north - south) * 0.6, 1e-6)
    scale = (width - 8) / across
    return _Frame(west, north, scale, squeeze), math.ceil((north - south) * scale) + 8


def _place_point(plan: MapPlan, frame: _Frame) -> Point | None:
    """The middle of the place's own areas in pixels, None where the place has no name to lead to."""
    points = [
        frame.point(position)
        for one in plan.features
        if one.role == "place"
        for ring in rings(one.geometry)
        for position in ring
    ]
    if not points or not plan.place:
        return None
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def _path(feature: MapFeature, frame: _Frame) -> str:
    parts = []
    for ring in rings(feature.geometry):
        points: list[str] = []
        for position in ring:
            x, y = frame.point(position)
            text = f"{x:.1f} {y:.1f}"
            if not points or points[-1] != text:
                points.append(text)
        parts.append("M" + "L".join(points) + "Z")
    return "".join(parts)


def _style(role: Role, colours: Mapping[str, str]) -> str:
    fill = {"place": colours["ink"], "similar": colours["sim"], "other": colours["land"]}.get(role, "url(#hatch)")
    edge, width = (colours["bg"], 0.7) if role in ("place", "similar") else (colours["hair"], 0.7)
    if role in ("ring", "left_out"):
        edge, width = colours["edge"], 1.0
    return f'fill="{fill}" stroke="{edge}" stroke-width="{width}" stroke-linejoin="round" fill-rule="evenodd"'


def map_svg(plan: MapPlan, *, theme: Theme = "light", width: int = 480) -> str:
    """The map as an SVG document ``width`` pixels wide, without text, which would lose its typeface in an image."""
    framed = _frame(plan, width)
    colours = palette(theme)
    if framed is None:
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 40" width="{width}" height="40"/>'
    frame, height = framed
    hatch = (
        '<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="5" height="5" fill="{colours["bg"]}"/>'
        f'<rect width="1.4" height="5" fill="{colours["edge"]}"/></pattern></defs>'
    )
    drawn = "".join(
        f'<path {_style(role, colours)} d="{"".join(_path(one, frame) for one in plan.features if one.role == role)}"/>'
        for role in _DRAWN
        if plan.number(role)
    )
    leader = ""
    if found := _place_point(plan, frame):
        x, y = found
        leader = f'<path d="M{x:.1f} {y:.1f}V{height}" stroke="{colours["ink"]}" stroke-width="1.5" fill="none"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f"{hatch}{drawn}{leader}</svg>"
    )


def swatch_svg(role: Role, theme: Theme = "light") -> str:
    """A piece of map of one role, 36 pixels wide, for a key."""
    square: dict[str, Any] = {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [2, 1], [2, 0], [0, 0]]]}
    return map_svg(MapPlan("", "", "", (MapFeature("", "", role, square),)), theme=theme, width=36)


def map_key(plan: MapPlan) -> list[tuple[Role, str, str]]:
    """The marks a map shows: each role with its words, of which the first are strong."""
    touching = plan.number("ring") + plan.number("left_out")
    entries: list[tuple[Role, str, str]] = [
        ("place", plan.place, f", {_areas(plan.number('place'), 'small')}"),
        ("similar", _areas(plan.number("similar"), "similar").capitalize(), ""),
        (
            "ring",
            f"{small_number(touching)} left out".capitalize(),
            ": they touch ours, or share what was done here, so change could spill over",
        ),
    ]
    return [entry for entry in entries if plan.number(entry[0]) or (entry[0] == "ring" and touching)]


def map_html(plan: MapPlan, *, theme: Theme = "light", width: int = 480) -> str:
    """The map as a figure: the picture with its alternative text, and a key in words beside each of the three marks."""
    svg = map_svg(plan, theme=theme, width=width)
    framed = _frame(plan, width)
    height = framed[1] if framed else 40
    keys = "".join(
        f'<li style="display:flex;gap:16px;margin:0 0 12px;list-style:none">'
        f"{image(swatch_svg(role, theme), '', 36, 20, 'flex:none;margin-top:4px')}"
        f"<span><strong>{escape(lead)}</strong>{escape(rest)}</span></li>"
        for role, lead, rest in map_key(plan)
    )
    picture = image(svg, plan.alt, width, height, "max-width:100%;height:auto;display:block")
    found = _place_point(plan, framed[0]) if framed else None
    if found:
        left = 100 * min(max(found[0] / width, 0.18), 0.82)
        picture = (
            f'<div style="max-width:{width}px">{picture}<div style="margin-left:{left:.1f}%;width:max-content;'
            f'transform:translateX(-50%);font-weight:700;font-size:14px">{escape(plan.place)}</div></div>'
        )
    return (
        f'<figure style="margin:0;font-family:{escape(FONT)};color:{palette(theme)["ink"]}">{picture}'
        f'<figcaption><ul style="padding:0;margin:16px 0 0">{keys}</ul></figcaption></figure>'
    )
