"""The register of schools: places in degrees, pupils on the census day, and everything that is no school left out."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from loaders.importing import import_files
from loaders.reading import Reading
from loaders.schools_register import MEASURES, SOURCE, fetch, read
from store.contribution import MEMBER_COLUMNS
from store.database import open_store
from store.errors import SourceChanged
from store.folder import Folder
from store.published_values import latest_stock
from store.school_phases import PHASES, school_phases
from tests.loaders.publishers import Asked, Reply, fetching_from, publisher
from tests.loaders.small_world import NOW, holding, small_context, small_lookups

CONTEXT = small_context()
SCHOOL = {
    "URN": "111841", "LA (code)": "908", "EstablishmentName": "St Jude’s Café School",
    "TypeOfEstablishment (name)": "Community school",
    "EstablishmentTypeGroup (name)": "Local authority maintained schools", "EstablishmentStatus (name)": "Open",
    "CloseDate": "", "PhaseOfEducation (name)": "Primary", "CensusDate": "15-01-2026", "NumberOfPupils": "210",
    "PercentageFSM": "20.5", "FSM": "43", "Postcode": "BD8 7DY", "Easting": "415938", "Northing": "434169",
}  # fmt: skip

Written = Callable[..., Path]


def _body(*rows: dict[str, str], encoding: str = "cp1252") -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(SCHOOL), quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows({**SCHOOL, **row} for row in rows)
    return out.getvalue().encode(encoding)


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """A register of these schools, as the publisher encodes it."""

    def write(*rows: dict[str, str], name: str = "edubasealldata20261122.csv", encoding: str = "cp1252") -> Path:
        path = tmp_path / name
        path.write_bytes(_body(*rows, encoding=encoding))
        return path

    return write


def _refusal(reading: Reading) -> tuple[str, str | None, tuple[int, ...]]:
    assert [account.state for account in reading.accounts] == ["refused"]
    (problem,) = reading.errors
    assert problem.do
    return problem.message, problem.column, problem.rows


def test_schools_get_a_place_and_their_pupils(written: Written) -> None:
    path = written(
        {},
        {"URN": "136387", "EstablishmentTypeGroup (name)": "Academies", "NumberOfPupils": "1200", "FSM": "",
         "PercentageFSM": "12.5", "EstablishmentStatus (name)": "Open, but proposed to close"},
        {"URN": "111842", "CensusDate": "", "NumberOfPupils": "", "FSM": "", "PercentageFSM": "", "Easting": "",
         "Northing": ""},
        {"URN": "111843", "EstablishmentStatus (name)": "Closed", "CloseDate": "31-08-2019"},
    )  # fmt: skip
    reading = read([path], CONTEXT)
    (account,) = reading.accounts
    assert (account.rows_read, account.rows_placed, account.rows_refused, account.period) == (
        4,
        4,
        0,
        "2026-01:2026-01",
    )
    (contribution,) = reading.contributions
    areas = contribution.areas.set_index("code")
    assert areas.loc["111841", ["kind", "name", "country"]].tolist() == ["school", "St Jude’s Café School", "England"]
    longitude, latitude = areas.loc["111841", "longitude"], areas.loc["111841", "latitude"]
    assert longitude == pytest.approx(-1.759482, abs=1e-5)
    assert latitude == pytest.approx(53.803578, abs=1e-5)
    assert np.isnan(areas.loc["111842", "longitude"])
    assert set(areas.index) == {"111841", "111842", "111843", "136387"}
    frame = contribution.observations.set_index(["measure", "area_code"])
    # A closed school has a place, and no pupils.
    assert len(frame) == 4
    pupils, meals = (measure.name for measure in MEASURES)
    assert frame.loc[(pupils, "111841"), "numerator"] == 210
    assert f"{frame.loc[(pupils, '111841'), 'period_start']:%Y-%m-%d}" == "2026-01-15"
    assert set(frame["period_months"]) == {0}
    both = frame.loc[(meals, "111841")]
    assert (both["numerator"], both["denominator"]) == (43, 210)
    assert np.isnan(both["value"])
    share = frame.loc[(meals, "136387")]
    assert (share["value"], share["denominator"], share["status"]) == (12.5, 1200, "observed")
    assert contribution.coverage["rows_placed"].tolist() == [2, 2]
    assert contribution.files[0].edition == "20261122"


def test_open_schools_stand_under_their_phase(written: Written) -> None:
    phase = "PhaseOfEducation (name)"
    path = written(
        {}, {"URN": "111842", phase: "Nursery"}, {"URN": "111843", phase: "Middle Deemed Primary"},
        {"URN": "111844", phase: "Middle deemed secondary"}, {"URN": "111845", phase: "Secondary"},
        {"URN": "111846", phase: "All-through"}, {"URN": "111847", phase: "All through"}, {"URN": "111848", phase: "16 plus"},
        {"URN": "111849", phase: "Not applicable"}, {"URN": "111850", phase: ""},
        {"URN": "111851", "EstablishmentStatus (name)": "Closed", "CloseDate": "31-08-2019"},
    )  # fmt: skip
    members = read([path], CONTEXT).contributions[0].members
    assert tuple(members.columns) == MEMBER_COLUMNS
    assert dict(zip(members["member_code"], members["relation"], strict=True)) == {
        "111841": "primary_school", "111842": "nursery_school", "111843": "middle_school", "111844": "middle_school",
        "111845": "secondary_school", "111846": "all_through_school", "111847": "all_through_school",
        "111848": "school_from_16", "111849": "school_without_phase", "111850": "school_without_phase",
    }  # fmt: skip
    assert set(members["relation"]) == set(PHASES)
    assert set(members["parent_code"]) == {"E92000001"}
    assert set(members["basis"]) == {"open schools in edubasealldata20261122.csv"}


def test_of_two_days_the_phases_of_the_newer_stand(small_folder: Folder, written: Written) -> None:
    older = written({}, {"URN": "111842"}, name="edubasealldata20261031.csv")
    newer = written({"PhaseOfEducation (name)": "All-through"})
    assert import_files(small_folder, "schools_register", [newer, older], now=NOW).built is not None
    assert school_phases(open_store(small_folder)) == {"111841": "all-through"}


def test_a_school_that_closes_takes_nothing_away(small_folder: Folder, written: Written) -> None:
    older = written({}, {"URN": "111842"}, name="edubasealldata20261031.csv")
    import_files(small_folder, "schools_register", [older], now=NOW)
    closed = {"URN": "111842", "EstablishmentStatus (name)": "Closed", "CloseDate": "01-11-2026"}
    assert import_files(small_folder, "schools_register", [written({}, closed)], now=NOW).built is not None
    store = open_store(small_folder)
    assert school_phases(store) == {"111841": "primary"}
    # It had its pupils on the day they were counted.
    assert latest_stock(store, "pupils-in-schools", "school", ["111842"]) == {"111842": 210}


def test_only_the_commonest_census_is_used(written: Written) -> None:
    late = {"CensusDate": "16-01-2025", "NumberOfPupils": "90", "FSM": "9"}
    reading = read([written({}, {"URN": "111842"}, {"URN": "111843", **late})], CONTEXT)
    (contribution,) = reading.contributions
    assert set(contribution.observations["area_code"]) == {"111841", "111842"}
    assert set(contribution.areas["code"]) == {"111841", "111842", "111843"}
    assert len(contribution.coverage) == len(MEASURES)


def test_what_is_no_school_is_read_and_not_used(written: Written) -> None:
    path = written(
        {},
        {"URN": "900001", "EstablishmentTypeGroup (name)": "Universities"},
        {"URN": "401234", "EstablishmentTypeGroup (name)": "Welsh schools"},
        {"URN": "100001", "EstablishmentStatus (name)": "Closed", "CloseDate": "31-08-1999"},
        {"URN": "100002", "EstablishmentStatus (name)": "Closed", "CloseDate": ""},
        {"URN": "150001", "EstablishmentStatus (name)": "Proposed to open"},
    )
    reading = read([path], CONTEXT)
    (account,) = reading.accounts
    assert (account.rows_read, account.rows_placed) == (6, 6)
    assert reading.contributions[0].areas["code"].tolist() == ["111841"]
    (warning,) = reading.problems
    assert "5 rows are read and not used" in warning.message
    assert "2 of establishments that are no schools in England" in warning.message
    assert "3 of schools closed long ago or not yet open" in warning.message


def test_a_register_without_a_census_brings_places_only(written: Written) -> None:
    reading = read([written({"CensusDate": ""}, name="register.csv", encoding="utf-8")], CONTEXT)
    assert reading.errors == ()
    (contribution,) = reading.contributions
    assert len(contribution.observations) == len(contribution.coverage) == 0
    assert contribution.areas["name"].tolist() == ["St Jude’s Café School"]
    assert reading.accounts[0].period == ""
    # The name says no day: the day on which it was fetched is its edition.
    assert contribution.files[0].edition == f"{NOW:%Y%m%d}"


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("EstablishmentStatus (name)", "Sleeping", "a status that is not known"),
        ("CensusDate", "2026-01-15", "not a day"),
        ("CloseDate", "soon", "not a day"),
        ("CensusDate", "15-01-2027", "future"),
        ("NumberOfPupils", "many", "a symbol that is not known"),
        ("FSM", "211", "more of something than there are in all"),
        ("Easting", "700001", "numbers over 700000"),
        ("Northing", "-5", "numbers below nought"),
        ("URN", "111841", "a school twice"),
        ("PhaseOfEducation (name)", "Upper", "a phase that is not known"),
    ],
)
def test_a_cell_that_is_not_as_it_should_be_stops_the_file(
    written: Written, column: str, value: str, message: str
) -> None:
    said, where, rows = _refusal(read([written({}, {"URN": "111842", column: value})], CONTEXT))
    assert message in said
    assert (where, rows) == (column, (3,))


def test_a_number_that_is_none_is_refused_unless_accepted(written: Written) -> None:
    path = written({}, {"URN": "ABC"})
    message, column, rows = _refusal(read([path], CONTEXT))
    assert "ABC" in message
    assert (column, rows) == ("URN", (3,))
    (account,) = read([path], small_context(accept_refused=1)).accounts
    assert (account.rows_placed, account.rows_refused, account.state) == (1, 1, "loaded")


def test_a_renamed_column_or_another_file_is_refused(written: Written, tmp_path: Path) -> None:
    path = written({})
    path.write_bytes(path.read_bytes().replace(b'"Easting"', b'"Easting (m)"'))
    message, column, _ = _refusal(read([path], CONTEXT))
    assert "“Easting” is not there" in message
    assert column == "Easting"
    tidied = tmp_path / "tidied.csv"
    tidied.write_text("urn,name,postcode\n111841,A school,PL30 3EX\n", encoding="utf-8")
    assert "tidied by somebody else" in _refusal(read([tidied], CONTEXT))[0]
    assert "holds no school" in _refusal(read([written({"EstablishmentTypeGroup (name)": "Colleges"})], CONTEXT))[0]


def test_what_is_held_is_left_alone(written: Written) -> None:
    path = written({})
    (account,) = read([path], CONTEXT).accounts
    again = read([path], holding(CONTEXT, (account.file, account.sha256)))
    assert [item.state for item in again.accounts] == ["unchanged"]


def test_schools_stand_in_the_database_with_their_places(small_folder: Folder, written: Written) -> None:
    assert import_files(small_folder, "schools_register", [written({})], now=NOW).built is not None
    store = open_store(small_folder)
    ((name, longitude, latitude),) = store.rows(
        "SELECT name, longitude, latitude FROM area WHERE kind = 'school' AND code = '111841'"
    )
    assert name == "St Jude’s Café School"
    assert longitude == pytest.approx(-1.759482, abs=1e-5)
    assert latitude == pytest.approx(53.803578, abs=1e-5)


def test_a_place_is_not_lost_to_a_file_without_places(small_folder: Folder, written: Written, tmp_path: Path) -> None:
    import_files(small_folder, "schools_register", [written({})], now=NOW)
    table = tmp_path / "2022-2023" / "england_ks2final.csv"
    table.parent.mkdir()
    table.write_text(
        "URN,SCHNAME,LEA,TELIG,PTRWM_EXP\n111841,St Jude's,908,30,63%\n111850,Another,839,30,63%\n", encoding="utf-8"
    )
    import_files(small_folder, "school_performance", [table], now=NOW)
    found = open_store(small_folder).rows("SELECT code, longitude FROM area WHERE kind = 'school' ORDER BY code")
    assert found == [("111841", pytest.approx(-1.759482, abs=1e-5)), ("111850", None)]


# Fetching --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def fetching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    def begin(address: str) -> Any:
        monkeypatch.setenv("OUTCOMES_SCHOOLS_REGISTER_URL", address)
        return fetching_from(SOURCE, tmp_path, NOW, small_lookups())[0]

    return begin


def _days(*there: int) -> Callable[[Asked], Reply]:
    names = [f"/edubasealldata{NOW - timedelta(days=back):%Y%m%d}.csv" for back in there]

    def answer(asked: Asked) -> Reply:
        if asked.path in names:
            return Reply(_body({}), headers={"Content-Type": "text/csv"})
        return Reply(b"<Error>BlobNotFound</Error>", status=404)

    return answer


def test_the_newest_day_there_is_gets_fetched(fetching: Any) -> None:
    with publisher(_days(1, 2)) as playing:
        paths = fetch(fetching(playing.address))
        assert [asked.path[-12:-4] for asked in playing.asked] == ["20261122", "20261121"]
    reading = read(paths, CONTEXT)
    assert reading.accounts[0].rows_placed == 1
    assert reading.contributions[0].files[0].url.endswith("edubasealldata20261121.csv")


def test_a_register_that_is_not_there_has_moved(fetching: Any) -> None:
    with publisher(_days()) as playing, pytest.raises(SourceChanged, match="404"):
        fetch(fetching(playing.address))
    assert len(playing.asked) == 3


def test_a_web_page_is_no_register(fetching: Any) -> None:
    page = Reply(b"<!DOCTYPE html><html></html>", headers={"Content-Type": "text/html"})
    with publisher([page]) as playing, pytest.raises(SourceChanged, match="web page"):
        fetch(fetching(playing.address))
