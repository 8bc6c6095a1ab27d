"""Lines drawn around a neighbourhood: everything people upload, and the small areas that fit."""

from __future__ import annotations

import contextlib
import json
import math
import time
from typing import Any

import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

import store.drawn_area
from store.database import Store
from store.drawn_area import DrawnArea, fit, read_drawn
from store.errors import BadDrawing

HERE = ["E01015153", "E01015155"]
SQUARE = [[-4.16, 50.36], [-4.14, 50.36], [-4.14, 50.38], [-4.16, 50.38], [-4.16, 50.36]]
NEXT_DOOR = [[-4.14, 50.36], [-4.12, 50.36], [-4.12, 50.38], [-4.14, 50.38], [-4.14, 50.36]]
_WORDS = ("type", "coordinates", "features", "geometry", "geometries", "crs", "properties", "name", "Polygon", "MultiPolygon",
          "Feature", "FeatureCollection", "Point", "GeometryCollection", "EPSG:4326", "EPSG:27700")  # fmt: skip


def document(value: object) -> bytes:
    """The value as a JSON file."""
    return json.dumps(value).encode()


def polygon(*rings: object, **more: object) -> dict[str, Any]:
    """A GeoJSON Polygon."""
    return {"type": "Polygon", "coordinates": list(rings), **more}


def square(west: float, south: float, size: float) -> list[list[float]]:
    """A closed square."""
    corners = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
    return [[west + size * x, south + size * y] for x, y in corners]


def comb(teeth: int, *, turned: bool = False, size: float = 0.1) -> list[list[float]]:
    """A proper area with many long teeth."""
    step = size / (2 * teeth)
    points = [(0.0, -0.001)]
    for tooth in range(teeth):
        left = 2 * tooth * step
        points += [(left, 0), (left, size), (left + step, size), (left + step, 0)]
    points += [(size, -0.001), (0.0, -0.001)]
    return [[-4.2 + (y if turned else x), 50.35 + (x if turned else y)] for x, y in points]


