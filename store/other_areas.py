"""Areas that no lookup holds – schools, practices, regions, councils of other years – and how they lie to small areas."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pandas as pd

from store.contribution import Contribution
from store.school_phases import PHASES

# Relations that loaders bring; all others are made from the lookups and the neighbourhood files at every build.
BROUGHT = ("patients", "catchment", *PHASES)
_KINDS = ("ward", "council", "region", "country", "school", "practice", "msoa", "data_zone")


def write_other_areas(connection: duckdb.DuckDBPyConnection, contributions: Sequence[Contribution], old: bool) -> None:
    """Add the areas that are brought or were held yesterday and are not known yet, then the memberships brought.

    An area keeps the name it has, and a place that is known is not lost to a contribution without one; memberships of
    one relation are replaced whole by the newest contribution.
    """
    brought = [item.areas for item in contributions if len(item.areas)]
    if brought:
        # Those with a place last, so that they are the ones kept.
        frame = pd.concat(brought).sort_values("longitude", na_position="first", kind="stable")
        connection.register("other_areas_in", frame.drop_duplicates(["kind", "code"], keep="last"))
        _add(connection, "other_areas_in")
        connection.unregister("other_areas_in")
    if old:
        kinds = ", ".join(f"'{kind}'" for kind in _KINDS)
        _add(connection, f"(SELECT * FROM old.area WHERE kind IN ({kinds}) AND edition = '')")
        connection.execute(
            "UPDATE area SET longitude = o.longitude, latitude = o.latitude FROM old.area o WHERE area.edition = '' "
            "AND (o.kind, o.code, o.edition) = (area.kind, area.code, '') AND area.longitude IS NULL "
            "AND o.longitude IS NOT NULL"
        )
    _write_members(connection, contributions, old)


def _add(connection: duckdb.DuckDBPyConnection, rows: str) -> None:
    connection.execute(
        "INSERT INTO area SELECT (SELECT max(area_id) FROM area) + row_number() OVER (ORDER BY i.kind, i.code), i.kind, "
        f"i.code, '', i.name, i.country, true, i.longitude, i.latitude, NULL FROM {rows} i "
        "WHERE NOT EXISTS (SELECT 1 FROM area a WHERE a.kind = i.kind AND a.code = i.code)"
    )


def _write_members(connection: duckdb.DuckDBPyConnection, contributions: Sequence[Contribution], old: bool) -> None:
    given = [item.members for item in contributions if len(item.members)]
    brought: set[str] = set()
    if given:
        frame = pd.concat(given)
        brought = set(frame["relation"])
        unknown = brought - set(BROUGHT)
        if unknown:
            raise ValueError(f"a loader may not bring the relation {sorted(unknown)[0]}")
        connection.register("other_members_in", frame)
        connection.execute(
            "INSERT INTO area_member SELECT p.area_id, m.area_id, i.relation, 'best_fit', i.share, i.basis "
            "FROM other_members_in i JOIN area p ON p.kind = i.parent_kind AND p.code = i.parent_code "
            "JOIN area m ON m.kind = i.member_kind AND m.code = i.member_code ORDER BY p.area_id, i.relation, m.area_id"
        )
        connection.unregister("other_members_in")
    if old:
        connection.execute(
            "INSERT INTO area_member SELECT p.area_id, m.area_id, o.relation, o.fit, o.share, o.basis FROM old.area_member o "
            "JOIN old.area x ON x.area_id = o.parent_id JOIN area p ON (p.kind, p.code, p.edition) = (x.kind, x.code, x.edition) "
            "JOIN old.area y ON y.area_id = o.member_id JOIN area m ON (m.kind, m.code, m.edition) = (y.kind, y.code, y.edition) "
            "WHERE o.relation IN (SELECT unnest(?)) ORDER BY p.area_id, o.relation, m.area_id",
            [sorted(set(BROUGHT) - brought)],
        )
