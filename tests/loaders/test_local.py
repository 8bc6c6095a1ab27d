"""Figures a community brings: stored as they are, refused whole with every mistake named."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.rates import mean_limits
from loaders import local
from loaders.importing import import_files
from loaders.local import MEASURES, design_effect, fetch, read
from loaders.local_declarations import known_indicators
from loaders.local_template import COLUMNS
from store.contribution import DETAIL_COLUMNS, OBSERVATION_COLUMNS
from store.database import open_store
from store.errors import OutcomesError
from store.folder import Folder
from store.local_details import local_figures
from tests.loaders.local_files import METRIC, MOTHERS, OWN, VOLUNTEERS, errors, filled, folder_with_a_place, only, raw
from tests.loaders.publishers import fetching_from
from tests.loaders.small_world import NOW, holding, small_context, small_lookups

CONTEXT = small_context()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """A data folder with one neighbourhood, for every test here."""
    return folder_with_a_place(tmp_path, monkeypatch)


def observed(path: Path) -> pd.DataFrame:
    """What a right file gives, without the areas that are only said to be unknown."""
    reading = read([path], CONTEXT)
    assert reading.problems == ()
    frame = reading.contributions[0].observations
    assert set(frame.columns) == set(OBSERVATION_COLUMNS)
    return frame[frame["status"] != "missing"].reset_index(drop=True)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_every_kind_of_figure_is_stored(tmp_path: Path, ending: str) -> None:
    days = {"indicator": "wait", "title": "Days waited", "area": "stonehouse", "period_start": "2024", "kind": "median",
            "value": "12.5", "people_answered": "8", "better": "lower", "about": "people", "unit": "days"}  # fmt: skip
    found = observed(filled(tmp_path / f"rows.{ending}", VOLUNTEERS, MOTHERS, METRIC, OWN, days))
    assert found[["measure", "period_months", "status"]].values.tolist() == [
        ["local-volunteers", 1, "observed"], ["local-postnatal-depression", 12, "observed"], ["local-swemwbs", 1, "observed"],
        ["local-benches", 12, "observed"], ["local-wait", 12, "observed"],
    ]  # fmt: skip
    numbers = found[["numerator", "denominator", "value"]].fillna(-1).values.tolist()
    assert numbers == [[12, -1, -1], [4, 31, -1], [-1, 120, 22.4], [3, -1, -1], [-1, 8, 12.5]]
    assert found["period_start"].dt.date.to_list()[1] == date(2023, 4, 1)
    assert set(found["area_kind"]) == {"place"}
    assert set(zip(found["authority_kind"], found["authority"], strict=True)) == {("place", "stonehouse")}


def test_the_limits_of_an_average_are_those_the_statistics_give(tmp_path: Path) -> None:
    row = observed(filled(tmp_path / "rows.csv", METRIC)).iloc[0]
    expected = mean_limits(22.4, 4.1, 120, design_effect=1.5)
    assert (row["low"], row["high"]) == (pytest.approx(expected.lower), pytest.approx(expected.upper))
    alone = observed(filled(tmp_path / "two.csv", {**METRIC, "people_answered": "1", "people_asked": ""})).iloc[0]
    assert math.isnan(alone["low"])


def test_the_design_effect_is_of_surveys_only(tmp_path: Path) -> None:
    own_share = {**OWN, "indicator": "warm", "kind": "out of", "out_of": "9", "about": "people"}
    rows = [METRIC, {**METRIC, "period_start": "2024-04", "design_effect": "1"}, MOTHERS, VOLUNTEERS, own_share,
            {**own_share, "period_start": "2023", "people_asked": "20"}]  # fmt: skip
    details = read([filled(tmp_path / "rows.csv", *rows)], CONTEXT).contributions[0].details
    assert details["design_effect"].fillna(-1).to_list() == [1.5, 1, 1, -1, 1, 1.5]
    assert set(details.columns) == set(DETAIL_COLUMNS)
    assert design_effect.__doc__


def test_what_was_said_of_a_figure_goes_with_it(tmp_path: Path) -> None:
    rows = [{**MOTHERS, "note": "Score of 13 or more", "title": "Mothers feeling very low"}, OWN, METRIC]
    details = read([filled(tmp_path / "rows.csv", *rows)], CONTEXT).contributions[0].details
    said = details[["title", "better", "rule", "provider", "note"]].values.tolist()
    assert said[0] == ["Mothers feeling very low", "lower", "local_sensitive", "Health visitors", "Score of 13 or more"]
    assert said[1][:3] == ["Benches mended", "higher", "local_things"]
    assert said[2][:3] == ["Mental well-being (SWEMWBS)", "higher", "local"]
    assert details["people_asked"].fillna(-1).to_list() == [-1, -1, 300]


def test_a_small_area_is_reported_by_its_council_and_the_rest_of_it_stays_unknown(tmp_path: Path) -> None:
    rows = [{**VOLUNTEERS, "area": "E01015153"}, {**MOTHERS, "area": "e01015155"}]
    reading = read([filled(tmp_path / "rows.csv", *rows)], CONTEXT)
    frame = reading.contributions[0].observations
    known = frame[frame["status"] == "observed"]
    assert known[["area_kind", "area_code", "authority_kind", "authority"]].values.tolist() == [
        ["stable", "E01015153", "council", "E06000026"], ["stable", "E01015155", "council", "E06000026"],
    ]  # fmt: skip
    missing = frame[frame["status"] == "missing"]
    # A month that a council is said to have reported would make every other small area of it a nought.
    plymouth = {code for code, council in CONTEXT.placement.council.items() if council == "E06000026"}
    assert set(missing["area_code"]) == plymouth - {"E01015153"}
    assert set(missing["measure"]) == {"local-volunteers"}
    assert missing["numerator"].isna().all()
    coverage = reading.contributions[0].coverage
    assert coverage[["authority_kind", "rows_placed"]].values.tolist() == [["council", 1], ["council", 1]]


def test_part_of_a_split_or_merged_area_is_answered_with_the_whole(tmp_path: Path) -> None:
    rows = [{**VOLUNTEERS, "area": area} for area in ("E01034851", "E01008187", "E01999999", "nowhere", "")]
    path = filled(tmp_path / "rows.csv", *rows)
    reading = read([path], CONTEXT)
    found = {problem.rows: (problem.message, problem.do) for problem in reading.errors}
    assert "only part of a small area" in found[(2,)][0]
    assert found[(2,)][1] == "Use E01018758, the whole of it."
    assert found[(3,)][1] == "Use the whole place instead."
    assert "No lookup knows" in found[(4,)][0]
    assert "no such area" in found[(5,)][0]
    assert "stonehouse" in found[(5,)][1]
    assert "missing" in found[(6,)][0]


def test_the_whole_of_a_merged_area_may_be_given_by_its_code(tmp_path: Path) -> None:
    found = observed(filled(tmp_path / "rows.csv", *({**MOTHERS, "area": area} for area in ("E01018758", "E01034858"))))
    assert found["area_code"].to_list() == ["E01018758", "E01034858"]


def test_a_data_zone_is_reported_by_its_country(tmp_path: Path) -> None:
    reading = read([filled(tmp_path / "rows.csv", {**VOLUNTEERS, "area": "S01006506"})], CONTEXT)
    contribution = reading.contributions[0]
    row = contribution.observations.iloc[0]
    assert (row["area_kind"], row["area_code"], row["authority_kind"], row["authority"]) == (
        "data_zone", "S01006506", "country", "S92000003",
    )  # fmt: skip
    assert contribution.areas[["kind", "code"]].values.tolist() == [
        ["country", "S92000003"],
        ["data_zone", "S01006506"],
    ]


def test_a_hidden_count_is_a_range_and_nought_is_nought(tmp_path: Path) -> None:
    found = observed(
        filled(
            tmp_path / "rows.csv",
            {**VOLUNTEERS, "count": "<10"},
            {**VOLUNTEERS, "period_start": "2024-02", "count": "0"},
        )
    )
    hidden, nought = (found.iloc[at] for at in (0, 1))
    assert (hidden["status"], hidden["low"], hidden["high"]) == ("suppressed", 0, 9)
    assert math.isnan(hidden["numerator"])
    assert (nought["status"], nought["numerator"]) == ("observed", 0)


def test_the_account_names_places_and_months(tmp_path: Path) -> None:
    reading = read([filled(tmp_path / "rows.csv", VOLUNTEERS, MOTHERS)], CONTEXT)
    (account,) = reading.accounts
    assert (account.period, account.authority, account.state) == ("2023-04:2024-01", "stonehouse", "loaded")
    assert (account.rows_read, account.rows_placed) == (2, 2)
    file = reading.contributions[0].files[0]
    assert (file.origin, file.edition) == ("local", "local")
    again = read([tmp_path / "rows.csv"], holding(CONTEXT, (account.file, account.sha256)))
    assert again.accounts[0].state == "unchanged"


def test_rows_of_the_template_that_nobody_filled_in_are_left_out(tmp_path: Path) -> None:
    empty = {
        "indicator": "hope",
        "title": "Hope",
        "kind": "mean",
        "better": "higher",
        "about": "people",
        "unit": "average answer, 0 to 10",
    }
    assert len(observed(filled(tmp_path / "rows.csv", empty, VOLUNTEERS))) == 1
    nothing = read([filled(tmp_path / "none.csv", empty)], CONTEXT)
    assert "No row of the template is filled in" in only(nothing).message


WRONG: dict[str, tuple[Mapping[str, str], str, str]] = {
    "no name": ({**OWN, "indicator": ""}, "indicator", "name is missing"),
    "no usable name": ({**OWN, "indicator": "Benches (mended)"}, "indicator", "no usable name"),
    "another kind": ({**VOLUNTEERS, "kind": "count"}, "kind", "declared otherwise"),
    "another direction": ({**VOLUNTEERS, "better": "lower"}, "better", "declared otherwise"),
    "another unit": ({**VOLUNTEERS, "unit": "hours"}, "unit", "declared otherwise"),
    "no title": ({**OWN, "title": ""}, "title", "is missing"),
    "no kind": ({**OWN, "kind": ""}, "kind", "is missing"),
    "an unknown kind": ({**OWN, "kind": "many"}, "kind", "is not one of those"),
    "an unknown direction": ({**OWN, "better": "up"}, "better", "is not one of those"),
    "no subject": ({**OWN, "about": ""}, "about", "is missing"),
    "no period": ({**VOLUNTEERS, "period_start": ""}, "period_start", "not a period"),
    "a period to come": ({**VOLUNTEERS, "period_start": "2026-11"}, "period_start", "not over yet"),
    "words for a number": ({**VOLUNTEERS, "count": "twelve"}, "count", "not a whole number"),
    "less than nothing": ({**VOLUNTEERS, "count": "-3"}, "count", "not a whole number"),
    "half a person": ({**VOLUNTEERS, "count": "2.5"}, "count", "not a whole number"),
    "a comma": ({**METRIC, "value": "22,4"}, "value", "not a number such as"),
    "no number": ({**VOLUNTEERS, "count": ""}, "count", "needs this number"),
    "no total": ({**MOTHERS, "out_of": ""}, "out_of", "needs this number"),
    "more than all": ({**MOTHERS, "count": "32"}, "count", "more than “out_of”"),
    "out of none": ({**MOTHERS, "count": "0", "out_of": "0"}, "out_of", "out of none"),
    "more answers than asked": ({**METRIC, "people_asked": "100"}, "people_answered", "more than “people_asked”"),
    "a number too many": ({**VOLUNTEERS, "out_of": "20"}, "out_of", "has no such number"),
    "an average of nobody": ({**METRIC, "people_answered": ""}, "people_answered", "needs this number"),
    "off the scale": ({**METRIC, "value": "36"}, "value", "outside its scale"),
    "below a scale without an end": (
        {"indicator": "swemwbs", "area": "stonehouse", "period_start": "2024", "value": "6", "people_answered": "20"},
        "value", "outside its scale, which runs from 7 to 35",
    ),
    "too much spread": ({**METRIC, "standard_deviation": "30"}, "standard_deviation", "cannot spread"),
    "an odd design effect": ({**METRIC, "design_effect": "0.2"}, "design_effect", "between 1 and 20"),
    "a formula": ({**VOLUNTEERS, "note": "=HYPERLINK()"}, "note", "take for a formula"),
    "an at sign": ({**VOLUNTEERS, "source": "@hall"}, "source", "take for a formula"),
    "too long": ({**VOLUNTEERS, "note": "x" * 601}, "note", "more than 600 characters"),
}  # fmt: skip


@pytest.mark.parametrize("row", WRONG.values(), ids=WRONG)
def test_a_mistake_is_named_by_row_and_column(tmp_path: Path, row: tuple[Mapping[str, str], str, str]) -> None:
    given, column, words = row
    found = errors(filled(tmp_path / "rows.csv", {**VOLUNTEERS, "period_start": "2023-01"}, given), CONTEXT)
    assert any(where == column and rows == (3,) and words in message for where, rows, message in found), found


def test_every_mistake_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    rows = [{**VOLUNTEERS, "period_start": f"{year}-01", "count": "x"} for year in range(1990, 2020)]
    found = errors(
        filled(tmp_path / "rows.csv", *rows, {**MOTHERS, "count": "40", "area": "nowhere", "period_months": "x"}),
        CONTEXT,
    )
    counts = [where for column, where, message in found if column == "count" and "whole number" in message]
    assert [number for part in counts for number in part] == list(range(2, 32))
    assert [len(part) for part in counts] == [20, 10]
    assert {column for column, where, _ in found if where == (32,)} == {"count", "area", "period_start"}


def test_the_same_figure_twice_is_a_mistake(tmp_path: Path) -> None:
    ((column, rows, message),) = errors(
        filled(tmp_path / "rows.csv", VOLUNTEERS, {**VOLUNTEERS, "count": "13"}), CONTEXT
    )
    assert (column, rows) == ("indicator", (3,))
    assert "row 2" in message


def test_an_indicator_of_one_s_own_stays_the_same(tmp_path: Path) -> None:
    later = {**OWN, "period_start": "2023"}
    bare = {name: value for name, value in later.items() if name not in ("title", "kind", "better", "about", "unit")}
    assert len(observed(filled(tmp_path / "rows.csv", OWN, bare))) == 2
    found = errors(filled(tmp_path / "two.csv", OWN, {**later, "unit": "seats", "better": "neither"}), CONTEXT)
    assert {column for column, _, message in found if "differs from row 2" in message} == {"unit", "better"}


def test_a_slip_of_the_pen_is_answered_with_the_name_that_was_meant(tmp_path: Path) -> None:
    reading = read([filled(tmp_path / "rows.csv", {**MOTHERS, "indicator": "postnatal-depresion"})], CONTEXT)
    assert all("“postnatal-depression”" in problem.do for problem in reading.errors)


PEOPLE: dict[str, tuple[list[str], list[str], str]] = {
    "NHS numbers": (["area", "indicator", "period_start", "note"], ["stonehouse", "x", "2024-01", "seen 943 476 5919"], "NHS numbers"),
    "postcodes": (["area", "indicator", "period_start", "note"], ["stonehouse", "x", "2024-01", "hall at PL1 3QR"], "full postcodes"),
    "e-mail": (["area", "indicator", "period_start", "source"], ["stonehouse", "x", "2024-01", "ask jo@example.org"], "e-mail"),
    "telephones": (["area", "indicator", "period_start", "note"], ["stonehouse", "x", "2024-01", "ring 01752 123 456"], "telephone"),
    "a heading": (["area", "indicator", "period_start", "Date of Birth"], ["stonehouse", "x", "2024-01", ""], "single people"),
    "birthdays": (["area", "indicator", "period_start", "when"], ["stonehouse", "x", "2024-01", "12/03/1961"], "birthdays"),
    "a heading that is a value": (["Mary Smith", "943 476 5919", "area"], ["Jo Bloggs", "943 476 5919", "x"], "NHS numbers"),
}  # fmt: skip


@pytest.mark.parametrize("given", PEOPLE.values(), ids=PEOPLE)
def test_rows_of_people_are_refused_without_repeating_them(
    tmp_path: Path, given: tuple[list[str], list[str], str]
) -> None:
    header, row, words = given
    path = raw(tmp_path / "rows.csv", header, row)
    found = errors(path, CONTEXT)
    assert any(words in message for _, _, message in found)
    whole = " ".join(f"{problem.message} {problem.do} {problem.column}" for problem in read([path], CONTEXT).problems)
    for value in ("943", "5919", "PL1", "3QR", "jo@", "01752", "1961", "Mary", "Bloggs"):
        assert value not in whole


def test_names_of_people_are_noticed(tmp_path: Path) -> None:
    header = ["indicator", "area", "period_start", "who"]
    rows = [["x", "stonehouse", "2024-01", name] for name in ("Mary Smith", "Jo Bloggs", "Ann O'Neill")]
    found = errors(raw(tmp_path / "rows.csv", header, *rows), CONTEXT)
    assert ("number 4", (), "This column holds what look like people's names") in found


def test_a_right_file_is_not_taken_for_people(tmp_path: Path) -> None:
    note = "Counted on 12/03/2024 and 2024-03-31 in PL1; 9434765918 steps; 0.0123456789 spread"
    assert (
        len(observed(filled(tmp_path / "rows.csv", {**VOLUNTEERS, "note": note, "source": "Stonehouse Timebank"}))) == 1
    )


def test_columns_are_those_of_the_template(tmp_path: Path) -> None:
    header = [*COLUMNS, "extra"]
    found = errors(raw(tmp_path / "rows.csv", header, [VOLUNTEERS.get(name, "") for name in COLUMNS]), CONTEXT)
    assert found == [("number 19", (), "This column is not one of the template's")]
    doubled = errors(
        raw(tmp_path / "two.csv", ["indicator", "Area", "area", "period start"], ["x", "y", "y", "2024"]), CONTEXT
    )
    assert found != doubled
    assert any("same heading" in message for _, _, message in doubled)
    short = errors(raw(tmp_path / "short.csv", ["indicator", "count"], ["volunteers", "3"]), CONTEXT)
    assert [column for column, _, _ in short] == ["area", "period_start"]
    long = errors(
        raw(
            tmp_path / "long.csv",
            ["indicator", "area", "period_start", "count"],
            ["volunteers", "stonehouse", "2024-01", "3", "4"],
        ),
        CONTEXT,
    )
    assert ("number 5", (2,), "A row has more cells than there are headings") in long


def test_headings_may_be_written_with_capitals_and_spaces(tmp_path: Path) -> None:
    path = raw(
        tmp_path / "rows.csv",
        ["Indicator", "AREA", "Period start", "Count"],
        ["volunteers", "Stonehouse", "2024-01", "1,204"],
    )
    assert observed(path)["numerator"].to_list() == [1204]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no rows"),
        (b"indicator;area;period_start\nx;y;2024\n", "not separated by commas"),
        ("indicator,area,period_start\nCaf\xe9,y,2024\n".encode("latin-1"), "neither a spreadsheet nor UTF-8"),
        (b"indicator,area\n\0,\n", "neither a spreadsheet nor a table"),
        (b'indicator,area\n"x,y\n', "quoted text does not end"),
        (b"PK\x03\x04 cut", "not a spreadsheet"),
        (b"indicator,area\n" + b"x,y\n" * 5001, "more than 5,000 rows"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(content)
    ((_, _, message),) = errors(path, CONTEXT)
    assert words in message


def test_too_large_a_file_is_not_read_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loaders.local_tables.LARGEST", 100)
    ((_, _, message),) = errors(filled(tmp_path / "rows.csv", VOLUNTEERS), CONTEXT)
    assert "larger than 5 MB" in message


def test_a_formula_in_a_workbook_is_refused_and_never_computed(tmp_path: Path) -> None:
    from tests.loaders.test_workbook import book

    letters = "ABCDEF"
    header = "".join(f'<c r="{letters[at]}1" t="inlineStr"><is><t>{name}</t></is></c>' for at, name in
                     enumerate(("indicator", "area", "period_start", "count")))  # fmt: skip
    row = ('<c r="A2" t="inlineStr"><is><t>volunteers</t></is></c><c r="B2" t="inlineStr"><is><t>stonehouse</t></is></c>'
           '<c r="C2" s="1"><v>45382</v></c><c r="D2"><f>6*2</f><v>12</v></c>')  # fmt: skip
    path = tmp_path / "rows.xlsx"
    path.write_bytes(book(f'<row r="1">{header}</row><row r="2">{row}</row>'))
    assert errors(path, CONTEXT) == [("number 4", (2,), "Formulas are not read")]
    path.write_bytes(book(f'<row r="1">{header}</row><row r="2">{row}</row>'.replace("<f>6*2</f>", "")))
    found = observed(path)
    assert found[["period_months", "numerator"]].values.tolist() == [[0, 12]]


def test_nothing_can_be_fetched(tmp_path: Path) -> None:
    with pytest.raises(OutcomesError, match="cannot be fetched"):
        fetch(fetching_from(local.SOURCE, tmp_path, NOW, small_lookups())[0])


def test_every_known_indicator_has_its_measure() -> None:
    assert [measure.name for measure in MEASURES] == [f"local-{name}" for name in known_indicators()]


def test_figures_are_in_the_database_and_a_changed_unit_is_noticed(
    small_folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (small_folder.areas / "hall.toml").write_text(
        'schema = 1\nname = "Hall"\n[place]\nsmall_areas = ["E01019970"]\n', encoding="utf-8"
    )
    monkeypatch.setattr(local, "data_folder", lambda: small_folder)
    here = {"area": "hall"}
    done = import_files(
        small_folder,
        "local",
        [filled(tmp_path / "a.csv", {**OWN, **here}, {**VOLUNTEERS, **here, "area": "E01019970"})],
        now=NOW,
    )
    assert done.built is not None
    figures = local_figures(open_store(small_folder))
    assert figures[["measure", "area_kind", "numerator"]].values.tolist() == [
        ["local-benches", "place", 3], ["local-volunteers", "stable", 12],
    ]  # fmt: skip
    refused = import_files(
        small_folder, "local", [filled(tmp_path / "b.csv", {**OWN, **here, "unit": "seats"})], now=NOW
    )
    assert refused.built is None
    assert "held with another kind or unit" in refused.reading.errors[0].message
    corrected = import_files(
        small_folder, "local", [filled(tmp_path / "c.csv", {**OWN, **here, "count": "5"})], now=NOW
    )
    assert corrected.built is not None
    assert local_figures(open_store(small_folder))["numerator"].to_list() == [5, 12]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.dictionaries(
            st.sampled_from(sorted(COLUMNS)),
            st.one_of(st.text(max_size=10), st.sampled_from(["volunteers", "stonehouse", "2024-01", "12", "mean", "people", "<10"])),
            max_size=9,
        ),
        min_size=1,
        max_size=4,
    )
)  # fmt: skip
def test_whatever_is_filled_in_the_answer_is_right_or_a_refusal(tmp_path: Path, rows: list[dict[str, str]]) -> None:
    path = raw(tmp_path / "fuzz.csv", list(COLUMNS), *([row.get(name, "") for name in COLUMNS] for row in rows))
    reading = read([path], CONTEXT)
    assert bool(reading.contributions) != bool(reading.errors)
    for problem in reading.errors:
        assert problem.message
        assert problem.do
