"""Outlines of stable areas, put together from the polygons of the small areas they consist of."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import shapely
from shapely.geometry import mapping, shape

from loaders.csv_table import AGAIN
from store.contribution import OUTLINE_COLUMNS
from store.errors import SourceChanged

EDITION_OF = {"LSOA11CD": "2011", "LSOA21CD": "2021"}
TIDIED = ("lsoa11_code", "lsoa21_code")
_DECIMALS = 5
# Great Britain in degrees; anything outside is metres of the national grid, or swapped.
_WEST, _SOUTH, _EAST, _NORTH = -9.0, 49.0, 3.0, 61.0


@dataclass(frozen=True, slots=True)
class Polygon:
    """A small area's polygon; ``row`` is its place in the file, from 1."""

    code: str
    edition: str
    geometry: Any
    row: int


def code_column(properties: Mapping[str, Any], name: str) -> str:
    """The property that holds the small area's code; SourceChanged where there is none the publisher uses."""
    for column in EDITION_OF:
        if column in properties:
            return column
    tidied = next((key for key in properties if key in TIDIED), None)
    if tidied:
        raise SourceChanged(
            "These are outlines tidied by somebody else, not the publisher's own file", file=name, column=tidied,
            rows=[1], do="Import boundaries as the ONS portal ships them, or run “python -m loaders refresh”.",
        )  # fmt: skip
    raise SourceChanged("The outlines carry no small-area code", file=name, column="LSOA11CD", rows=[1], do=AGAIN)


def polygons(content: Mapping[str, Any], name: str) -> list[Polygon]:
    """The polygons of a GeoJSON file in degrees; SourceChanged naming the features that are none."""
    system = str((content.get("crs") or {}).get("properties", {}).get("name", "CRS84"))
    if not system.endswith(("CRS84", "4326")):
        raise SourceChanged(
            f"The outlines are in {system}, not in degrees", file=name, column="crs",
            do="Download them as GeoJSON in WGS 84 (outSR=4326).",
        )  # fmt: skip
    features = content["features"]
    column = code_column(features[0].get("properties") or {}, name)
    found, bad = [], []
    for row, feature in enumerate(features, start=1):
        code = (feature.get("properties") or {}).get(column)
        geometry = feature.get("geometry") or {}
        if not isinstance(code, str) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
            bad.append(row)
            continue
        found.append(Polygon(code.strip(), EDITION_OF[column], shape(geometry), row))
    if bad:
        raise SourceChanged(
            "Some areas have no code or no outline", file=name, column=column, rows=bad, do="Download the file again."
        )
    outside = [item.row for item in found if not _in_britain(item.geometry)]
    if outside:
        raise SourceChanged(
            "The coordinates are not degrees of longitude and latitude in Great Britain", file=name,
            column="coordinates", rows=outside, do="Download them as GeoJSON in WGS 84 (outSR=4326).",
        )  # fmt: skip
    return found


def _in_britain(geometry: Any) -> bool:
    west, south, east, north = geometry.bounds
    return bool(west >= _WEST and south >= _SOUTH and east <= _EAST and north <= _NORTH)


def _rounded(geometry: Any) -> Any:
    """The shape on a grid of 5 decimals (about a metre). Neighbours share their vertices before, and so after."""
    moved = shapely.transform(geometry, lambda points: points.round(_DECIMALS))
    return moved if moved.is_valid else shapely.make_valid(moved)


def _dissolved(geometries: Sequence[Any]) -> Any:
    together = shapely.unary_union([_rounded(item) for item in geometries])
    # Repairing a shape can leave lines and points behind, which are no ground.
    pieces = [item for item in getattr(together, "geoms", [together]) if item.geom_type == "Polygon"]
    return shapely.MultiPolygon(pieces) if len(pieces) > 1 else pieces[0]


def outlines(found: Sequence[Polygon], parts: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Outlines of stable areas (store.contribution), and the areas of which some part is missing.

    ``parts`` is ``stable_sums.parts_of``. All parts of one edition are dissolved, those of 2011 where both are whole;
    longitude and latitude are of a point inside, 6 decimals.
    """
    geometry = {(item.code, item.edition): item.geometry for item in found}
    here = parts[[key in geometry for key in zip(parts["code"], parts["edition"], strict=True)]]
    whole = here[here.groupby(["stable", "edition"])["code"].transform("count") == here["parts"]]
    chosen = whole.groupby("stable")["edition"].min()
    rows = []
    for stable, members in whole[whole["edition"] == whole["stable"].map(chosen)].groupby("stable"):
        outline = _dissolved([geometry[key] for key in zip(members["code"], members["edition"], strict=True)])
        point = outline.representative_point()
        text = json.dumps(
            mapping(shapely.transform(outline, lambda points: points.round(_DECIMALS))), separators=(",", ":")
        )
        rows.append((stable, text, round(point.x, 6), round(point.y, 6)))
    partial = here["stable"][~here["stable"].isin(chosen.index)].drop_duplicates()
    return pd.DataFrame(rows, columns=list(OUTLINE_COLUMNS)), partial
