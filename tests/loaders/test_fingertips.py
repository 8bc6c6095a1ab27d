"""The public health profiles: which rows are used, what their notes mean, and whose slices they are."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders.fingertips import INDICATORS, MEASURES, read
from loaders.fingertips_indicators import identify
from loaders.importing import import_files
from loaders.reading import Context, Reading, lookups_in_use
from store.database import open_store
from store.folder import Folder
from store.placing import placement
from tests.loaders.fingertips_file import (
    COLUMNS,
    INJURIES,
    LOWER_TYPE,
    NAMES,
    UPPER_TYPE,
    cells,
    made,
    one_problem,
)
from tests.loaders.small_world import NOW, holding, rewritten, small_context, small_lookups, with_cell

NAME = "hospital-admissions-of-children-for-injuries"
WARD, MIDDLE = "-in-wards", "-in-middle-layer-areas"


def _small() -> Context:
    """The small world, with Cornwall's neighbours in force as councils, and Devon as the county it is."""
    lookups = small_lookups()
    more = pd.DataFrame({"council": ["E06000053", "E06000018"], "ward": ["E05999998", "E05999999"]})
    counties = pd.DataFrame({"council_code": ["E07000041"], "county_code": ["E10000008"], "county_name": ["Devon"]})
    lookups = replace(lookups, wards=pd.concat([lookups.wards, more]), counties=counties)
    return replace(small_context(), lookups=lookups)


CONTEXT = _small()


def _figures(reading: Reading) -> dict[tuple[str, str, str], dict[str, Any]]:
    frame = reading.contributions[0].observations
    return {
        (row["measure"], row["area_code"], f"{row['period_start']:%Y-%m-%d}"): row
        for row in frame.to_dict("records")  # type: ignore[misc]
    }


def _nothing(number: object) -> bool:
    return isinstance(number, float) and number != number


def test_the_fixture_gives_counts_of_councils_and_england() -> None:
    reading = read([INJURIES], CONTEXT)
    (account,) = reading.accounts
    assert (account.period, account.authority, account.state) == ("2010-04:2024-03", "E92000001", "loaded")
    assert (account.rows_read, account.rows_placed, account.rows_unlocated, account.rows_refused) == (14, 14, 0, 0)
    (warning,) = reading.problems
    assert warning.level == "warning"
    assert warning.message == (
        "10 of 14 rows are used; not used: 1 of groups of areas or people, 1 of another sex or age, 2 that repeat another"
    )
    figures = _figures(reading)
    assert len(figures) == 10
    early = figures[NAME, "E06000026", "2010-04-01"]
    assert (early["numerator"], early["denominator"], early["status"]) == (557, 41723, "observed")
    assert _nothing(early["value"])
    assert _nothing(early["low"])
    later = figures[NAME, "E06000026", "2016-04-01"]
    assert (later["numerator"], later["low"], later["high"], later["status"]) == (555, 553, 557, "rounded")
    england = figures[f"{NAME}-in-england", "E92000001", "2016-04-01"]
    assert (england["numerator"], england["denominator"], england["status"]) == (100728, 9833477, "observed")
    assert (england["area_kind"], england["period_months"]) == ("country", 12)


def test_notes_make_figures_missing_or_inherited() -> None:
    figures = _figures(read([INJURIES], CONTEXT))
    absent = figures[NAME, "E06000018", "2016-04-01"]
    assert absent["status"] == "missing"
    assert all(_nothing(absent[key]) for key in ("numerator", "denominator", "value", "low", "high"))
    combined = figures[NAME, "E06000052", "2010-04-01"]
    assert (combined["status"], combined["numerator"], combined["denominator"]) == ("inherited", 1107, 83930)
    assert figures[NAME, "E06000053", "2016-04-01"]["status"] == "missing"


