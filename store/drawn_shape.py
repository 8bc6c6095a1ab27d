"""GeoJSON from a stranger: bounded before it is parsed, and taken apart into the rings of its polygons."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn, TypeAlias

import numpy as np
from numpy.typing import NDArray

from store.errors import BadDrawing

Ring: TypeAlias = NDArray[np.float64]

LARGEST = 5_000_000
MOST_POINTS = 20_000
MOST_PIECES = 100
# Brackets a file of that many points needs, with room for properties; more would only cost memory to parse.
_MOST_BRACKETS = 3 * MOST_POINTS
_FORMATS = (
    (b"PK", "a zip file (a shapefile or KMZ, perhaps)"),
    (b"\x1f\x8b", "a compressed file"),
    (b"SQLite format 3", "a GeoPackage"),
)
_SAVE_AS = "Save the drawing as GeoJSON and upload that file."
_DEGREES = "save it as longitude and latitude (WGS 84, EPSG:4326)"
_GRID = f"These look like National Grid metres; {_DEGREES}"
_NO_DEGREES = f"These numbers are not degrees; {_DEGREES}"
# Names of the one coordinate system GeoJSON has (RFC 7946, 4), as programs wrote it into files before that.
_KNOWN_SYSTEM = re.compile(
    r"(urn:(x-)?ogc:def:crs:)?(ogc:[\d.]*:?crs84|epsg:[\d.]*:?4326)|crs84|"
    r"https?://(www\.)?opengis\.net/def/crs/(ogc/1\.3/crs84|epsg/0/4326)",
    re.IGNORECASE,
)
_OTHER_SHAPES = ("Point", "MultiPoint", "LineString", "MultiLineString", "GeometryCollection")
# Longitude and latitude of the United Kingdom, and the metres of its National Grid (Ordnance Survey).
_WEST, _EAST, _SOUTH, _NORTH = -9.0, 3.0, 49.0, 61.5
_GRID_EAST, _GRID_NORTH = 700_000.0, 1_300_000.0


def rings_of(content: bytes, file: str) -> list[list[Ring]]:
    """The polygons of a GeoJSON geometry, Feature or FeatureCollection: of each its outer ring, then its holes.

    A ring is an array of (longitude, latitude), its first point repeated at the end. BadDrawing says in one sentence
    what is wrong: size, format, kind of shape, coordinate system, numbers.
    """
    polygons: list[list[Ring]] = []
    points = 0
    for shape in _shapes(_parsed(content, file), file):
        inside = shape.get("coordinates")
        for polygon in inside if shape["type"] == "MultiPolygon" and isinstance(inside, list) else [inside]:
            if len(polygons) == MOST_PIECES:
                raise BadDrawing(f"The drawing has more than {MOST_PIECES} pieces", file=file, do="Draw fewer.")
            if not isinstance(polygon, list) or not polygon:
                raise BadDrawing("A shape in the file is empty", file=file, do="Draw the area, then save it again.")
            points += sum(len(ring) for ring in polygon if isinstance(ring, list))
            if points > MOST_POINTS:
                _too_many(file)
            polygons.append([_ring(ring, file) for ring in polygon])
    if not polygons:
        raise BadDrawing("Nothing is drawn in the file", file=file, do="Draw the area, then save it again.")
    _check_place(np.concatenate([ring for polygon in polygons for ring in polygon]), file)
    return polygons


def _too_many(file: str) -> NoReturn:
    raise BadDrawing(f"The drawing has more than {MOST_POINTS:,} points", file=file, do="Simplify its line.")


def _parsed(content: bytes, file: str) -> Any:
    if len(content) > LARGEST:
        raise BadDrawing("The file is larger than 5 MB", file=file, do="Simplify the line and save it again.")
    for start, what in _FORMATS:
        if content.startswith(start):
            raise BadDrawing(f"This is {what}, not GeoJSON", file=file, do=_SAVE_AS)
    if content[:100].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        what = "a KML file" if b"<kml" in content[:2000].lower() else "an XML or web page file"
        raise BadDrawing(f"This is {what}, not GeoJSON", file=file, do=_SAVE_AS)
    if content.count(b"[") + content.count(b"{") > _MOST_BRACKETS:
        _too_many(file)
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise BadDrawing("The file is not UTF-8 text", file=file, do=_SAVE_AS) from error
    except OverflowError as error:
        raise BadDrawing("The file holds a number that is none (NaN or Infinity)", file=file, do=_SAVE_AS) from error
    except RecursionError as error:
        raise BadDrawing("The file holds brackets inside brackets without end", file=file, do=_SAVE_AS) from error
    except ValueError as error:
        raise BadDrawing("The file is not GeoJSON: it cannot be read as JSON", file=file, do=_SAVE_AS) from error


def _no_number(name: str) -> NoReturn:
    raise OverflowError(name)


def _shapes(top: Any, file: str) -> Iterator[dict[str, Any]]:
    """The Polygons and MultiPolygons in a GeoJSON document."""
    kind = _kind(top, file)
    if kind == "FeatureCollection":
        features = top.get("features")
        if not isinstance(features, list):
            raise BadDrawing("The file is not GeoJSON: it lists no features", file=file, do=_SAVE_AS)
        for feature in features:
            if _kind(feature, file) != "Feature":
                raise BadDrawing("The file is not GeoJSON: something in it is no feature", file=file, do=_SAVE_AS)
            yield _shape(feature.get("geometry"), file)
    else:
        yield _shape(top.get("geometry") if kind == "Feature" else top, file)


def _shape(geometry: Any, file: str) -> dict[str, Any]:
    if geometry is None:
        raise BadDrawing("A shape in the file is empty", file=file, do="Draw the area, then save it again.")
    kind = _kind(geometry, file)
    if kind in _OTHER_SHAPES:
        raise BadDrawing(
            f"The file holds a {kind}, which has no inside",
            file=file,
            do="Draw closed areas (Polygon or MultiPolygon).",
        )
    if kind not in ("Polygon", "MultiPolygon"):
        raise BadDrawing("The file is not GeoJSON: it holds no Polygon", file=file, do=_SAVE_AS)
    found: dict[str, Any] = geometry
    return found


def _kind(value: Any, file: str) -> str:
    """The type of a GeoJSON object, whose coordinate system must be the usual one."""
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        raise BadDrawing("The file is not GeoJSON: it does not say what it holds", file=file, do=_SAVE_AS)
    system = value.get("crs")
    if system is not None:
        about = system.get("properties") if isinstance(system, dict) else None
        name = about.get("name") if isinstance(about, dict) else None
        if not isinstance(name, str) or not _KNOWN_SYSTEM.fullmatch(name.strip()):
            grid = isinstance(name, str) and name.strip().endswith("27700")
            raise BadDrawing(
                _GRID if grid else f"The file says that it is in another coordinate system; {_DEGREES}", file=file
            )
    return str(value["type"])


def _ring(positions: Any, file: str) -> Ring:
    if not isinstance(positions, list) or len(positions) < 4:
        raise BadDrawing("A line in the file has fewer than four points", file=file, do="Draw the area again.")
    if not all(_is_position(position) for position in positions):
        raise BadDrawing("A point in the file is not a pair of numbers", file=file, do=_SAVE_AS)
    try:
        ring = np.array([position[:2] for position in positions], dtype=np.float64)
    except OverflowError:
        ring = np.array([[np.inf, np.inf]])
    if not np.isfinite(ring).all():
        raise BadDrawing("The file holds a number that is none (NaN or Infinity)", file=file, do=_SAVE_AS)
    if (ring[0] != ring[-1]).any():
        raise BadDrawing("A line in the file does not come back to where it begins", file=file, do="Close the line.")
    return ring


def _is_position(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) >= 2
        and all(isinstance(number, int | float) and not isinstance(number, bool) for number in value[:2])
    )


def _check_place(points: Ring, file: str) -> None:
    """Refuse coordinates outside the United Kingdom, with a guess at what they are instead."""
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    if west >= _WEST and east <= _EAST and south >= _SOUTH and north <= _NORTH:
        return
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
        grid = west >= 0 and south >= 0 and east <= _GRID_EAST and north <= _GRID_NORTH
        raise BadDrawing(_GRID if grid else _NO_DEGREES, file=file)
    if west >= _SOUTH and east <= _NORTH and south >= _WEST and north <= _EAST:
        raise BadDrawing(
            "The points have latitude first, and GeoJSON puts longitude first", file=file, do="Swap the two numbers."
        )
    raise BadDrawing("The drawing lies outside the United Kingdom", file=file, do=f"If it does not, {_DEGREES}.")
