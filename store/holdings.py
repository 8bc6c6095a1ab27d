"""What a database holds and where it comes from, as lists that people read."""

from __future__ import annotations

from typing import Any, NamedTuple

from store.database import Store


class CoverageRow(NamedTuple):
    """Coverage of one measure by one authority: months reported, suspect and absent, and records without a place."""

    source: str
    authority: str
    measure: str
    first: str
    last: str
    reported: int
    suspect: int
    absent: int
    unlocated: int | None


def unlocated(store: Store) -> list[tuple[str, str, int, int]]:
    """(authority, month, records placed, records without a place) for every month that says so."""
    return store.rows(
        "SELECT a.name, strftime(c.period_start, '%Y-%m'), sum(c.rows_placed)::BIGINT, sum(c.rows_unlocated)::BIGINT "
        "FROM coverage c JOIN area a ON a.area_id = c.authority_id WHERE c.rows_unlocated IS NOT NULL "
        "GROUP BY ALL ORDER BY ALL"
    )


def rows_of_coverage(store: Store) -> list[CoverageRow]:
    """What is loaded, by source, authority and measure, with how many records had no place."""
    found = store.rows(
        "SELECT s.title, a.name, m.name, strftime(min(c.period_start), '%Y-%m'), strftime(max(c.period_start), '%Y-%m'), "
        "count(*) FILTER (c.state = 'reported'), count(*) FILTER (c.state = 'suspect'), "
        "count(*) FILTER (c.state = 'absent'), sum(c.rows_unlocated)::BIGINT "
        "FROM coverage c JOIN measure m USING (measure_id) JOIN source s USING (source_id) "
        "JOIN area a ON a.area_id = c.authority_id GROUP BY ALL ORDER BY 1, 2, 3"
    )
    return [CoverageRow(*row) for row in found]


def odd_months(store: Store) -> list[tuple[str, str, str, str, str]]:
    """(state, authority, measure, month, reason) of every month that is absent or suspect."""
    return store.rows(
        "SELECT c.state, a.name, m.name, strftime(c.period_start, '%Y-%m'), c.reason FROM coverage c "
        "JOIN measure m USING (measure_id) JOIN area a ON a.area_id = c.authority_id "
        "WHERE c.state <> 'reported' ORDER BY ALL"
    )


def all_breaks(store: Store) -> list[tuple[str, str, str, str, str]]:
    """(first month, last month, measures, reason, evidence) of every break of a measure some source can bring."""
    return store.rows(
        "SELECT strftime(starts, '%Y-%m'), strftime(ends, '%Y-%m'), array_to_string(measures, ', '), reason, evidence "
        "FROM recording_break WHERE list_has_any(measures, (SELECT list(name) FROM measure)) ORDER BY starts, name"
    )


def sources(store: Store) -> list[dict[str, str]]:
    """Every source the project knows, loaded or not."""
    names = ("name", "title", "publisher", "landing_page", "licence", "attribution", "geography", "frequency",
             "format_evidence")  # fmt: skip
    found = store.rows(f"SELECT {', '.join(names)} FROM source ORDER BY name")
    return [dict(zip(names, row, strict=True)) for row in found]


def loaded_files(store: Store) -> list[tuple[str, str, str, str, int, str]]:
    """(source, file, edition, origin, rows, sha256) of every file in use."""
    return store.rows(
        "SELECT s.title, f.original_name, f.edition, f.origin, f.rows_read, f.sha256 FROM fetched_file f "
        "JOIN source s USING (source_id) WHERE f.superseded_by IS NULL ORDER BY ALL"
    )


def calibration(store: Store) -> list[dict[str, Any]]:
    """How often the tool raises a false alarm, as measured: one row an indicator, rule, scenario and effect."""
    names = ("indicator", "rule", "scenario", "effect_percent", "runs", "false_findings", "coverage", "power",
             "no_answer")  # fmt: skip
    found = store.rows(
        f"SELECT {', '.join(names)} FROM calibration ORDER BY scenario, indicator, rule, effect_percent DESC"
    )
    return [dict(zip(names, row, strict=True)) for row in found]
