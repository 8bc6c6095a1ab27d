"""A place without a start in words, as a chart with its table, and as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

from indicators.finding import Finding
from indicators.quarter_series import QuarterSeries
from indicators.whole_series import LastingShift, WholeSeries
from outputs.chart import placebo_figure
from outputs.shift_plan import shift_plan
from outputs.shift_words import NO_VERDICT, shift_words
from outputs.starts_json import shift_as_json
from outputs.words import FORBIDDEN
from store.place import read_place
from tests.outputs import examples

PLACE = read_place(Path(__file__).resolve().parents[1] / "fixtures" / "areas", "range-of-starts")
UNITS = (("Cornwall 001A", 0.7, False), ("Cornwall 002B", 1.5, True), ("Cornwall 003C", 0.95, False))
SHIFT = LastingShift(date(2020, 4, 1), date(2020, 9, 1), True, 0.75, 13.92, 8.1, UNITS)
FINDING = examples.no_start()


def whole(shift: LastingShift | None = SHIFT, cannot: str = "") -> WholeSeries:
    return WholeSeries(FINDING.question, QuarterSeries((), ()), (), shift, cannot, ())


def test_the_shift_in_words() -> None:
    assert shift_words(FINDING, whole()) == (
        "Set beside 3 similar places, the largest lasting shift in break-ins is one to 25 % fewer than their change would "
        "have given; the counts themselves went from 13.9 to 8.1 every three months. A lasting shift most likely lies "
        "between April 2020 and September 2020. In 1 of 3 similar places a shift at least this large, up or down, shows "
        f"as well. {NO_VERDICT}"
    )


def test_a_date_that_does_not_stand_out_is_not_named_as_one() -> None:
    words = shift_words(FINDING, whole(replace(SHIFT, dated=False)))
    assert "No date stands out: it could lie anywhere between April 2020 and September 2020." in words
    assert "most likely" not in words


def test_nothing_shifted() -> None:
    words = shift_words(FINDING, whole(replace(SHIFT, ratio=1.001)))
    assert "nothing shifted for good in break-ins, which went from 13.9 to 8.1 every three months." in words


def test_an_average_is_told_as_one() -> None:
    claimants: Finding = examples.not_loaded()
    words = shift_words(claimants, whole(replace(SHIFT, before=120.0, after=91.25)))
    assert "25 % lower than their change" in words
    assert "from 120 to 91.3 on average" in words


def test_why_no_shift_can_be_looked_for() -> None:
    words = shift_words(FINDING, whole(None, "fewer than 25 were counted in all"))
    assert words == "No lasting shift beside similar places can be looked for: fewer than 25 were counted in all."


def test_no_forbidden_word_and_no_verdict() -> None:
    plan = shift_plan(FINDING, SHIFT, PLACE)
    for text in (shift_words(FINDING, whole()), plan.sentence, plan.alt, plan.title):
        assert not [word for word in FORBIDDEN if word in text.lower()]
        assert "stand out" not in text
        assert "programme" not in text


def test_every_similar_place_is_a_circle_and_a_row() -> None:
    plan = shift_plan(FINDING, SHIFT, PLACE)
    assert plan.alt == (
        "Dot chart of lasting shifts. Began some time in 2020: 25 % fewer. 1 of 3 similar places show a shift at least as large."
    )
    assert plan.table.header == ("Place", "Later level for each one earlier", "Shift at least as large as ours")
    assert plan.table.rows[0] == ("Began some time in 2020", 0.75, "ours")
    assert plan.table.rows[3] == ("Cornwall 002B", 1.5, "yes")
    assert plan.csv().count("\n") == 5
    figure = placebo_figure(plan.dots)
    assert len(figure.data[0].x) == 3


def test_as_json() -> None:
    assert shift_as_json(None) is None
    assert shift_as_json(whole(None, "too short")) == {"cannot": "too short"}
    found = shift_as_json(whole())
    assert found == {
        "from": "2020-04", "to": "2020-09", "ratio": 0.75, "before": 13.9, "after": 8.1, "at_least": 1, "number": 3,
    }  # fmt: skip
    assert json.loads(json.dumps(found, allow_nan=False)) == found
