"""Outlines of small areas, and which of them touch."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

Point = tuple[float, float]


def vertices(outline: str | Mapping[str, Any]) -> frozenset[Point]:
    """Every boundary vertex of a GeoJSON Polygon or MultiPolygon, as (longitude, latitude)."""
    shape = json.loads(outline) if isinstance(outline, str) else outline
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    return frozenset((float(x), float(y)) for polygon in polygons for ring in polygon for x, y, *_ in ring)


def touching(outlines: Iterable[tuple[int, str]]) -> list[tuple[int, int]]:
    """Pairs of areas (id, id), both ways round, that share a boundary vertex."""
    owners: dict[Point, list[int]] = defaultdict(list)
    for area, outline in outlines:
        for point in vertices(outline):
            owners[point].append(area)
    pairs = {(one, other) for areas in owners.values() if len(areas) > 1 for one in areas for other in areas}
    return sorted(pair for pair in pairs if pair[0] != pair[1])
