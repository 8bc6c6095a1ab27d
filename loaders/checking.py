"""What is loaded, what is missing and what looks wrong."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pandas as pd

from loaders.frequency import newest_held, stale_sources
from loaders.outliers import spikes
from store.database import Store
from store.errors import BadPlace
from store.folder import Folder
from store.place import Place, read_place
from store.source import Source

_PERIOD = (
    "CASE WHEN c.period_months = 0 THEN strftime(c.period_start, '%Y-%m-%d') WHEN c.period_months = 1 "
    "THEN strftime(c.period_start, '%Y-%m') ELSE strftime(c.period_start, '%Y-%m') || ', ' || c.period_months || ' months' END"
)


def _listed(store: Store, query: str, names: str) -> list[dict[str, Any]]:
    return [dict(zip(names.split(), row, strict=True)) for row in store.rows(query)]


def coverage_report(store: Store, folder: Folder, sources: Iterable[Source], today: date) -> dict[str, Any]:
    """Everything ``python -m loaders check`` says, by what it is about (docs/commands.md).

    ``sources`` are those the project knows; ``today`` is what they are stale against. The neighbourhood files are those
    in ``folder`` now, whatever the database was built with.
    """
    known = tuple(sources)
    states = _listed(
        store,
        "SELECT c.state, a.code, m.name, strftime(c.period_start, '%Y-%m'), c.reason FROM coverage c "
        "JOIN measure m USING (measure_id) JOIN area a ON a.area_id = c.authority_id WHERE c.state <> 'reported' ORDER BY ALL",
        "state authority measure month reason",
    )
    held = newest_held(store)
    return {
        "schema_version": 1,
        "stamp": store.stamp,
        "coverage": _coverage(store),
        "periods": _periods(store),
        "suspect": [row for row in states if row["state"] == "suspect"],
        "absent": [row for row in states if row["state"] == "absent"],
        "spikes": [*_spikes(store), *_spikes_in_places(store)],
        "unlocated": _listed(
            store,
            "SELECT a.code, strftime(c.period_start, '%Y-%m'), sum(c.rows_placed)::BIGINT, sum(c.rows_unlocated)::BIGINT "
            "FROM coverage c JOIN area a ON a.area_id = c.authority_id WHERE c.rows_unlocated IS NOT NULL "
            "GROUP BY ALL ORDER BY ALL",
            "authority month rows_placed rows_unlocated",
        ),
        "unmatched": _listed(
            store,
            "SELECT s.name, f.original_name, f.rows_read, f.rows_unlocated, f.rows_refused FROM fetched_file f "
            "JOIN source s USING (source_id) WHERE f.superseded_by IS NULL AND f.rows_unlocated + f.rows_refused > 0 "
            "ORDER BY f.rows_refused DESC, 1, 2",
            "source file rows_read rows_unlocated rows_refused",
        ),
        "stale": stale_sources(store, known, today),
        "behind": _behind(store),
        "never_loaded": sorted(source.name for source in known if source.name not in held and source.address),
        "places": _places(store, folder),
        "files": _listed(
            store,
            "SELECT s.name, f.original_name, f.origin, f.edition, f.sha256, f.rows_read, f.superseded_by IS NOT NULL "
            "FROM fetched_file f JOIN source s USING (source_id) ORDER BY 1, f.file_id",
            "source file origin edition sha256 rows_read superseded",
        ),
    }


def _coverage(store: Store) -> list[dict[str, Any]]:
    return _listed(
        store,
        "SELECT s.name, a.code, m.name, strftime(min(c.period_start), '%Y-%m'), strftime(max(c.period_start), '%Y-%m'), "
        "count(*) FILTER (c.state = 'reported'), count(*) FILTER (c.state = 'suspect'), count(*) FILTER (c.state = 'absent') "
        "FROM coverage c JOIN measure m USING (measure_id) JOIN source s USING (source_id) "
        "JOIN area a ON a.area_id = c.authority_id GROUP BY ALL ORDER BY 1, 2, 3",
        "source authority measure first last reported suspect absent",
    )


def _periods(store: Store) -> list[dict[str, Any]]:
    """By source, authority and period: how many measures report, of how many areas, with how many records placed or not."""
    return _listed(
        store,
        "WITH areas AS (SELECT m.source_id, o.authority_id, o.period_start, o.period_months, "
        "count(DISTINCT o.area_id) FILTER (o.status <> 'missing') AS areas FROM observation o JOIN measure m USING (measure_id) "
        f"GROUP BY ALL) SELECT s.name, a.code, {_PERIOD} AS period, count(*) FILTER (c.state = 'reported'), count(*), "
        "coalesce(any_value(n.areas), 0), sum(c.rows_placed)::BIGINT, sum(c.rows_unlocated)::BIGINT FROM coverage c "
        "JOIN measure m USING (measure_id) JOIN source s USING (source_id) JOIN area a ON a.area_id = c.authority_id "
        "LEFT JOIN areas n ON (n.source_id, n.authority_id, n.period_start, n.period_months) = "
        "(m.source_id, c.authority_id, c.period_start, c.period_months) "
        "GROUP BY s.name, a.code, c.period_start, c.period_months ORDER BY s.name, a.code, c.period_months, c.period_start",
        "source authority period measures_reported measures areas rows_placed rows_unlocated",
    )


def _spikes(store: Store) -> list[dict[str, Any]]:
    """Totals of a measure by one authority that stand far off those around them."""
    figures = store.frame(
        f"SELECT s.name AS source, m.name AS measure, a.code AS area, {_PERIOD} AS period, c.period_months, "
        "CASE WHEN m.kind = 'events' THEN coalesce(sum(o.numerator), 0) ELSE sum(o.numerator) END AS count "
        "FROM coverage c JOIN measure m USING (measure_id) JOIN source s USING (source_id) "
        "JOIN area a ON a.area_id = c.authority_id JOIN fetched_file f ON f.file_id = c.file_id "
        "LEFT JOIN observation o ON (o.measure_id, o.authority_id, o.period_start, o.period_months) = "
        "(c.measure_id, c.authority_id, c.period_start, c.period_months) "
        "WHERE m.kind IN ('events', 'stock') AND f.origin <> 'local' "
        "GROUP BY s.name, m.name, m.kind, a.code, c.period_start, c.period_months "
        "ORDER BY s.name, m.name, a.code, c.period_months, c.period_start"
    )
    return _as_rows(spikes(figures, ("source", "measure", "area", "period_months")), "authority")


def _spikes_in_places(store: Store) -> list[dict[str, Any]]:
    """The same for the sums over each neighbourhood, as its own authority reports them."""
    figures = store.frame(
        "WITH cells AS (SELECT p.code AS area, o.measure_id, o.authority_id, o.period_start, o.period_months, "
        "sum(o.numerator) AS count FROM area p JOIN area_member m ON m.parent_id = p.area_id AND m.relation = 'contains' "
        "JOIN observation o ON o.area_id = m.member_id JOIN fetched_file f USING (file_id) "
        "WHERE p.kind = 'place' AND f.origin <> 'local' GROUP BY ALL), "
        "home AS (SELECT area, measure_id, authority_id FROM cells GROUP BY area, measure_id, authority_id "
        "QUALIFY row_number() OVER (PARTITION BY area, measure_id ORDER BY sum(count) DESC, authority_id) = 1) "
        f"SELECT s.name AS source, m.name AS measure, h.area, {_PERIOD} AS period, c.period_months, "
        "CASE WHEN m.kind = 'events' THEN coalesce(k.count, 0) ELSE k.count END AS count FROM home h "
        "JOIN coverage c USING (measure_id, authority_id) JOIN measure m USING (measure_id) JOIN source s USING (source_id) "
        "LEFT JOIN cells k USING (area, measure_id, authority_id, period_start, period_months) "
        "WHERE m.kind IN ('events', 'stock') AND c.state <> 'absent' "
        "ORDER BY s.name, m.name, h.area, c.period_months, c.period_start"
    )
    return _as_rows(spikes(figures, ("source", "measure", "area", "period_months")), "place")


def _as_rows(found: pd.DataFrame, where: str) -> list[dict[str, Any]]:
    return [
        {"source": row["source"], "measure": row["measure"], where: row["area"], "period": row["period"],
         "count": float(row["count"]), "usual": float(row["usual"]), "deviations": round(float(row["far"]), 1)}
        for row in found.to_dict("records")
    ]  # fmt: skip


def _behind(store: Store) -> list[dict[str, Any]]:
    """Authorities whose last period of a measure is older than others' of the same measure."""
    return _listed(
        store,
        "WITH last AS (SELECT c.measure_id, c.authority_id, c.period_months, max(c.period_start) AS last FROM coverage c "
        "WHERE c.state <> 'absent' GROUP BY ALL), newest AS (SELECT *, max(last) OVER (PARTITION BY measure_id, period_months) "
        "AS newest FROM last) SELECT s.name, a.code, strftime(n.last, '%Y-%m'), strftime(n.newest, '%Y-%m'), count(*) "
        "FROM newest n JOIN measure m USING (measure_id) JOIN source s USING (source_id) "
        "JOIN area a ON a.area_id = n.authority_id WHERE n.last < n.newest AND a.kind <> 'place' GROUP BY ALL ORDER BY ALL",
        "source authority last newest measures",
    )


