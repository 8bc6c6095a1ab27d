"""Homes sold: counted from sales in the publisher's form, and medians read from the publisher's own sheets."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders import house_prices
from loaders.house_price_sales import whole_years
from loaders.house_prices import MEASURES, SOURCE, fetch, read
from loaders.importing import import_files
from loaders.reading import Reading
from store.database import open_store
from store.errors import BadQuestion, SourceChanged
from store.folder import Folder
from store.lookups import read_lookups
from store.postcodes import POSTCODES
from store.published_values import published as published_values
from store.stable_areas import stable_areas
from tests.loaders.publishers import Asked, Reply, fetching_from, publisher
from tests.loaders.small_world import NOW, holding, small_context, small_lookups

CONTEXT = small_context()
# Nobody's postcodes (there is no postcode area ZX) in the stable areas of the small world.
PLACES = {
    "ZX1 1AA": "E01015153",
    "ZX1 1AB": "E01015155",
    "ZX2 1AA": "E01018758",
    "ZX3 1AA": "E01034858",
    "ZX4 1AA": "E01008187",
    "ZX5 1AA": "W01000003",
}
Sale = tuple[str, int, str, str]  # postcode, price, day, category


def _list_of(folder: Path, places: dict[str, str]) -> None:
    frame = pd.DataFrame(
        sorted((postcode.replace(" ", ""), stable, False) for postcode, stable in places.items()),
        columns=["postcode", "stable", "ended"],
    )
    frame.attrs = {"edition": "May 2026", "covers": "England and Wales"}
    (folder / "lookups").mkdir(parents=True, exist_ok=True)
    frame.to_parquet(folder / "lookups" / POSTCODES, index=False)


@pytest.fixture
def placing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder whose list of postcodes knows the small world."""
    folder = tmp_path / "data"
    _list_of(folder, PLACES)
    monkeypatch.setenv("OUTCOMES_DATA", str(folder))
    return folder


def _line(number: int, sale: Sale, status: str = "A", kind: str = "T") -> str:
    postcode, price, day, category = sale
    cells = (
        f"{{{number:08X}-3E75-4EBA-E053-6C04A8C06444}}", str(price), f"{day} 00:00", postcode, kind, "N", "F", "7", "",
        "QUIET LANE", "", "SOMETOWN", "SOME DISTRICT", "SOME COUNTY", category, status,
    )  # fmt: skip
    return ",".join(f'"{cell}"' for cell in cells)


def _year(year: int = 2019) -> list[Sale]:
    """A sale a month in every area: in the first of Plymouth at 101,000 to 112,000 pounds, elsewhere at 200,000."""
    return [
        (postcode, 100_000 + 1_000 * month if postcode == "ZX1 1AA" else 200_000, f"{year}-{month:02d}-15", "A")
        for month in range(1, 13)
        for postcode in PLACES
    ]


def _written(path: Path, sales: Sequence[Sale], *more: str) -> Path:
    lines = [*(_line(number, sale) for number, sale in enumerate(sales)), *more]
    path.write_text("".join(f"{line}\r\n" for line in lines), encoding="utf-8", newline="")
    return path


def _values(reading: Reading, measure: str) -> dict[tuple[str, int], tuple[float, float, float, str]]:
    frame = reading.contributions[0].observations
    return {
        (row.area_code, row.period_start.year): (row.numerator, row.denominator, row.value, row.status)
        for row in frame[frame["measure"] == measure].itertuples()
    }


def _same(found: tuple[Any, ...], expected: tuple[Any, ...]) -> bool:
    return all(a == b or (a != a and b != b) for a, b in zip(found, expected, strict=True))


NAN = float("nan")