@pytest.mark.parametrize(
    ("note", "value", "count", "status"),
    [
        ("", 100, 50, "rounded"),
        ("Value suppressed for disclosure control due to small count", "", "", "suppressed"),
        ("Value suppressed for disclosure control due to small count", -1, "", "suppressed"),
        ("", "", "", "missing"),
        ("Value missing in source data", "", "", "missing"),
        ("Value for North Yorkshire Cty applied to North Yorkshire UA", 100, 50, "inherited"),
        ("Should be treated with caution", 100, 50, "low_reliability"),
        ("Something nobody has said before", 100, 50, "low_reliability"),
        ("Aggregated from all known lower geography values", 100, 50, "rounded"),
    ],
)
def test_every_note_is_a_status(tmp_path: Path, note: str, value: object, count: object, status: str) -> None:
    row = cells("90284", "E06000026", "2016/17", value, count, 5000, value_note=note)
    reading = read([made(tmp_path / "x.csv", [row])], CONTEXT)
    (found,) = _figures(reading).values()
    assert found["status"] == status
    assert found["denominator"] == 5000
    if status == "suppressed":
        assert (found["low"], found["high"]) == (1, 7)
    assert _nothing(found["numerator"]) == (status in ("suppressed", "missing"))
    unsure = [problem for problem in reading.problems if note and note in problem.message]
    assert [problem.level for problem in unsure] == (["warning"] if status == "low_reliability" else [])


def test_a_period_with_one_odd_count_is_not_rounded(tmp_path: Path) -> None:
    rows = [cells("90284", "E06000026", "2011/12", 100, 51, 5100), cells("90284", "E06000052", "2011/12", 100, 50, 5000),
            cells("90284", "E06000026", "2012/13", 100, 50, 5000), cells("90284", "E06000052", "2012/13", 0, 0, 5000)]  # fmt: skip
    figures = _figures(read([made(tmp_path / "x.csv", rows)], CONTEXT))
    statuses = {key[1:]: row["status"] for key, row in figures.items()}
    assert statuses == {
        ("E06000026", "2011-04-01"): "observed", ("E06000052", "2011-04-01"): "observed",
        ("E06000026", "2012-04-01"): "rounded", ("E06000052", "2012-04-01"): "observed",
    }  # fmt: skip
    assert figures[NAME, "E06000052", "2012-04-01"]["numerator"] == 0


def test_values_without_counts_keep_the_publishers_limits(tmp_path: Path) -> None:
    limits = {"lower_ci_95.0_limit": 40, "upper_ci_95.0_limit": 50}
    rows = [cells("92727", "E06000026", "2016", 45, "", 2400, **limits), cells("92727", "E06000052", "2016", 45.8, 1100, 2400, **limits),
            cells("93239", "E02003147", "2015/16 - 19/20", 71.4, 30, 42.0, area_type="MSOA", **limits)]  # fmt: skip
    figures = _figures(read([made(tmp_path / "x.csv", rows)], CONTEXT))
    valued = figures["deaths-in-usual-place-of-residence", "E06000026", "2016-01-01"]
    assert (valued["value"], valued["low"], valued["high"], valued["denominator"]) == (45, 40, 50, 2400)
    assert _nothing(valued["numerator"])
    counted = figures["deaths-in-usual-place-of-residence", "E06000052", "2016-01-01"]
    assert (counted["numerator"], counted["denominator"], counted["status"]) == (1100, 2400, "observed")
    assert all(_nothing(counted[key]) for key in ("value", "low", "high"))
    ratio = figures[f"hospital-admissions-for-self-harm-ratio{MIDDLE}", "E02003147", "2015-04-01"]
    assert (ratio["value"], ratio["period_months"], ratio["status"]) == (71.4, 60, "observed")
    assert _nothing(ratio["numerator"])
    assert _nothing(ratio["denominator"])


