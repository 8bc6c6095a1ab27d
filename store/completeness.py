"""Whether a publisher's new release holds as much as is held of it already: good figures never give way to fewer."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import duckdb
import pandas as pd

from store.contribution import COVERAGE_COLUMNS, MEMBER_COLUMNS, OBSERVATION_COLUMNS, Contribution

_TYPES = {
    "file": "INTEGER", "part": "INTEGER", "period_start": "DATE", "period_months": "INTEGER", "numerator": "DOUBLE",
}  # fmt: skip
# How many areas of one slice are named.
NAMED = 20
# Where only what happened is published, a quiet area is simply absent: revisions may empty a few, and move records.
_MANY_IN_AN_AREA = 5
_MAY_FALL_SILENT = 0.01
_MANY_RECORDS = 50
_SHARE_TO_KEEP = 0.6


@dataclass(frozen=True, slots=True, order=True)
class Fewer:
    """Something a release lacks: ``areas`` of a slice, ``records`` of a slice of events, or a whole ``period``.

    ``period`` is in words (``2020-03``), ``held`` and ``now`` are how many areas or records there were and are, and
    ``codes`` the first twenty areas that are gone. What has no authority or period has the empty string.
    """

    measure: str
    authority: str
    period: str
    what: Literal["areas", "records", "period"]
    held: int
    now: int
    codes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The row of a report."""
        return {
            "what": self.what, "measure": self.measure, "authority": self.authority, "period": self.period,
            "held": self.held, "now": self.now, "areas": list(self.codes),
        }  # fmt: skip

    def __str__(self) -> str:
        where = ", ".join(part for part in (self.measure, self.authority, self.period) if part)
        if self.what == "period":
            return f"{where}: not there"
        codes = ", ".join(self.codes)
        more = f" and {self.held - self.now - len(self.codes):,} more" if self.held - self.now > len(self.codes) else ""
        gone = f", without {codes}{more if codes else ''}" if codes else ""
        return f"{where}: {self.now:,} {self.what} where {self.held:,} are held{gone}"


def period_words(start: date, months: int) -> str:
    """A period as reports write it: ``2020-03``, ``2020-04 and 12 months``, or the day itself."""
    if months == 0:
        return f"{start:%Y-%m-%d}"
    return f"{start:%Y-%m}" if months == 1 else f"{start:%Y-%m}, {months} months"


def fewer_than_held(
    database: Path | None,
    contributions: Sequence[Contribution],
    *,
    whole: bool = False,
    unchanged: Collection[tuple[str, str]] = (),
    councils: Collection[str] = (),
    areas: Collection[str] | None = None,
) -> tuple[Fewer, ...]:
    """What ``contributions`` of one source would take away from, or no longer have of, what ``database`` holds.

    Compared is only what came from a publisher, not the sample, nor what a community says itself. Slices that an older edition would not replace are
    left alone. A ``whole`` release (a refresh) must also have every period since its first, ``unchanged`` being files
    (name, sha256) of it that are held already; where it was asked for some ``councils`` only, the slices of other
    councils, and the residents of small areas other than ``areas``, are not looked for.
    """
    given = [item for item in contributions if all(file.origin == "publisher" for file in item.files)]
    if database is None or not (given or (whole and unchanged)):
        return ()
    with contextlib.closing(duckdb.connect()) as connection:
        connection.execute(f"ATTACH '{str(database).replace(chr(39), chr(39) * 2)}' AS held (READ_ONLY)")
        _stage(connection, given, unchanged, councils)
        found = [*_areas(connection), *_silent_areas(connection), *_records(connection), *_memberships(connection)]
        if whole:
            found += _periods(connection)
            found += _keyed(connection, given, areas)
    return tuple(sorted(found))


