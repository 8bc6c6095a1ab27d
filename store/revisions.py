"""What one database says otherwise than the one before it: new slices, replaced ones, and the figures that moved."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

# How many areas with the largest moves are named for each measure.
LARGEST_MOVES = 5


@dataclass(frozen=True, slots=True)
class Changes:
    """Lists of rows, in order; periods in words, as ``store.completeness.period_words`` writes them.

    ``changed``: ``source, measure, first, last, new, revised, from_sample`` – how many slices (a measure by one authority
    in one period) are new, differ from a publisher's earlier release, or took the place of the sample.
    ``revised``: ``source, measure, period, areas, before, after`` – how many areas of revised slices moved, and the totals
    of all their areas (None for measures that do not add).
    ``moves``: ``source, measure, period, area, name, was, is`` – the largest moves of each measure; ``was`` or ``is`` is
    None where nothing was published.
    """

    changed: tuple[dict[str, Any], ...] = ()
    revised: tuple[dict[str, Any], ...] = ()
    moves: tuple[dict[str, Any], ...] = ()

    def and_then(self, later: Changes) -> Changes:
        """These changes and those of another source after them."""
        return Changes(self.changed + later.changed, self.revised + later.revised, self.moves + later.moves)


def changes(old: Path | None, new: Path) -> Changes:
    """What ``new`` says otherwise than ``old`` (None: there was none). Both are only read."""
    with contextlib.closing(duckdb.connect()) as connection:
        for name, path in (("old", old or new), ("new", new)):
            connection.execute(f"ATTACH '{str(path).replace(chr(39), chr(39) * 2)}' AS {name} (READ_ONLY)")
        connection.execute(
            "CREATE TEMP MACRO words(start, months) AS CASE WHEN months = 0 THEN strftime(start, '%Y-%m-%d') "
            "WHEN months = 1 THEN strftime(start, '%Y-%m') ELSE strftime(start, '%Y-%m') || ', ' || months || ' months' END"
        )
        _slices(connection, old is not None)
        if old is None:
            return Changes(changed=_changed(connection))
        _cells(connection)
        return Changes(_changed(connection), _revised(connection), _moves(connection))


def _slices(connection: duckdb.DuckDBPyConnection, old: bool) -> None:
    """``slices``: what stands now and is new, revised or in the sample's place."""
    for name in ("old", "new"):
        connection.execute(
            f"CREATE TEMP TABLE {name}_slices AS SELECT s.name AS source, m.name AS measure, m.kind, "
            "a.kind AS authority_kind, a.code AS authority, c.period_start, c.period_months, c.measure_id, c.authority_id, "
            f"f.origin, [f.sha256, f.original_name, f.rows_refused::VARCHAR] AS file FROM {name}.coverage c "
            f"JOIN {name}.measure m USING (measure_id) JOIN {name}.source s USING (source_id) "
            f"JOIN {name}.area a ON a.area_id = c.authority_id JOIN {name}.fetched_file f ON f.file_id = c.file_id "
            f"WHERE {old or name == 'new'}"
        )
    connection.execute(
        "CREATE TEMP TABLE slices AS SELECT n.*, o.measure_id AS measure_before, o.authority_id AS authority_before, "
        "CASE WHEN o.origin IS NULL THEN 'new' WHEN o.origin = 'sample' AND n.origin <> 'sample' THEN 'from_sample' "
        "ELSE 'revised' END AS what FROM new_slices n LEFT JOIN old_slices o "
        "USING (measure, authority_kind, authority, period_start, period_months) WHERE o.file IS DISTINCT FROM n.file "
        # What a community counts itself can be about a handful of people, and stays out of reports.
        "AND n.origin <> 'local'"
    )


