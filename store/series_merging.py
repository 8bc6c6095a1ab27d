"""Series of observations merged: which file's slices stand, and all that is in them sorted and without doubles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import duckdb
import pyarrow as pa

from store.cell_rows import AS_OBSERVATIONS, CellRows
from store.errors import OutcomesError

# Observations are sorted and written so many at a time, so that memory does not grow with the country.
_ROWS_AT_ONCE = 1_500_000
_KEY = ("area_id", "measure_id", "period_start", "period_months", "authority_id")


def choose_slices(connection: duckdb.DuckDBPyConnection, old: bool) -> None:
    """One file per measure, authority and period: publisher before sample, newest edition, latest fetched."""
    held = (
        "SELECT c.measure_id, n.area_id AS authority_id, c.period_start, c.period_months, c.rows_placed, "
        "c.rows_unlocated, c.file_id FROM old.coverage c JOIN old.area a ON a.area_id = c.authority_id "
        "JOIN area n ON (n.kind, n.code, n.edition) = (a.kind, a.code, a.edition) WHERE c.file_id IS NOT NULL"
        if old
        else "SELECT measure_id, authority_id, period_start, period_months, rows_placed, rows_unlocated, file_id "
        "FROM coverage"
    )
    connection.execute(f"CREATE TEMP TABLE held AS {held}")
    connection.execute(
        "CREATE TEMP TABLE chosen AS SELECT * FROM (SELECT measure_id, authority_id, period_start, period_months, "
        "rows_placed, rows_unlocated, file_id FROM incoming_coverage UNION ALL SELECT * FROM held) "
        "JOIN (SELECT file_id, origin, edition, fetched_at FROM fetched_file) USING (file_id) "
        "QUALIFY row_number() OVER (PARTITION BY measure_id, authority_id, period_start, period_months "
        "ORDER BY (origin = 'sample'), edition DESC, fetched_at DESC, file_id DESC) = 1"
    )


def write_series(connection: duckdb.DuckDBPyConnection, cells: Sequence[CellRows], old: bool) -> None:
    """Observations of the chosen slices, sorted by area, measure and month; coverage; and which past figures moved."""
    rows = "SELECT * FROM incoming_rows"
    if old:
        # Numbers of areas change with the lookups; codes do not.
        connection.execute(
            "CREATE TEMP TABLE same_area AS SELECT o.area_id AS was, n.area_id FROM old.area o "
            "JOIN area n ON (n.kind, n.code, n.edition) = (o.kind, o.code, o.edition)"
        )
        rows += (
            " UNION ALL SELECT x.area_id, o.measure_id, o.period_start, o.period_months, o.numerator, o.denominator, "
            "o.value, o.status, o.low, o.high, y.area_id AS authority_id, o.file_id FROM old.observation o "
            "JOIN same_area x ON x.was = o.area_id JOIN same_area y ON y.was = o.authority_id"
        )
    others = connection.execute(
        f"SELECT (SELECT count(*) FROM incoming_rows){' + (SELECT count(*) FROM old.observation)' if old else ''}"
    ).fetchall()[0][0]
    slices = _slices_of_areas(connection, others + sum(item.table.num_rows for item in cells))
    # One loader's cells by themselves are in order already.
    ordered = f" ORDER BY {', '.join(_KEY)}" if others or len(cells) != 1 else ""
    for (lowest, highest), tables in zip(slices, _ahead(cells, slices), strict=True):
        parts = []
        if others or not cells:
            parts.append(
                f"SELECT r.* FROM ({rows}) r SEMI JOIN chosen USING (measure_id, authority_id, period_start, period_months, "
                f"file_id) WHERE area_id BETWEEN {lowest} AND {highest}"
            )
        for place, table in enumerate(tables):
            connection.register(f"cells_{place}", table)
            parts.append(f"{AS_OBSERVATIONS} cells_{place}")
        connection.execute(f"INSERT INTO observation {' UNION ALL '.join(parts)}{ordered}")
        for place in range(len(cells)):
            connection.unregister(f"cells_{place}")
    connection.execute(
        "INSERT INTO coverage SELECT measure_id, authority_id, period_start, period_months, 'reported', rows_placed, "
        "rows_unlocated, NULL, file_id FROM chosen ORDER BY measure_id, authority_id, period_start"
    )
    connection.execute(
        "INSERT INTO revision SELECT c.file_id, c.measure_id, c.authority_id, c.period_start, h.rows_placed, "
        "c.rows_placed FROM chosen c JOIN held h USING (measure_id, authority_id, period_start, period_months) "
        "WHERE c.file_id <> h.file_id AND c.rows_placed IS DISTINCT FROM h.rows_placed"
    )


def _ahead(cells: Sequence[CellRows], slices: Sequence[tuple[int, int]]) -> Iterator[list[pa.Table]]:
    """What is in each slice; the next one is sorted while the one before it is written."""

    def within(bounds: tuple[int, int]) -> list[pa.Table]:
        return [item.between(*bounds) for item in cells]

    with ThreadPoolExecutor(1, "cells") as pool:
        following = pool.submit(within, slices[0])
        for bounds in slices[1:]:
            ready, following = following.result(), pool.submit(within, bounds)
            yield ready
        yield following.result()


def _slices_of_areas(connection: duckdb.DuckDBPyConnection, number: int) -> list[tuple[int, int]]:
    """Ranges of area numbers, of about as many observations each as are written at once, of ``number`` in all."""
    pieces = max(1, round(number / _ROWS_AT_ONCE))
    # Nearly all rows are of stable areas, whose numbers lie behind one another.
    first, last, end = connection.execute(
        "SELECT min(area_id) FILTER (kind = 'stable'), max(area_id) FILTER (kind = 'stable'), max(area_id) FROM area"
    ).fetchall()[0]
    edges = [0, *(first + (last - first) * piece // pieces for piece in range(1, pieces)), end]
    return [(low + 1, high) for low, high in pairwise(edges)]


def refuse_doubles(connection: duckdb.DuckDBPyConnection) -> None:
    """Stop where an observation stands twice. Rows are sorted, so twins are neighbours; an index would cost more than all else."""
    before = ", ".join(f"lag({name}) OVER () AS {name}_before" for name in _KEY)
    same = " AND ".join(f"{name} = {name}_before" for name in _KEY)
    twice = connection.execute(
        f"SELECT a.code, m.name, o.period_start FROM (SELECT *, {before} FROM observation) o JOIN area a USING (area_id) "
        f"JOIN measure m USING (measure_id) WHERE {same} LIMIT 1"
    ).fetchall()
    if twice:
        code, measure, start = twice[0]
        raise OutcomesError(
            f"Two figures of {measure} for {code} in {start:%Y-%m} came from the same release",
            do="Nothing was changed. Please report it with this sentence.",
        )