def _stage(
    connection: duckdb.DuckDBPyConnection,
    given: Sequence[Contribution],
    unchanged: Collection[tuple[str, str]],
    councils: Collection[str],
) -> None:
    """Temporary tables: ``came`` and ``rows_came`` of the release, ``slices`` held, and ``replaced``, where both have one."""
    coverage, rows, members = [], [], []
    compact = []
    for number, item in enumerate(given):
        files = pd.DataFrame(
            [(place, file.edition, file.fetched_at) for place, file in enumerate(item.files)],
            columns=["file", "file_edition", "fetched_at"],
        )
        coverage.append(item.coverage.merge(files, on="file").assign(part=number))
        rows.append(item.observations.assign(part=number))
        members.append(item.members)
        if item.cells is not None:
            compact.append(f"SELECT *, {number} AS part FROM ({item.cells.in_words(connection, f'part_{number}')})")
    for name, frames, columns in (
        ("coverage_in", coverage, (*COVERAGE_COLUMNS, "file_edition", "fetched_at", "part")),
        ("long_rows_in", rows, (*OBSERVATION_COLUMNS, "part")), ("members_in", members, MEMBER_COLUMNS),
    ):  # fmt: skip
        filled = [frame for frame in frames if len(frame)]
        connection.register(name, pd.concat(filled) if filled else pd.DataFrame(columns=list(columns)))
    files_unchanged = pd.DataFrame(sorted(unchanged), columns=["name", "sha256"], dtype="str")
    connection.register("unchanged_in", files_unchanged)
    connection.register("councils_in", pd.DataFrame({"code": sorted(councils)}, dtype="str"))
    needed = "file, area_kind, area_code, measure, period_start, period_months, numerator, status, authority_kind, authority, part"
    long = ", ".join(f"{name}::{_TYPES.get(name, 'VARCHAR')} AS {name}" for name in needed.split(", "))
    parts = [f"SELECT {long} FROM long_rows_in", *(f"SELECT {needed} FROM ({query})" for query in compact)]
    connection.execute(f"CREATE TEMP VIEW rows_in AS {' UNION ALL '.join(parts)}")
    connection.execute(
        """
        CREATE TEMP TABLE came AS SELECT measure::VARCHAR AS measure, authority_kind::VARCHAR AS authority_kind,
          authority::VARCHAR AS authority, period_start::DATE AS period_start, period_months::INTEGER AS period_months,
          rows_placed::BIGINT AS rows_placed, file::INTEGER AS file, part::INTEGER AS part,
          file_edition::VARCHAR AS edition, fetched_at::TIMESTAMP AS fetched_at FROM coverage_in
          QUALIFY row_number() OVER (PARTITION BY measure, authority_kind, authority, period_start, period_months
            ORDER BY file_edition DESC, fetched_at DESC) = 1;
        CREATE TEMP TABLE slices AS SELECT m.name AS measure, m.kind, a.kind AS authority_kind, a.code AS authority,
          c.period_start, c.period_months, c.rows_placed, c.measure_id, c.authority_id, f.edition, f.fetched_at,
          EXISTS(SELECT 1 FROM unchanged_in u WHERE u.name = f.original_name AND u.sha256 = f.sha256) AS unchanged
          FROM held.coverage c JOIN held.measure m USING (measure_id) JOIN held.area a ON a.area_id = c.authority_id
          JOIN held.fetched_file f ON f.file_id = c.file_id WHERE f.origin = 'publisher';
        CREATE TEMP TABLE replaced AS SELECT s.*, c.rows_placed AS rows_now, c.file, c.part
          FROM slices s JOIN came c USING (measure, authority_kind, authority, period_start, period_months)
          WHERE c.edition > s.edition OR (c.edition = s.edition AND c.fetched_at >= s.fetched_at);
        CREATE TEMP TABLE rows_came AS SELECT r.measure, r.authority, r.period_start, r.period_months,
          i.area_kind::VARCHAR AS area_kind, i.area_code::VARCHAR AS area_code, i.status::VARCHAR AS status,
          i.numerator::DOUBLE AS numerator
          FROM replaced r JOIN rows_in i ON (i.measure, i.authority_kind, i.authority) = (r.measure, r.authority_kind,
            r.authority) AND i.period_start::DATE = r.period_start AND i.period_months = r.period_months
            AND i.file = r.file AND i.part = r.part;
        """
    )


