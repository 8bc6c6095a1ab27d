"""Education statistics: every symbol a status, every column by its name, councils of other years under their own codes."""

from __future__ import annotations

import csv
import gzip
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders.explore_education import MEASURES, SOURCE, read
from loaders.explore_education_cells import SYMBOLS
from loaders.explore_education_files import read_published
from loaders.explore_education_formats import FORMATS
from loaders.importing import import_files
from loaders.reading import Reading
from store.database import open_store
from store.errors import SourceChanged
from store.folder import Folder
from store.published_values import published as published_values
from tests.loaders.small_world import FIXTURES, NOW, holding, rewritten, small_context, with_cell

CONTEXT = small_context()
FOLDER = FIXTURES / "explore_education"
IN_NEED = FOLDER / "children_in_need.csv"
PLANS = FOLDER / "protection_plans.csv"
KEY_STAGE_2 = FOLDER / "key_stage_2_social_care.csv"
ABSENCE = FOLDER / "absence_social_care.csv"
ENGLAND = {"geographic_level": "National", "country_code": "E92000001", "country_name": "England"}
CORNWALL = {
    "geographic_level": "Local authority", "country_code": "E92000001", "country_name": "England",
    "region_code": "E12000009", "region_name": "South West", "old_la_code": "908", "la_name": "Cornwall",
    "new_la_code": "E06000052",
}  # fmt: skip


def _one_problem(reading: Reading) -> tuple[str, str | None, tuple[int, ...], str]:
    assert [account.state for account in reading.accounts] == ["refused"]
    assert reading.contributions == ()
    (problem,) = reading.errors
    assert problem.do
    return problem.message, problem.column, problem.rows, problem.do


def _figures(reading: Reading, measure: str) -> dict[tuple[str, str], tuple[Any, ...]]:
    """(numerator, denominator, value, status, low, high) by area and first day; None for not known."""
    (contribution,) = reading.contributions
    frame = contribution.observations[contribution.observations["measure"] == measure]
    columns = ["numerator", "denominator", "value", "status", "low", "high"]
    found = {}
    for row in frame.itertuples():
        values = [getattr(row, column) for column in columns]
        found[row.area_code, f"{row.period_start:%Y-%m-%d}"] = tuple(
            None if isinstance(value, float) and math.isnan(value) else value for value in values
        )
    assert len(found) == len(frame)
    return found


