"""Residents: two formats, exact sums, and nothing where a part is missing."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from loaders.ons_population import SOURCE, fetch, read
from loaders.reading import Reading
from store.schema import ALL_AGES, WORKING_AGE
from tests.loaders.publishers import Asked, Reply, fetching_from, publisher
from tests.loaders.small_world import FIXTURES, NOW, rewritten, small_context, small_lookups, with_cell

NOMIS = FIXTURES / "ons_population" / "residents_2021_areas.csv"
DENSITY = FIXTURES / "ons_population" / "density.csv"
CONTEXT = small_context()


def _persons(reading: Reading) -> dict[tuple[str, int, int, int], float]:
    frame = reading.contributions[0].population
    keys = zip(frame["stable"], frame["mid_year"], frame["age_from"], frame["age_to"], strict=True)
    return dict(zip(keys, frame["persons"], strict=True))


def _one_problem(reading: Reading) -> tuple[str, str | None, tuple[int, ...]]:
    assert [account.state for account in reading.accounts] == ["refused"]
    (problem,) = reading.errors
    assert problem.do
    return problem.message, problem.column, problem.rows


def test_nomis_is_summed_onto_stable_areas() -> None:
    reading = read([NOMIS], CONTEXT)
    persons = _persons(reading)
    assert persons["E01018758", 2021, *ALL_AGES] == 1233 + 1617
    assert persons["E01018758", 2021, *WORKING_AGE] == 700 + 950
    assert persons["E01034858", 2021, *ALL_AGES] == 2299
    assert persons["W01000003", 2021, *WORKING_AGE] == 1350
    # Of the irregular area one half is not in the file.
    assert {key[0] for key in persons} == {"E01015153", "E01015155", "E01018758", "E01034858", "W01000003"}
    (warning,) = reading.problems
    assert (warning.level, "E01008187" in warning.message) == ("warning", True)
    assert reading.contributions[0].files[0].edition == "mid-2021"
    (account,) = reading.accounts
    assert (account.period, account.rows_read, account.rows_placed) == ("2021:2021", 14, 14)


def test_the_density_table_is_read_year_by_year() -> None:
    reading = read([DENSITY], CONTEXT)
    persons = _persons(reading)
    assert persons["E01018758", 2021, *ALL_AGES] == 2850
    assert persons["E01018758", 2022, *ALL_AGES] == 2900
    assert len(persons) == 4 * 2
    assert reading.problems == ()
    assert reading.accounts[0].rows_read == 5


@pytest.mark.parametrize("named", [False, True], ids=["codes", "names"])
def test_single_years_of_age_add_up(tmp_path: Path, named: bool) -> None:
    rows = []
    for age in range(91):
        name = f"Age {age}" if age < 90 else "Aged 90+"
        whose = {"C_AGE_NAME": name} if named else {"C_AGE": 101 + age}
        place = {"RECORD_OFFSET": age, "RECORD_COUNT": 91}
        rows.append({"DATE": 2020, "GEOGRAPHY_CODE": "E01015153", **whose, "OBS_VALUE": age, **place})
    path = tmp_path / "x.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    persons = _persons(read([path], CONTEXT))
    assert persons["E01015153", 2020, *ALL_AGES] == sum(range(91))
    assert persons["E01015153", 2020, *WORKING_AGE] == sum(range(16, 65))


def test_a_missing_year_of_age_makes_no_band(tmp_path: Path) -> None:
    rows = [
        {"DATE": 2020, "GEOGRAPHY_CODE": "E01015153", "C_AGE": 101 + age, "OBS_VALUE": 5,
         "OBS_STATUS": "A" if age != 40 else "Q", "RECORD_OFFSET": age, "RECORD_COUNT": 91}
        for age in range(91)
    ]  # fmt: skip
    path = tmp_path / "x.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    message, column, _ = _one_problem(read([path], CONTEXT))
    assert "neither all ages nor every single year" in message
    assert column == "C_AGE"


def test_names_of_bands_alone_are_enough(tmp_path: Path) -> None:
    path = rewritten(NOMIS, tmp_path / "x.csv", {"C_AGE": "A"})
    assert _persons(read([path], CONTEXT)) == _persons(read([NOMIS], CONTEXT))


@pytest.mark.parametrize(
    ("source", "line", "column", "value", "message"),
    [
        (NOMIS, 3, "OBS_VALUE", "-1", "not a count"),
        (NOMIS, 3, "DATE", "June 2021", "not a year"),
        (NOMIS, 3, "C_AGE", "all", "not a code of age"),
        (NOMIS, 3, "C_AGE_NAME", "Aged 18 to 64", "means something new"),
        (NOMIS, 3, "GENDER", "1", "another GENDER"),
        (NOMIS, 4, "GEOGRAPHY_CODE", "E01015153", "twice"),
        (DENSITY, 3, "LSOA 2021 Code", "E01015153", "twice"),
        (DENSITY, 3, "Mid-2022: Population", "1,250", "whole number"),
    ],
)
def test_a_cell_that_is_not_as_it_should_be_stops_the_file(
    tmp_path: Path, source: Path, line: int, column: str, value: str, message: str
) -> None:
    said, where, rows = _one_problem(read([with_cell(source, tmp_path / "x.csv", line, column, value)], CONTEXT))
    assert message in said
    assert (where, rows) == (column, (line,))


@pytest.mark.parametrize(
    ("source", "change", "column"),
    [
        (NOMIS, {"C_AGE": "A", "C_AGE_NAME": "B"}, "C_AGE_NAME"),
        (NOMIS, {"GEOGRAPHY_CODE": "CODE"}, "GEOGRAPHY_CODE"),
        (DENSITY, {"LSOA 2021 Code": "LSOA code"}, "DATE"),
        (DENSITY, {"Mid-2021: Population": "2021", "Mid-2022: Population": "2022"}, "Mid-2022: Population"),
    ],
)
def test_a_renamed_heading_stops_the_file(tmp_path: Path, source: Path, change: dict[str, str], column: str) -> None:
    said, where, rows = _one_problem(read([rewritten(source, tmp_path / "x.csv", change)], CONTEXT))
    assert "is not there" in said
    assert (where, rows) == (column, (1,))


def test_a_year_in_the_future_is_refused(tmp_path: Path) -> None:
    path = rewritten(DENSITY, tmp_path / "x.csv", {"Mid-2022: Population": "Mid-2027: Population"})
    assert "2027" in _one_problem(read([path], CONTEXT))[0]


def test_unknown_areas_stop_the_file_unless_accepted(tmp_path: Path) -> None:
    path = with_cell(DENSITY, tmp_path / "x.csv", 2, "LSOA 2021 Code", "E01099999")
    message, _, rows = _one_problem(read([path], CONTEXT))
    assert "E01099999" in message
    assert rows == (2,)
    accepted = read([path], small_context(accept_refused=1))
    assert accepted.accounts[0].rows_refused == 1
    assert "E01015153" not in {key[0] for key in _persons(accepted)}


def test_a_truncated_answer_is_not_believed(tmp_path: Path) -> None:
    assert "capped" in _one_problem(read([rewritten(NOMIS, tmp_path / "x.csv", rows=slice(0, 9))], CONTEXT))[0]


def test_extracts_of_others_are_named_as_such(published: Path) -> None:
    files = sorted((published / "data" / "population" / "humaniverse").glob("*.csv"))
    assert files
    for path in files:
        assert "tidied by somebody else" in _one_problem(read([path], CONTEXT))[0]


def test_both_bands_are_fetched_for_every_year(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = NOMIS.read_bytes()

    def answer(asked: Asked) -> Reply:
        return Reply(b'"TYPE151"') if asked.path.endswith("json") else Reply(page)

    def ask(playing: Any, **more: object) -> dict[str, str]:
        monkeypatch.setenv("OUTCOMES_ONS_POPULATION_URL", playing.address)
        fetching, _ = fetching_from(SOURCE, tmp_path, NOW, small_lookups(), **more)
        paths = fetch(fetching)
        assert _persons(read(paths, CONTEXT)) == _persons(read([NOMIS], CONTEXT))
        asked: dict[str, str] = playing.asked[-1].params
        return asked

    with publisher(answer) as playing:
        whole = ask(playing)
        since = ask(playing, since=date(2019, 4, 1))
    assert (whole["c_age"], whole["gender"], whole["geography"], whole["time"]) == (
        "200,203",
        "0",
        "TYPE151",
        "first,latest",
    )
    assert since["time"] == "2019,latest"
