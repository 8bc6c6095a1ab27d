"""Claimant counts: read strictly, summed exactly, and fetched whole."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from loaders import nomis, nomis_claimants
from loaders.nomis_claimants import SOURCE, fetch, read
from loaders.reading import Reading
from store.errors import BadQuestion, SourceChanged
from tests.loaders.publishers import Asked, Reply, fetching_from, publisher
from tests.loaders.small_world import (
    CLAIMANTS,
    NOW,
    holding,
    rewritten,
    small_context,
    small_lookups,
    with_cell,
)

CONTEXT = small_context()


def _one_problem(reading: Reading) -> tuple[str, str | None, tuple[int, ...], str]:
    assert [account.state for account in reading.accounts] == ["refused"]
    assert reading.contributions == ()
    (problem,) = reading.errors
    return problem.message, problem.column, problem.rows, problem.do


def _made(folder: Path, rows: list[dict[str, object]], name: str = "x.csv") -> Path:
    path = folder / name
    whole = [
        {"DATE": "2020-02", "MEASURE": 1, "OBS_STATUS": "A", "RECORD_OFFSET": number, "RECORD_COUNT": len(rows), **row}
        for number, row in enumerate(rows)
    ]
    pd.DataFrame(whole).to_csv(path, index=False)
    return path


def _values(reading: Reading, kind: str = "stable") -> dict[tuple[str, str], tuple[float, float, float, str]]:
    frame = reading.contributions[0].observations
    frame = frame[frame["area_kind"] == kind]
    return {
        (row.area_code, f"{row.period_start:%Y-%m}"): (row.numerator, row.low, row.high, row.status)
        for row in frame.itertuples()
    }


def test_the_fixture_is_summed_onto_stable_areas() -> None:
    reading = read([CLAIMANTS], CONTEXT)
    (account,) = reading.accounts
    assert (account.period, account.authority) == ("2020-02:2020-03", "E92000001, W92000004")
    assert (account.rows_read, account.rows_placed, account.rows_refused, account.state) == (12, 12, 0, "loaded")
    values = _values(reading)
    assert values["E01015153", "2020-02"] == (45, 43, 47, "rounded")
    assert values["E01015155", "2020-02"] == (0, 0, 2, "rounded")
    assert values["E01034858", "2020-02"] == (15, 11, 19, "rounded")  # 10 and 5, merged in 2021
    assert values["W01000003", "2020-03"][0] == 20
    contribution = reading.contributions[0]
    assert contribution.files[0].edition == "2020-03"
    coverage = contribution.coverage
    assert dict(zip(coverage["authority"], coverage["rows_placed"], strict=True)) == {"E92000001": 5, "W92000004": 1}
    assert set(coverage["measure"]) == {"claimants"}
    observed = contribution.observations.set_index("area_code")
    assert observed.loc["W01000003", "authority"].unique().tolist() == ["W92000004"]


def test_what_is_not_known_is_said_to_be_missing() -> None:
    reading = read([CLAIMANTS], CONTEXT)
    values = _values(reading)
    # One part was not published in March; the irregular area has no row at all. Neither may be taken for a zero.
    for key in (("E01034858", "2020-03"), ("E01008187", "2020-02"), ("E01008187", "2020-03")):
        number, low, high, status = values[key]
        assert status == "missing"
        assert number != number
        assert low != low
        assert high != high
    assert len(values) == 6 * 2
    (warning,) = reading.problems
    assert warning.level == "warning"
    assert "2 small areas" in warning.message


def test_both_editions_of_codes_give_the_same_areas(tmp_path: Path) -> None:
    new = [
        {"GEOGRAPHY_CODE": code, "OBS_VALUE": value}
        for code, value in (("E01034851", 10), ("E01034852", 20), ("E01034858", 15))
    ]
    values = _values(read([_made(tmp_path, new)], CONTEXT))
    assert values["E01018758", "2020-02"] == (30, 26, 34, "rounded")
    assert values["E01034858", "2020-02"] == (15, 13, 17, "rounded")


def test_half_of_a_split_is_not_a_figure(tmp_path: Path) -> None:
    values = _values(read([_made(tmp_path, [{"GEOGRAPHY_CODE": "E01034851", "OBS_VALUE": 10}])], CONTEXT))
    assert {status for *_, status in values.values()} == {"missing"}


def test_wards_and_councils_are_measures_of_their_own(tmp_path: Path) -> None:
    rows = [{"GEOGRAPHY_CODE": "E05002094", "OBS_VALUE": 100}, {"GEOGRAPHY_CODE": "E06000026", "OBS_VALUE": 5000}]
    reading = read([_made(tmp_path, rows)], CONTEXT)
    frame = reading.contributions[0].observations
    assert frame[["area_kind", "area_code", "measure", "numerator", "low", "high"]].values.tolist() == [
        ["ward", "E05002094", "claimants-in-wards", 100.0, 98.0, 102.0],
        ["council", "E06000026", "claimants-in-councils", 5000.0, 4998.0, 5002.0],
    ]
    assert set(reading.contributions[0].coverage["measure"]) == {"claimants-in-wards", "claimants-in-councils"}
    assert reading.problems == ()


def test_an_unknown_ward_is_refused_unless_accepted(tmp_path: Path) -> None:
    rows = [{"GEOGRAPHY_CODE": "E05000650", "OBS_VALUE": 155}, {"GEOGRAPHY_CODE": "E05002094", "OBS_VALUE": 100}]
    path = _made(tmp_path, rows)
    message, column, lines, do = _one_problem(read([path], CONTEXT))
    assert "E05000650" in message
    assert (column, lines) == ("GEOGRAPHY_CODE", (2,))
    assert "borders change" in do
    assert "--accept-refused 1" in do
    accepted = read([path], small_context(accept_refused=1))
    (account,) = accepted.accounts
    assert (account.rows_read, account.rows_placed, account.rows_refused, account.state) == (2, 1, 1, "loaded")
    assert len(accepted.contributions) == 1


def test_a_file_of_nothing_known_brings_nothing(tmp_path: Path) -> None:
    path = _made(tmp_path, [{"GEOGRAPHY_CODE": "K02000001", "OBS_VALUE": 155}])
    reading = read([path], small_context(accept_refused=1))
    assert reading.contributions == ()
    assert reading.accounts[0].rows_refused == 1


def test_what_is_held_is_left_alone() -> None:
    account = read([CLAIMANTS], CONTEXT).accounts[0]
    again = read([CLAIMANTS], holding(CONTEXT, (account.file, account.sha256)))
    assert [item.state for item in again.accounts] == ["unchanged"]
    assert again.contributions == ()


def test_a_month_by_its_name_is_read_too(tmp_path: Path) -> None:
    path = rewritten(CLAIMANTS, tmp_path / "x.csv", {"DATE": "D", "MEASURE": "M"})
    assert read([path], CONTEXT).accounts[0].period == "2020-02:2020-03"


@pytest.mark.parametrize(
    ("line", "column", "value", "message"),
    [
        (3, "OBS_VALUE", "7", "not rounded to 5"),
        (4, "OBS_VALUE", "-5", "not a count"),
        (5, "OBS_VALUE", "", "not a count"),
        (6, "OBS_VALUE", "12.5", "not a count"),
        (6, "DATE", "2027-01", "future"),
        (6, "DATE", "2020", "not a month"),
        (3, "GENDER", "1", "another GENDER"),
        (3, "MEASURE", "2", "another MEASURE"),
        (3, "MEASURES", "20301", "another MEASURES"),
        (3, "AGE", "11", "another AGE"),
        (3, "GEOGRAPHY_CODE", "E01015153", "twice in one month"),
        (3, "RECORD_COUNT", "many", "not a number"),
        (3, "RECORD_COUNT", "13", "two different counts"),
    ],
)
def test_a_cell_that_is_not_as_it_should_be_stops_the_file(
    tmp_path: Path, line: int, column: str, value: str, message: str
) -> None:
    path = with_cell(CLAIMANTS, tmp_path / "x.csv", line, column, value)
    said, where, rows, do = _one_problem(read([path], CONTEXT))
    assert message in said
    assert where == column
    assert rows == (line,)
    assert do


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"GEOGRAPHY_CODE": "GEOGRAPHY_CODE_1"}, "GEOGRAPHY_CODE"),
        ({"OBS_VALUE": "VALUE"}, "OBS_VALUE"),
        ({"RECORD_COUNT": "RECORDS"}, "RECORD_COUNT"),
        ({"DATE": "D", "DATE_NAME": "E"}, "DATE_NAME"),
        ({"MEASURE": "M", "MEASURE_NAME": "N"}, "MEASURE_NAME"),
    ],
)
def test_a_renamed_heading_stops_the_file(tmp_path: Path, change: dict[str, str], column: str) -> None:
    message, where, rows, _ = _one_problem(read([rewritten(CLAIMANTS, tmp_path / "x.csv", change)], CONTEXT))
    assert "is not there" in message
    assert (where, rows) == (column, (1,))


def test_statuses_by_name_count_too(tmp_path: Path) -> None:
    path = rewritten(CLAIMANTS, tmp_path / "x.csv", {"OBS_STATUS": "S"})
    assert _values(read([path], CONTEXT))["E01034858", "2020-03"][3] == "missing"


def test_a_capped_answer_is_not_believed(tmp_path: Path) -> None:
    path = rewritten(CLAIMANTS, tmp_path / "x.csv", rows=slice(0, 7))
    message, column, rows, do = _one_problem(read([path], CONTEXT))
    assert message == "Nomis announced 12 rows and sent 7: the answer was capped"
    assert (column, rows) == ("RECORD_COUNT", (8,))
    assert "pages" in do


def test_rows_left_out_in_the_middle_are_noticed(tmp_path: Path) -> None:
    path = rewritten(CLAIMANTS, tmp_path / "x.csv", rows=slice(3, None))
    message, column, _, _ = _one_problem(read([path], CONTEXT))
    assert "do not follow one another" in message
    assert column == "RECORD_OFFSET"


def test_one_bad_file_does_not_hide_another(tmp_path: Path) -> None:
    bad = with_cell(CLAIMANTS, tmp_path / "bad.csv", 3, "OBS_VALUE", "7")
    reading = read([bad, CLAIMANTS], CONTEXT)
    assert [account.state for account in reading.accounts] == ["refused", "loaded"]
    assert len(reading.errors) == 1


def test_extracts_of_others_are_named_as_such(published: Path) -> None:
    files = sorted((published / "data" / "nomis").glob("*/*.csv"))
    assert len(files) >= 10
    for path in files:
        message, *_ = _one_problem(read([path], CONTEXT))
        assert "tidied by somebody else" in message, path.name


# Fetching ----------------------------------------------------------------------------------------------------------


def _nomis(types: str, values: dict[str, int], months: tuple[str, ...] = ("2020-02",), cap: int = 25_000) -> Any:
    """A Nomis of these areas: RecordLimit and RecordOffset work, and no answer is longer than ``cap``."""

    def answer(asked: Asked) -> Reply:
        if asked.path.endswith("TYPE.def.sdmx.json"):
            return Reply(types.encode(), headers={"Content-Type": "application/json"})
        wanted = asked.params["geography"]
        codes = list(values) if wanted.startswith("TYPE") else [code for code in wanted.split(",") if code in values]
        rows = [(month, code) for month in months for code in codes]
        first = int(asked.params["RecordOffset"])
        page = rows[first : first + min(cap, int(asked.params["RecordLimit"]))]
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow([name.upper() for name in asked.params["select"].split(",")])
        for number, (month, code) in enumerate(page, start=first):
            writer.writerow([month, code, 0, 0, 1, 20100, values[code], "A", number, len(rows)])
        return Reply(out.getvalue().encode(), headers={"Content-Type": "text/csv"})

    return answer


OLD = {"E01015153": 45, "E01015155": 0, "E01018758": 30, "E01018775": 10, "E01018776": 5, "W01000003": 15}


@pytest.fixture
def fetching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    def begin(address: str, **more: object) -> Any:
        monkeypatch.setenv("OUTCOMES_NOMIS_CLAIMANTS_URL", address)
        return fetching_from(SOURCE, tmp_path, NOW, small_lookups(), **more)[0]

    return begin


def test_pages_are_fetched_to_the_last_and_read_as_one(fetching: Any) -> None:
    with publisher(_nomis('{"TYPE298": "", "TYPE464": ""}', OLD, ("2020-02", "2020-03"), cap=5)) as playing:
        paths = fetch(fetching(playing.address))
    questions = [asked.params for asked in playing.asked[1:]]
    assert [item["RecordOffset"] for item in questions] == ["0", "5", "10"]
    assert {item["geography"] for item in questions} == {"TYPE298"}
    assert {item["date"] for item in questions} == {"latestMINUS35-latest"}
    assert all("time" not in item for item in questions)
    assert playing.asked[1].path == "/dataset/NM_162_1.data.csv"
    reading = read(paths, CONTEXT)
    (account,) = reading.accounts
    assert account.rows_read == 12
    assert "(3 pages)" in account.file
    assert _values(reading)["E01034858", "2020-03"][:3] == (15, 11, 19)
    assert reading.contributions[0].files[0].url.startswith(playing.address)


def test_a_page_that_went_missing_is_noticed(fetching: Any) -> None:
    with publisher(_nomis('"TYPE298"', OLD, cap=2)) as playing:
        paths = fetch(fetching(playing.address))
    message, column, _, _ = _one_problem(read([paths[0], paths[2]], CONTEXT))
    assert "do not follow" in message
    message, column, _, _ = _one_problem(read(paths[:2], CONTEXT))
    assert "announced 6 rows and sent 4" in message
    assert column == "RECORD_COUNT"


def test_only_the_councils_wanted_are_asked_for_in_the_edition_there_is(
    fetching: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nomis, "_CODES_IN_A_QUESTION", 2)
    new = {"E01034851": 10, "E01034852": 20, "E01034858": 15}
    with publisher(_nomis('"TYPE151" "TYPE298"', new)) as playing:
        paths = fetch(fetching(playing.address, councils=("E06000052",), since=date(2019, 4, 1)))
    questions = [asked.params for asked in playing.asked[1:]]
    assert [item["geography"] for item in questions] == ["E01034851,E01034852", "E01034858"]
    assert {item["time"] for item in questions} == {"2019-04,latest"}
    assert _values(read(paths, CONTEXT))["E01018758", "2020-02"][0] == 30


def test_old_codes_are_asked_for_where_nomis_has_no_new_ones(fetching: Any) -> None:
    with publisher(_nomis('"TYPE298"', OLD)) as playing:
        fetch(fetching(playing.address, councils=("E06000052",)))
    assert playing.asked[1].params["geography"] == "E01018758,E01018775,E01018776"


def test_a_council_nobody_knows_is_a_bad_question(fetching: Any) -> None:
    with publisher(_nomis('"TYPE298"', OLD)) as playing, pytest.raises(BadQuestion, match="E06999999"):
        fetch(fetching(playing.address, councils=("E06999999",)))


def test_a_start_in_the_future_is_a_bad_question(fetching: Any) -> None:
    with publisher(_nomis('"TYPE298"', OLD)) as playing, pytest.raises(BadQuestion, match="2027-01"):
        fetch(fetching(playing.address, since=date(2027, 1, 1)))


def test_a_nomis_without_small_areas_has_changed(fetching: Any) -> None:
    with publisher(_nomis('"TYPE1511"', OLD)) as playing, pytest.raises(SourceChanged, match="no longer lists"):
        fetch(fetching(playing.address))


def test_an_error_in_words_is_no_data(fetching: Any) -> None:
    def answer(asked: Asked) -> Reply:
        return Reply(b'"TYPE298"') if asked.path.endswith("json") else Reply(b"Query is incomplete")

    with publisher(answer) as playing, pytest.raises(SourceChanged, match="no rows"):
        fetch(fetching(playing.address))


def test_every_measure_is_declared() -> None:
    assert {measure.name for measure in nomis_claimants.MEASURES} == set(nomis_claimants.MEASURE_OF.values())
    assert {measure.kind for measure in nomis_claimants.MEASURES} == {"stock"}
