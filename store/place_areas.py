"""Neighbourhoods as areas of their own: from the area files, before anything is merged that is recorded on them."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from store.errors import BadPlace
from store.place import Place

# Data Zones of 2011: 6,976 codes without a gap (Scottish Government lookup of Data Zones to council areas, 2020).
_DATA_ZONES = ("S01006506", "S01013481")
SCOTLAND = ("S92000003", "Scotland")


def is_data_zone(code: str) -> bool:
    """Whether this is the code of a Scottish Data Zone of 2011."""
    return len(code) == len(_DATA_ZONES[0]) and _DATA_ZONES[0] <= code <= _DATA_ZONES[1] and code[1:].isdigit()


def write_place_areas(connection: duckdb.DuckDBPyConnection, places: Sequence[Place]) -> None:
    """Add every place with the small areas it contains; BadPlace names a code that is none.

    Small areas are stable areas and Scottish Data Zones. A Data Zone that no source has brought is added by its code.
    """
    for place in places:
        _add_data_zones(connection, place)
        small = connection.execute(
            "SELECT DISTINCT s.area_id FROM area l JOIN area_member m ON m.member_id = l.area_id "
            "AND m.relation = 'contains' JOIN area s ON s.area_id = m.parent_id AND s.kind = 'stable' "
            "WHERE l.kind = 'lsoa' AND l.code IN (SELECT unnest($1)) "
            "UNION SELECT area_id FROM area WHERE kind = 'data_zone' AND code IN (SELECT unnest($1)) ORDER BY ALL",
            [list(place.small_areas)],
        ).fetchall()
        # One unknown code among known ones would pass here and stop every study beside this place later.
        unknown = connection.execute(
            "SELECT code FROM (SELECT unnest(?) AS code) WHERE code NOT IN "
            "(SELECT code FROM area WHERE kind IN ('lsoa', 'data_zone'))",
            [list(place.small_areas)],
        ).fetchall()
        if unknown:
            raise BadPlace(
                f"{', '.join(row[0] for row in unknown[:5])} of “{place.slug}” is in no lookup of small areas",
                file=f"{place.slug}.toml", column="place.small_areas",
                do="Use ONS LSOA codes of 2011 or 2021, or in Scotland Data Zones of 2011.",
            )  # fmt: skip
        number = connection.execute("SELECT max(area_id) + 1 FROM area").fetchall()[0][0]
        inside = [row[0] for row in small]
        connection.execute(
            "INSERT INTO area SELECT ?, 'place', ?, '', ?, any_value(country), bool_and(comparable), NULL, NULL, NULL "
            "FROM area WHERE area_id IN (SELECT unnest(?))",
            [number, place.slug, place.name, inside],
        )
        connection.execute(
            "INSERT INTO area_member SELECT ?, unnest(?), 'contains', 'chosen', 1.0, 'the area file'", [number, inside]
        )


def _add_data_zones(connection: duckdb.DuckDBPyConnection, place: Place) -> None:
    codes = [code for code in place.small_areas if is_data_zone(code)]
    connection.execute(
        "INSERT INTO area SELECT (SELECT max(area_id) FROM area) + row_number() OVER (ORDER BY code), 'data_zone', code, '', "
        "code, ?, true, NULL, NULL, NULL FROM (SELECT unnest(?) AS code) "
        "WHERE code NOT IN (SELECT code FROM area WHERE kind = 'data_zone')",
        [SCOTLAND[1], codes],
    )


def write_place_members(connection: duckdb.DuckDBPyConnection) -> None:
    """Say in which wards, councils and forces each place lies: all that hold some of its residents, with the share."""
    connection.execute(
        "WITH residents AS (SELECT area_id, max_by(persons, mid_year) AS persons FROM population "
        "WHERE age_from = 0 AND age_to = 120 GROUP BY area_id), inside AS ("
        "SELECT p.area_id AS place_id, m.parent_id, m.relation, coalesce(r.persons, 1) * m.share AS persons "
        "FROM area p JOIN area_member c ON c.parent_id = p.area_id AND c.relation = 'contains' "
        "JOIN area_member m ON m.member_id = c.member_id AND m.relation LIKE 'in\\_%' ESCAPE '\\' "
        "LEFT JOIN residents r ON r.area_id = m.member_id WHERE p.kind = 'place') "
        "INSERT INTO area_member SELECT parent_id, place_id, relation, 'best_fit', "
        "sum(persons) / sum(sum(persons)) OVER (PARTITION BY place_id, relation), 'residents of its small areas' "
        "FROM inside GROUP BY place_id, parent_id, relation ORDER BY place_id, relation, parent_id"
    )