def test_each_kind_of_area_has_its_measure_and_comes_along(tmp_path: Path) -> None:
    rows = [
        cells("22401", "E12000009", "2016/17", 2000, 2000, 99000, area_type="Region", area_name="South West region (statistical)"),
        cells("93219", "E05002094", "2013/14 - 17/18", 100, 30, 2000, area_type="Ward"),
        cells("93219", "E05000819", "2013/14 - 17/18", 100, 35, 2000, area_type="Ward", area_name="Altrincham"),
        cells("93219", "E02003147", "2013/14 - 17/18", 100, 40, 2000, area_type="MSOA", area_name="Plymouth 029"),
        cells("22401", "E38000089", "2016/17", 2000, 2000, 99000, area_type="CCGs"),
        cells("22401", "E05002094", "2016/17", 2000, 20, 990, area_type="Ward"),
        cells("22401", "nE54000036", "2016/17", 2000, 2000, 99000, area_type="ICBs"),
    ]  # fmt: skip
    reading = read([made(tmp_path / "x.csv", rows)], CONTEXT)
    assert set(_figures(reading)) == {
        ("hospital-admissions-for-falls-in-regions", "E12000009", "2016-04-01"),
        (NAME + WARD, "E05002094", "2013-04-01"),
        (NAME + WARD, "E05000819", "2013-04-01"),
        (NAME + MIDDLE, "E02003147", "2013-04-01"),
    }
    assert "3 of areas of another kind" in reading.problems[0].message
    areas = reading.contributions[0].areas
    assert areas[["kind", "code", "name", "country"]].values.tolist() == [
        ["msoa", "E02003147", "Plymouth 029", "England"],
        ["region", "E12000009", "South West", "England"],
        ["ward", "E05000819", "Altrincham", "England"],
    ]
    assert reading.contributions[0].files[0].edition == "areas not dated, data to 2018-03"


@pytest.mark.parametrize(
    ("types", "suffixes", "edition"),
    [
        ((UPPER_TYPE, UPPER_TYPE), ("", ""), "areas of 2023-04, data to 2017-03"),
        ((LOWER_TYPE, LOWER_TYPE), ("-in-districts", "-in-districts"), "areas of 2023-04, data to 2017-03"),
        (("UA", "District"), ("-in-districts", "-in-districts"), "areas not dated, data to 2017-03"),
        (("UA", "County"), ("", ""), "areas not dated, data to 2017-03"),
        (("County & UA (pre 4/19)",) * 2, ("", ""), "areas not dated, data to 2017-03"),
        (("District & UA (4/19-3/20)",) * 2, ("-in-districts", "-in-districts"), "areas of 2019-04, data to 2017-03"),
        ((UPPER_TYPE, LOWER_TYPE), ("", "-in-districts"), "areas of 2023-04, data to 2017-03"),
    ],
)  # fmt: skip
def test_a_unitary_council_stands_in_either_tier(
    tmp_path: Path, types: tuple[str, str], suffixes: tuple[str, str], edition: str
) -> None:
    codes = ("E06000026", "E06000052")
    rows = [
        cells("90284", code, "2016/17", 100, 50, 5000, area_type=kind) for code, kind in zip(codes, types, strict=True)
    ]
    reading = read([made(tmp_path / "x.csv", rows)], CONTEXT)
    assert {key[:2] for key in _figures(reading)} == {
        (NAME + suffix, code) for suffix, code in zip(suffixes, codes, strict=True)
    }
    assert reading.contributions[0].files[0].edition == edition


def test_a_council_that_is_no_more_has_slices_to_itself(tmp_path: Path) -> None:
    rows = [cells("90284", "E06000026", "2016/17", 100, 50, 5000), cells("90284", "E06000028", "2016/17", 100, 50, 5000),
            cells("90886", "E06000026", "2016/17", 40, 200, 50000), cells("90886", "E12000009", "2016/17", 40, 4000, 1e6)]  # fmt: skip
    contribution = read([made(tmp_path / "x.csv", rows)], CONTEXT).contributions[0]
    coverage = contribution.coverage.sort_values(["measure", "authority"])
    assert coverage[["measure", "authority_kind", "authority", "rows_placed", "period_months"]].values.tolist() == [
        ["children-on-protection-plans", "country", "E92000001", 1, 0],
        ["children-on-protection-plans-in-regions", "country", "E92000001", 1, 0],
        [NAME, "country", "E92000001", 1, 12],
        [f"{NAME}-in-former-councils", "council", "E06000028", 1, 12],
    ]
    assert set(coverage["rows_unlocated"]) == {0}
    assert contribution.areas[["kind", "code"]].values.tolist() == [["council", "E06000028"], ["region", "E12000009"]]
    (plan,) = contribution.observations.query("measure == 'children-on-protection-plans'").to_dict("records")
    assert f"{plan['period_start']:%Y-%m-%d}" == "2017-03-31"


