"""A neighbourhood drawn as a line on a map (GeoJSON), and the small areas that fit it best."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from store.database import Store
from store.drawn_shape import MOST_POINTS, rings_of
from store.errors import BadDrawing
from store.residents import newest_residents

# An area is used where at least half of its ground lies inside, and named where at least a hundredth does.
_USED, _TOUCHED = 0.5, 0.01
# Further than a small area reaches from the point it is listed under (0.29° and 0.23° in Devon and Cornwall).
_REACH_LONGITUDE, _REACH_LATITUDE = 0.8, 0.5
_MOST_NEAR = 500
# Work a drawing may ask for: crossings of its pieces with one another, and of its line with outlines.
_MOST_PAIRS = 100_000
_WHERE = re.compile(r"\[(-?[\d.]+) (-?[\d.]+)")


@dataclass(frozen=True, slots=True)
class DrawnArea:
    """What was drawn, in longitude and latitude (WGS 84): ``points`` of its lines, in ``pieces`` polygons."""

    geometry: shapely.Geometry
    points: int
    pieces: int

    @property
    def outline(self) -> str:
        """The drawing as a GeoJSON geometry, in the form small areas' outlines have."""
        return str(shapely.to_geojson(self.geometry))


@dataclass(frozen=True, slots=True)
class FittedArea:
    """A small area: ``share_inside`` is the share of its ground inside the line, 0 to 1; None residents are unknown."""

    code: str
    name: str
    share_inside: float
    residents: float | None


@dataclass(frozen=True, slots=True)
class DrawnFit:
    """Small areas for a drawn line: at least half inside (``used``), or touched by at least a hundredth (``left``).

    ``share_of_people`` (0 to 1; None where unknown) is the share of the people of the areas used who live inside the
    line, if people are spread evenly within each area; ``share_of_line`` (0 to 1) the share that the areas used cover
    of the drawn land, which is what of the drawing lies in any outline held.
    """

    used: tuple[FittedArea, ...]
    left: tuple[FittedArea, ...]
    share_of_people: float | None
    share_of_line: float
    sentence: str


def read_drawn(content: bytes, file: str) -> DrawnArea:
    """The area drawn in an uploaded GeoJSON file: at most 5 MB, 20,000 points and 100 pieces, inside the United Kingdom.

    BadDrawing says in one sentence why it cannot be used.
    """
    polygons = [shapely.Polygon(outer, holes) for outer, *holes in rings_of(content, file)]
    for polygon in polygons:
        if not polygon.is_valid:
            raise _not_an_area(shapely.is_valid_reason(polygon), file)
    together = _joined(polygons, file)
    points = int(shapely.get_num_coordinates(together))
    return DrawnArea(together, points, int(shapely.get_num_geometries(together)))


def _not_an_area(reason: str, file: str) -> BadDrawing:
    at = _WHERE.search(reason)
    where = f" near longitude {float(at[1]):.4f}, latitude {float(at[2]):.4f}" if at else ""
    what = "A line crosses or touches itself" if "ntersection" in reason else "The lines do not enclose one area"
    return BadDrawing(f"{what}{where}", file=file, do="Mend it there, or draw it again.")


def _joined(polygons: list[Any], file: str) -> Any:
    """The pieces as one shape, also where they touch or lie over one another."""
    together = polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)
    # Whether pieces keep apart is cheap to see; joining them costs as much as they cross.
    if together.is_valid:
        return together
    sizes = shapely.get_num_coordinates(polygons)
    first, second = shapely.STRtree(polygons).query(polygons)
    apart = first < second
    joined = None
    if (sizes[first[apart]] * sizes[second[apart]]).sum() <= _MOST_PAIRS:
        joined = shapely.union_all(polygons)
    if joined is None or shapely.get_num_coordinates(joined) > MOST_POINTS:
        raise BadDrawing(
            "Pieces of the drawing touch or lie over one another",
            file=file,
            do="Join them to one area, or simplify them.",
        )
    return joined


def fit(store: Store, drawn: DrawnArea) -> DrawnFit:
    """The small areas that fit what was drawn; none, and a sentence that says why, where none is in reach."""
    found = _near(store, drawn)
    if not found:
        return _nothing("No outline of a small area is held where you drew. Choose small areas by their ward or name.")
    outlines = shapely.make_valid(
        shapely.from_geojson([outline for _, _, outline in found]), method="structure", keep_collapsed=False
    )
    tree = shapely.STRtree(outlines)
    near = np.sort(tree.query(drawn.geometry, predicate="intersects"))
    if not len(near):
        return _nothing(
            "No small area with an outline lies inside your line. Choose small areas by their ward or name."
        )
    if len(near) > _MOST_NEAR:
        return _nothing(f"Your line touches {len(near):,} small areas. Draw a smaller one.")
    corners = shapely.get_coordinates(drawn.geometry)
    steps = shapely.linestrings(np.stack([corners[:-1], corners[1:]], axis=1))
    if tree.query(steps).shape[1] > _MOST_PAIRS:
        return _nothing("Your line winds to and fro too often to be measured. Draw a simpler one.")
    inside = shapely.intersection(outlines[near], drawn.geometry)
    shares = np.minimum(shapely.area(inside) / shapely.area(outlines[near]), 1.0)
    # A degree of longitude narrows with the cosine of latitude: areas compare only once they are weighted by it.
    ground = shapely.area(inside) * np.cos(np.radians(shapely.get_y(shapely.point_on_surface(outlines[near]))))
    people = newest_residents(store, [found[at][0] for at in near])
    areas = [
        FittedArea(found[at][0], found[at][1], float(share), people.get(found[at][0]))
        for at, share in zip(near, shares, strict=True)
    ]
    used = tuple(area for area in areas if area.share_inside >= _USED)
    left = tuple(area for area in areas if _TOUCHED <= area.share_inside < _USED)
    if not used:
        return DrawnFit((), left, None, 0.0, "No small area lies at least half inside your line. Draw a larger one.")
    living, sentence = _people(used)
    covered = float(ground[shares >= _USED].sum() / ground.sum())
    return DrawnFit(used, left, living, covered, sentence)


def _nothing(sentence: str) -> DrawnFit:
    return DrawnFit((), (), None, 0.0, sentence)


def _near(store: Store, drawn: DrawnArea) -> list[tuple[str, str, str]]:
    """(code, name, outline) of the stable areas that can reach what was drawn."""
    west, south, east, north = drawn.geometry.bounds
    return store.rows(
        "SELECT code, name, outline::VARCHAR FROM area WHERE kind = 'stable' AND outline IS NOT NULL "
        "AND longitude BETWEEN ? AND ? AND latitude BETWEEN ? AND ? ORDER BY code",
        [west - _REACH_LONGITUDE, east + _REACH_LONGITUDE, south - _REACH_LATITUDE, north + _REACH_LATITUDE],
    )


def _people(used: tuple[FittedArea, ...]) -> tuple[float | None, str]:
    """The share of the people in the areas used who live inside the line, and the sentence that says so."""
    residents = [area.residents for area in used if area.residents is not None]
    everybody = sum(residents)
    if len(residents) < len(used) or not everybody:
        return None, "How many people live inside your line is not known: no population of these small areas is held."
    inside = sum(area.share_inside * (area.residents or 0.0) for area in used)
    share = inside / everybody
    # Rounded down, so that “100 %” never stands for fewer than all.
    percent = math.floor(100 * share + 1e-6)
    return share, (
        f"{percent} % of the people in the small areas used (about {inside:,.0f} of {everybody:,.0f}) live inside your "
        "line, if people are spread evenly within each of them."
    )