def _found(
    what: Literal["areas", "records", "period"],
    rows: Sequence[tuple[str, str, date, int, int, int, list[str]]],
) -> list[Fewer]:
    return [
        Fewer(measure, authority, period_words(start, months), what, held, now, tuple(codes[:NAMED]))
        for measure, authority, start, months, held, now, codes in rows
    ]


def _areas(connection: duckdb.DuckDBPyConnection) -> list[Fewer]:
    """Slices in which an area has a figure that has none in the release: a range (a suppressed cell) will do there."""
    rows = connection.execute(
        """
        WITH had AS (SELECT r.measure, r.authority, r.period_start, r.period_months, a.kind AS area_kind,
            a.code AS area_code FROM replaced r JOIN held.observation o ON (o.measure_id, o.authority_id, o.period_start,
            o.period_months) = (r.measure_id, r.authority_id, r.period_start, r.period_months)
            JOIN held.area a ON a.area_id = o.area_id WHERE r.kind <> 'events'
            AND coalesce(o.numerator, o.value) IS NOT NULL),
          has AS (SELECT * FROM rows_came WHERE status <> 'missing')
        SELECT measure, authority, period_start, period_months, count(*), count(has.status),
          list(area_code ORDER BY area_code) FILTER (has.status IS NULL)
        FROM had LEFT JOIN has USING (measure, authority, period_start, period_months, area_kind, area_code)
        GROUP BY measure, authority, period_start, period_months HAVING count(*) > count(has.status)
        """
    ).fetchall()
    return _found("areas", rows)


def _silent_areas(connection: duckdb.DuckDBPyConnection) -> list[Fewer]:
    """Events of all measures together: areas that had at least five and have none, if they are more than 1 in 100."""
    rows = connection.execute(
        f"""
        WITH had AS (SELECT r.authority, r.period_start, r.period_months, a.kind AS area_kind, a.code AS area_code,
            sum(o.numerator) AS events FROM replaced r JOIN held.observation o ON (o.measure_id, o.authority_id,
            o.period_start, o.period_months) = (r.measure_id, r.authority_id, r.period_start, r.period_months)
            JOIN held.area a ON a.area_id = o.area_id WHERE r.kind = 'events' GROUP BY ALL),
          has AS (SELECT DISTINCT authority, period_start, period_months, area_kind, area_code, true AS still
            FROM rows_came WHERE status <> 'missing' AND coalesce(numerator, 1) > 0)
        SELECT 'records of any kind', authority, period_start, period_months, count(*), count(still),
          list(area_code ORDER BY area_code) FILTER (still IS NULL)
        FROM had LEFT JOIN has USING (authority, period_start, period_months, area_kind, area_code)
        WHERE events >= {_MANY_IN_AN_AREA} GROUP BY authority, period_start, period_months
        HAVING count(*) - count(still) > {_MAY_FALL_SILENT} * count(*)
        """
    ).fetchall()
    return _found("areas", rows)


def _records(connection: duckdb.DuckDBPyConnection) -> list[Fewer]:
    """Slices of events that lost more than two in five of their records."""
    rows = connection.execute(
        "SELECT measure, authority, period_start, period_months, rows_placed, rows_now, []::VARCHAR[] FROM replaced "
        f"WHERE kind = 'events' AND rows_placed >= {_MANY_RECORDS} AND rows_now < {_SHARE_TO_KEEP} * rows_placed"
    ).fetchall()
    return _found("records", rows)