def test_a_former_council_in_both_tiers_of_a_file_counts_once(tmp_path: Path) -> None:
    rows = [
        cells("90284", code, "2016/17", 100, 50, 5000, area_type=kind)
        for code in ("E06000026", "E06000028")
        for kind in (UPPER_TYPE, LOWER_TYPE)
    ]
    figures = _figures(read([made(tmp_path / "x.csv", rows)], CONTEXT))
    assert {key[:2] for key in figures} == {
        (NAME, "E06000026"),
        (f"{NAME}-in-districts", "E06000026"),
        (f"{NAME}-in-former-councils", "E06000028"),
    }
    assert len(read([tmp_path / "x.csv"], CONTEXT).contributions[0].observations) == 3


def test_conceptions_are_those_of_women(tmp_path: Path) -> None:
    rows = [cells("20401", "E06000026", "2016", 20, 80, 4000, sex="Female"),
            cells("20401", "E06000052", "2016", "", "", 90, sex="Female", value_note="Value suppressed for disclosure control")]  # fmt: skip
    figures = _figures(read([made(tmp_path / "x.csv", rows)], CONTEXT))
    assert figures["conceptions-under-18", "E06000026", "2016-01-01"]["numerator"] == 80
    hidden = figures["conceptions-under-18", "E06000052", "2016-01-01"]
    assert (hidden["low"], hidden["high"]) == (0, 4)


def test_a_sex_that_is_not_there_stops_the_file(tmp_path: Path) -> None:
    rows = [cells("90284", "E06000026", "2016/17", 100, 50, 5000, sex=sex) for sex in ("Male", "Female")]
    message, column, lines, _ = one_problem(read([made(tmp_path / "x.csv", rows)], CONTEXT))
    assert message == "Indicator 90284 has no rows for Persons, only for Female, Male"
    assert (column, lines) == ("Sex", (2, 3))


def test_of_several_ages_one_is_used(tmp_path: Path) -> None:
    rows = [cells("848", "E06000026", "2016/17", 10, 100, 1000, age=age) for age in ("18+ yrs", "65+ yrs")]
    reading = read([made(tmp_path / "x.csv", rows)], CONTEXT)
    assert len(_figures(reading)) == 1
    assert "1 of another sex or age" in reading.problems[0].message
    rows[0]["Age"] = "16+ yrs"
    message, column, *_ = one_problem(read([made(tmp_path / "y.csv", rows)], CONTEXT))
    assert "several ages, 16+ yrs, 65+ yrs" in message
    assert column == "Age"


def test_other_indicators_are_counted_and_left_out(tmp_path: Path) -> None:
    rows = [cells("90284", "E06000026", "2016/17", 100, 50, 5000), cells("108", "E06000026", "2016", "n/a")]
    reading = read([made(tmp_path / "x.csv", rows)], CONTEXT)
    assert reading.accounts[0].rows_placed == 2
    assert "1 of 2 rows are used; not used: 1 of other indicators" in reading.problems[0].message


def test_a_file_without_our_indicators_names_those_it_has(tmp_path: Path) -> None:
    rows = [cells(str(number), "E06000026", "2016/17", 1) for number in range(100, 113)]
    message, column, _, do = one_problem(read([made(tmp_path / "x.csv", rows)], CONTEXT))
    assert message == (
        "None of the indicators in this file is used here: 100, 101, 102, 103, 104, 105, 106, 107, 108, 109 and 3 others"
    )
    assert column == "Indicator ID"
    assert "90284" in do


def test_a_file_of_areas_not_used_is_refused(tmp_path: Path) -> None:
    message, *_ = one_problem(read([made(tmp_path / "x.csv", [cells("848", "A81001", "2016/17", 10, 100, 1000, area_type="GPs")])], CONTEXT))  # fmt: skip
    assert message == "No row is of an area and an indicator used here; not used: 1 of areas of another kind"


