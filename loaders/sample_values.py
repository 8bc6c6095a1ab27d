"""The sample's yearly values – of councils, the region and the country, and medians of small areas – in compact form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from store.contribution import Contribution, LoadedFile, Measure
from store.database import Store
from store.source import Source

HOLDS = "values"
_KEYS = ["measure", "authority_kind", "authority", "period_start", "period_months"]


def values_contribution(
    source: Source, known: Mapping[str, Measure], entry: Mapping[str, Any], frame: pd.DataFrame, file: LoadedFile
) -> Contribution:
    """A file of values as a contribution; ``known`` are the measures its source declares, by name."""
    observations = frame.drop(columns=["area_name", "country"]).assign(file=0)
    observations["period_start"] = pd.to_datetime(observations["period_start"])
    coverage = observations.groupby(_KEYS, as_index=False).size().rename(columns={"size": "rows_placed"})
    areas = frame.drop_duplicates(["area_kind", "area_code"])
    others = areas[areas["area_kind"] != "stable"].rename(
        columns={"area_kind": "kind", "area_code": "code", "area_name": "name"}
    )
    return Contribution(
        source,
        (file,),
        tuple(known[name] for name in entry["measures"]),
        observations,
        coverage.assign(file=0, rows_unlocated=None),  # the sample cannot say how many there were
        areas=others[["kind", "code", "name", "country"]].assign(longitude=float("nan"), latitude=float("nan")),
    )


def values_by_source(store: Store, authority: str) -> dict[str, pd.DataFrame]:
    """By source, what is held of one police force's councils, of their region and country, and of its small areas.

    What a community brought stays out. So do events of small areas that a whole country reports: where there is no row
    they would be nought outside the sample's own area.
    """
    frame = store.frame(
        "WITH mine AS (SELECT m.member_id FROM area_member m JOIN area p ON p.area_id = m.parent_id "
        "  WHERE p.kind = 'police_force' AND p.code = ?), "
        "wanted AS (SELECT member_id AS area_id FROM mine UNION SELECT m.parent_id FROM area_member m JOIN mine USING (member_id) "
        "  WHERE m.relation IN ('in_council', 'in_county') UNION SELECT area_id FROM area "
        "  WHERE (kind, code) IN (('country', 'E92000001'), ('region', 'E12000009'))) "
        "SELECT s.name AS source, a.kind AS area_kind, a.code AS area_code, a.name AS area_name, a.country, m.name AS measure, "
        "o.period_start, o.period_months, o.numerator, o.denominator, o.value, o.status, o.low, o.high, "
        "u.kind AS authority_kind, u.code AS authority FROM observation o JOIN wanted USING (area_id) "
        "JOIN area a ON a.area_id = o.area_id JOIN measure m USING (measure_id) JOIN source s USING (source_id) "
        "JOIN area u ON u.area_id = o.authority_id JOIN fetched_file f ON f.file_id = o.file_id "
        "WHERE f.origin <> 'local' AND u.kind <> 'police_force' AND NOT (a.kind = 'stable' AND m.kind IN ('events', 'stock')) "
        "ORDER BY s.name, m.name, a.kind, a.code, o.period_start",
        [authority],
    )
    parts = frame.groupby("source", sort=True)
    return {str(name): part.drop(columns="source").reset_index(drop=True) for name, part in parts}
