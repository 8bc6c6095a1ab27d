"""The query files of benchmarks/scaling say what slow loops over the same rows say, from the database and from Parquet."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from benchmarks.scaling import Run, asked, duckdb_over, window_view
from store.building import build
from store.database import Store, open_store
from store.folder import Folder
from store.parquet_tables import write_parquet
from store.period import month_from_number, month_number
from tests.store.contributions import AREA, AT, FORCE, MEASURES, SOURCE, counts, months
from tests.store.test_place_areas import written

BEFORE, AFTER = "2018-08:2020-07", "2021-04:2023-03"
# Four months in here are suspect for robbery.
ACROSS_A_BREAK = "2022-12:2023-11"


class Slow:
    """The same two questions, cell by cell over the tables as they are."""

    def __init__(self, database: Path) -> None:
        with closing(duckdb.connect(str(database), read_only=True)) as connection:

            def rows(table: str, columns: str) -> list[tuple[Any, ...]]:
                return connection.execute(f"SELECT {columns} FROM {table}").fetchall()

            self.code = {number: code for number, kind, code in rows("area", "area_id, kind, code") if kind == "stable"}
            self.place = {code: number for number, kind, code in rows("area", "area_id, kind, code") if kind == "place"}
            countries = {
                name: number for number, kind, name in rows("area", "area_id, kind, name") if kind == "country"
            }
            self.homes: dict[int, set[int]] = {
                number: {countries[name]} for number, name in rows("area", "area_id, country") if name in countries
            }
            self.members: dict[int, list[int]] = {}
            for parent, member, relation in rows("area_member", "parent_id, member_id, relation"):
                if relation == "in_police_force":
                    self.homes.setdefault(member, set()).add(parent)
                if relation == "contains":
                    self.members.setdefault(parent, []).append(member)
            self.measure = {name: number for number, name in rows("measure", "measure_id, name")}
            self.state = {
                (measure, authority, day): state
                for measure, authority, day, length, state in rows(
                    "coverage", "measure_id, authority_id, period_start, period_months, state"
                )
                if length == 1
            }
            self.recorders: dict[int, set[int]] = {}
            for measure, authority, _ in self.state:
                self.recorders.setdefault(measure, set()).add(authority)
            self.cells: dict[tuple[int, int, date], list[float | None]] = {}
            for area, measure, day, length, events in rows(
                "observation", "area_id, measure_id, period_start, period_months, numerator"
            ):
                if length == 1:
                    self.cells.setdefault((area, measure, day), []).append(events)

    def month(self, area: int, measure: int, day: date) -> float | None:
        """One cell: nought only where the area's own authority reported."""
        own = self.homes[area] & self.recorders.get(measure, set())
        if not any(self.state.get((measure, authority, day)) == "reported" for authority in own):
            return None
        return _sum(self.cells.get((area, measure, day), []))

    def window(self, area: int, measures: Sequence[str], window: str) -> int | None:
        first, last = (month_number(date.fromisoformat(f"{month}-01")) for month in window.split(":"))
        days = [month_from_number(number) for number in range(first, last + 1)]
        if not set(measures) <= set(self.measure):
            return None
        total = 0.0
        for name in measures:
            for day in days:
                events = self.month(area, self.measure[name], day)
                if events is None:
                    return None
                total += events
        return int(total)

    def changes(self, measures: Sequence[str], before: str, after: str) -> list[tuple[Any, ...]]:
        # Loops over all areas take a quarter of a minute; every eleventh meets each kind of answer.
        by_code = sorted((code, area) for area, code in self.code.items())[::11]
        return [(code, self.window(area, measures, before), self.window(area, measures, after)) for code, area in by_code]  # fmt: skip

    def series(self, place: str, measures: Sequence[str]) -> list[tuple[Any, ...]]:
        members = self.members[self.place[place]]
        found = []
        for name in sorted(set(measures) & set(self.measure)):
            measure = self.measure[name]
            own = {authority for area in members for authority in self.homes[area]}
            for day in sorted({day for number, authority, day in self.state if number == measure and authority in own}):
                total = _sum([self.month(area, measure, day) for area in members])
                found.append((name, day, None if total is None else int(total)))
        return found