Made = Callable[..., Path]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Write rows of an all-pupils file: ``made({"subject": …}, …)``; time and geography default to Cornwall, 2023/24."""

    def write(*rows: dict[str, str], name: str = "made.csv") -> Path:
        whole = [{"time_period": "202324", "time_identifier": "Academic year", **CORNWALL, **row} for row in rows]
        headings = list(dict.fromkeys(heading for row in whole for heading in row))
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, headings, restval="")
            writer.writeheader()
            writer.writerows(whole)
        return path

    return write


def _key_stage_2(**more: str) -> dict[str, str]:
    return {
        "subject": "Reading, writing and maths", "breakdown_topic": "All pupils", "breakdown": "Total",
        "establishment_type_group": "All state funded", "eligible_pupil_count": "200",
        "expected_standard_pupil_count": "120", "expected_standard_pupil_percent": "60",
        "higher_standard_pupil_percent": "8", **more,
    }  # fmt: skip


# Children in need ------------------------------------------------------------------------------------------------------


def test_children_in_need_stand_on_the_last_day_of_march() -> None:
    reading = read([IN_NEED], CONTEXT)
    (account,) = reading.accounts
    assert (account.period, account.authority, account.state) == ("2019-03:2025-03", "E92000001", "loaded")
    assert (account.rows_read, account.rows_placed, account.rows_unlocated, account.rows_refused) == (8, 8, 0, 0)
    found = _figures(reading, "children-in-need")
    assert found["E06000052", "2025-03-31"] == (3203.0, None, None, "observed", None, None)
    assert found["E92000001", "2025-03-31"] == (402400.0, None, None, "rounded", 402395.0, 402405.0)
    assert found["E12000009", "2025-03-31"][3:] == ("rounded", 33765.0, 33775.0)
    # A whole return that is not reliable has no number at all.
    assert found["E10000014", "2024-03-31"] == (None, None, None, "low_reliability", None, None)
    (contribution,) = reading.contributions
    assert set(contribution.observations["period_months"]) == {0}
    assert dict(contribution.observations.groupby("area_kind").size()) == {"council": 6, "country": 1, "region": 1}
    assert contribution.files[0].edition == "2025-03"
    coverage = contribution.coverage
    assert dict(zip(coverage["period_start"].dt.year, coverage["rows_placed"], strict=True)) == {
        2019: 1, 2020: 2, 2024: 1, 2025: 4,
    }  # fmt: skip
    assert set(coverage["authority"]) == {"E92000001"}
    assert reading.problems == ()


def test_a_council_that_was_divided_keeps_both_codes() -> None:
    reading = read([IN_NEED], CONTEXT)
    found = _figures(reading, "children-in-need")
    assert found["E10000009", "2019-03-31"][0] == 2712
    assert found["E06000059", "2020-03-31"][0] == 2854
    areas = reading.contributions[0].areas.set_index("code")
    assert areas.loc["E10000009", ["kind", "name", "country"]].tolist() == ["council", "Dorset", "England"]
    assert areas.loc["E06000058", "name"] == "Bournemouth, Christchurch and Poole"
    assert areas.loc["E12000009", ["kind", "name"]].tolist() == ["region", "South West"]
    assert "E92000001" not in areas.index


def test_figures_stand_in_the_database(small_folder: Folder) -> None:
    assert import_files(small_folder, "explore_education", [IN_NEED, KEY_STAGE_2], now=NOW).built is not None
    store = open_store(small_folder)
    found = published_values(store, ["children-in-need"], "council", ["E10000009", "E06000059"])
    assert found[["code", "numerator", "months"]].values.tolist() == [["E06000059", 2854, 0], ["E10000009", 2712, 0]]
    assert store.rows("SELECT name FROM area WHERE code = 'E12000009'") == [("South West",)]
    england = published_values(store, ["key-stage-2-expected-standard-children-in-need"], "country")
    assert england[["numerator", "denominator", "status"]].values.tolist() == [[3160, 10480, "rounded"]]


def test_a_hidden_count_is_a_range() -> None:
    reading = read([PLANS], CONTEXT)
    found = _figures(reading, "child-protection-plans")
    assert found["E06000053", "2025-03-31"] == (None, None, None, "suppressed", 1.0, 5.0)
    assert found["E06000052", "2025-03-31"][0] == 341
    assert found["E10000014", "2024-03-31"][3] == "low_reliability"
    assert reading.accounts[0].rows_placed == 6


def test_residents_of_the_department_are_a_measure_of_their_own(made: Made) -> None:
    rows = [
        {"time_identifier": "Reporting year", "time_period": year, "age_group": "Children aged 0 to 17 years",
         "population_estimate": number}
        for year, number in (("2024", "105786"), ("2018", "x"))
    ]  # fmt: skip
    found = _figures(read([made(*rows)], CONTEXT), "children-aged-0-to-17")
    assert found["E06000052", "2024-06-30"] == (105786.0, None, None, "observed", None, None)
    assert found["E06000052", "2018-06-30"][3] == "missing"


# Results and absence of children in social care ------------------------------------------------------------------------


def test_results_are_kept_by_group() -> None:
    reading = read([KEY_STAGE_2], CONTEXT)
    found = _figures(reading, "key-stage-2-expected-standard-children-in-need")
    assert found["E06000052", "2024-09-01"] == (23.0, 85.0, None, "observed", None, None)
    assert found["E92000001", "2024-09-01"] == (3160.0, 10480.0, None, "rounded", 3155.0, 3165.0)
    assert found["E06000005", "2024-09-01"] == (None, 21.0, None, "suppressed", 0.0, 5.0)
    assert found["E10000009", "2018-09-01"][0] == 26
    cared = _figures(reading, "key-stage-2-expected-standard-looked-after")
    assert cared == {("E06000052", "2024-09-01"): (9.0, 32.0, None, "observed", None, None)}
    assert "key-stage-2-expected-standard" not in set(reading.contributions[0].observations["measure"])
    assert reading.accounts[0].period == "2018-09:2025-08"
    assert reading.contributions[0].files[0].edition == "2025-08 edition 2"


def test_absence_is_of_all_schools_together_and_says_what_it_leaves() -> None:
    reading = read([ABSENCE], CONTEXT)
    found = _figures(reading, "absence-children-in-need")
    assert found["E06000052", "2024-09-01"] == (72323.0, 395853.0, None, "observed", None, None)
    assert found["E06000053", "2024-09-01"][0] == 343
    persistent = _figures(reading, "persistent-absence-children-in-need")
    assert persistent["E06000053", "2024-09-01"] == (None, 12.0, None, "suppressed", 0.0, 12.0)
    assert persistent["E92000001", "2024-09-01"][:2] == (55270.0, 120250.0)
    # Neither what is hidden nor how many there are: the range has no upper end.
    assert _figures(reading, "persistent-absence-protection-plans")["E06000053", "2024-09-01"] == (
        None, None, None, "suppressed", 0.0, None,
    )  # fmt: skip
    # No pupils at all: not applicable, and so not known.
    assert _figures(reading, "absence-looked-after")["E06000053", "2024-09-01"][3] == "missing"
    (warning,) = reading.problems
    assert warning.level == "warning"
    assert warning.message == "1 rows are read and not used: 1 of some of the pupils only"
    (account,) = reading.accounts
    assert (account.rows_read, account.rows_placed) == (6, 6)


# All pupils, under documented columns ----------------------------------------------------------------------------------


def test_key_stage_2_of_all_pupils(made: Made) -> None:
    path = made(
        _key_stage_2(),
        _key_stage_2(subject="Reading"),
        _key_stage_2(breakdown_topic="Sex", breakdown="Girls"),
        _key_stage_2(time_period="2022/2023", eligible_pupil_count="c", expected_standard_pupil_count="c"),
        _key_stage_2(**ENGLAND, la_name="", new_la_code="", expected_standard_pupil_count="200001", eligible_pupil_count="300007"),
        _key_stage_2(geographic_level="School"),
    )  # fmt: skip
    reading = read([path], CONTEXT)
    found = _figures(reading, "key-stage-2-expected-standard")
    assert found == {
        ("E06000052", "2023-09-01"): (120.0, 200.0, None, "observed", None, None),
        # The counts are hidden, the percentage is not.
        ("E06000052", "2022-09-01"): (None, None, 60.0, "observed", None, None),
        ("E92000001", "2023-09-01"): (200001.0, 300007.0, None, "observed", None, None),
    }
    (warning,) = reading.problems
    assert warning.message == ("3 rows are read and not used: 1 of other kinds of area, 2 of some of the pupils only")
    (account,) = reading.accounts
    assert (account.rows_read, account.rows_placed) == (6, 6)


def test_key_stage_4_of_all_pupils_and_by_group(made: Made) -> None:
    row = {
        "sex": "Total", "geography_basis": "School location", "pupil_count": "5000", "attainment8_average": "45.2",
        "engmath_95_total": "2000", "engmath_95_percent": "40",
    }  # fmt: skip
    reading = read([made(row, {**row, "geography_basis": "Pupil residence"})], CONTEXT)
    key = ("E06000052", "2023-09-01")
    assert _figures(reading, "key-stage-4-attainment-8") == {key: (None, 5000.0, 45.2, "observed", None, None)}
    grades = _figures(reading, "key-stage-4-english-maths-grade-5")
    assert grades == {key: (2000.0, 5000.0, None, "observed", None, None)}
    kinds = {item.name: item.kind for item in reading.contributions[0].measures}
    assert kinds["key-stage-4-attainment-8"] == "mean"
    grouped = read(
        [
            made(
                {**row, "social_care_group": "CLA 12 months at 31 March", "attainment8_average": "c"},
                {**row, "social_care_group": "All pupils"},
            )
        ],
        CONTEXT,
    )
    assert set(grouped.contributions[0].observations["measure"]) == {
        "key-stage-4-attainment-8-looked-after",
        "key-stage-4-english-maths-grade-5-looked-after",
    }
    assert _figures(grouped, "key-stage-4-attainment-8-looked-after")[key] == (
        None, 5000.0, None, "suppressed", None, None,
    )  # fmt: skip


def test_absence_and_suspensions_of_all_pupils(made: Made) -> None:
    absence = {
        "education_phase": "Total", "enrolments": "1000", "sess_possible": "300000", "sess_overall": "21000",
        "sess_overall_percent": "7", "enrolments_pa_10_exact": "200", "enrolments_pa_10_exact_percent": "20",
    }  # fmt: skip
    reading = read([made(absence, {**absence, "time_identifier": "Autumn term"})], CONTEXT)
    key = ("E06000052", "2023-09-01")
    assert _figures(reading, "absence")[key][:2] == (21000.0, 300000.0)
    assert _figures(reading, "persistent-absence")[key][:2] == (200.0, 1000.0)
    assert "1 of other periods than whole years" in reading.problems[0].message
    row = {"school_type": "Total", "headcount": "80000", "perm_excl": "50", "suspension": "90000", "susp_rate": "1.1"}
    found = _figures(read([made(row, {**row, "time_period": "202223", "suspension": "c"})], CONTEXT), "suspensions")
    # A pupil may be suspended more than once, so there may be more suspensions than pupils.
    assert found[key] == (90000.0, 80000.0, None, "observed", None, None)
    assert found["E06000052", "2022-09-01"] == (None, 80000.0, None, "suppressed", 0.0, None)


def test_free_school_meals_find_their_denominator_in_another_row(made: Made) -> None:
    row = {"phase_type_grouping": "Total", "percent_of_pupils": "25"}
    eligible = {**row, "fsm": "known to be eligible for free school meals"}
    path = made(
        {**eligible, "headcount": "250"},
        {**row, "fsm": "Total", "headcount": "1000", "percent_of_pupils": "100"},
        {**eligible, "headcount": "30", "phase_type_grouping": "State-funded primary"},
        {**eligible, "headcount": "low", "time_period": "202223"},
    )
    found = _figures(read([path], CONTEXT), "free-school-meals")
    assert found["E06000052", "2023-09-01"] == (250.0, 1000.0, None, "observed", None, None)
    # A count that rounds to nought is not nought, and without a row of everybody the percentage stands.
    assert found["E06000052", "2022-09-01"] == (0.0, None, 25.0, "rounded", 0.0, 5.0)


@pytest.mark.parametrize(
    ("symbol", "status", "number"),
    [("z", "missing", None), ("x", "missing", None), (":", "missing", None), ("", "missing", None),
     ("u", "low_reliability", None), ("low", "rounded", 0.0), ("~", "rounded", 0.0), ("k", "rounded", 0.0)],
)  # fmt: skip
def test_every_symbol_is_a_status(tmp_path: Path, symbol: str, status: str, number: float | None) -> None:
    path = with_cell(IN_NEED, tmp_path / "x.csv", 4, "At31_episodes", symbol)
    found = _figures(read([path], CONTEXT), "children-in-need")["E06000052", "2025-03-31"]
    assert (found[0], found[3]) == (number, status)
    assert found[4:] == ((0.0, 5.0) if status == "rounded" else (None, None))
    assert set(SYMBOLS) >= {symbol}


# What is refused -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "column", "value", "message"),
    [
        (4, "At31_episodes", "s", "a symbol that is not known"),
        (4, "At31_episodes", "-3", "below nought"),
        (3, "At31_episodes", "33771", "not rounded to 10"),
        (4, "time_period", "202425", "not a year"),
        (4, "time_period", "twenty", "not a year"),
        (4, "time_period", "2027", "future"),
        (5, "new_la_code", "E06000052", "twice in one year"),
    ],
)
def test_a_cell_that_is_not_as_it_should_be_stops_the_file(
    tmp_path: Path, line: int, column: str, value: str, message: str
) -> None:
    said, where, rows, _ = _one_problem(read([with_cell(IN_NEED, tmp_path / "x.csv", line, column, value)], CONTEXT))
    assert message in said
    assert (where, rows) == (column, (line,))


@pytest.mark.parametrize(
    ("line", "column", "value", "message"),
    [
        (5, "t_rwm_met_expected_standard", "86", "more of something than there are in all"),
        (5, "pt_rwm_met_expected_standard", "101", "numbers over 100"),
        (5, "time_period", "202426", "not a year"),
    ],
)
def test_shares_and_school_years_are_checked(tmp_path: Path, line: int, column: str, value: str, message: str) -> None:
    said, where, rows, _ = _one_problem(
        read([with_cell(KEY_STAGE_2, tmp_path / "x.csv", line, column, value)], CONTEXT)
    )
    assert message in said
    assert (where, rows) == (column, (line,))


@pytest.mark.parametrize(
    ("source", "column"),
    [
        (IN_NEED, "At31_episodes"), (IN_NEED, "new_la_code"), (IN_NEED, "time_period"), (PLANS, "CPP_At31"),
        (KEY_STAGE_2, "social_care_group"), (KEY_STAGE_2, "t_rwm_met_expected_standard"), (ABSENCE, "t_sess_overall"),
        (ABSENCE, "absence_terms"), (ABSENCE, "geographic_level"),
    ],
)  # fmt: skip
def test_a_renamed_column_stops_the_file(tmp_path: Path, source: Path, column: str) -> None:
    message, where, rows, _ = _one_problem(
        read([rewritten(source, tmp_path / "x.csv", {column: column + "_new"})], CONTEXT)
    )
    assert f"“{column}” is not there" in message
    assert (where, rows) == (column, (1,))


def test_a_code_that_is_no_council_s_is_refused_unless_accepted(tmp_path: Path) -> None:
    path = with_cell(IN_NEED, tmp_path / "x.csv", 4, "new_la_code", "W06000001")
    message, column, rows, do = _one_problem(read([path], CONTEXT))
    assert "W06000001" in message
    assert (column, rows) == ("new_la_code", (4,))
    assert "--accept-refused 1" in do
    (account,) = read([path], small_context(accept_refused=1)).accounts
    assert (account.rows_read, account.rows_placed, account.rows_refused, account.state) == (8, 7, 1, "loaded")


def test_a_council_without_a_code_has_no_place(tmp_path: Path) -> None:
    reading = read([with_cell(IN_NEED, tmp_path / "x.csv", 9, "new_la_code", "x")], CONTEXT)
    (account,) = reading.accounts
    assert (account.rows_placed, account.rows_unlocated) == (7, 1)
    # Nothing of 2019 has a place, so nothing is said to be reported then.
    assert 2019 not in set(reading.contributions[0].coverage["period_start"].dt.year)
    later = read([with_cell(IN_NEED, tmp_path / "y.csv", 7, "new_la_code", "x")], CONTEXT)
    coverage = later.contributions[0].coverage.set_index("period_start")
    assert coverage.loc["2020-03-31", ["rows_placed", "rows_unlocated"]].tolist() == [1, 1]


def test_a_file_without_councils_does_not_take_their_place(tmp_path: Path) -> None:
    message, column, _, _ = _one_problem(read([rewritten(IN_NEED, tmp_path / "x.csv", rows=slice(0, 2))], CONTEXT))
    assert message == "The file holds no row of a local authority"
    assert column == "geographic_level"


def test_a_file_of_terms_only_has_no_yearly_figures(tmp_path: Path, made: Made) -> None:
    path = made({**_key_stage_2(), "time_identifier": "Autumn term"})
    assert "no yearly figures of everybody" in _one_problem(read([path], CONTEXT))[0]


def test_figures_divided_by_something_new_are_not_added_up(made: Made) -> None:
    path = made(_key_stage_2(faith="Total"), _key_stage_2(faith="None"))
    message, _, rows, do = _one_problem(read([path], CONTEXT))
    assert "an area twice in one year" in message
    assert rows == (3,)
    assert "does not know" in do


def test_files_without_figures_are_left_alone(tmp_path: Path, made: Made) -> None:
    lookup = tmp_path / "lookup.csv"
    lookup.write_text("\ufeffLTLA23CD,LTLA23NM,UTLA23CD\nE06000052,Cornwall,E06000052\n", encoding="utf-8")
    neighbours = tmp_path / "neighbours.csv"
    neighbours.write_text("LA num,LA Name,SN1,SNP,SN2,SNP\n908,Cornwall,926,Close,839,Close\n", encoding="utf-8")
    other = made({"phonics_mark": "40", "pupil_count": "3"}, name="other.csv")
    reading = read([lookup, neighbours, other, IN_NEED], CONTEXT)
    assert [account.state for account in reading.accounts] == ["ignored", "ignored", "ignored", "loaded"]
    assert reading.errors == ()
    assert [problem.message for problem in reading.problems] == [
        "The file is left alone: it is a lookup of districts and counties",
        "The file is left alone: it is the list of each council's statistical neighbours",
        "The file is left alone: it is a data file of something this project does not read",
    ]


def test_a_web_page_or_something_else_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "page.csv"
    page.write_text("<!DOCTYPE html>\n<html><body>Sorry, there is a problem</body></html>\n", encoding="utf-8")
    _one_problem(read([page], CONTEXT))
    columnar = tmp_path / "tidied.parquet"
    pd.DataFrame({"URN": ["100000"]}).to_parquet(columnar)
    assert "tidied by somebody else" in _one_problem(read([columnar], CONTEXT))[0]


def test_a_packed_file_is_read_and_a_broken_one_refused(tmp_path: Path) -> None:
    packed = tmp_path / "children.csv.gz"
    packed.write_bytes(gzip.compress(IN_NEED.read_bytes()))
    assert read([packed], CONTEXT).accounts[0].rows_placed == 8
    packed.write_bytes(packed.read_bytes()[:-20])
    assert "cannot be unpacked" in _one_problem(read([packed], CONTEXT))[0]


def test_another_encoding_is_read_only_where_it_is_expected(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes("a,b\nCafé,1\n".encode("cp1252"))
    assert read_published(path, "x.csv", "cp1252")["a"].tolist() == ["Café"]
    with pytest.raises(SourceChanged, match="not UTF-8"):
        read_published(path, "x.csv")
    path.write_bytes(b"a,b\n\x81,1\n")
    with pytest.raises(SourceChanged, match="not UTF-8"):
        read_published(path, "x.csv", "cp1252")
    path.write_bytes("a,b\nCafé,1\n".encode())
    assert read_published(path, "x.csv", "cp1252")["a"].tolist() == ["Café"]


def test_what_is_held_is_left_alone() -> None:
    (account,) = read([IN_NEED], CONTEXT).accounts
    again = read([IN_NEED], holding(CONTEXT, (account.file, account.sha256)))
    assert [item.state for item in again.accounts] == ["unchanged"]


def test_a_later_edition_of_the_same_years_comes_after(tmp_path: Path) -> None:
    def edition(word: str) -> str:
        path = with_cell(KEY_STAGE_2, tmp_path / f"{word}.csv", 2, "version", word)
        rows = rewritten(path, tmp_path / f"{word} one.csv", rows=slice(0, 1))
        whole = rewritten(KEY_STAGE_2, tmp_path / "rest.csv", {"version": "kind"}, slice(1, None))
        lines = (
            rows.read_text("utf-8").splitlines() + whole.read_text("utf-8").replace("Revised", word).splitlines()[1:]
        )
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return read([path], CONTEXT).contributions[0].files[0].edition

    assert edition("Provisional") < edition("Revised") < edition("Final")
    assert edition("Special") == "2025-08"


def test_measures_are_declared_once_and_in_words() -> None:
    names = [measure.name for measure in MEASURES]
    assert len(names) == len(set(names)) == 25
    assert {"children-in-need", "child-protection-plans", "absence", "free-school-meals", "suspensions"} <= set(names)
    assert SOURCE.format_evidence == "real file"
    assert all(item.telling and item.columns for item in FORMATS)


_words = st.one_of(
    st.sampled_from(
        ["c", "x", "z", "u", "", "s", "1", "20", "1e9", "٣", "-1", "0.5", "NaN", "inf", "E06000052", "Total"]
    ),
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=6),
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(2, 8),
    st.sampled_from(["At31_episodes", "time_period", "new_la_code", "geographic_level", "region_code"]),
    _words,
)
def test_anything_in_a_cell_is_a_reading_or_a_refusal(tmp_path: Path, line: int, column: str, value: str) -> None:
    path = with_cell(IN_NEED, tmp_path / "fuzz.csv", line, column, value)
    reading = read([path], CONTEXT)
    (account,) = reading.accounts
    assert account.state in ("loaded", "refused")
    assert account.rows_read == account.rows_placed + account.rows_unlocated + account.rows_refused
    assert (account.state == "refused") == bool(reading.errors)
    for contribution in reading.contributions:
        frame = contribution.observations
        assert frame.loc[frame["status"].isin(["suppressed", "missing"]), "numerator"].isna().all()
        assert (frame["numerator"].dropna() >= 0).all()
        assert int(contribution.coverage["rows_placed"].sum()) <= account.rows_placed


# The publisher's own files ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "rows", "unused", "measures", "areas"),
    [
        ("absence_la.csv", 17220, 13776, 6, 169),
        ("b1_children_in_need_2013_to_2025.csv", 2132, 0, 1, 172),
        ("d5_cpps_at31march_by_duration_2013_to_2025.csv", 2132, 0, 1, 172),
        ("ks2_la.csv", 3444, 0, 3, 169),
        ("ks4_la.csv", 3444, 0, 6, 169),
        ("ons_mid-year_population_estimates_2012_to_2024.csv", 2132, 0, 1, 172),
    ],
)
def test_published_files_are_accounted_for_to_the_row(
    published: Path, name: str, rows: int, unused: int, measures: int, areas: int
) -> None:
    reading = read([published / "data" / "dfe_ees" / name], CONTEXT)
    (account,) = reading.accounts
    assert (account.rows_read, account.rows_placed, account.rows_unlocated, account.rows_refused, account.state) == (
        rows, rows, 0, 0, "loaded",
    )  # fmt: skip
    (contribution,) = reading.contributions
    assert contribution.observations["measure"].nunique() == measures
    # Every row that is used gives one observation to each measure of its group.
    groups = max(measures // 3, 1) if measures > 1 else 1
    assert len(contribution.observations) == (rows - unused) * groups
    assert len(contribution.areas) == areas
    stated = sum(int(p.message.split(" ", 1)[0].replace(",", "")) for p in reading.problems)
    assert stated == unused


def test_published_figures_are_the_publisher_s(published: Path) -> None:
    folder = published / "data" / "dfe_ees"
    plans = _figures(
        read([folder / "d5_cpps_at31march_by_duration_2013_to_2025.csv"], CONTEXT), "child-protection-plans"
    )
    assert plans["E06000052", "2025-03-31"][0] == 341
    assert plans["E92000001", "2025-03-31"][:1] == (49420.0,)
    assert sum(1 for value in plans.values() if value[3] == "suppressed") == 17
    assert sum(1 for value in plans.values() if value[3] == "low_reliability") == 1
    results = _figures(read([folder / "ks2_la.csv"], CONTEXT), "key-stage-2-expected-standard-protection-plans")
    # Tests were not held in 2020 and 2021.
    assert {value[3] for (_, day), value in results.items() if day in ("2019-09-01", "2020-09-01")} == {"missing"}


def test_the_published_folder_is_read_whole(published: Path) -> None:
    reading = read([published / "data" / "dfe_ees"], CONTEXT)
    states = {account.file: account.state for account in reading.accounts}
    assert sorted(states.values()) == ["ignored"] * 2 + ["loaded"] * 6
    assert reading.errors == ()


def test_hidden_results_are_five_at_most(published: Path) -> None:
    """Why a hidden key stage 2 or 4 count stands for 0 to 5, and a hidden absence count for anything: regions' own counts."""
    folder = published / "data" / "dfe_ees"
    for name, measure, most in (
        ("ks2_la.csv", "key-stage-2-expected-standard-looked-after", 5.0),
        ("ks4_la.csv", "key-stage-4-english-maths-grade-5-looked-after", 5.0),
    ):
        (contribution,) = read([folder / name], CONTEXT).contributions
        frame = contribution.observations[contribution.observations["measure"] == measure]
        hidden = frame[frame["status"] == "suppressed"]
        assert len(hidden) > 100
        england = frame[(frame["area_kind"] == "country") & frame["numerator"].notna()]
        councils = frame[frame["area_kind"] == "council"].groupby("period_start")
        left = england.set_index("period_start")["numerator"] - councils["numerator"].sum()
        number = hidden.groupby("period_start").size()
        assert (left / number).dropna().between(0, most).all()
        assert hidden["high"].max() == most