def _cells(connection: duckdb.DuckDBPyConnection) -> None:
    """``cells``: every figure of a revised slice before and after, and those of residents and ranks that changed hands.

    Of events only what happened is stored: an area without a row had none.
    """
    for name, ids in (("old", "s.measure_before, s.authority_before"), ("new", "s.measure_id, s.authority_id")):
        connection.execute(
            f"CREATE TEMP TABLE {name}_cells AS SELECT s.source, s.measure, s.kind, s.authority, s.period_start, "
            "s.period_months, a.kind AS area_kind, a.code, a.name, o.numerator, coalesce(o.numerator, o.value) AS figure "
            f"FROM slices s JOIN {name}.observation o ON (o.measure_id, o.authority_id, o.period_start, o.period_months) = "
            f"({ids}, s.period_start, s.period_months) JOIN {name}.area a ON a.area_id = o.area_id WHERE s.what = 'revised'"
        )
    connection.execute(
        "CREATE TEMP TABLE cells AS SELECT source, measure, words(period_start, period_months) AS period, code, "
        "coalesce(n.name, o.name) AS name, o.numerator AS count_was, n.numerator AS count_is, "
        "coalesce(o.figure, CASE WHEN kind = 'events' THEN 0 END) AS was, "
        "coalesce(n.figure, CASE WHEN kind = 'events' THEN 0 END) AS became FROM old_cells o FULL JOIN new_cells n "
        "USING (source, measure, kind, authority, period_start, period_months, area_kind, code)"
    )
    # Residents of all ages stand for the bands within them, and the index itself for its domains.
    for table, measure, year, key, figure, added in (
        ("population", "residents", "'mid-' || mid_year", "mid_year, age_from, age_to", "persons", "persons"),
        ("deprivation", "deprivation ranks", "edition::VARCHAR", "edition, domain", "rank", "rank * NULL"),
    ):
        chosen = "o.age_from = 0 AND o.age_to = 120" if table == "population" else "o.domain = 'overall'"
        named = "SELECT t.*, a.kind, a.code, a.name FROM {0}.{1} t JOIN {0}.area a USING (area_id)"
        connection.execute(
            f"INSERT INTO cells SELECT s.name, '{measure}', {year}, code, n.name, o.{added}, n.{added}, o.{figure}, n.{figure} "
            f"FROM ({named.format('old', table)}) o JOIN ({named.format('new', table)}) n USING (kind, code, {key}) "
            "JOIN old.fetched_file f ON f.file_id = o.file_id JOIN new.fetched_file g ON g.file_id = n.file_id "
            "JOIN new.source s ON s.source_id = g.source_id "
            f"WHERE f.origin <> 'sample' AND g.sha256 <> f.sha256 AND {chosen}"
        )


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[dict[str, Any], ...]:
    found = connection.execute(query)
    names = [column[0] for column in found.description or ()]
    return tuple(dict(zip(names, row, strict=True)) for row in found.fetchall())


def _changed(connection: duckdb.DuckDBPyConnection) -> tuple[dict[str, Any], ...]:
    return _rows(
        connection,
        "SELECT source, measure, words(min(period_start), period_months) AS first, "
        "words(max(period_start), period_months) AS last, count(*) FILTER (what = 'new') AS new, "
        "count(*) FILTER (what = 'revised') AS revised, count(*) FILTER (what = 'from_sample') AS from_sample FROM slices "
        "GROUP BY source, measure, period_months ORDER BY source, measure, period_months",
    )


def _revised(connection: duckdb.DuckDBPyConnection) -> tuple[dict[str, Any], ...]:
    return _rows(
        connection,
        "SELECT source, measure, period, count(*) FILTER (was IS DISTINCT FROM became) AS areas, "
        "sum(count_was) AS before, sum(count_is) AS after FROM cells GROUP BY source, measure, period "
        "HAVING areas > 0 ORDER BY source, measure, period",
    )


def _moves(connection: duckdb.DuckDBPyConnection) -> tuple[dict[str, Any], ...]:
    return _rows(
        connection,
        "SELECT source, measure, period, code AS area, name, was, became AS is FROM ("
        "SELECT *, abs(coalesce(became, 0) - coalesce(was, 0)) AS moved FROM cells WHERE was IS DISTINCT FROM became) "
        f"QUALIFY row_number() OVER (PARTITION BY source, measure ORDER BY moved DESC, period, code) <= {LARGEST_MOVES} "
        "ORDER BY source, measure, moved DESC, period, code",
    )