def _sum(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def measures_view(*names: str) -> str:
    rows = " UNION ALL ".join(f"SELECT '{name}' AS name" for name in names)
    return f"CREATE OR REPLACE TEMPORARY VIEW asked_measure AS {rows}"


@pytest.fixture(scope="module")
def slow(sample_folder: Folder) -> Slow:
    return Slow(sample_folder.database())


@pytest.fixture(scope="module", params=["database", "parquet"])
def run(request: pytest.FixtureRequest, sample_folder: Folder, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The sample, as its database and as Parquet."""
    if request.param == "database":
        return duckdb_over(sample_folder.database())
    target = tmp_path_factory.mktemp("scaling") / "parquet"
    write_parquet(sample_folder.database(), target)
    return duckdb_over(target)


@pytest.mark.parametrize(
    "measures", [("burglary",), ("burglary", "robbery"), ("burglary", "no-such-measure"), ("claimants",)]
)
def test_changes_of_every_area_are_those_of_the_loops(run: Run, slow: Slow, measures: tuple[str, ...]) -> None:
    for before, after in ((BEFORE, AFTER), (BEFORE, ACROSS_A_BREAK)):
        answer = asked(run, "change_by_area", [measures_view(*measures), window_view(before, after)])()
        assert len(answer) == len(slow.code)
        looked_at = slow.changes(measures, before, after)
        assert answer[::11] == looked_at
        if measures == ("burglary",):
            kinds = {None if was is None else min(was, 1) for _, was, _ in looked_at}
            assert kinds == {None, 0, 1}


def test_the_sample_has_all_three_kinds_of_answers(run: Run, sample_store: Store) -> None:
    views = [measures_view("robbery"), window_view("2019-03:2020-12", ACROSS_A_BREAK)]
    answer = {row[0]: row[1:] for row in asked(run, "change_by_area", views)()}
    assert answer["E01015153"][0]
    codes = list(sample_store.small_areas(FORCE).index)
    # A suspect month leaves the whole window unknown, and so does another force, of which the sample holds nothing.
    assert {answer[code][1] for code in codes} == {None}
    assert answer["E01000001"] == (None, None)
    noughts = [code for code in codes if answer[code][0] == 0]
    assert noughts
    rows = "SELECT count(*) FROM observation_in_words WHERE measure = 'robbery' AND area = ? AND period_start BETWEEN '2019-03-01' AND '2020-12-01'"
    assert sample_store.rows(rows, [noughts[0]]) == [(0,)]


def test_changes_are_those_the_store_gives(run: Run, sample_store: Store) -> None:
    codes = list(sample_store.small_areas(FORCE).index)
    monthly = sample_store.monthly(["burglary"], codes, FORCE)
    first, last = (month_number(date.fromisoformat(f"{month}-01")) for month in BEFORE.split(":"))
    expected = monthly.loc[:, first:last].sum(axis=1, skipna=False).to_numpy()
    answer = {row[0]: row[1] for row in asked(run, "change_by_area", [window_view(BEFORE, AFTER)])()}
    found = np.array([np.nan if answer[code] is None else answer[code] for code in codes])
    np.testing.assert_array_equal(found, expected)


def test_ten_series_of_a_neighbourhood_are_those_of_the_loops(run: Run, slow: Slow) -> None:
    measures = (
        "anti-social-behaviour", "bicycle-theft", "burglary", "criminal-damage", "drugs", "other-theft", "public-order",
        "robbery", "vehicle-crime", "violence",
    )  # fmt: skip
    answer = asked(run, "ten_series")()
    assert answer == slow.series("north-stonehouse", measures)
    values = [row[2] for row in answer]
    assert None in values
    assert 0 in values
    assert max(value or 0 for value in values) > 20


@pytest.mark.parametrize("to_parquet", [False, True])
def test_a_suppressed_cell_is_unknown_and_never_nought(small_folder: Folder, tmp_path: Path, to_parquet: bool) -> None:
    written(small_folder, "north-stonehouse", [AREA])
    given = counts(dict.fromkeys(months("2020-01", 24), 0) | {"2020-03": 4, "2021-05": 6})
    hidden = given.observations["period_start"] == "2021-05-01"
    given.observations.loc[hidden, ["numerator", "low", "high"]] = [np.nan, 1, 9]
    given.observations.loc[hidden, "status"] = "suppressed"
    build(small_folder, [given], {SOURCE: MEASURES}, AT + timedelta(minutes=1))
    path = small_folder.database()
    if to_parquet:
        write_parquet(path, tmp_path / "parquet")
        path = tmp_path / "parquet"
    run = duckdb_over(path)
    answer = asked(run, "change_by_area", [window_view("2020-01:2020-12", "2021-01:2021-12")])()
    assert {row[0]: row[1:] for row in answer}[AREA] == (4, None)
    series = {day: events for _, day, events in asked(run, "ten_series")()}
    assert (series[date(2020, 3, 1)], series[date(2020, 4, 1)], series[date(2021, 5, 1)]) == (4, 0, None)
    assert len(series) == 24
    assert open_store(small_folder).suppressed(["burglary"], [AREA], list(range(24240, 24300))) == 1


def test_a_window_counts_its_months_with_both_ends() -> None:
    words = window_view("2018-08:2020-07", "2021-12:2021-12")
    assert "24 AS before_months" in words
    assert "1 AS after_months" in words
    assert "DATE '2020-07-01' AS before_last" in words
