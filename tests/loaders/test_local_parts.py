"""The parts of local figures: periods as people write them, declarations, the template, signs of people."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.local_declarations import DIRECTIONS, KINDS, NAME, PATH, RULES, known_indicators, read_declarations
from loaders.local_periods import has_ended, read_period
from loaders.local_template import COLUMNS, template_rows, write_rows
from loaders.workbook_reading import read_workbook
from store.errors import BadPlace, BadQuestion
from store.folder import SHIPPED
from store.personal_signs import nhs_number
from store.suppression_rule import read_suppression
from store.survey_scales import ONS4


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        ("2024-01", "", (date(2024, 1, 1), 1)),
        ("2024-01", "3", (date(2024, 1, 1), 3)),
        ("2024", "", (date(2024, 1, 1), 12)),
        ("2024", "36", (date(2024, 1, 1), 36)),
        ("2024/25", "", (date(2024, 4, 1), 12)),
        ("2024-25", "", (date(2024, 4, 1), 12)),
        ("1999/00", "", (date(1999, 4, 1), 12)),
        ("2011/12", "", (date(2011, 4, 1), 12)),
        ("2011-12", "1", (date(2011, 12, 1), 1)),
        ("2024-03-31", "", (date(2024, 3, 31), 0)),
        ("2024-03-01", "0", (date(2024, 3, 1), 0)),
        ("2024-03-01", "1", (date(2024, 3, 1), 1)),
    ],
)
def test_periods_as_people_write_them(start: str, months: str, expected: tuple[date, int]) -> None:
    assert read_period(start, months) == expected


@pytest.mark.parametrize(
    ("start", "months", "words"),
    [
        ("2011-12", "", "month or a year"),
        ("2024-03-01", "", "day or the whole month"),
        ("2024-03-31", "1", "starts on the first day"),
        ("2024-02-30", "", "no such day"),
        ("2024-01", "0", "no day is given"),
        ("2024-01", "121", "not a number of months"),
        ("2024-01", "-1", "not a number of months"),
        ("Jan-24", "", "not a period"),
        ("31/03/2024", "", "not a period"),
        ("2024-27", "", "not a period"),
        ("2024/26", "", "not a period"),
        ("", "", "not a period"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(start: str, months: str, words: str) -> None:
    with pytest.raises(BadQuestion, match=words) as caught:
        read_period(start, months)
    assert caught.value.do


@given(st.text(max_size=10), st.text(max_size=3))
def test_any_text_is_a_period_or_a_refusal(start: str, months: str) -> None:
    try:
        first, length = read_period(start, months)
    except BadQuestion:
        return
    assert 1900 <= first.year <= 2099
    assert 0 <= length <= 120


def test_a_period_ends_before_it_can_be_reported() -> None:
    assert has_ended(date(2024, 1, 1), 1, date(2024, 2, 1))
    assert not has_ended(date(2024, 1, 1), 1, date(2024, 1, 31))
    assert has_ended(date(2024, 1, 31), 0, date(2024, 1, 31))
    assert not has_ended(date(2024, 2, 1), 0, date(2024, 1, 31))


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("943 476 5919", True), ("9434765919", True), ("943-476-5919", True), ("943 476 5918", False), ("9434765919.5", True),
     ("1.9434765919", False), ("19434765919", False), ("000 000 0000", True), ("no number", False), ("943 476 591", False)],
)  # fmt: skip
def test_nhs_numbers_are_known_by_their_check_digit(text: str, is_one: bool) -> None:
    # 943 476 5919 is the example of the NHS Data Dictionary.
    assert nhs_number(text) == is_one


@given(st.lists(st.integers(0, 9), min_size=9, max_size=9), st.integers(0, 9))
def test_one_check_digit_at_most_is_right(digits: list[int], last: int) -> None:
    start = "".join(map(str, digits))
    right = [digit for digit in range(10) if nhs_number(f"{start}{digit}")]
    assert len(right) <= 1
    assert nhs_number(f"{start}{last}") == (last in right)


def test_known_indicators_are_declared_whole() -> None:
    rules = read_suppression(SHIPPED / "suppression.toml")
    for name, item in known_indicators().items():
        assert NAME.fullmatch(name)
        assert item.kind in KINDS
        assert item.better in DIRECTIONS
        assert RULES[item.about] in rules
        assert item.measure.name == f"local-{name}"
        # A licensed scale's words are never given; of an open question the source and the licence are.
        assert bool(item.question) == bool(item.answers)
        assert not item.question or (item.licence and item.source and item.survey)
        assert item.kind != "out of" or not item.question or item.counted
    for name in ("swemwbs", "epds"):
        assert not known_indicators()[name].question
        assert "its words are not given here" in known_indicators()[name].licence


def test_the_four_questions_of_the_ons_have_their_averages_and_both_ends() -> None:
    known = known_indicators()
    for question in ONS4:
        assert known[question.name].better == ("lower" if question.name == "anxiety" else "higher")
        for band, better in ((question.poor, "lower"), (question.good, "higher")):
            item = known[f"{question.name}-{band.replace(' ', '-')}"]
            low, high = question.bands[band]
            assert item.better == better
            assert item.counted == (f"{low} or {high}" if high == low + 1 else f"{low} to {high}")
            assert item.question == known[question.name].question


WHOLE = PATH.read_text(encoding="utf-8")
ONE = '[[indicator]]\nname = "x-y"\ntitle = "X"\nkind = "count"\nunit = "things"\nbetter = "higher"\nabout = "things"\n'


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"x-y"', '"X Y"', "indicator.name"),
        ("[[indicator]]", "[[indicator]]", "indicator.name"),
        ('"count"', '"many"', "indicator.kind"),
        ('"higher"', '"up"', "indicator.better"),
        ('about = "things"', 'about = "dogs"', "indicator.about"),
        ('unit = "things"', "", "indicator.unit"),
        ('about = "things"', 'about = "things"\nlowest = "none"', "indicator.lowest"),
        ('about = "things"', 'about = "things"\nhighest = true', "indicator.highest"),
    ],
)
def test_a_wrong_declaration_is_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    path = tmp_path / "local.toml"
    path.write_text(ONE.replace(old, new, 1) + (ONE if old == new else ""), encoding="utf-8")
    with pytest.raises(BadPlace) as caught:
        read_declarations(path)
    assert caught.value.column == words


def test_the_template_has_a_row_for_every_known_indicator(tmp_path: Path) -> None:
    write_rows(template_rows(None), tmp_path / "all.csv", "csv")
    content = (tmp_path / "all.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(content.decode("utf-8-sig").splitlines()))
    assert list(rows[0]) == list(COLUMNS)
    assert [row["indicator"] for row in rows] == list(known_indicators())
    assert {row["count"] for row in rows} == {""}


def test_the_workbook_explains_itself_and_gives_open_questions_in_full(tmp_path: Path) -> None:
    path = tmp_path / "all.xlsx"
    write_rows(template_rows(None), path, "xlsx")
    told = read_workbook(path.read_bytes(), path.name, ("How to fill in",), 200).cells
    words = {cells.get(0, ""): cells.get(1, "") for cells in told.values()}
    assert {name: words[name] for name in COLUMNS} == dict(COLUMNS)
    assert "How strongly do you feel you belong to your immediate neighbourhood?" in words["belonging"]
    assert "Open Government Licence v3.0" in words["belonging"]
    assert "Counted: Very strongly; Fairly strongly." in words["belonging"]
    assert "its words are not given here" in words["swemwbs"]
    rows = read_workbook(path.read_bytes(), path.name, ("Rows",), 200).cells
    assert len(rows) == 1 + len(known_indicators())


def test_one_indicator_or_a_name_of_one_s_own() -> None:
    assert [row["indicator"] for row in template_rows("hope")] == ["hope"]
    assert template_rows("benches-mended") == [{"indicator": "benches-mended"}]


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("somebody's figures", encoding="utf-8")
    with pytest.raises(BadQuestion, match="there already"):
        write_rows([], path, "csv")
    assert path.read_text(encoding="utf-8") == "somebody's figures"
    with pytest.raises(BadQuestion, match="no such folder"):
        write_rows([], tmp_path / "nowhere" / "rows.csv", "csv")


def test_the_guide_lists_every_column_and_known_indicator() -> None:
    guide = (SHIPPED.parent / "docs" / "local.md").read_text(encoding="utf-8")
    for name, words in COLUMNS.items():
        assert f"| `{name}` | {words} |" in guide
    for item in known_indicators().values():
        assert f"| `{item.name}` | {item.title} | {item.kind} | {item.better} | {item.about} |" in guide
