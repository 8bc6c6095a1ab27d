"""Merging what a loader brings with what is held: slices are replaced whole, newest edition first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pandas as pd

from store.cell_rows import cell_rows
from store.contribution import Contribution, LoadedFile, Measure
from store.series_merging import choose_slices, refuse_doubles, write_series

# A force-month-category under this share of its neighbours' median is suspect (docs/decisions.md, 7).
SUSPECT_SHARE = 0.6
_NEIGHBOURS = 6
_FEWEST_NEIGHBOURS = 2
_FILE_COLUMNS = (
    "original_name", "url", "sha256", "bytes", "fetched_at", "edition", "origin", "rows_read", "rows_placed",
    "rows_unlocated", "rows_refused",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Slices:
    """What the merge decided: incoming files of which nothing is used, and past figures that moved: ``source, measure, authority, period, was, is``."""

    superseded: tuple[tuple[str, str], ...]
    revisions: tuple[dict[str, str | float], ...]


def merge(
    connection: duckdb.DuckDBPyConnection,
    contributions: Sequence[Contribution],
    declared: Mapping[str, Sequence[Measure]],
    old: bool,
) -> Slices:
    """Write files, measures (those ``declared`` by source too), observations, coverage, population and deprivation.

    For each measure, authority and period the publisher's newest edition stands, then an older one, then the sample.
    Only the writer's connection is used; ``old`` says whether yesterday's database is attached as ``old``.
    """
    _carry_files_and_measures(connection, contributions, old)
    _write_measures(connection, ((source, measure) for source, measures in declared.items() for measure in measures))
    new_files, first_files = _stage(connection, contributions, old)
    choose_slices(connection, old)
    given = zip(contributions, first_files, strict=True)
    cells = [
        cell_rows(connection, item.cells, first)
        for item, first in given
        if item.cells is not None and item.cells.table.num_rows
    ]
    write_series(connection, cells, old)
    refuse_doubles(connection)
    _write_by_key(connection, "population", "mid_year, age_from, age_to, persons", 4, old)
    _write_by_key(connection, "deprivation", "edition, domain, rank, decile, areas_ranked", 3, old)
    _mark_coverage(connection)
    _mark_superseded(connection)
    return _slices(connection, new_files)


def _carry_files_and_measures(
    connection: duckdb.DuckDBPyConnection, contributions: Sequence[Contribution], old: bool
) -> None:
    if not old:
        return
    # A file that comes again was read anew, with a newer lookup: its earlier reading goes, with all its slices.
    again = [(item.source.name, file.sha256, file.original_name) for item in contributions for file in item.files]
    connection.register("again_in", pd.DataFrame(again, columns=["name", "sha256", "original_name"], dtype="str"))
    connection.execute(
        "CREATE TEMP TABLE again AS SELECT name::VARCHAR AS name, sha256::VARCHAR AS sha256, original_name::VARCHAR AS original_name FROM again_in"
    )
    connection.unregister("again_in")
    connection.execute(
        "INSERT INTO fetched_file SELECT f.file_id, s.source_id, f.original_name, f.url, f.sha256, f.bytes, "
        "f.fetched_at, f.edition, f.origin, f.rows_read, f.rows_placed, f.rows_unlocated, f.rows_refused, "
        # What such a file had superseded is looked at again.
        "CASE WHEN f.superseded_by NOT IN (SELECT e.file_id FROM old.fetched_file e JOIN old.source USING (source_id) "
        "JOIN again USING (name, sha256, original_name)) THEN f.superseded_by END FROM old.fetched_file f JOIN old.source o USING (source_id) JOIN source s ON s.name = o.name "
        "ANTI JOIN again g ON (g.name, g.sha256, g.original_name) = (o.name, f.sha256, f.original_name) "
        "WHERE f.file_id > 0 ORDER BY f.file_id"
    )
    connection.execute(
        "INSERT INTO measure SELECT m.measure_id, m.name, s.source_id, m.kind, m.unit FROM old.measure m "
        "JOIN old.source o USING (source_id) JOIN source s ON s.name = o.name ORDER BY m.measure_id"
    )
    connection.execute(
        "INSERT INTO revision SELECT r.file_id, r.measure_id, n.area_id, r.period_start, r.was, r.became "
        "FROM old.revision r JOIN old.area a ON a.area_id = r.authority_id "
        "JOIN area n ON (n.kind, n.code, n.edition) = (a.kind, a.code, a.edition)"
    )


def _write_measures(connection: duckdb.DuckDBPyConnection, measures: Iterable[tuple[str, Measure]]) -> None:
    """Add the (source, measure) pairs that are not known yet; the first source that names a measure has it."""
    named = {
        measure.name: (measure.name, source, measure.kind, measure.unit) for source, measure in reversed([*measures])
    }
    rows = list(reversed(named.values()))
    if not rows:
        return
    connection.register("measures_in", pd.DataFrame(rows, columns=["measure", "source", "kind", "unit"]).reset_index())
    connection.execute(
        "INSERT INTO measure SELECT (SELECT coalesce(max(measure_id), 0) FROM measure) + row_number() OVER (ORDER BY i.index), "
        "i.measure, s.source_id, i.kind, i.unit FROM measures_in i JOIN source s ON s.name = i.source "
        "WHERE i.measure NOT IN (SELECT name FROM measure)"
    )
    connection.unregister("measures_in")


def _stage(
    connection: duckdb.DuckDBPyConnection, contributions: Sequence[Contribution], old: bool
) -> tuple[dict[int, LoadedFile], list[int]]:
    """Put the incoming rows, all but cells, into temporary tables that already speak in ids; all files by their number, and
    the number of each contribution's first."""
    connection.execute(
        "CREATE TEMP TABLE incoming_rows AS SELECT * FROM observation LIMIT 0;"
        "CREATE TEMP TABLE incoming_coverage AS SELECT measure_id, authority_id, period_start, period_months, "
        "rows_placed, rows_unlocated, file_id FROM coverage LIMIT 0;"
        "CREATE TEMP TABLE incoming_population AS SELECT * FROM population LIMIT 0;"
        "CREATE TEMP TABLE incoming_deprivation AS SELECT * FROM deprivation LIMIT 0"
    )
    files: dict[int, LoadedFile] = {}
    first_files = []
    # Yesterday's numbers are not given again, not even those of files that are read anew.
    known = "SELECT max(file_id) FROM old.fetched_file" if old else "SELECT 0"
    free = connection.execute(f"SELECT greatest(coalesce(({known}), 0), 0) + 1").fetchall()[0][0]
    for item in contributions:
        source = connection.execute("SELECT source_id FROM source WHERE name = ?", [item.source.name]).fetchall()[0][0]
        first, free = free, free + len(item.files)
        files |= dict(enumerate(item.files, start=first))
        connection.register("files_in", pd.DataFrame([
            (number, file.original_name, file.url, file.sha256, file.bytes, file.fetched_at, file.edition, file.origin,
             file.rows_read, file.rows_placed, file.rows_unlocated, file.rows_refused)
            for number, file in enumerate(item.files, start=first)
        ], columns=["number", *_FILE_COLUMNS]))  # fmt: skip
        connection.execute(
            f"INSERT INTO fetched_file (file_id, source_id, {', '.join(_FILE_COLUMNS)}) "
            f"SELECT number, ?, {', '.join(_FILE_COLUMNS)} FROM files_in ORDER BY number",
            [source],
        )
        connection.unregister("files_in")
        _write_measures(connection, ((item.source.name, measure) for measure in item.measures))
        _stage_frames(connection, item, first)
        first_files.append(first)
    return files, first_files