def _places(store: Store, folder: Folder) -> list[dict[str, Any]]:
    """What neighbourhood files name that the database does not know: ``place, column, codes, message``."""
    found: list[dict[str, Any]] = []
    for path in sorted(folder.areas.glob("*.toml")):
        try:
            place = read_place(folder.areas, path.stem)
        except BadPlace as error:
            found.append({"place": path.stem, "column": error.column, "codes": [], "message": str(error)})
            continue
        found += _unknown_codes(store, place)
    return found


def _unknown_codes(store: Store, place: Place) -> list[dict[str, Any]]:
    found = []
    for column, kind, codes, by in (
        ("place.small_areas", "lsoa", place.small_areas, "code"), ("study.exclude", "lsoa", place.exclude, "code"),
        ("place.wards", "ward", place.wards, "name"), ("place.schools", "school", place.schools, "code"),
        ("place.practices", "practice", place.practices, "code"),
    ):  # fmt: skip
        query = f"SELECT {by} FROM area WHERE kind = ? AND {by} IN (SELECT unnest(?))"
        known = {row[0] for row in store.rows(query, [kind, list(codes)])} if codes else set()
        unknown = [code for code in codes if code not in known]
        if unknown:
            nothing = not store.rows("SELECT 1 FROM area WHERE kind = ? LIMIT 1", [kind])
            message = f"No {kind} is loaded yet" if nothing else f"The database knows no {kind} of this {by}"
            found.append({"place": place.slug, "column": column, "codes": unknown, "message": message})
    return found