@pytest.mark.usefixtures("placing")
def test_sales_are_counted_and_their_median_taken_by_area_and_year(tmp_path: Path) -> None:
    reading = read([_written(tmp_path / "pp-2019.csv", _year())], CONTEXT)
    assert reading.problems == ()
    (account,) = reading.accounts
    assert (account.rows_read, account.rows_placed, account.rows_unlocated, account.rows_refused) == (72, 72, 0, 0)
    assert (account.period, account.authority) == ("2019:2019", "E92000001, W92000004")
    sales, prices = _values(reading, "house-sales"), _values(reading, "house-price-median")
    assert set(sales) == {(stable, 2019) for stable in PLACES.values()}
    assert _same(sales["E01015153", 2019], (12, NAN, NAN, "observed"))
    assert _same(prices["E01015153", 2019], (NAN, 12, 106_500, "observed"))
    assert _same(prices["W01000003", 2019], (NAN, 12, 200_000, "observed"))
    councils = _values(reading, "house-sales-in-councils")
    assert councils["E06000026", 2019][0] == 24
    assert _values(reading, "house-price-median-in-councils")["E06000026", 2019][1:3] == (24, 156_000)
    observed = reading.contributions[0].observations
    assert set(observed["period_months"]) == {12}
    assert set(observed["period_start"]) == {pd.Timestamp("2019-01-01")}
    assert observed["low"].isna().all()
    assert observed.set_index("area_code").loc["W01000003", "authority"].unique().tolist() == ["W92000004"]
    coverage = reading.contributions[0].coverage
    placed = coverage[coverage["measure"] == "house-sales"]
    assert dict(zip(placed["authority"], placed["rows_placed"], strict=True)) == {"E92000001": 60, "W92000004": 12}
    assert reading.contributions[0].files[0].edition == "2026-11"


@pytest.mark.usefixtures("placing")
def test_what_fewer_than_five_homes_fetched_is_not_told(tmp_path: Path) -> None:
    few = [sale for sale in _year() if sale[0] != "ZX3 1AA" or sale[2] < "2019-05"]
    reading = read([_written(tmp_path / "x.csv", few)], CONTEXT)
    assert _same(_values(reading, "house-price-median")["E01034858", 2019], (NAN, 4, NAN, "suppressed"))
    assert _values(reading, "house-sales")["E01034858", 2019][0] == 4
    five = [sale for sale in _year() if sale[0] != "ZX3 1AA" or sale[2] < "2019-06"]
    reading = read([_written(tmp_path / "y.csv", five)], CONTEXT)
    assert _values(reading, "house-price-median")["E01034858", 2019][2:] == (200_000, "observed")


@pytest.mark.usefixtures("placing")
def test_sales_of_another_kind_are_left_out_and_told(tmp_path: Path) -> None:
    others = [("ZX1 1AA", 9_000_000, "2019-03-01", "B")] * 3
    reading = read([_written(tmp_path / "x.csv", [*_year(), *others])], CONTEXT)
    assert _values(reading, "house-price-median")["E01015153", 2019][1:3] == (12, 106_500)
    (warning,) = reading.problems
    assert "3 sales of category B" in warning.message
    assert (reading.accounts[0].rows_read, reading.accounts[0].rows_placed) == (75, 75)


@pytest.mark.usefixtures("placing")
def test_sales_without_a_known_postcode_are_counted_as_such(tmp_path: Path) -> None:
    lost = [("", 1, "2019-03-01", "A"), ("ZX9 9ZX", 2, "2019-03-02", "A"), ("", 3, "2019-03-03", "B")]
    reading = read([_written(tmp_path / "x.csv", [*_year(), *lost])], CONTEXT)
    (account,) = reading.accounts
    assert (account.rows_read, account.rows_placed, account.rows_unlocated) == (75, 73, 2)
    assert "2 of 74 sales (up to December 2019)" in reading.problems[1].message
    assert "ZX9" not in str(reading.problems)


@pytest.mark.usefixtures("placing")
def test_a_year_in_progress_is_left_out(tmp_path: Path) -> None:
    later = [sale for sale in _year(2020) if sale[2] < "2020-03"]
    reading = read([_written(tmp_path / "pp-complete.csv", [*_year(), *later])], CONTEXT)
    assert reading.accounts[0].period == "2019:2019"
    assert reading.accounts[0].rows_placed == 84
    assert "12 sales of 2020 are read and not used" in reading.problems[0].message
    assert "no whole year" in read([_written(tmp_path / "y.csv", later)], CONTEXT).errors[0].message


def _months(first: int, sales: Sequence[int]) -> pd.DataFrame:
    return pd.DataFrame({"month": range(first, first + len(sales)), "sales": list(sales)})


JANUARY = 2019 * 12