def _memberships(connection: duckdb.DuckDBPyConnection) -> list[Fewer]:
    """Relations are replaced whole: small areas that had a link of the relation and have none; a school may close."""
    rows = connection.execute(
        """
        WITH given AS (SELECT DISTINCT relation::VARCHAR AS relation, member_code::VARCHAR AS code FROM members_in),
          had AS (SELECT DISTINCT m.relation, a.code FROM held.area_member m JOIN held.area a ON a.area_id = m.member_id
            WHERE a.kind IN ('stable', 'data_zone') AND m.relation IN (SELECT relation FROM given))
        SELECT relation, count(*), count(given.code), list(had.code ORDER BY had.code) FILTER (given.code IS NULL)
        FROM had LEFT JOIN given USING (relation, code) GROUP BY relation HAVING count(*) > count(given.code)
        """
    ).fetchall()
    return [Fewer(row[0], "", "", "areas", row[1], row[2], tuple(row[3][:NAMED])) for row in rows]


def _periods(connection: duckdb.DuckDBPyConnection) -> list[Fewer]:
    """Periods held, from the release's first on, that the release does not have."""
    rows = connection.execute(
        """
        WITH there AS (SELECT measure, authority_kind, authority, period_start, period_months FROM came UNION
            SELECT measure, authority_kind, authority, period_start, period_months FROM slices WHERE unchanged),
          begins AS (SELECT measure, period_months, min(period_start) AS first FROM there GROUP BY ALL)
        SELECT s.measure, s.authority, s.period_start, s.period_months, 1, 0, []::VARCHAR[]
        FROM slices s JOIN begins b ON b.measure = s.measure AND b.period_months = s.period_months
          AND s.period_start >= b.first
        ANTI JOIN there t ON (t.measure, t.authority_kind, t.authority, t.period_start, t.period_months) =
          (s.measure, s.authority_kind, s.authority, s.period_start, s.period_months)
        WHERE NOT EXISTS(SELECT 1 FROM councils_in) OR s.authority_kind <> 'council'
          OR s.authority IN (SELECT code FROM councils_in)
        """
    ).fetchall()
    return _found("period", rows)


def _keyed(
    connection: duckdb.DuckDBPyConnection, given: Sequence[Contribution], areas: Collection[str] | None
) -> list[Fewer]:
    """Residents and ranks, which stand row by row: years since the release's first, and areas in them, that it lacks."""
    wanted = None if areas is None else sorted(areas)
    found: list[Fewer] = []
    for table, name, year in (("population", "residents", "mid_year"), ("deprivation", "deprivation ranks", "edition")):
        frames = [frame for item in given if len(frame := getattr(item, table))]
        if not frames:
            continue
        connection.register("keyed_in", pd.concat(frames)[["stable", year]].drop_duplicates())
        rows = connection.execute(
            f"""
            WITH had AS (SELECT DISTINCT t.{year} AS year, a.code FROM held.{table} t JOIN held.area a USING (area_id)
                JOIN held.fetched_file f USING (file_id) WHERE f.origin = 'publisher'
                AND t.{year} >= (SELECT min({year}) FROM keyed_in) AND ($1 IS NULL OR a.code IN (SELECT unnest($1)))
                AND NOT EXISTS(SELECT 1 FROM unchanged_in u WHERE u.name = f.original_name AND u.sha256 = f.sha256)),
              has AS (SELECT {year}::INTEGER AS year, stable::VARCHAR AS code FROM keyed_in)
            SELECT year, count(*), count(has.code), list(had.code ORDER BY had.code) FILTER (has.code IS NULL)
            FROM had LEFT JOIN has USING (year, code) GROUP BY year HAVING count(*) > count(has.code)
            """,
            [wanted],
        ).fetchall()
        for when, held, now, codes in rows:
            what: Literal["areas", "period"] = "areas" if now else "period"
            named = tuple(codes[:NAMED]) if now else ()
            found.append(Fewer(name, "", str(when), what, held, now, named))
        connection.unregister("keyed_in")
    return found


def in_words(found: Sequence[Fewer], most: int = NAMED) -> str:
    """The first rows in one sentence, with how many there are in all."""
    rest = f"; and {len(found) - most:,} more" if len(found) > most else ""
    return "; ".join(str(item) for item in found[:most]) + rest
