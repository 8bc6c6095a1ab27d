"""People hurt on roads: each at the place of the collision, by calendar year, both files accounted for."""

from __future__ import annotations

import contextlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.reading import Reading
from loaders.road_injuries import MEASURES, SOURCE, fetch, read, tidy
from store.errors import SourceChanged
from tests.loaders.publishers import Asked, Reply, fetching_from, publisher
from tests.loaders.small_world import NOW, holding, small_context, small_lookups

CONTEXT = small_context()
COLLISIONS = [
    "collision_index,collision_year,collision_ref_no,police_force,number_of_casualties,date,lsoa_of_accident_location",
    "2023500001,2023,500001,50,2,05/01/2023,E01015153",
    "2023500002,2023,500002,50,1,06/02/2023,E01015153",
    "2023500003,2023,500003,50,1,07/03/2023,E01034851",
    "2023500004,2023,500004,50,1,07/03/2023,-1",
    "2023600001,2023,600001,60,1,30/12/2023,W01000003",
]
CASUALTIES = [
    "collision_index,collision_year,collision_ref_no,vehicle_reference,casualty_reference,casualty_class,casualty_severity",
    "2023500001,2023,500001,1,1,1,3",
    "2023500001,2023,500001,1,2,2,2",
    "2023500002,2023,500002,1,1,3,3",
    "2023500003,2023,500003,1,1,3,1",
    "2023500004,2023,500004,1,1,3,3",
    "2023600001,2023,600001,1,1,3,3",
]
_NAME = "dft-road-casualty-statistics-{}-2023.csv"


def _pair(
    folder: Path, collisions: list[str] = COLLISIONS, casualties: list[str] = CASUALTIES, kind: str = "collision"
) -> list[Path]:
    paths = [folder / _NAME.format(kind), folder / _NAME.format("casualty")]
    for path, lines in zip(paths, (collisions, casualties), strict=True):
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return paths


def _changed(lines: list[str], line: int, old: str, new: str) -> list[str]:
    assert old in lines[line - 1]
    return [text.replace(old, new) if number == line else text for number, text in enumerate(lines, start=1)]


def _counts(reading: Reading) -> dict[tuple[str, str], float]:
    frame = reading.contributions[0].observations
    return {(row.area_code, row.measure): row.numerator for row in frame.itertuples()}


def _one_problem(reading: Reading) -> tuple[str, str | None, tuple[int, ...]]:
    assert [account.state for account in reading.accounts] == ["refused"]
    assert reading.contributions == ()
    (problem,) = reading.errors
    assert problem.do
    return problem.message, problem.column, problem.rows


EXPECTED = {
    ("E01015153", "road-casualties"): 3,
    ("E01015153", "road-casualties-killed-or-seriously-injured"): 1,
    ("E01018758", "road-casualties"): 1,
    ("E01018758", "road-casualties-killed-or-seriously-injured"): 1,
    ("W01000003", "road-casualties"): 1,
}


def test_people_are_counted_where_the_collision_was(tmp_path: Path) -> None:
    reading = read(_pair(tmp_path), CONTEXT)
    assert _counts(reading) == EXPECTED
    (account,) = reading.accounts
    assert account.file == f"{_NAME.format('collision')} and {_NAME.format('casualty')}"
    assert (account.period, account.authority) == ("2023", "E92000001, W92000004")
    assert (account.rows_read, account.rows_placed, account.rows_unlocated, account.rows_refused) == (11, 10, 1, 0)
    (contribution,) = reading.contributions
    rows = contribution.observations
    assert {
        (str(day.date()), months) for day, months in zip(rows["period_start"], rows["period_months"], strict=True)
    } == {("2023-01-01", 12)}
    coverage = contribution.coverage.set_index(["measure", "authority"])["rows_placed"].to_dict()
    assert coverage == {
        ("road-casualties", "E92000001"): 4,
        ("road-casualties", "W92000004"): 1,
        ("road-casualties-killed-or-seriously-injured", "E92000001"): 2,
        ("road-casualties-killed-or-seriously-injured", "W92000004"): 0,
    }
    assert "5 of the rows are collisions" in reading.problems[0].message
    again = read([tmp_path], holding(CONTEXT, (account.file, account.sha256)))
    assert [item.state for item in again.accounts] == ["unchanged"]


def test_older_headings_and_names_are_read_too(tmp_path: Path) -> None:
    collisions = _changed(COLLISIONS, 1, "collision_index,collision_year", "accident_index,accident_year")
    collisions = _changed(collisions, 1, "accident_location", "collision_location")
    casualties = _changed(CASUALTIES, 1, "collision_index,collision_year", "accident_index,accident_year")
    assert _counts(read(_pair(tmp_path, collisions, casualties, kind="accident"), CONTEXT)) == EXPECTED


def test_one_file_without_the_other_is_refused(tmp_path: Path) -> None:
    collisions, casualties = _pair(tmp_path)
    assert "The file of casualties of the same years" in _one_problem(read([collisions], CONTEXT))[0]
    assert "The file of collisions of the same years" in _one_problem(read([casualties], CONTEXT))[0]
    other = casualties.rename(tmp_path / "dft-road-casualty-statistics-casualty-2022.csv")
    reading = read([collisions, other], CONTEXT)
    assert [account.state for account in reading.accounts] == ["refused", "refused"]