@pytest.mark.parametrize(
    ("sales", "now", "years"),
    [
        ([10] * 14, JANUARY + 15, [2019]),  # goes on to February
        ([10] * 13, JANUARY + 40, []),  # goes on to January only: December is one of the two newest months
        ([10] * 12, JANUARY + 15, [2019]),  # a year's own file, in April of the next
        ([10] * 12, JANUARY + 14, []),  # the same in March
        ([10] * 11 + [5], JANUARY + 40, []),  # a December that was still being registered
        ([10] * 11 + [6], JANUARY + 40, [2019]),
        ([10] * 11 + [5, 10, 10], JANUARY + 40, [2019]),  # a thin December long past
        ([10] * 11, JANUARY + 40, []),
        ([10] * 26, JANUARY + 40, [2019, 2020]),
        ([], JANUARY, []),
    ],
)
def test_which_years_are_whole(sales: list[int], now: int, years: list[int]) -> None:
    assert whole_years(_months(JANUARY, sales), now) == years


@given(
    st.integers(1995 * 12, 2030 * 12),
    st.lists(st.integers(1, 1000), min_size=1, max_size=60),
    st.integers(1995 * 12, 2040 * 12),
)
def test_no_year_is_whole_without_all_its_months(first: int, sales: list[int], now: int) -> None:
    for year in whole_years(_months(first, sales), now):
        assert first <= year * 12
        assert year * 12 + 11 < first + len(sales)


@pytest.mark.usefixtures("placing")
def test_an_extract_is_not_taken_for_the_country(tmp_path: Path) -> None:
    some = [sale for sale in _year() if sale[0] in ("ZX1 1AA", "ZX1 1AB", "ZX5 1AA")]
    (problem,) = read([_written(tmp_path / "x.csv", some)], CONTEXT).errors
    assert "only 2 of the 5 small areas of England" in problem.message
    wales = [sale for sale in _year() if sale[0] == "ZX5 1AA"]
    assert read([_written(tmp_path / "y.csv", wales)], CONTEXT).accounts[0].authority == "W92000004"


def test_a_list_of_postcodes_of_part_of_the_country_is_not_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _list_of(tmp_path / "data", {postcode: PLACES[postcode] for postcode in list(PLACES)[:4]})
    monkeypatch.setenv("OUTCOMES_DATA", str(tmp_path / "data"))
    (problem,) = read([_written(tmp_path / "x.csv", _year())], CONTEXT).errors
    assert "covers 4 of 6 small areas" in problem.message
    assert "refresh postcodes" in problem.do


def test_without_any_list_of_postcodes_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTCOMES_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("loaders.house_price_sales.table_in", lambda folder: None)
    assert "covers 0 of 6" in read([_written(tmp_path / "x.csv", _year())], CONTEXT).errors[0].message


@pytest.mark.usefixtures("placing")
def test_sales_nowhere_known_are_refused(tmp_path: Path) -> None:
    elsewhere = [("ZX9 9ZX", price, day, category) for _, price, day, category in _year()]
    (problem,) = read([_written(tmp_path / "x.csv", elsewhere)], CONTEXT).errors
    assert "No sale in the file" in problem.message