def _stage_frames(connection: duckdb.DuckDBPyConnection, item: Contribution, first: int) -> None:
    authority = "JOIN area u ON u.kind = i.authority_kind AND u.code = i.authority"
    for name, frame, query in (
        ("rows_in", item.observations,
         "INSERT INTO incoming_rows SELECT a.area_id, m.measure_id, i.period_start, i.period_months, i.numerator, "
         "i.denominator, i.value, i.status, i.low, i.high, u.area_id, i.file + ? FROM rows_in i "
         f"JOIN area a ON a.kind = i.area_kind AND a.code = i.area_code JOIN measure m ON m.name = i.measure {authority}"),
        ("coverage_in", item.coverage,
         "INSERT INTO incoming_coverage SELECT m.measure_id, u.area_id, i.period_start, i.period_months, "
         f"i.rows_placed, i.rows_unlocated, i.file + ? FROM coverage_in i JOIN measure m ON m.name = i.measure {authority}"),
        ("population_in", item.population,
         "INSERT INTO incoming_population SELECT a.area_id, i.mid_year, i.age_from, i.age_to, i.persons, i.file + ? "
         "FROM population_in i JOIN area a ON a.kind IN ('stable', 'data_zone') AND a.code = i.stable"),
        ("deprivation_in", item.deprivation,
         "INSERT INTO incoming_deprivation SELECT a.area_id, i.edition, i.domain, i.rank, i.decile, i.areas_ranked, "
         "i.file + ? FROM deprivation_in i JOIN area a ON a.kind IN ('stable', 'data_zone') AND a.code = i.stable"),
    ):  # fmt: skip
        if len(frame):
            connection.register(name, frame)
            connection.execute(query, [first])
            connection.unregister(name)


