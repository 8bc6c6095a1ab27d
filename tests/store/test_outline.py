"""Outlines and touching."""

from __future__ import annotations

import json

from store.outline import touching, vertices

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]]]}


def test_vertices_of_polygons_and_their_holes_and_of_many_polygons() -> None:
    assert vertices(json.dumps(SQUARE)) == {(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0)}
    two = {
        "type": "MultiPolygon",
        "coordinates": [SQUARE["coordinates"], [[[5, 5, 9], [5, 6, 9], [6, 6, 9], [5, 5, 9]]]],
    }
    assert vertices(two) == vertices(SQUARE) | {(5.0, 5.0), (5.0, 6.0), (6.0, 6.0)}


def test_areas_touch_when_they_share_a_vertex() -> None:
    def square(x: float) -> str:
        return json.dumps({"type": "Polygon", "coordinates": [[[x, 0], [x, 1], [x + 1, 1], [x + 1, 0], [x, 0]]]})

    assert touching([(7, square(0)), (8, square(1)), (9, square(5))]) == [(7, 8), (8, 7)]
    assert touching([]) == []