@pytest.mark.usefixtures("placing")
@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        (_line(99, ("ZX1 1AA", 0, "2019-03-01", "A")), "Price", "not a whole number of pounds"),
        (_line(99, ("ZX1 1AA", 5, "2019-13-01", "A")), "Date of Transfer", "not a day since 1995"),
        (_line(99, ("ZX1 1AA", 5, "1994-12-01", "A")), "Date of Transfer", "not a day since 1995"),
        (_line(99, ("ZX1 1AA", 5, "2027-01-01", "A")), "Date of Transfer", "future"),
        (_line(99, ("ZX1 1AA", 5, "2019-03-01", "C")), "PPD Category Type", "category of sale"),
        (_line(99, ("ZX1 1AA", 5, "2019-03-01", "A"), "D"), "Record Status", "monthly update"),
        (_line(99, ("ZX1 1AA", 5, "2019-03-01", "A"), "X"), "Record Status", "record status"),
        (_line(99, ("ZX1 1AA", 5, "2019-03-01", "A"), kind="Q"), "Property Type", "type of property"),
        (
            _line(99, ("ZX1 1AA", 5, "2019-03-01", "A")).replace("{", "", 1),
            "Transaction unique identifier",
            "identifier",
        ),
    ],
)
def test_a_cell_that_is_not_as_it_should_be_stops_the_file(
    tmp_path: Path, line: str, column: str, message: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        (problem,) = read([_written(tmp_path / "x.csv", _year(), line)], CONTEXT).errors
    assert message in problem.message
    assert (problem.column, problem.rows) == (column, (73,))
    for word in ("ZX1", "QUIET", "SOMETOWN"):
        assert word not in str(problem)
        assert word not in caplog.text


@pytest.mark.usefixtures("placing")
def test_a_sale_that_is_there_twice_stops_the_file(tmp_path: Path) -> None:
    (problem,) = read([_written(tmp_path / "x.csv", _year(), _line(3, _year()[3]))], CONTEXT).errors
    assert problem.message == "Sales are in the file more than once: 1 of 73 rows"


@pytest.mark.usefixtures("placing")
@pytest.mark.parametrize(
    ("tail", "message"),
    [
        (b'"{00000099-3E75-4EBA-E053-6C04A8C06444}","5"\r\n', "2 columns instead of 16"),
        (b'"{00000099-3E75-4EBA-E053-6C04A8C06444}","5","2019-03-01 00:00","ZX1 1A', "cut short"),
        (b'"\xff"\r\n', "UTF-8"),
    ],
)
def test_a_file_cut_short_is_refused_without_quoting_it(tmp_path: Path, tail: bytes, message: str) -> None:
    path = _written(tmp_path / "x.csv", _year())
    path.write_bytes(path.read_bytes() + tail)
    (problem,) = read([path], CONTEXT).errors
    assert message in problem.message
    assert problem.rows[0] >= 73
    assert "ZX1" not in str(problem)


@pytest.mark.usefixtures("placing")
def test_what_is_held_is_left_alone(tmp_path: Path) -> None:
    path = _written(tmp_path / "x.csv", _year())
    account = read([path], CONTEXT).accounts[0]
    assert [item.state for item in read([path], holding(CONTEXT, (account.file, account.sha256))).accounts] == [
        "unchanged"
    ]


def test_sales_reach_the_database_without_an_address(small_folder: Folder, tmp_path: Path) -> None:
    areas = stable_areas(read_lookups(small_folder.lookups).exact_fit)["stable"].drop_duplicates().tolist()
    places = {f"ZX{number // 10} {number % 10}AA": area for number, area in enumerate(areas)}
    _list_of(small_folder.root, places)
    sales = [
        (postcode, 150_000 + number, f"2019-{month:02d}-15", "A")
        for number, postcode in enumerate(places)
        for month in range(1, 13)
    ]
    done = import_files(small_folder, "house_prices", [_written(tmp_path / "pp-2019.csv", sales)], now=NOW)
    assert done.built is not None
    store = open_store(small_folder)
    held = published_values(store, ["house-price-median"], "stable", [areas[0]])
    assert held[["months", "value", "denominator", "status"]].values.tolist() == [[12, 150_000.0, 12.0, "observed"]]
    names = [
        row[0] for row in store.rows("SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE'")
    ]
    for name in names:
        text = store.frame(f"SELECT * FROM {name}").to_string()
        assert "QUIET LANE" not in text
        assert "ZX0 0AA" not in text
        assert "3E75-4EBA" not in text


# Published medians ---------------------------------------------------------------------------------------------------

# As in sheet 1a of the workbook of small areas (headings, signs); medians of the two areas of Plymouth are the published
# ones, the others made up.
SHEET = """Median price paid by lower layer super output area (LSOA),,,,,,
England and Wales,,,,,,
,,,,,,
Local authority code,Local authority name,LSOA code,LSOA name,Year ending Dec 2021,Year ending Mar 2022,Year ending Dec 2022
E06000026,Plymouth,E01015153,Plymouth 029B,210000,210000,209995
E06000026,Plymouth,E01015155,Plymouth 029C,"121,002",117005,116000
E06000052,Cornwall,E01018758,Cornwall 016A,:,180000,[x]
E06000052,Cornwall,E01018775,Cornwall 037C,150000,150000,160000
E06000052,Cornwall,E01018776,Cornwall 037D,170000,170000,180000
W06000001,Isle of Anglesey,W01000003,Isle of Anglesey 001A,140000.5,,
"""


def _sheet(folder: Path, text: str = SHEET, name: str = "sheet.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_published_medians_are_read_for_calendar_years(tmp_path: Path) -> None:
    reading = read([_sheet(tmp_path)], CONTEXT)
    assert reading.errors == ()
    (account,) = reading.accounts
    assert (account.rows_read, account.rows_placed, account.rows_refused, account.period) == (6, 6, 0, "2021:2022")
    prices = _values(reading, "house-price-median")
    assert _same(prices["E01015153", 2022], (NAN, NAN, 209_995, "observed"))
    assert prices["E01015155", 2021][2] == 121_002
    assert prices["W01000003", 2021][2:] == (140_000.5, "observed")
    for key in (("E01018758", 2021), ("E01018758", 2022), ("W01000003", 2022)):
        assert _same(prices[key], (NAN, NAN, NAN, "suppressed"))
    assert {year for _, year in prices} == {2021, 2022}
    contribution = reading.contributions[0]
    assert contribution.files[0].edition == "2022-12"
    coverage = contribution.coverage.set_index(["authority", "period_start"])["rows_placed"]
    assert coverage["E92000001", pd.Timestamp("2021-01-01")] == 5


def test_a_median_of_several_parts_is_not_made_up(tmp_path: Path) -> None:
    reading = read([_sheet(tmp_path)], CONTEXT)
    assert _same(_values(reading, "house-price-median")["E01034858", 2021], (NAN, NAN, NAN, "missing"))
    (warning,) = reading.problems
    assert "1 small areas get no median price" in warning.message
    new = SHEET.replace("E01018775,Cornwall 037C", "E01034858,Cornwall 037E").replace("E01018776", "E01034851")
    again = _values(read([_sheet(tmp_path, new, "new.csv")], CONTEXT), "house-price-median")
    assert again["E01034858", 2022][2:] == (160_000, "observed")  # one area of 2021, so its median is its own
    assert again["E01018758", 2021][3] == "suppressed"


@pytest.mark.parametrize(
    ("heading", "code", "kind", "measure"),
    [
        ("MSOA", "E02003150", "msoa", "house-price-median-in-middle-areas"),
        ("Ward", "E05002094", "ward", "house-price-median-in-wards"),
        ("Local authority", "E07000004", "council", "house-price-median-in-councils"),
    ],
)
def test_other_areas_have_measures_of_their_own(
    tmp_path: Path, heading: str, code: str, kind: str, measure: str
) -> None:
    text = f"Median price paid,,\n{heading} code,{heading} name,Year ending Dec 2022\n{code},Somewhere,250000\n"
    contribution = read([_sheet(tmp_path, text)], CONTEXT).contributions[0]
    (row,) = contribution.observations.itertuples()
    assert (row.area_kind, row.area_code, row.measure, row.value) == (kind, code, measure, 250_000)
    brought = contribution.areas[["kind", "code", "name", "country"]].values.tolist()
    assert brought == ([] if kind == "ward" else [[kind, code, "Somewhere", "England"]])


def test_areas_no_lookup_knows_are_refused_unless_accepted(tmp_path: Path) -> None:
    path = _sheet(tmp_path, SHEET.replace("E01015155", "E01099999"))
    (problem,) = read([path], CONTEXT).errors
    assert "E01099999" in problem.message
    assert (problem.column, problem.rows) == ("LSOA code", (6,))
    accepted = read([path], small_context(accept_refused=1))
    assert accepted.accounts[0].rows_refused == 1
    assert ("E01015153", 2022) in _values(accepted, "house-price-median")
    lost = _sheet(tmp_path, "Median price,\nWard code,Year ending Dec 2022\nE05099999,1\n", "lost.csv")
    assert read([lost], small_context(accept_refused=1)).contributions == ()


@pytest.mark.parametrize(
    ("was", "now", "column", "message"),
    [
        ("210000,210000", "n/a,210000", "Year ending Dec 2021", "neither a price nor a sign"),
        ("210000,210000", "-5,210000", "Year ending Dec 2021", "neither a price nor a sign"),
        ("E01015155", "E01015153", "LSOA code", "an area twice"),
        ("E01015155", "Plymouth", "LSOA code", "not a code of its kind"),
        ("LSOA code", "Small area", "LSOA code", "an area twice"),
        ("Median price", "Mean price", None, "says “mean”"),
        ("Median price", "Median price of detached homes", None, "says “detached”"),
        ("Median price paid by", "By", None, "its title is not there"),
        ("Dec 2021", "Jun 2021", "Year ending Jun 2021", "no year that ends in December"),
    ],
)
def test_a_sheet_that_is_not_as_it_should_be_is_refused(
    tmp_path: Path, was: str, now: str, column: str | None, message: str
) -> None:
    text = SHEET.replace(was, now)
    if "Jun" in now:
        text = text.replace("Dec 2022", "Sep 2022")
    (problem,) = read([_sheet(tmp_path, text)], CONTEXT).errors
    if now == "Small area":  # the column of councils is then the last of codes, and a council is there many times
        assert problem.column == "Local authority code"
        return
    assert message in problem.message
    assert problem.column == column


def test_a_sheet_without_codes_is_refused(tmp_path: Path) -> None:
    text = "Median price,\nPlace,Year ending Dec 2022\nPlymouth,1\n"
    assert "no column of area codes" in read([_sheet(tmp_path, text)], CONTEXT).errors[0].message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PAR1 and so on", "tidied by somebody else, a parquet table"),
        (b"\xd0\xcf\x11\xe0 and so on", "save its sheet “1a” as CSV"),
        (b"PK\x03\x04 and so on", "save its sheet “1a” as CSV"),
        (b"<!doctype html><html></html>", "no row of column headings"),
        (b"area_code,area_name,median_price,transactions\nE01015153,x,1,2\n", "tidied by somebody else"),
        (b"unique_id,price_paid,deed_date\n1,2,3\n", "search page"),
        (b"", "no rows"),
    ],
)
def test_files_of_another_kind_are_named(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    (problem,) = read([path], CONTEXT).errors
    assert message in f"{problem.message}. {problem.do}"


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.sampled_from('E0153:x1[],"\r\né '), max_size=80))
def test_whatever_a_sheet_holds_is_read_or_refused(tmp_path: Path, rubbish: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(f"Median price\nLSOA code,Year ending Dec 2022\nE01015153,5\n{rubbish}".encode())
    reading = read([path], CONTEXT)
    assert bool(reading.contributions) != bool(reading.errors)


def test_extracts_of_others_are_named_as_such(published: Path) -> None:
    files = sorted((published / "data" / "house_prices").glob("*/*.*"))
    assert len(files) == 5
    for path in files:
        (problem,) = read([path], CONTEXT).errors
        assert "tidied by somebody else" in problem.message, path.name


# Fetching ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def fetching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    def begin(address: str, **more: object) -> Any:
        monkeypatch.setenv("OUTCOMES_HOUSE_PRICES_URL", address)
        return fetching_from(SOURCE, tmp_path / "raw", NOW, small_lookups(), **more)[0]

    return begin


@pytest.mark.usefixtures("placing")
def test_the_files_of_whole_years_are_fetched_and_read(tmp_path: Path, fetching: Any) -> None:
    def answer(asked: Asked) -> Reply:
        year = int(asked.path.removeprefix("/pp-").removesuffix(".csv"))
        body = _written(tmp_path / "answer.csv", _year(year)).read_bytes()
        return Reply(body, headers={"Content-Type": "text/csv"})

    with publisher(answer) as playing:
        paths = fetch(fetching(playing.address, since=pd.Timestamp("2024-06-01").date()))
    assert [asked.path for asked in playing.asked] == ["/pp-2024.csv", "/pp-2025.csv"]
    reading = read(paths, CONTEXT)
    assert [account.period for account in reading.accounts] == ["2024:2024", "2025:2025"]
    assert reading.contributions[0].files[0].url.endswith("/pp-2024.csv")


def test_ten_years_are_fetched_where_nothing_is_asked(fetching: Any) -> None:
    with publisher([Reply(b"x")]) as playing:
        fetch(fetching(playing.address))
    assert [asked.path for asked in playing.asked] == [f"/pp-{year}.csv" for year in range(2016, 2026)]


def test_a_year_that_cannot_be_whole_is_a_bad_question(fetching: Any) -> None:
    with publisher([Reply(b"x")]) as playing, pytest.raises(BadQuestion, match="no whole year"):
        fetch(fetching(playing.address, since=pd.Timestamp("2026-01-01").date()))


def test_a_web_page_is_no_data(fetching: Any) -> None:
    page = Reply(b"<!doctype html><html></html>", headers={"Content-Type": "text/html"})
    with publisher([page]) as playing, pytest.raises(SourceChanged, match="web page"):
        fetch(fetching(playing.address))


def test_every_measure_is_declared_once() -> None:
    names = [measure.name for measure in MEASURES]
    assert len(names) == len(set(names)) == 6
    assert {measure.name for measure in MEASURES if measure.kind == "events"} == {
        "house-sales",
        "house-sales-in-councils",
    }
    assert house_prices.SOURCE.format_evidence == "documented header"