def _write_by_key(connection: duckdb.DuckDBPyConnection, table: str, columns: str, key_columns: int, old: bool) -> None:
    """Tables without authority or slices: row by row, publisher before sample, then the latest fetched."""
    key = ", ".join(["area_id", *columns.split(", ")[: key_columns - 1]])
    carried = (
        f"UNION ALL SELECT n.area_id, {', '.join('o.' + name for name in columns.split(', '))}, o.file_id "
        f"FROM old.{table} o JOIN old.area a ON a.area_id = o.area_id "
        "JOIN area n ON (n.kind, n.code, n.edition) = (a.kind, a.code, a.edition)"
        if old
        else ""
    )
    connection.execute(
        f"INSERT INTO {table} SELECT area_id, {columns}, file_id FROM (SELECT * FROM incoming_{table} {carried}) "
        "JOIN (SELECT file_id, origin, edition AS file_edition, fetched_at FROM fetched_file) USING (file_id) "
        f"QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY (origin = 'sample'), file_edition DESC, "
        f"fetched_at DESC, file_id DESC) = 1 ORDER BY {key}"
    )


def _mark_coverage(connection: duckdb.DuckDBPyConnection) -> None:
    """Say which reported months are suspect, and which months between the first and the last are absent."""
    monthly = "JOIN measure m USING (measure_id) WHERE m.kind = 'events' AND c.period_months = 1"
    connection.execute(
        f"""CREATE TEMP TABLE neighbours AS
        SELECT measure_id, authority_id, period_start, rows_placed,
          median(rows_placed) OVER around AS usual, count(rows_placed) OVER around AS neighbours
        FROM coverage c {monthly}
        WINDOW around AS (PARTITION BY measure_id, authority_id ORDER BY period_start
          ROWS BETWEEN {_NEIGHBOURS} PRECEDING AND {_NEIGHBOURS} FOLLOWING EXCLUDE CURRENT ROW)"""
    )
    connection.execute(
        "UPDATE coverage SET state = 'suspect', reason = 'Only ' || n.rows_placed || ' recorded, where the months "
        "around it have about ' || CAST(round(n.usual) AS INTEGER) FROM neighbours n "
        "WHERE (coverage.measure_id, coverage.authority_id, coverage.period_start) = "
        "(n.measure_id, n.authority_id, n.period_start) AND coverage.period_months = 1 "
        f"AND n.neighbours >= {_FEWEST_NEIGHBOURS} AND n.rows_placed < {SUSPECT_SHARE} * n.usual"
    )
    connection.execute(
        f"""INSERT INTO coverage SELECT measure_id, authority_id, month, 1, 'absent', NULL, NULL,
          'No file for this month', NULL
        FROM (SELECT measure_id, authority_id, unnest(months)::DATE AS month FROM (
          SELECT measure_id, authority_id, generate_series(min(period_start), max(period_start), INTERVAL 1 MONTH)
            AS months FROM coverage c {monthly} GROUP BY measure_id, authority_id)) grid
        WHERE NOT EXISTS (SELECT 1 FROM coverage h WHERE (h.measure_id, h.authority_id, h.period_start,
          h.period_months) = (grid.measure_id, grid.authority_id, grid.month, 1))"""
    )


def _mark_superseded(connection: duckdb.DuckDBPyConnection) -> None:
    """A file of which nothing is in use any more points at the newest file that took over its source."""
    connection.execute(
        "UPDATE fetched_file SET superseded_by = newest.file_id FROM (SELECT s.source_id, max(s.file_id) AS file_id "
        "FROM fetched_file s WHERE s.file_id IN (SELECT file_id FROM coverage UNION SELECT file_id FROM population "
        "UNION SELECT file_id FROM deprivation) GROUP BY s.source_id) newest "
        "WHERE fetched_file.source_id = newest.source_id AND fetched_file.file_id > 0 "
        "AND fetched_file.superseded_by IS NULL AND fetched_file.rows_placed > 0 AND fetched_file.file_id NOT IN "
        "(SELECT file_id FROM coverage WHERE file_id IS NOT NULL UNION SELECT file_id FROM population "
        "UNION SELECT file_id FROM deprivation)"
    )


def _slices(connection: duckdb.DuckDBPyConnection, new_files: dict[int, LoadedFile]) -> Slices:
    unused = connection.execute(
        "SELECT original_name, sha256 FROM fetched_file WHERE superseded_by IS NOT NULL AND file_id IN (SELECT unnest(?))",
        [list(new_files)],
    ).fetchall()
    revisions = connection.execute(
        "SELECT s.name, m.name, a.code, strftime(r.period_start, '%Y-%m'), r.was, r.became FROM revision r "
        "JOIN measure m USING (measure_id) JOIN source s USING (source_id) JOIN area a ON a.area_id = r.authority_id "
        "WHERE r.file_id IN (SELECT unnest(?)) ORDER BY ALL",
        [list(new_files)],
    ).fetchall()
    names = ("source", "measure", "authority", "period", "was", "is")
    return Slices(
        superseded=tuple((row[0], row[1]) for row in unused),
        revisions=tuple(dict(zip(names, row, strict=True)) for row in revisions),
    )
