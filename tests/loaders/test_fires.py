"""Fires by small area and financial year: types told apart by their words, repeats counted, unfinished years left out."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.fires import MEASURES, SOURCE, fetch, measures_of, read, tidy
from loaders.reading import Reading
from store.errors import SourceChanged
from tests.loaders.open_document import row, write_ods
from tests.loaders.publishers import Asked, Reply, fetching_from, publisher
from tests.loaders.small_world import NOW, holding, small_context, small_lookups

CONTEXT = small_context()
HEADING = ["FRS_TERRITORY", "E_CODE_TERRITORY", "LSOA_CODE", "LSOA_DESCRIPTION", "FINANCIAL_YEAR", "INCIDENT_TYPE"]
DWELLING, DELIBERATE, ACCIDENTAL = (
    "Primary fire - dwelling",
    "Secondary fire - deliberate",
    "Secondary fire - accidental",
)
ALARM, OTHER = "False alarm - good intent", "Non-fire incident - effecting entry"


def _row(code: str, incident: str, times: int = 1, year: str = "2020/21", described: str = "x") -> str:
    return row(["Devon and Somerset", "E31000011", code, described, year, incident], times)


ROWS = [
    _row("E01015153", DWELLING),
    _row("E01015153", DELIBERATE, 3),
    _row("E01034851", DELIBERATE, 2),
    _row("E01034852", ACCIDENTAL),
    _row("E01018758", "Chimney fire"),
    _row("E01015155", ALARM, 4),
    _row("E01015155", OTHER, 5),
    _row("Not known", DELIBERATE, 2),
    _row("Plymouth 029C", ALARM, described="E01015155"),
]


def _file(folder: Path, rows: list[str] | None = None, heading: list[str] | None = None) -> Path:
    sheets = {"Cover_sheet": [row(["Low level geography dataset"]), row(["LSOA_CODE is the small area"])],
              "202021": [row(["Source: incident records"]), row(heading or HEADING), *(ROWS if rows is None else rows)]}  # fmt: skip
    return write_ods(folder / "low-level-geography-dataset.ods", sheets)


def _counts(reading: Reading) -> dict[tuple[str, str, str], float]:
    frame = reading.contributions[0].observations
    return {(row.area_code, row.measure, str(row.period_start.date())): row.numerator for row in frame.itertuples()}


def _one_problem(reading: Reading) -> tuple[str, str | None, tuple[int, ...]]:
    assert [account.state for account in reading.accounts] == ["refused"]
    assert reading.contributions == ()
    (problem,) = reading.errors
    assert problem.do
    return problem.message, problem.column, problem.rows


def test_incidents_are_counted_by_small_area_and_financial_year(tmp_path: Path) -> None:
    reading = read([_file(tmp_path)], CONTEXT)
    year = "2020-04-01"
    assert _counts(reading) == {
        ("E01015153", "fires", year): 4,
        ("E01015153", "deliberate-secondary-fires", year): 3,
        ("E01018758", "fires", year): 4,
        ("E01018758", "deliberate-secondary-fires", year): 2,
        ("E01015155", "false-alarms", year): 5,
    }
    (account,) = reading.accounts
    assert (account.period, account.authority, account.state) == ("2020/21", "E92000001", "loaded")
    assert (account.rows_read, account.rows_placed, account.rows_unlocated, account.rows_refused) == (20, 18, 2, 0)
    (contribution,) = reading.contributions
    assert set(contribution.observations["period_months"]) == {12}
    assert set(contribution.observations["area_kind"]) == {"stable"}
    coverage = contribution.coverage.set_index("measure")[["rows_placed", "rows_unlocated"]]
    assert coverage.loc["fires"].tolist() == [8, 2]
    assert coverage.loc["deliberate-secondary-fires"].tolist() == [5, 2]
    assert coverage.loc["false-alarms"].tolist() == [5, 0]
    (warning,) = reading.problems
    assert warning.message == f"5 rows of 1 other types of incident, such as “{OTHER}”, were read and are not used"
    again = read([tmp_path], holding(CONTEXT, (account.file, account.sha256)))
    assert [item.state for item in again.accounts] == ["unchanged"]


def test_a_sheet_saved_as_csv_gives_the_same(tmp_path: Path) -> None:
    path = tmp_path / "202021.csv"
    lines = [",".join(HEADING), f"D,E31,E01015153,x,2020/21,{DELIBERATE}", f"D,E31,E01015153,x,2020/21,{DELIBERATE}"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert _counts(read([path], CONTEXT))["E01015153", "deliberate-secondary-fires", "2020-04-01"] == 2
    path.write_text("\n".join(lines)[:-40], encoding="utf-8")
    message, _, rows = _one_problem(read([path], CONTEXT))
    assert "cut short" in message
    assert rows == (3,)
    path.write_bytes(b"LSOA_CODE,\xff\n")
    assert "not the CSV" in _one_problem(read([path], CONTEXT))[0]


def test_unfinished_years_are_left_out_and_said(tmp_path: Path) -> None:
    rows = [*ROWS, _row("E01015153", DWELLING, year="2026/27"),
            _row("Not known", DWELLING, 9, year="2025/26"), _row("E01015153", DWELLING, year="2025/26")]  # fmt: skip
    reading = read([_file(tmp_path, rows)], CONTEXT)
    assert {start for *_, start in _counts(reading)} == {"2020-04-01"}
    said = [problem.message for problem in reading.problems]
    assert said[0] == "2025/26 is left out (10 rows): most of its incidents have no small area yet"
    assert said[1] == "2026/27 is left out (1 rows): it is not over"
    (account,) = reading.accounts
    assert account.rows_read == account.rows_placed + account.rows_unlocated == 31


def test_a_file_of_unfinished_years_only_brings_nothing(tmp_path: Path) -> None:
    reading = read([_file(tmp_path, [_row("E01015153", DWELLING, year="2026/27")])], CONTEXT)
    assert reading.contributions == ()
    assert reading.errors == ()


def test_a_year_without_one_kind_of_incident_reports_zero(tmp_path: Path) -> None:
    (contribution,) = read([_file(tmp_path, [_row("E01015153", DWELLING)])], CONTEXT).contributions
    assert contribution.coverage.set_index("measure")["rows_placed"].to_dict() == {
        "fires": 1, "deliberate-secondary-fires": 0, "false-alarms": 0,
    }  # fmt: skip


def test_an_unknown_small_area_is_refused_unless_accepted(tmp_path: Path) -> None:
    path = _file(tmp_path, [*ROWS, _row("E01099999", DWELLING, 2), _row("W01000003", DWELLING)])
    message, column, rows = _one_problem(read([path], CONTEXT))
    assert message.startswith("3 rows have an area code that no lookup knows, such as E01099999")
    assert (column, rows) == ("LSOA_CODE", (23, 23, 25))
    accepted = read([path], small_context(accept_refused=3))
    (account,) = accepted.accounts
    assert (account.rows_read, account.rows_placed, account.rows_refused) == (23, 18, 3)


@pytest.mark.parametrize(
    ("bad", "column", "message"),
    [
        (_row("Plymouth", DWELLING), "LSOA_CODE", "not a small-area code, such as “Plymouth”"),
        (_row("E01015153", DWELLING, year="2020/22"), "FINANCIAL_YEAR", "not a financial year"),
        (_row("E01015153", DWELLING, year=""), "FINANCIAL_YEAR", "not a financial year"),
        (_row("E01015153", "Secondary fire"), "INCIDENT_TYPE", "does not know, such as “Secondary fire”"),
        (_row("E01015153", "Wildfire"), "INCIDENT_TYPE", "does not know, such as “Wildfire”"),
    ],
)
def test_a_cell_that_is_not_understood_stops_the_file(tmp_path: Path, bad: str, column: str, message: str) -> None:
    said, where, rows = _one_problem(read([_file(tmp_path, [ROWS[0], bad])], CONTEXT))
    assert message in said
    assert (where, rows) == (column, (4,))


@pytest.mark.parametrize("heading", ["LSOA_CODE", "LSOA_DESCRIPTION", "FINANCIAL_YEAR", "INCIDENT_TYPE"])
def test_a_renamed_heading_stops_the_file(tmp_path: Path, heading: str) -> None:
    changed = ["X" if item == heading else item for item in HEADING]
    message, column, _ = _one_problem(read([_file(tmp_path, heading=changed)], CONTEXT))
    assert message == f"The column “{heading}” is not there"
    assert column == heading


def test_a_spreadsheet_of_something_else_is_refused(tmp_path: Path) -> None:
    path = write_ods(tmp_path / "x.ods", {"S": [row(["a"])]})
    assert "“LSOA_CODE” is not there" in _one_problem(read([path], CONTEXT))[0]
    assert "holds no rows" in _one_problem(read([_file(tmp_path / "..", [])], CONTEXT))[0]


@pytest.mark.parametrize(
    ("incident", "expected"),
    [
        (DWELLING, ("fires",)),
        ("Primary fire – other buildings", ("fires",)),
        ("Secondary Fire - deliberate", ("fires", "deliberate-secondary-fires")),
        (ACCIDENTAL, ("fires",)),
        ("Fire false alarm - due to apparatus", ("false-alarms",)),
        ("Special service - fire safety advice", ()),
        ("Road traffic collision", ()),
        ("Secondary fire", None),
        ("Fire", None),
    ],
)
def test_types_are_told_apart_by_their_words(incident: str, expected: tuple[str, ...] | None) -> None:
    assert measures_of(incident) == expected


@settings(max_examples=30, deadline=None)
@given(
    cells=st.lists(
        st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=8), min_size=4, max_size=4
    )
)
def test_whatever_stands_in_a_row_only_a_plain_refusal_comes_out(
    cells: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = _file(tmp_path_factory.mktemp("fuzz"), [ROWS[0], row(["D", "E31", *cells])])
    with contextlib.suppress(SourceChanged):
        assert tidy(path, "x.ods").rows.total() in (1, 2)


# Fetching ----------------------------------------------------------------------------------------------------------


def test_every_dataset_linked_on_the_page_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = _file(tmp_path).read_bytes()

    def answer(asked: Asked) -> Reply:
        if asked.path.endswith(".ods"):
            return Reply(content)
        links = ["/media/1/Low_level_geography_dataset_201718_to_202223.ods", "/media/2/low-level-geography-dataset-present.ods",
                 "/media/3/Dwelling_fires_dataset.ods", "/media/1/Low_level_geography_dataset_201718_to_202223.ods"]  # fmt: skip
        page = "".join(f'<a href="{link}">x</a>' for link in links)
        return Reply(f"<!doctype html>{page}".encode(), headers={"Content-Type": "text/html"})

    with publisher(answer) as playing:
        monkeypatch.setenv("OUTCOMES_FIRES_URL", playing.address + "government/statistics")
        paths = fetch(fetching_from(SOURCE, tmp_path / "raw", NOW, small_lookups())[0])
    assert [path.name.partition("__")[0] for path in paths] == [
        "low-level-geography-dataset-201718-to-202223", "low-level-geography-dataset-present",
    ]  # fmt: skip
    assert [account.state for account in read(paths, CONTEXT).accounts] == ["loaded", "loaded"]


@pytest.mark.parametrize(
    ("page", "message"),
    [(b"<html>nothing</html>", "no longer links"), (b'<a href="https://example.org/low-level-geography-dataset.ods">', "now points to")],
)  # fmt: skip
def test_a_page_without_the_file_or_with_a_strange_link_is_a_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: bytes, message: str
) -> None:
    with publisher([Reply(page)]) as playing:
        monkeypatch.setenv("OUTCOMES_FIRES_URL", playing.address)
        fetching: Any = fetching_from(SOURCE, tmp_path, NOW, small_lookups())[0]
        with pytest.raises(SourceChanged, match=message):
            fetch(fetching)


def test_measures_are_events() -> None:
    assert {measure.kind for measure in MEASURES} == {"events"}
