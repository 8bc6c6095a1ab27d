"""Well-being estimates: means and their limits by council, region and country; signs are statuses, never numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders.importing import import_files
from loaders.personal_wellbeing import MEASURES, SOURCE, fetch, read
from loaders.reading import Reading
from store.database import open_store
from store.errors import SourceChanged
from store.folder import Folder
from store.published_values import published as published_values
from tests.loaders.publishers import Reply, fetching_from, publisher
from tests.loaders.small_world import NOW, holding, rewritten, small_context, small_lookups, with_cell

CONTEXT = small_context()
# Headings in the publisher's own order. Cornwall's means are the published ones, limits and the other rows made up.
DATA_SET = """v4_3,Data marking,Lower limit,Upper limit,yyyy-yy,Time,administrative-geography,Geography,measure-of-wellbeing,MeasureOfWellbeing,wellbeing-estimate,Estimate
7.56,,7.41,7.71,2020-21,2020-21,E06000052,Cornwall,life-satisfaction,Life satisfaction,average-mean,Average (mean)
7.78,,7.64,7.92,2020-21,2020-21,E06000052,Cornwall,worthwhile,Worthwhile,average-mean,Average (mean)
7.52,,7.35,7.69,2020-21,2020-21,E06000052,Cornwall,happiness,Happiness,average-mean,Average (mean)
3.13,,2.86,3.4,2020-21,2020-21,E06000052,Cornwall,anxiety,Anxiety,average-mean,Average (mean)
4.9,,3.9,5.9,2020-21,2020-21,E06000052,Cornwall,life-satisfaction,Life satisfaction,poor,Poor
7.61,,7.5,7.72,1999-00,1999-00,E06000052,Cornwall,life-satisfaction,Life satisfaction,average-mean,Average (mean)
,x,x,x,2020-21,2020-21,E06000053,Isles of Scilly,life-satisfaction,Life satisfaction,average-mean,Average (mean)
,[c],,,2020-21,2020-21,E09000001,City of London,life-satisfaction,Life satisfaction,average-mean,Average (mean)
7.1,[u],6.1,8.1,2020-21,2020-21,E07000004,Aylesbury Vale,life-satisfaction,Life satisfaction,average-mean,Average (mean)
7.5,,7.4,7.6,2020-21,2020-21,E10000008,Devon,life-satisfaction,Life satisfaction,average-mean,Average (mean)
7.4,,7.3,7.5,2020-21,2020-21,E11000001,Greater Manchester,life-satisfaction,Life satisfaction,average-mean,Average (mean)
7.47,,7.43,7.51,2020-21,2020-21,E12000009,South West,life-satisfaction,Life satisfaction,average-mean,Average (mean)
7.39,,7.37,7.41,2020-21,2020-21,K02000001,United Kingdom,life-satisfaction,Life satisfaction,average-mean,Average (mean)
7.4,,7.2,7.6,2020-21,2020-21,W06000001,Isle of Anglesey,life-satisfaction,Life satisfaction,average-mean,Average (mean)
7.4,,7.2,7.6,2020-21,2020-21,S12000033,Aberdeen City,life-satisfaction,Life satisfaction,average-mean,Average (mean)
7.4,,7.2,7.6,2020-21,2020-21,S12000033,Aberdeen City,life-satisfaction,Life satisfaction,average-mean,Average (mean)
"""
SHEET = """Indicator:,Average anxiety rating,(Back to data dictionary),,
Date:,04/2020-03/2021,,,
Coverage:,UK,,,
Geography:,"Local Authority Districts and Unitary Authorities, 2019",,,
,,,,
Area Code,Area,Mean anxiety yesterday scored 0 (not at all) - 10 (completely),Notes,
E06000052,Cornwall,3.13,,
E06000053,Isles of Scilly,na,,
E07000150,Corby,na,"Obsolete code since 2021 (replaced by E06000061 North Northamptonshire)
",
N09000002,"Armagh City, Banbridge and Craigavon",2.9,,
,,,,
"""


@pytest.fixture
def data_set(tmp_path: Path) -> Path:
    path = tmp_path / "wellbeing.csv"
    path.write_text(DATA_SET, encoding="utf-8")
    return path


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "Anxiety-Table 1.csv"
    path.write_text(SHEET, encoding="utf-8")
    return path


def _values(reading: Reading) -> dict[tuple[str, str, int], tuple[float, float, float, str]]:
    return {
        (row.area_code, row.measure, row.period_start.year): (row.value, row.low, row.high, row.status)
        for row in reading.contributions[0].observations.itertuples()
    }


def _one_problem(reading: Reading) -> tuple[str, str | None, tuple[int, ...]]:
    assert [account.state for account in reading.accounts] == ["refused"]
    assert reading.contributions == ()
    (problem,) = reading.errors
    return problem.message, problem.column, problem.rows


def test_means_are_read_with_their_limits(data_set: Path) -> None:
    reading = read([data_set], CONTEXT)
    (account,) = reading.accounts
    assert (account.rows_read, account.rows_placed, account.rows_unlocated, account.rows_refused) == (16, 16, 0, 0)
    assert account.period == "1999-04:2021-03"
    values = _values(reading)
    assert values["E06000052", "life-satisfaction", 2020] == (7.56, 7.41, 7.71, "observed")
    assert values["E06000052", "anxiety", 2020] == (3.13, 2.86, 3.4, "observed")
    assert values["E06000052", "life-satisfaction", 1999][0] == 7.61
    assert values["E12000009", "life-satisfaction-in-regions", 2020][0] == 7.47
    assert values["K02000001", "life-satisfaction-in-countries", 2020][0] == 7.39
    assert len(values) == 13
    observed = reading.contributions[0].observations
    assert set(observed["period_start"].dt.strftime("%m-%d")) == {"04-01"}
    assert set(observed["period_months"]) == {12}
    assert observed[["numerator", "denominator"]].isna().all(axis=None)
    assert reading.contributions[0].files[0].edition == "2020-21"


@pytest.mark.parametrize(
    ("code", "status", "known"),
    [("E06000053", "missing", False), ("E09000001", "suppressed", False), ("E07000004", "low_reliability", True)],
)
def test_signs_are_statuses(data_set: Path, code: str, status: str, known: bool) -> None:
    value, low, high, found = _values(read([data_set], CONTEXT))[code, "life-satisfaction", 2020]
    assert found == status
    assert (value == value, low == low, high == high) == (known, known, known)


def test_every_area_comes_along_with_the_country_that_counts_it(data_set: Path) -> None:
    contribution = read([data_set], CONTEXT).contributions[0]
    areas = {(row.kind, row.code): (row.name, row.country) for row in contribution.areas.itertuples(index=False)}
    assert areas["council", "E07000004"] == ("Aylesbury Vale", "England")
    assert areas["council", "S12000033"] == ("Aberdeen City", "Scotland")
    assert areas["region", "E12000009"] == ("South West", "England")
    assert areas["country", "S92000003"] == ("Scotland", "Scotland")
    assert areas["country", "K02000001"] == ("United Kingdom", "United Kingdom")
    slices = contribution.coverage.set_index(["measure", "authority", "period_start"])["rows_placed"]
    assert slices["life-satisfaction", "E92000001", pd.Timestamp("2020-04-01")] == 5
    assert slices["life-satisfaction", "S92000003", pd.Timestamp("2020-04-01")] == 1


def test_what_is_not_used_is_told(data_set: Path) -> None:
    shares, counties = read([data_set], CONTEXT).problems
    assert "1 rows of shares of people by score" in shares.message
    assert "1 rows of kinds of area the project does not hold" in counties.message


def test_a_sheet_of_the_explorer_gives_one_year_without_limits(sheet: Path) -> None:
    reading = read([sheet], CONTEXT)
    (account,) = reading.accounts
    assert (account.rows_read, account.rows_placed, account.period) == (4, 4, "2020-04:2021-03")
    values = _values(reading)
    value, low, high, status = values["E06000052", "anxiety", 2020]
    assert (value, status) == (3.13, "observed")
    assert low != low
    assert high != high
    assert values["E07000150", "anxiety", 2020][3] == "missing"
    assert reading.contributions[0].areas.set_index("code").loc["N92000002", "name"] == "Northern Ireland"


@pytest.mark.parametrize(
    "first",
    [
        "Indicator:,Adults that currently smoke cigarettes,(Back to data dictionary),,\n",
        "Indicator:\n",
        ",,,,\n,Subnational indicators explorer,,,\n",
        '"Metric data sources, explanation and geographies",,,\n',
    ],
)
def test_the_explorer_s_other_sheets_are_left_alone(tmp_path: Path, first: str) -> None:
    path = tmp_path / "Other-Table 1.csv"
    path.write_text(first, encoding="utf-8")
    reading = read([path], CONTEXT)
    assert [account.state for account in reading.accounts] == ["ignored"]
    assert reading.errors == ()
    assert "something else" in reading.problems[0].message


def test_the_order_of_the_columns_does_not_matter(data_set: Path, tmp_path: Path) -> None:
    table = pd.read_csv(data_set, dtype=str, keep_default_na=False)
    table[sorted(table.columns)].rename(columns={"v4_3": "V4_3"}).to_csv(tmp_path / "x.csv", index=False)
    assert str(_values(read([tmp_path / "x.csv"], CONTEXT))) == str(_values(read([data_set], CONTEXT)))


@pytest.mark.parametrize(
    ("line", "column", "value", "message"),
    [
        (2, "v4_3", "12.5", "above 10"),
        (2, "v4_3", "?", "neither an estimate nor a sign"),
        (2, "v4_3", "-1", "neither an estimate nor a sign"),
        (2, "v4_3", "9", "outside their own limits"),
        (3, "Lower limit", "low", "neither an estimate nor a sign"),
        (3, "Data marking", "!", "a mark the project does not know"),
        (4, "yyyy-yy", "2020-22", "not a year from April to March"),
        (4, "yyyy-yy", "2020", "not a year from April to March"),
        (4, "measure-of-wellbeing", "hope", "a question the project does not know"),
        (4, "wellbeing-estimate", "median", "a kind of estimate"),
        (5, "measure-of-wellbeing", "happiness", "an area twice, with different figures"),
    ],
)
def test_a_cell_that_is_not_as_it_should_be_stops_the_file(
    data_set: Path, tmp_path: Path, line: int, column: str, value: str, message: str
) -> None:
    said, where, rows = _one_problem(read([with_cell(data_set, tmp_path / "x.csv", line, column, value)], CONTEXT))
    assert message in said
    assert rows == (line,)
    assert where == ("administrative-geography" if "twice" in message else column)


@pytest.mark.parametrize("column", ["v4_3", "yyyy-yy", "administrative-geography", "Lower limit", "Data marking"])
def test_a_renamed_heading_stops_the_file(data_set: Path, tmp_path: Path, column: str) -> None:
    path = rewritten(data_set, tmp_path / "x.csv", {column: "other"})
    message, where, rows = _one_problem(read([path], CONTEXT))
    assert "is not there" in message
    assert (where, rows) == (column, (1,))


@pytest.mark.parametrize(
    ("was", "now", "message"),
    [
        ("04/2020-03/2021", "04/2020-03/2022", "which year"),
        ("04/2020-03/2021", "2020", "which year"),
        ("Mean anxiety", "Anxiety", "which year"),
        ("Area Code", "Code", "no row of column headings"),
        ("Notes", "Remarks", "is not there"),
        ("3.13", "many", "neither an estimate nor a sign"),
        ("E06000053", "E06000052", "an area twice"),
    ],
)
def test_a_sheet_that_is_not_as_it_should_be_is_refused(sheet: Path, was: str, now: str, message: str) -> None:
    sheet.write_text(SHEET.replace(was, now), encoding="utf-8")
    assert message in _one_problem(read([sheet], CONTEXT))[0]


def test_codes_of_no_kind_are_refused_unless_accepted(data_set: Path, tmp_path: Path) -> None:
    path = with_cell(data_set, tmp_path / "x.csv", 2, "administrative-geography", "X99")
    message, column, rows = _one_problem(read([path], CONTEXT))
    assert "X99" in message
    assert (column, rows) == ("administrative-geography", (2,))
    accepted = read([path], small_context(accept_refused=1))
    assert (accepted.accounts[0].rows_placed, accepted.accounts[0].rows_refused) == (15, 1)
    assert len(_values(accepted)) == 12


def test_a_file_of_nothing_known_brings_nothing(data_set: Path, tmp_path: Path) -> None:
    one = rewritten(data_set, tmp_path / "one.csv", rows=slice(0, 1))
    path = with_cell(one, tmp_path / "x.csv", 2, "administrative-geography", "X99")
    assert read([path], small_context(accept_refused=1)).contributions == ()


def test_what_is_held_is_left_alone(data_set: Path) -> None:
    account = read([data_set], CONTEXT).accounts[0]
    again = read([data_set], holding(CONTEXT, (account.file, account.sha256)))
    assert [item.state for item in again.accounts] == ["unchanged"]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(["7.5", "", "x", "2020-21", "E06000052", "average-mean", "anxiety", "é", "99"]), max_size=13
    )
)
def test_whatever_comes_is_read_or_refused(tmp_path: Path, cells: list[str]) -> None:
    path = tmp_path / "x.csv"
    path.write_text(DATA_SET + ",".join(cells) + "\n", encoding="utf-8")
    reading = read([path], CONTEXT)
    assert bool(reading.contributions) != bool(reading.errors)


def test_estimates_reach_the_database(small_folder: Folder, data_set: Path) -> None:
    import_files(small_folder, "personal_wellbeing", [data_set], now=NOW)
    store = open_store(small_folder)
    held = published_values(store, ["life-satisfaction"], "council", ["E06000052"])
    assert held[["months", "value", "low", "high"]].values.tolist() == [[12, 7.61, 7.5, 7.72], [12, 7.56, 7.41, 7.71]]
    assert len(published_values(store, ["life-satisfaction"], "council")) == 8
    assert published_values(store, ["life-satisfaction-in-countries"], "country")["authority"].tolist() == ["K02000001"]


def test_extracts_of_others_are_named_as_such(published: Path) -> None:
    path = published / "data" / "ons_wellbeing" / "uk_wellbeing_full_dataset.csv"
    message, *_ = _one_problem(read([path], CONTEXT))
    assert "tidied by somebody else" in message


def test_the_published_sheets_of_february_2022(published: Path) -> None:
    folder = published / "data" / "ons_wellbeing" / "ons_subnational_indicators_2022"
    reading = read([folder], CONTEXT)
    assert reading.errors == ()
    loaded = [account for account in reading.accounts if account.state == "loaded"]
    assert [(account.rows_read, account.rows_placed, account.rows_refused) for account in loaded] == [(382, 382, 0)] * 4
    assert sum(account.state == "ignored" for account in reading.accounts) == len(reading.accounts) - 4
    found = pd.concat([item.observations for item in reading.contributions])
    cornwall = found[found["area_code"] == "E06000052"].set_index("measure")["value"].to_dict()
    assert cornwall == {"life-satisfaction": 7.56, "worthwhile": 7.78, "happiness": 7.52, "anxiety": 3.13}
    missing = found[found["status"] == "missing"].groupby("measure").size().to_dict()
    assert missing == {"life-satisfaction": 5, "worthwhile": 5, "happiness": 5, "anxiety": 9}


# Fetching ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def fetching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    def begin(address: str) -> Any:
        monkeypatch.setenv("OUTCOMES_PERSONAL_WELLBEING_URL", address)
        return fetching_from(SOURCE, tmp_path / "raw", NOW, small_lookups())[0]

    return begin


def test_the_data_set_is_fetched_and_read(fetching: Any) -> None:
    reply = Reply(DATA_SET.encode(), headers={"Content-Type": "text/csv"})
    with publisher([reply]) as playing:
        paths = fetch(fetching(playing.address))
    assert [asked.path for asked in playing.asked] == ["/4.csv"]
    assert read(paths, CONTEXT).accounts[0].rows_placed == 16


@pytest.mark.parametrize(("status", "message"), [(404, "answered 404"), (200, "web page")])
def test_what_is_no_data_is_not_kept(fetching: Any, status: int, message: str) -> None:
    page = Reply(b"<!doctype html><html></html>", status, {"Content-Type": "text/html"})
    with publisher([page]) as playing, pytest.raises(SourceChanged, match=message):
        fetch(fetching(playing.address))


def test_four_questions_for_three_kinds_of_area() -> None:
    assert len({measure.name for measure in MEASURES}) == 12
    assert {measure.kind for measure in MEASURES} == {"mean"}
