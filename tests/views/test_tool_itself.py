"""What the pages say of the tool itself and of the place as a whole."""

from __future__ import annotations

import pytest

from indicators.questions import board_indicators, question_of
from indicators.study import study_all
from indicators.whole_area import whole_area
from outputs import calibration_words as words
from outputs.calibration_words import Measured
from outputs.whole_area_words import sentence
from store.database import Store
from store.holdings import calibration
from tests.views.pages import TODAY, Open, drawn_well, table, told
from views import access


def test_methods_say_what_the_tool_finds_and_misses_words_first(open_page: Open, sample_store: Store) -> None:
    app = drawn_well(open_page("methods"))
    text = told(app)
    rows = [Measured(**row) for row in calibration(sample_store)]
    for said in (
        words.in_words,
        words.found_in_words,
        words.ranges_in_words,
        words.no_answer_in_words,
        words.less_well,
    ):
        for one in said(rows):
            assert one in text
    head, *found = table(app, "Falls found, by their size and by outcome")
    assert head[3:] == [f"Fall of {size} % found, in 100" for size in (10, 20, 30, 50)]
    violence = next(row for row in found if row[:2] == ["fixed date, 4 small areas", "Violence and sexual offences"])
    asked = {row.effect_percent: row for row in rows if row.indicator == "violence" and row.rule == "verdict"
             and row.scenario == violence[0]}  # fmt: skip
    assert [float(cell) for cell in violence[3:]] == [
        round(100 * (asked[effect].power or 0.0), 1) for effect in (-10.0, -20.0, -30.0, -50.0)
    ]
    assert any(row[0].startswith("made up by the computer") for row in found)
    ranges = table(app, "False alarms, range and no answer, by outcome")
    assert any(row[0] == "after a bad year, 4 small areas" for row in ranges)


def test_methods_without_a_calibration_say_nothing_of_it(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "calibration", list)
    assert "How often we raise a false alarm" not in told(drawn_well(open_page("methods")))


def test_methods_with_false_alarms_alone_have_no_empty_part(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    one = Measured("violence", "verdict", "fixed date, 4 small areas", 0.0, 9, 0.04, None, None, 0.0)
    monkeypatch.setattr(access, "calibration", lambda: [one])
    text = told(drawn_well(open_page("methods")))
    assert "How often we raise a false alarm" in text
    assert "What falls we would find" not in text


def test_the_board_says_the_whole_place_in_the_words_of_its_reading(open_page: Open, sample_store: Store) -> None:
    place = next(item for item in sample_store.places if item.slug == "north-stonehouse")
    questions = [question_of(sample_store, place, name, today=TODAY) for name in board_indicators(place)]
    whole = whole_area(sample_store, [item.finding for item in study_all(sample_store, questions)])
    text = told(drawn_well(open_page("board")))
    assert sentence(whole) in text
    assert "not a score" in text


def test_a_board_without_dates_says_why_there_is_no_whole(open_page: Open) -> None:
    assert "We cannot take the outcomes together here" in told(drawn_well(open_page("board", area="redruth-north")))