def test_a_code_of_nothing_is_refused_unless_accepted(tmp_path: Path) -> None:
    rows = [cells("90284", "E06000026", "2016/17", 100, 50, 5000), cells("90284", "Plymouth", "2016/17", 100, 50, 5000)]
    path = made(tmp_path / "x.csv", rows)
    message, column, lines, do = one_problem(read([path], CONTEXT))
    assert "Plymouth" in message
    assert (column, lines) == ("Area Code", (3,))
    assert "--accept-refused 1" in do
    reading = read([path], replace(CONTEXT, accept_refused=1))
    (account,) = reading.accounts
    assert (account.rows_read, account.rows_placed, account.rows_refused, account.state) == (2, 1, 1, "loaded")


def test_the_same_figures_twice_count_once_and_others_stop_the_file(tmp_path: Path) -> None:
    row = cells("90284", "E06000026", "2016/17", 100, 50, 5000)
    reading = read([made(tmp_path / "x.csv", [row, {**row, "Parent Code": "", "Count": "50.0"}])], CONTEXT)
    assert len(_figures(reading)) == 1
    message, column, lines, _ = one_problem(read([made(tmp_path / "y.csv", [row, {**row, "Count": "55"}])], CONTEXT))
    assert message == "The file holds an area twice in one period, with different figures, such as “E06000026”"
    assert (column, lines) == ("Area Code", (3,))


def test_a_number_found_by_its_name_is_used_and_two_are_not(tmp_path: Path) -> None:
    moved = cells("99999", "E06000026", "2016/17", 100, 50, 5000, indicator_name=NAMES["90284"])
    assert len(_figures(read([made(tmp_path / "x.csv", [moved])], CONTEXT))) == 1
    both = [moved, cells("90284", "E06000026", "2015/16", 100, 50, 5000)]
    message, column, *_ = one_problem(read([made(tmp_path / "y.csv", both)], CONTEXT))
    assert "Indicators 99999 and 90284 are both" in message
    assert column == "Indicator ID"


def test_a_number_with_another_name_stops_the_file(tmp_path: Path) -> None:
    row = cells("90284", "E06000026", "2016/17", 100, 50, 5000, indicator_name="Smoking prevalence")
    message, column, *_ = one_problem(read([made(tmp_path / "x.csv", [row])], CONTEXT))
    assert "Indicator 90284 is called “Smoking prevalence”" in message
    assert "“0 to 14” or “0 14”" in message
    assert column == "Indicator Name"


@pytest.mark.parametrize(
    "name",
    [
        "Hospital admissions caused by unintentional and deliberate injuries in young people (aged 15 to 24 years)",
        "Hospital admissions for asthma (under 19 years) - registered population",
        "Emergency hospital admissions due to falls in people aged 65 to 79",
        "Hospital admissions as a result of self-harm (10-24 years)",
        "Under 18s conceptions leading to abortion (%)",
        "Children in absolute low income families (under 16s)",
        "Percentage of deaths that occur in care homes (All ages)",
        "Percentage of deaths that occur at home (65-74 yrs)",
        "Depression: QOF incidence - new diagnosis (18+)",
        "Children in care immunisations",
    ],
)
def test_neighbouring_indicators_are_not_taken_for_ours(name: str) -> None:
    assert identify(INDICATORS, [("1", name)], "x.csv") == {}


@pytest.mark.parametrize(
    ("number", "name"),
    [
        *((number, name) for number, name in NAMES.items() if int(number) not in (241, 90933, 253, 273)),
        # As the publisher's newer catalogue calls them.
        ("20401", "Conception rate in females aged 17 years and under"),
        ("22401", "Emergency hospital admissions due to falls aged 65 years and over"),
    ],
)
def test_every_indicator_knows_its_names_and_no_other_does(number: str, name: str) -> None:
    fitting = [item.number for item in INDICATORS if item.fits(name)]
    assert fitting == [int(number)]