@pytest.mark.parametrize(
    ("value", "points", "pieces"),
    [
        (polygon(SQUARE), 5, 1),
        (polygon([[*point, 12.5] for point in SQUARE]), 5, 1),
        (polygon(SQUARE, square(-4.155, 50.365, 0.005)), 10, 1),
        ({"type": "MultiPolygon", "coordinates": [[SQUARE], [square(-4.1, 50.3, 0.01)]]}, 10, 2),
        ({"type": "Feature", "properties": None, "geometry": polygon(SQUARE)}, 5, 1),
        ({"type": "FeatureCollection", "features": [
            {"type": "Feature", "geometry": polygon(SQUARE)},
            {"type": "Feature", "geometry": polygon(NEXT_DOOR)}]}, 7, 1),
        ({"type": "FeatureCollection", "features": [
            {"type": "Feature", "geometry": polygon(SQUARE)},
            {"type": "Feature", "geometry": polygon([[x + 0.01, y] for x, y in SQUARE])}]}, 9, 1),
        (polygon(SQUARE, crs=None), 5, 1),
        (polygon(SQUARE, crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}), 5, 1),
        (polygon(SQUARE, crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4326"}}), 5, 1),
        (polygon(SQUARE, crs={"type": "name", "properties": {"name": "EPSG:4326"}}), 5, 1),
    ],
)  # fmt: skip
def test_what_is_drawn_is_read(value: object, points: int, pieces: int) -> None:
    drawn = read_drawn(document(value), "mine.geojson")
    assert (drawn.points, drawn.pieces) == (points, pieces)
    assert drawn.geometry.is_valid
    assert shapely.equals(shapely.from_geojson(drawn.outline), drawn.geometry)


def _named(name: object) -> dict[str, Any]:
    return polygon(SQUARE, crs={"type": "name", "properties": {"name": name}})


_GRID = "These look like National Grid metres; save it as longitude and latitude \\(WGS 84, EPSG:4326\\)"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "cannot be read as JSON"),
        (b"hello", "cannot be read as JSON"),
        (b"{}", "does not say what it holds"),
        (b"[1, 2]", "does not say what it holds"),
        (b"\xff\xfe{}", "not UTF-8"),
        (b"[" * 50_000, "without end"),
        (b'{"type":' * 30_000, "without end"),
        (b"PK\x03\x04 and a shapefile", "a zip file"),
        (b"\x1f\x8b\x08", "a compressed file"),
        (b"SQLite format 3\x00", "a GeoPackage"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2">', "a KML file"),
        (b"<html><script>alert(1)</script>", "an XML or web page"),
        (b"[" * 60_001, "more than 20,000 points"),
        (b" " * 5_000_001, "larger than 5 MB"),
        (b'{"type": "Polygon", "coordinates": [[[NaN, 50], [1, 2], [1, 3], [1, 2]]]}', "NaN or Infinity"),
        (b'{"type": "Polygon", "coordinates": [[[1e999, 50], [1, 2], [1, 3], [1, 2]]]}', "NaN or Infinity"),
        (b'{"type": "Polygon", "coordinates": [[[1' + b"0" * 400 + b", 50], [1, 2], [1, 3], [1, 2]]]}", "NaN or Infinity"),
        (b'{"type": "Polygon", "coordinates": [[[1' + b"0" * 5000 + b", 50]]]}", "cannot be read as JSON"),
        (document({"type": "Thing"}), "holds no Polygon"),
        (document({"type": "LineString", "coordinates": SQUARE}), "holds a LineString"),
        (document({"type": "GeometryCollection", "geometries": [polygon(SQUARE)]}), "holds a GeometryCollection"),
        (document({"type": "FeatureCollection"}), "lists no features"),
        (document({"type": "FeatureCollection", "features": []}), "Nothing is drawn"),
        (document({"type": "FeatureCollection", "features": [polygon(SQUARE)]}), "is no feature"),
        (document({"type": "Feature", "geometry": None}), "is empty"),
        (document({"type": "MultiPolygon", "coordinates": []}), "Nothing is drawn"),
        (document({"type": "MultiPolygon", "coordinates": [[]]}), "is empty"),
        (document({"type": "MultiPolygon"}), "is empty"),
        (document(polygon()), "is empty"),
        (document(polygon([])), "fewer than four"),
        (document(polygon("abcd")), "fewer than four"),
        (document(polygon(SQUARE[:4])), "does not come back"),
        (document(polygon([[True, 50], [1, 2], [1, 3], [True, 50]])), "not a pair of numbers"),
        (document(polygon([1, 2, 3, 1])), "not a pair of numbers"),
        (document(polygon([["<b>", 50], [1, 2], [1, 3], [1, 2]])), "not a pair of numbers"),
        (document(polygon([[x, 50.3] for x in (-4.1, -4.2, -4.3, -4.1)])), "near longitude|do not enclose"),
        (document(polygon([[-4.1, 50.3]] * 5)), "do not enclose one area near longitude -4.1000, latitude 50.3000"),
        (document(polygon(SQUARE, square(-4.5, 50.5, 0.01))), "do not enclose one area"),
        (document(polygon([[-4.16, 50.36], [-4.14, 50.38], [-4.14, 50.36], [-4.16, 50.38], [-4.16, 50.36]])),
         "A line crosses or touches itself near longitude -4.1500, latitude 50.3700"),
        (document({"type": "MultiPolygon", "coordinates": [[square(-4 - n / 50, 50, 0.01)] for n in range(101)]}), "more than 100 pieces"),
        (document(polygon([[-4.1, 50.3]] * 20_001)), "more than 20,000 points"),
        (document({"type": "MultiPolygon", "coordinates": [[comb(200)], [comb(200, turned=True)]]}), "Join them"),
        (document({"type": "MultiPolygon", "coordinates": [[comb(70)], [comb(70, turned=True)]]}), "Join them"),
        (document(_named("urn:ogc:def:crs:EPSG::27700")), _GRID),
        (document(_named("EPSG:3857")), "another coordinate system"),
        (document(_named(5)), "another coordinate system"),
        (document(polygon(SQUARE, crs="x")), "another coordinate system"),
        (document({"type": "Feature", "geometry": polygon(SQUARE, crs={"type": "link", "properties": {"href": "http://x"}})}),
         "another coordinate system"),
        (document(polygon(square(246_000, 54_000, 1000))), _GRID),
        (document(polygon(square(-463_000, 6_520_000, 1000))), "not degrees"),
        (document(polygon(square(50.36, -4.16, 0.01))), "latitude first"),
        (document(polygon(square(151.2, -33.8, 0.01))), "outside the United Kingdom"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_gets_one_sentence(content: bytes, words: str) -> None:
    began = time.perf_counter()
    with pytest.raises(BadDrawing, match=words) as error:
        read_drawn(content, "mine.geojson")
    assert time.perf_counter() - began < 10
    assert error.value.file == "mine.geojson"
    assert len(str(error.value)) < 300
    assert "<" not in str(error.value)
    assert error.value.kind == "bad-drawing"


def test_a_million_points_are_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    def parsed(*_: object, **__: object) -> None:
        raise AssertionError("a file of this size was parsed")

    monkeypatch.setattr("store.drawn_shape.json.loads", parsed)
    million = b'{"type":"Polygon","coordinates":[[' + b"[-4,50]," * 1_000_000 + b"[-4,50]]]}"
    crammed = b'{"type":"Polygon","coordinates":[[' + b"[0]," * 1_000_000 + b"[0]]]}"
    began = time.perf_counter()
    for content, words in ((million, "larger than 5 MB"), (crammed, "more than 20,000 points")):
        with pytest.raises(BadDrawing, match=words):
            read_drawn(content, "mine.geojson")
    assert time.perf_counter() - began < 5


_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.sampled_from(_WORDS), st.text(max_size=5),
              st.sampled_from([SQUARE, [SQUARE], [[SQUARE]], SQUARE[:3], polygon(SQUARE)])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(_WORDS), inner, max_size=4),
        st.builds(lambda kind, inside: {"type": kind, "coordinates": inside, "geometry": inside, "features": inside},
                  st.sampled_from(_WORDS), inner),
    ),
    max_leaves=10,
)  # fmt: skip
_POINTS = st.lists(st.tuples(st.floats(-4.3, -4.0), st.floats(50.3, 50.5)).map(list), min_size=3, max_size=8)