@pytest.mark.parametrize(
    ("file", "line", "old", "new", "column", "message"),
    [
        (0, 2, ",2023,5", ",23,5", "collision_year", "not a year"),
        (0, 2, "05/01/2023", "05/01/2022", "date", "days of another year"),
        (0, 2, "05/01/2023", "2023-01-05", "date", "days of another year"),
        (0, 2, "E01015153", "Plymouth", "lsoa_of_accident_location", "not a small-area code"),
        (0, 3, "2023500002,", "2023500001,", "collision_index", "a collision twice"),
        (1, 3, ",2,2,2", ",2,2,4", "casualty_severity", "a severity the project does not know"),
        (1, 3, ",2,2,2", ",2,2,", "casualty_severity", "a severity the project does not know"),
        (1, 4, "2023500002,", "2023500009,", "collision_index", "that the other file lacks"),
    ],
)
def test_a_cell_that_is_not_as_it_should_be_stops_the_pair(
    tmp_path: Path, file: int, line: int, old: str, new: str, column: str, message: str
) -> None:
    lines = [COLLISIONS, CASUALTIES]
    lines[file] = _changed(lines[file], line, old, new)
    said, where, rows = _one_problem(read(_pair(tmp_path, *lines), CONTEXT))
    assert message in said
    assert where == column
    assert rows == (line,)


@pytest.mark.parametrize(
    ("file", "heading", "column"),
    [
        (0, "collision_index", "collision_index"),
        (0, "collision_year", "collision_year"),
        (0, "date", "date"),
        (0, "lsoa_of_accident_location", "lsoa_of_accident_location"),
        (1, "collision_index", "collision_index"),
    ],
)
def test_a_renamed_heading_stops_the_pair(tmp_path: Path, file: int, heading: str, column: str) -> None:
    lines = [COLLISIONS, CASUALTIES]
    lines[file] = _changed(lines[file], 1, heading, "x")
    message, where, rows = _one_problem(read(_pair(tmp_path, *lines), CONTEXT))
    assert "is not there" in message
    assert (where, rows) == (column, (1,))


def test_a_web_page_and_a_cut_file_are_refused(tmp_path: Path) -> None:
    assert "is not there" in _one_problem(read(_pair(tmp_path, ["<!doctype html>", "<html>"]), CONTEXT))[0]
    assert "cut short" in _one_problem(read(_pair(tmp_path, [*COLLISIONS, "2023500009,2023"]), CONTEXT))[0]


def test_a_year_that_is_not_over_is_refused(tmp_path: Path) -> None:
    lines = [text.replace("2023", "2026") for text in COLLISIONS], [text.replace("2023", "2026") for text in CASUALTIES]
    assert "a year that is not over" in _one_problem(read(_pair(tmp_path, *lines), CONTEXT))[0]


def test_an_unknown_small_area_is_refused_unless_accepted(tmp_path: Path) -> None:
    paths = _pair(tmp_path, _changed(COLLISIONS, 2, "E01015153", "E01099999"))
    message, column, rows = _one_problem(read(paths, CONTEXT))
    assert message.startswith("2 rows have an area code that no lookup knows, such as E01099999")
    assert (column, rows) == ("lsoa_of_accident_location", (2, 2))
    (account,) = read(paths, small_context(accept_refused=2)).accounts
    assert (account.rows_read, account.rows_placed, account.rows_unlocated, account.rows_refused) == (11, 8, 1, 2)


def test_a_pair_without_any_known_place_brings_nothing(tmp_path: Path) -> None:
    reading = read(_pair(tmp_path, [COLLISIONS[0], COLLISIONS[4]], [CASUALTIES[0], CASUALTIES[5]]), CONTEXT)
    assert reading.contributions == ()
    assert reading.accounts[0].rows_unlocated == 1


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_whatever_stands_in_a_cell_only_a_plain_refusal_comes_out(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    value = data.draw(st.text(alphabet=st.characters(codec="ascii", exclude_characters="\n\r\x00"), max_size=8))
    file = data.draw(st.sampled_from([0, 1]))
    lines = [COLLISIONS, CASUALTIES]
    lines[file] = _changed(
        lines[file], 3, data.draw(st.sampled_from([["06/02", "E01015153"], [",2,2,2", "2023500001"]][file])), value
    )
    paths = _pair(tmp_path_factory.mktemp("fuzz"), *lines)
    with contextlib.suppress(SourceChanged):
        found = tidy(*paths)
        assert (found.collisions, found.casualties) == (5, 6)
        assert found.hurt["all_hurt"].sum() == 6


@pytest.mark.parametrize(
    ("since", "span"),
    [(None, "last-5-years"), (date(2024, 1, 1), "last-5-years"), (date(2015, 1, 1), "1979-latest-published-year")],
)
def test_both_files_are_fetched_and_read_as_a_pair(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, since: date | None, span: str
) -> None:
    def answer(asked: Asked) -> Reply:
        assert asked.path.endswith(f"-{span}.csv")
        lines = CASUALTIES if "casualty-last" in asked.path or "casualty-1979" in asked.path else COLLISIONS
        return Reply("\n".join(lines).encode(), headers={"Content-Type": "text/csv"})

    with publisher(answer) as playing:
        monkeypatch.setenv("OUTCOMES_ROAD_INJURIES_URL", playing.address)
        fetching: Any = fetching_from(SOURCE, tmp_path, NOW, small_lookups(), since=since)[0]
        paths = fetch(fetching)
    assert _counts(read(paths, CONTEXT)) == EXPECTED


def test_measures_are_events() -> None:
    assert {measure.kind for measure in MEASURES} == {"events"}