@pytest.mark.parametrize(
    ("line", "column", "value", "message"),
    [
        (5, "Count", "*", "not a number"),
        (5, "Value", "..", "not a number"),
        (5, "Denominator", "-2", "below nought"),
        (5, "Time period", "2010", "not of the kind this indicator has"),
        (5, "Time period", "2030/31", "future"),
        (5, "Time period Sortable", "20110000", "do not fit their labels"),
        (5, "Time period range", "3y", "another length"),
        (5, "Area Code", "", "rows without an area"),
        (5, "Value", "13.3", "rates that do not fit their counts"),
    ],
)
def test_a_cell_that_is_not_as_it_should_be_stops_the_file(
    tmp_path: Path, line: int, column: str, value: str, message: str
) -> None:
    said, where, rows, _ = one_problem(read([with_cell(INJURIES, tmp_path / "x.csv", line, column, value)], CONTEXT))
    assert message in said
    assert (where, rows) == (column, (line,))


def test_more_than_there_are_stops_the_file(tmp_path: Path) -> None:
    path = made(tmp_path / "x.csv", [cells("93476", "E06000026", "2016", 110, 110, 100)])
    message, column, *_ = one_problem(read([path], CONTEXT))
    assert (message, column) == ("The file holds more counted than there are, such as “110”", "Count")


@pytest.mark.parametrize("heading", ["Area Code", "Value note", "Category Type", "Lower CI 95.0 limit", "Count"])
def test_a_renamed_heading_stops_the_file(tmp_path: Path, heading: str) -> None:
    message, _, rows, _ = one_problem(
        read([rewritten(INJURIES, tmp_path / "x.csv", {heading: f"My {heading}"})], CONTEXT)
    )
    assert "is not there" in message
    assert rows == (1,)


def test_headings_of_other_years_and_parents_are_known(tmp_path: Path) -> None:
    older = {"Compared to percentiles": "Compared to Region value or percentiles", "Lower CI 95.0 limit": "Lower CI limit",
             "Upper CI 95.0 limit": "Upper CI limit", "Lower CI 99.8 limit": "A", "Upper CI 99.8 limit": "B",
             "Time period Sortable": "C", "Time period range": "D"}  # fmt: skip
    assert len(_figures(read([rewritten(INJURIES, tmp_path / "x.csv", older)], CONTEXT))) == 10
    newer = {"Compared to percentiles": "Compared to Regions (statistical) value or percentiles"}
    assert len(_figures(read([rewritten(INJURIES, tmp_path / "y.csv", newer)], CONTEXT))) == 10
    nothing = {name: name.replace("Compared", "Set") for name in COLUMNS if name.startswith("Compared")}
    message, column, *_ = one_problem(read([rewritten(INJURIES, tmp_path / "z.csv", nothing)], CONTEXT))
    assert "Compared to" in message
    assert column == "Compared to"


def test_columns_may_come_in_another_order(tmp_path: Path) -> None:
    with INJURIES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    turned = read([made(tmp_path / "x.csv", rows, COLUMNS[::-1])], CONTEXT)
    assert _figures(turned).keys() == _figures(read([INJURIES], CONTEXT)).keys()


def test_a_web_page_is_no_file(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("<!doctype html>\n<title>Not now</title>\n")
    message, *_ = one_problem(read([path], CONTEXT))
    assert "is not there" in message


def test_what_is_held_is_left_alone() -> None:
    account = read([INJURIES], CONTEXT).accounts[0]
    again = read([INJURIES], holding(CONTEXT, (account.file, account.sha256)))
    assert [item.state for item in again.accounts] == ["unchanged"]


def test_every_measure_is_declared_once() -> None:
    names = [measure.name for measure in MEASURES]
    assert len(names) == len(set(names))
    assert {measure.kind for measure in MEASURES} == {"events", "stock", "proportion", "ratio"}
    assert len({item.number for item in INDICATORS}) == len(INDICATORS)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    line=st.integers(2, 15),
    heading=st.sampled_from(COLUMNS),
    value=st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=12)
    | st.sampled_from(["1e9999", "-1", "0", "nan", "inf", "E06000026", "2016/17", "Persons", "90284"]),
)
def test_no_cell_breaks_it(tmp_path: Path, line: int, heading: str, value: str) -> None:
    """One cell of anything: the file is refused with a reason, or everything said about the others still holds."""
    reading = read([with_cell(INJURIES, tmp_path / "x.csv", line, heading, value)], CONTEXT)
    (account,) = reading.accounts
    if account.state == "refused":
        assert reading.errors
        assert not reading.contributions
        return
    frame = reading.contributions[0].observations
    assert account.rows_read == account.rows_placed + account.rows_unlocated + account.rows_refused == 14
    assert not frame.duplicated(["area_code", "measure", "period_start", "period_months", "authority"]).any()
    assert frame["numerator"][frame["status"].isin(["suppressed", "missing"])].isna().all()
    assert not (frame[["numerator", "denominator", "value"]] < 0).any(axis=None)