@given(
    st.one_of(
        st.binary(max_size=60), _JSON.map(document), _POINTS.map(lambda ring: document(polygon([*ring, ring[0]])))
    )
)
@example(document(polygon([*SQUARE[:4], SQUARE[0]])))
def test_only_our_own_error_ever_comes_out(content: bytes) -> None:
    with contextlib.suppress(BadDrawing):
        assert read_drawn(content, "mine.geojson").geometry.is_valid


def ground(store: Store, codes: list[str]) -> Any:
    """The outlines of these small areas as one shape."""
    return shapely.union_all(shapely.from_geojson(list(store.outlines(codes).values())))


def as_drawn(shape: Any) -> DrawnArea:
    """A shape as if somebody had uploaded it."""
    return read_drawn(shapely.to_geojson(shape).encode(), "mine.geojson")


def test_the_outline_of_small_areas_fits_them_exactly(sample_store: Store) -> None:
    found = fit(sample_store, as_drawn(ground(sample_store, HERE)))
    assert [area.code for area in found.used] == HERE
    assert [area.name for area in found.used] == ["Plymouth 033C", "Plymouth 034A"]
    assert [area.residents for area in found.used] == [1899, 2017]
    assert found.left == ()
    assert found.share_of_people == pytest.approx(1)
    assert found.share_of_line == pytest.approx(1)
    assert found.sentence == (
        "100 % of the people in the small areas used (about 3,916 of 3,916) live inside your line, if people are spread "
        "evenly within each of them."
    )


def test_part_of_an_area_counts_as_much_as_lies_inside(sample_store: Store) -> None:
    whole, half = (ground(sample_store, [code]) for code in HERE)
    west, south, east, north = half.bounds
    cut = next(
        cut for x in range(100)
        if (cut := half.intersection(shapely.box(west, south, west + (east - west) * x / 100, north))).area >= 0.6 * half.area
    )  # fmt: skip
    found = fit(sample_store, as_drawn(whole.union(cut)))
    share = cut.area / half.area
    assert [area.share_inside for area in found.used] == [pytest.approx(1), pytest.approx(share)]
    people = (1899 + 2017 * share) / 3916
    assert found.share_of_people == pytest.approx(people)
    assert found.sentence.startswith(f"{math.floor(100 * people)} % of the people")
    lost = fit(sample_store, as_drawn(shapely.union(whole, half.difference(cut))))
    assert [area.code for area in lost.used] == HERE[:1]
    assert [area.share_inside for area in lost.left if area.code == HERE[1]] == [pytest.approx(1 - share)]
    covered = whole.area / (whole.area + half.area - cut.area)
    assert lost.share_of_line == pytest.approx(covered, abs=1e-3)


def test_a_drawing_that_fits_nothing_says_why(sample_store: Store) -> None:
    middle = ground(sample_store, HERE).representative_point()
    small = fit(sample_store, as_drawn(middle.buffer(0.0005)))
    assert (small.used, small.share_of_people, small.share_of_line) == ((), None, 0.0)
    assert small.sentence == "No small area lies at least half inside your line. Draw a larger one."
    for shape, words in (
        (shapely.box(0.0, 51.4, 0.1, 51.5), "No outline of a small area is held where you drew"),
        (shapely.box(-4.3, 50.1, -4.2, 50.15), "No small area with an outline lies inside"),
        (shapely.box(-5.8, 49.9, -2.8, 51.3), "Your line touches 1,032 small areas"),
        (shapely.Polygon(comb(4000)), "winds to and fro too often"),
    ):
        found = fit(sample_store, as_drawn(shape))
        assert (found.used, found.left) == ((), ())
        assert words in found.sentence


def test_unknown_residents_are_said_to_be_unknown(sample_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store.drawn_area, "newest_residents", lambda *_: {HERE[0]: 1899.0})
    found = fit(sample_store, as_drawn(ground(sample_store, HERE)))
    assert [area.residents for area in found.used] == [1899.0, None]
    assert found.share_of_people is None
    assert "is not known" in found.sentence


def test_a_drawing_is_fitted_in_well_under_a_second(sample_store: Store) -> None:
    drawn = as_drawn(ground(sample_store, HERE).buffer(0.02))
    took = []
    for _ in range(3):
        began = time.perf_counter()
        found = fit(sample_store, drawn)
        took.append(time.perf_counter() - began)
    # The best of three, for other work may go on beside it.
    assert min(took) < 1
    assert len(found.used) > 10
