"""What is loaded, what is missing and what looks wrong."""

from __future__ import annotations

from typing import Any

from store.database import Store


def coverage_report(store: Store) -> dict[str, Any]:
    """Coverage by source, authority and measure; suspect and absent months; rows without a place by authority and month."""
    coverage = store.rows(
        "SELECT s.name, a.code, m.name, strftime(min(c.period_start), '%Y-%m'), strftime(max(c.period_start), '%Y-%m'), "
        "count(*) FILTER (c.state = 'reported'), count(*) FILTER (c.state = 'suspect'), count(*) FILTER (c.state = 'absent') "
        "FROM coverage c JOIN measure m USING (measure_id) JOIN source s USING (source_id) "
        "JOIN area a ON a.area_id = c.authority_id GROUP BY ALL ORDER BY 1, 2, 3"
    )
    odd = store.rows(
        "SELECT c.state, a.code, m.name, strftime(c.period_start, '%Y-%m'), c.reason FROM coverage c "
        "JOIN measure m USING (measure_id) JOIN area a ON a.area_id = c.authority_id WHERE c.state <> 'reported' ORDER BY ALL"
    )
    unlocated = store.rows(
        "SELECT a.code, strftime(c.period_start, '%Y-%m'), sum(c.rows_placed)::BIGINT, sum(c.rows_unlocated)::BIGINT "
        "FROM coverage c JOIN area a ON a.area_id = c.authority_id WHERE c.rows_unlocated IS NOT NULL GROUP BY ALL ORDER BY ALL"
    )
    files = store.rows(
        "SELECT s.name, f.original_name, f.origin, f.edition, f.sha256, f.rows_read, f.superseded_by IS NOT NULL "
        "FROM fetched_file f JOIN source s USING (source_id) ORDER BY 1, f.file_id"
    )
    names = ("source", "authority", "measure", "first", "last", "reported", "suspect", "absent")
    states = [dict(zip(("state", "authority", "measure", "month", "reason"), row, strict=True)) for row in odd]
    return {
        "schema_version": 1,
        "stamp": store.stamp,
        "coverage": [dict(zip(names, row, strict=True)) for row in coverage],
        "suspect": [row for row in states if row["state"] == "suspect"],
        "absent": [row for row in states if row["state"] == "absent"],
        "unlocated": [
            dict(zip(("authority", "month", "rows_placed", "rows_unlocated"), r, strict=True)) for r in unlocated
        ],
        "files": [
            dict(zip(("source", "file", "origin", "edition", "sha256", "rows_read", "superseded"), row, strict=True))
            for row in files
        ],
    }