def test_a_newer_file_leaves_a_vanished_council_its_years(small_folder: Folder, tmp_path: Path) -> None:
    old = [
        cells("90284", code, "2010/11", 100, 50, 5000, area_type="County & UA (pre 4/19)")
        for code in ("E06000022", "E06000028")
    ]
    new = [cells("90284", code, "2010/11", 100, 55, 5500) for code in ("E06000022", "E06000058")]
    import_files(small_folder, "fingertips", [made(tmp_path / "new.csv", new)], now=NOW)
    import_files(small_folder, "fingertips", [made(tmp_path / "old.csv", old)], now=NOW)
    found = open_store(small_folder).rows(
        "SELECT a.code, a.name, o.numerator FROM observation o JOIN area a USING (area_id) JOIN measure m USING (measure_id) "
        "WHERE m.name IN (?, ?) ORDER BY ALL",
        [NAME, f"{NAME}-in-former-councils"],
    )
    # Bath, in both, stands as the file of newer councils has it, though the other one came later; none is lost.
    assert found == [
        ("E06000022", "Bath and North East Somerset", 55),
        ("E06000028", "Area E06000028", 50),
        ("E06000058", "Area E06000058", 55),
    ]


# Real files ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real_context() -> Context:
    lookups = lookups_in_use()
    return Context(placement(lookups), NOW, lookups=lookups)


def test_the_publishers_own_file_is_accounted_for(published: Path, real_context: Context) -> None:
    reading = read([published / "data" / "fingertips" / "la_hospital_admissions_2324.csv"], real_context)
    (account,) = reading.accounts
    assert (account.rows_read, account.rows_placed, account.rows_refused, account.state) == (7208, 7208, 0, "loaded")
    assert account.period == "2010-04:2024-03"
    used, unsure = reading.problems
    assert used.message == (
        "2,144 of 7,208 rows are used; not used: 1,330 of groups of areas or people, 3,720 of another sex or age, "
        "14 that repeat another"
    )
    assert unsure.message.startswith("3 figures are marked as unsure: Should be treated with caution")
    frame = reading.contributions[0].observations
    assert frame.groupby(["measure", "status"]).size().to_dict() == {
        (NAME, "inherited"): 34,
        (NAME, "low_reliability"): 3,
        (NAME, "missing"): 36,
        (NAME, "observed"): 280,
        (NAME, "rounded"): 1777,
        (f"{NAME}-in-england", "observed"): 14,
    }
    assert set(frame["authority"]) == {"E92000001"}
    assert not frame["low"].lt(0).any()
    years = frame.set_index(["area_code", "period_start"])["numerator"]
    assert years["E06000026", pd.Timestamp("2016-04-01")] == 555
    assert years["E92000001", pd.Timestamp("2010-04-01")] == 107429
    assert reading.contributions[0].areas.empty
    assert reading.contributions[0].coverage["rows_placed"].sum() == 2144
    assert reading.contributions[0].files[0].edition == "areas of 2023-04, data to 2024-03"


def test_extracts_of_others_are_named_as_such(published: Path, real_context: Context) -> None:
    files = sorted((published / "data" / "fingertips").glob("trafford*/*.csv"))
    assert len(files) == 27
    for path in files:
        message, *_ = one_problem(read([path], real_context))
        assert "tidied by somebody else" in message, path.name


def test_a_catalogue_is_no_file_of_figures(published: Path, real_context: Context) -> None:
    path = published / "data" / "fingertips" / "api_samples" / "fingertipsnext_indicators.json"
    one_problem(read([path], real_context))
