"""Reading the database: one attached read-only copy, a cursor per query, plain frames out."""

from __future__ import annotations

import contextlib
import copy
import hashlib
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar

import duckdb
import numpy as np
import pandas as pd

from store.errors import BadQuestion, NoDatabase
from store.folder import Folder
from store.monthly_figures import monthly_figures
from store.outline import Point, vertices
from store.period import Window, month_from_number, month_number
from store.place import Place, read_places
from store.place_file import place_toml
from store.programme import Programme, read_programmes
from store.recording_break import RecordingBreak
from store.reported import reported
from store.schema import ALL_AGES, READABLE_VERSIONS, SCHEMA_VERSION
from store.suppression_rule import SuppressionRule, read_suppression
from store.watch import Watch

# What a suppressed count is taken for: left unknown, or the least or the most it can stand for.
Ends: TypeAlias = Literal["unknown", "low", "high"]
Membership: TypeAlias = tuple[str, str, str, float]
_Made = TypeVar("_Made")


class Store:
    """A database, open for reading. Safe to share between threads; keeps serving its file after a newer one is built.

    ``stamp`` is the content of ``current`` it was opened under; ``key`` adds the neighbourhood and programme files as
    they were then, and belongs in every cache key. ``suppression`` are the rules by which small counts are hidden.
    """

    def __init__(
        self, path: Path, places: tuple[Place, ...] = (), programmes: tuple[Programme, ...] = (), files_key: str = "",
        suppression: Mapping[str, SuppressionRule] | None = None, patience: float | None = None,
    ) -> None:  # fmt: skip
        if not path.is_file():
            raise NoDatabase("The database is not there", file=path.name, do="Run “python3 run.py setup”.")
        self.stamp = path.name
        self._stable: dict[str, str] = {}
        # What rooms above work out from this database once and for all; it goes when the store goes.
        self.kept: dict[str, Any] = {}
        # The same where it has nothing to do with places, so that views with another place share it.
        self.kept_for_all: dict[str, Any] = {}
        self.places = places
        self.programmes = programmes
        self.suppression = suppression or {}
        self.key = f"{path.name}-{files_key}"
        self._watch = Watch(patience)
        # An in-memory connection with the file attached: connecting to the path itself would go on serving an older
        # file for as long as any handle to it lives.
        self._connection = duckdb.connect()
        self._connection.execute(f"ATTACH '{str(path).replace(chr(39), chr(39) * 2)}' AS outcomes (READ_ONLY)")
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")
        version = self.rows("SELECT schema_version FROM meta")[0][0]
        if version not in READABLE_VERSIONS:
            raise NoDatabase(
                f"The database has schema version {version}; this software reads {SCHEMA_VERSION}",
                file=path.name,
                do="Build it again with “python3 run.py setup”.",
            )

    def with_place(self, place: Place) -> Store:
        """The same open database with ``place`` among its places, instead of any of that name; nothing is written."""
        view = copy.copy(self)
        view.kept = {}
        others = [one for one in self.places if one.slug != place.slug]
        view.places = tuple(sorted([*others, place], key=lambda one: one.slug))
        written = f"{place.slug} {place_toml(place)}"
        view.key = f"{self.key}-{hashlib.sha256(written.encode()).hexdigest()[:12]}"
        return view

    @contextlib.contextmanager
    def _run(self, query: str, values: Sequence[Any] | Mapping[str, Any]) -> Iterator[duckdb.DuckDBPyConnection]:
        # One cursor per query: threads that share a connection read each other's answers.
        cursor = self._connection.cursor()
        cursor.execute("USE outcomes")
        with self._watch.over(cursor):
            yield cursor.execute(query, dict(values) if isinstance(values, Mapping) else list(values))

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query with bound values."""
        with self._run(query, values) as answer:
            return answer.fetchall()

    def frame(self, query: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> pd.DataFrame:
        """The rows of a query with values bound by place or by name, as a frame."""
        with self._run(query, values) as answer:
            return answer.df()

    def once(self, key: Hashable, make: Callable[[], _Made]) -> _Made:
        """What ``make`` puts together from this database alone, whatever places there are; a sitting
        (``store.read_once``) keeps it under ``key``, so nobody may change it."""
        return make()

    # Areas -----------------------------------------------------------------------------------------------------

    def stable_codes(self, published: Sequence[str]) -> dict[str, str]:
        """Stable code of each published LSOA code, of either edition; BadQuestion names a code nobody knows.

        A Scottish Data Zone stands for itself.
        """
        new = [code for code in published if code not in self._stable]
        if new:
            # Programmes and other places are looked up again for every question; what a code means never changes. So
            # all of them are looked up at the first: a query for each would take longer than anything else.
            new = sorted({*new, *self._written_down} - self._stable.keys())
            self._stable |= dict(
                self.rows(
                    "SELECT DISTINCT l.code, s.code FROM area l JOIN area_member m ON m.member_id = l.area_id AND "
                    "m.relation = 'contains' JOIN area s ON s.area_id = m.parent_id AND s.kind = 'stable' "
                    "WHERE l.kind = 'lsoa' AND l.code IN (SELECT unnest($1)) "
                    "UNION SELECT code, code FROM area WHERE kind = 'data_zone' AND code IN (SELECT unnest($1))",
                    [new],
                )
            )
        found = {code: self._stable[code] for code in published if code in self._stable}
        unknown = [code for code in published if code not in found]
        if unknown:
            raise BadQuestion(
                f"{', '.join(unknown[:5])} is in no lookup of small areas", do="Use ONS LSOA codes of 2011 or 2021."
            )
        return found

    @property
    def _written_down(self) -> set[str]:
        """Every code that the files of neighbourhoods and programmes hold."""
        lists = [codes for place in self.places for codes in (place.small_areas, place.exclude)]
        lists += [spot.small_areas for item in self.programmes for spot in item.places]
        return {code for codes in lists for code in codes}

    def parts(self, stable: Sequence[str]) -> dict[str, tuple[tuple[str, ...], ...]]:
        """Published codes that make each stable area, by edition: only editions in which it has several parts."""
        if "parts" not in self.kept_for_all:
            self.kept_for_all["parts"] = self._every_part()
        known: dict[str, tuple[tuple[str, ...], ...]] = self.kept_for_all["parts"]
        return {code: known[code] for code in sorted(set(stable)) if code in known}

    def _every_part(self) -> dict[str, tuple[tuple[str, ...], ...]]:
        found: dict[str, list[tuple[str, ...]]] = {}
        for code, parts in self.rows(
            "SELECT s.code, list(l.code ORDER BY l.code) FROM area s JOIN area_member m ON m.parent_id = s.area_id "
            "AND m.relation = 'contains' JOIN area l ON l.area_id = m.member_id AND l.kind = 'lsoa' "
            "WHERE s.kind = 'stable' GROUP BY s.code, l.edition HAVING count(*) > 1 ORDER BY s.code, l.edition"
        ):
            found.setdefault(code, []).append(tuple(parts))
        return {code: tuple(editions) for code, editions in found.items()}

    def small_areas(self, police_force: str | None = None, codes: Sequence[str] | None = None) -> pd.DataFrame:
        """Stable areas and Scottish Data Zones with where they lie: ``code`` (index, sorted), ``name, country, comparable, ward, council,
        police_force, longitude, latitude, has_outline``; of one force, or of the codes given, or all."""
        frame = self.frame(
            "SELECT a.code, a.name, a.country, a.comparable, w.name AS ward, c.name AS council, "
            "p.code AS police_force, a.longitude, a.latitude, a.outline IS NOT NULL AS has_outline FROM area a "
            "LEFT JOIN (SELECT m.member_id, p.name FROM area_member m JOIN area p ON p.area_id = m.parent_id "
            "  WHERE m.relation = 'in_ward') w ON w.member_id = a.area_id "
            "LEFT JOIN (SELECT m.member_id, p.name FROM area_member m JOIN area p ON p.area_id = m.parent_id "
            "  WHERE m.relation = 'in_council') c ON c.member_id = a.area_id "
            "LEFT JOIN (SELECT m.member_id, p.code FROM area_member m JOIN area p ON p.area_id = m.parent_id "
            "  WHERE m.relation = 'in_police_force') p ON p.member_id = a.area_id "
            "WHERE a.kind IN ('stable', 'data_zone') AND ($1 IS NULL OR p.code = $1) "
            "AND ($2 IS NULL OR a.code IN (SELECT unnest($2))) "
            "ORDER BY a.code",
            [police_force, list(codes) if codes is not None else None],
        )
        return frame.set_index("code")

    def outlines(self, codes: Sequence[str]) -> dict[str, str]:
        """GeoJSON geometry of each stable area that has one."""
        return dict(
            self.rows(
                "SELECT code, outline::VARCHAR FROM area WHERE kind = 'stable' AND outline IS NOT NULL "
                "AND code IN (SELECT unnest(?)) ORDER BY code",
                [list(codes)],
            )
        )

    def boundary_vertices(self, codes: Sequence[str]) -> dict[str, frozenset[Point]]:
        """Boundary vertices of each stable area that has an outline."""
        return {code: vertices(outline) for code, outline in self.outlines(codes).items()}

    def neighbours(self, codes: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Stable areas that share a boundary vertex with each of ``codes``, sorted."""
        found: dict[str, list[str]] = {code: [] for code in codes}
        for code, other in self.rows(
            "SELECT a.code, b.code FROM area_neighbour n JOIN area a ON a.area_id = n.area_id "
            "JOIN area b ON b.area_id = n.neighbour_id WHERE a.code IN (SELECT unnest(?)) AND a.kind = 'stable' "
            "ORDER BY a.code, b.code",
            [list(codes)],
        ):
            found[code].append(other)
        return {code: tuple(others) for code, others in found.items()}

    # Series ----------------------------------------------------------------------------------------------------

    def measures(self) -> dict[str, str]:
        """Name and source of every measure that has a coverage."""
        return dict(
            self.rows(
                "SELECT m.name, s.name FROM measure m JOIN source s USING (source_id) "
                "WHERE measure_id IN (SELECT measure_id FROM coverage) ORDER BY m.name"
            )
        )

    def recorders(self, measures: Sequence[str]) -> tuple[str, ...]:
        """Kinds of authority that report on these measures: police_force, council or country; none if not loaded."""
        return reported(self).kinds(measures)

    def declared_source(self, measure: str) -> str | None:
        """The source that brings this measure, loaded or not; None when no source declares it."""
        found = self.rows("SELECT s.name FROM measure m JOIN source s USING (source_id) WHERE m.name = ?", [measure])
        return found[0][0] if found else None

    def months_loaded(self, measures: Sequence[str], authority: str | None = None) -> tuple[date, date] | None:
        """First and last month loaded for all of these measures (by one authority); None where one is not loaded."""
        found = reported(self).first_and_last_month(measures, authority)
        return (month_from_number(found[0]), month_from_number(found[1])) if found and found[0] <= found[1] else None

    def coverage(self, measures: Sequence[str], authority: str) -> pd.DataFrame:
        """Monthly coverage of these measures by one authority: ``measure, month (a number), state, rows_placed,
        rows_unlocated, reason, file_id``, in order."""
        found = reported(self).monthly(measures, authority).rename(columns={"first": "month"})
        return found[["measure", "month", "state", "rows_placed", "rows_unlocated", "reason", "file_id"]]

    def monthly(
        self, measures: Sequence[str], codes: Sequence[str], authority: str, ends: Ends = "unknown"
    ) -> pd.DataFrame:
        """Monthly counts, one row a stable area of ``codes``, one column a month number, NaN where not reported.

        Zero stands only where ``authority`` reported on every one of ``measures``; other authorities' rows in the
        areas are added and never create coverage. ``ends`` says what a suppressed count is taken for.
        """
        if len(set(codes)) < len(codes):
            return self.monthly(measures, list(dict.fromkeys(codes)), authority, ends).loc[list(codes)]
        states = self.coverage(measures, authority)
        if states.empty:
            return pd.DataFrame(index=pd.Index(list(codes), dtype="object"), dtype=float)
        months = range(int(states["month"].min()), int(states["month"].max()) + 1)
        reported = states[states["state"] == "reported"].groupby("month")["measure"].nunique()
        whole = np.array([reported.get(month, 0) == len(measures) for month in months])
        counts = np.zeros((len(codes), len(months)))
        for measure in dict.fromkeys(measures):
            # A cell without a number, next to others that have one, leaves the sum unknown: it is not a zero.
            counts += monthly_figures(self, measure, codes).between(months, ends)
        counts[:, ~whole] = np.nan
        # Codes as objects: those who walk through them would otherwise make each of them anew.
        return pd.DataFrame(counts, index=pd.Index(list(codes), dtype="object"), columns=list(months))

    def suppressed(self, measures: Sequence[str], codes: Sequence[str], months: Sequence[int]) -> int:
        """How many counts of these measures are suppressed in these small areas and month numbers."""
        return sum(monthly_figures(self, name, codes).hidden(months) for name in dict.fromkeys(measures))

    def other_reports(self, measures: Sequence[str], codes: Sequence[str], authority: str) -> pd.DataFrame:
        """What other authorities recorded in these areas: ``authority, measure, month, file_id, events``."""
        figures = {name: monthly_figures(self, name, codes).by_authority for name in sorted(set(measures))}
        every = pd.concat([rows.assign(measure=name) for name, rows in figures.items()], ignore_index=True)
        numbers = sorted(every["authority_id"].unique().tolist())
        names = dict(self.rows("SELECT area_id, code FROM area WHERE area_id IN (SELECT unnest(?))", [numbers]))
        every["authority"] = every.pop("authority_id").map(names).astype(object)
        columns = ["authority", "measure", "month", "file_id", "events"]
        return every[every["authority"] != authority].sort_values(columns, ignore_index=True)[columns]

    def residents(self, codes: Sequence[str], ages: tuple[int, int] = ALL_AGES) -> pd.DataFrame:
        """Mid-year residents, one row a stable area, one column a year; empty where none are loaded."""
        found = self.frame(
            "SELECT a.code, p.mid_year, p.persons FROM population p JOIN area a USING (area_id) "
            "WHERE a.kind IN ('stable', 'data_zone') AND a.code IN (SELECT unnest(?)) AND p.age_from = ? AND p.age_to = ?",
            [list(codes), *ages],
        )
        return found.pivot(index="code", columns="mid_year", values="persons").reindex(
            pd.Index(list(codes), dtype="object")
        )

    def memberships(self, relations: Sequence[str], codes: Sequence[str] | None = None) -> list[Membership]:
        """The areas in which stable areas (all, or ``codes``) lie by these relations: (stable area, code, name, share)."""
        found: list[Membership] = self.rows(
            "SELECT a.code, p.code, p.name, m.share FROM area_member m JOIN area a ON a.area_id = m.member_id "
            "JOIN area p ON p.area_id = m.parent_id WHERE a.kind = 'stable' AND m.relation IN (SELECT unnest($1)) "
            "AND ($2 IS NULL OR a.code IN (SELECT unnest($2))) ORDER BY a.code, p.code",
            [list(relations), list(codes) if codes is not None else None],
        )
        return found

    def deprivation(self, codes: Sequence[str], edition: int) -> pd.DataFrame:
        """Ranks of one edition, one row a stable area, one column a domain (``overall`` is the index itself)."""
        found = self.frame(
            "SELECT a.code, d.domain, d.rank FROM deprivation d JOIN area a USING (area_id) "
            "WHERE d.edition = ? AND a.code IN (SELECT unnest(?))",
            [edition, list(codes)],
        )
        return found.pivot(index="code", columns="domain", values="rank").reindex(pd.Index(list(codes), dtype="object"))

    def deprivation_editions(self, country: str | None = None) -> dict[int, int]:
        """Editions held (of one country: each ranks its own areas), with how many areas each ranks."""
        return dict(
            self.rows(
                "SELECT d.edition, max(d.areas_ranked) FROM deprivation d JOIN area a USING (area_id) "
                "WHERE $1 IS NULL OR a.country = $1 GROUP BY d.edition ORDER BY d.edition",
                [country],
            )
        )

    # What stands behind the numbers ----------------------------------------------------------------------------

    def breaks(self, measures: Sequence[str], authority: str, country: str) -> tuple[RecordingBreak, ...]:
        """Recording breaks of any of these measures that concern this authority or country, by date and name."""
        asked = set(measures)
        return tuple(
            item
            for item in self._every_break()
            if asked & set(item.measures)
            and item.authority in ("", authority)
            and (not item.country or country in item.country)
        )

    def _every_break(self) -> tuple[RecordingBreak, ...]:
        """Every recording break, by date and name."""
        if "breaks" not in self.kept_for_all:
            found = self.rows(
                "SELECT b.name, coalesce(a.code, ''), coalesce(b.country, ''), b.measures, b.starts, b.ends, b.kind, "
                "b.shared_by, b.reason, b.evidence FROM recording_break b LEFT JOIN area a ON a.area_id = b.authority_id "
                "ORDER BY b.starts, b.name"
            )
            self.kept_for_all["breaks"] = tuple(
                RecordingBreak(name, code, land, tuple(of), _window(starts, ends), kind, shared, reason, evidence)
                for name, code, land, of, starts, ends, kind, shared, reason, evidence in found
            )
        known: tuple[RecordingBreak, ...] = self.kept_for_all["breaks"]
        return known

    def files(self, numbers: Sequence[int]) -> pd.DataFrame:
        """Files by id, with their source: one row a file."""
        return self.frame(
            "SELECT f.file_id, s.name AS source, s.title, s.publisher, s.licence, s.attribution, f.original_name, "
            "f.sha256, f.edition, f.fetched_at, f.origin FROM fetched_file f JOIN source s USING (source_id) "
            "WHERE f.file_id IN (SELECT unnest(?)) ORDER BY f.file_id",
            [list(numbers)],
        )

    def files_of(self, table: str) -> list[tuple[str, str]]:
        """(what is read, sha256) of each file behind ``population`` or ``deprivation``, for the data hash."""
        if table not in ("population", "deprivation"):
            raise ValueError(table)
        year = "mid_year" if table == "population" else "edition"
        return self.rows(
            f"SELECT DISTINCT t.{year}::VARCHAR, f.sha256 FROM {table} t JOIN fetched_file f USING (file_id) ORDER BY ALL"
        )

    def is_sample(self) -> bool:
        """Whether any series in use comes from the shipped sample."""
        return bool(self.rows("SELECT is_sample FROM meta")[0][0])


def _window(starts: date, ends: date) -> Window:
    first = month_number(starts)
    return Window(month_from_number(first), month_number(ends) - first + 1)


def files_key(folder: Folder) -> str:
    """A short hash of the neighbourhood and programme files, which people edit between builds."""
    hasher = hashlib.sha256()
    for path in sorted([*folder.areas.glob("*.toml"), *folder.programmes.glob("*.toml")]):
        hasher.update(path.name.encode() + path.read_bytes())
    return hasher.hexdigest()[:12]


def open_store(folder: Folder, patience: float | None = None) -> Store:
    """The store that ``current`` names now, with the folder's places and programmes; NoDatabase when there is none.

    ``patience``: seconds after which a query is given up with TooSlow; None waits for ever.
    """
    return Store(folder.database(), read_places(folder.areas), read_programmes(folder.programmes), files_key(folder),
                 read_suppression(folder.root / "suppression.toml"), patience)  # fmt: skip
