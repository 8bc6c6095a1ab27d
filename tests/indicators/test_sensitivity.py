"""Asking differently: each row is the same question with one thing changed, worked out by itself."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from indicators import sensitivity
from indicators.gaps import gap
from store.period import Window, month_number

FIRST = date(2014, 1, 1)
MONTHS = tuple(range(month_number(FIRST), month_number(date(2021, 1, 1))))
BEFORE, AFTER = Window(date(2016, 1, 1), 36), Window(date(2019, 4, 1), 21)
RANDOM = np.random.default_rng(11)
OURS = RANDOM.poisson(9, size=len(MONTHS)).astype(float)
UNITS = RANDOM.poisson(9, size=(25, len(MONTHS))).astype(float)
SETTING = sensitivity.Setting(OURS, UNITS, MONTHS, BEFORE, AFTER, frozenset())
NAMES = tuple(f"Place {number}" for number in range(25))


def rows(setting: sensitivity.Setting = SETTING, **given: object) -> dict[str, sensitivity.Row]:
    main = gap(setting.ours, setting.units, setting.months, setting.before, setting.after, setting.dropped)
    values: dict[str, object] = {
        "break_months": set(), "settling_in_months": 3, "members": {"E1": OURS / 2}, "ring": UNITS[0] + 1.0,
        "programmes_back": None, "unit_names": NAMES,
    }  # fmt: skip
    found = sensitivity.rows(setting, main, **(values | given))  # type: ignore[arg-type]
    return {str(row["change"]): row for row in found}


def test_a_short_baseline_uses_the_last_three_years() -> None:
    found = rows()["only the last three years before"]
    alone = gap(OURS, UNITS, MONTHS, BEFORE, AFTER, most=12)
    assert alone.headline is not None
    assert found["ratio"] == alone.headline.ratio


def test_each_other_date_is_its_own_question() -> None:
    found = rows()
    moved = gap(OURS, UNITS, MONTHS, BEFORE, Window(date(2019, 1, 1), 21))
    assert moved.headline is not None
    assert found["no settling-in time"]["ratio"] == moved.headline.ratio
    earlier = gap(OURS, UNITS, MONTHS, Window(date(2017, 1, 1), 12), Window(date(2018, 1, 1), 12))
    assert earlier.headline is not None
    assert found["a made-up start a year earlier"]["ratio"] == earlier.headline.ratio


def test_the_place_left_out_is_the_one_that_moves_the_answer_most() -> None:
    main = gap(OURS, UNITS, MONTHS, BEFORE, AFTER)
    assert main.headline is not None
    moved = {}
    for number, name in enumerate(NAMES):
        without = gap(OURS, np.delete(UNITS, number, axis=0), MONTHS, BEFORE, AFTER)
        assert without.headline is not None
        moved[name] = (abs(np.log(without.headline.ratio / main.headline.ratio)), without.headline.ratio)
    name = max(moved, key=lambda one: moved[one][0])
    assert rows()[f"without {name}"]["ratio"] == pytest.approx(moved[name][1])


def test_ways_that_make_no_question_are_left_out() -> None:
    late = sensitivity.Setting(OURS, UNITS, MONTHS, BEFORE, Window(date(2020, 1, 1), 12), frozenset())
    found = rows(late, settling_in_months=0, ring=None, members={})
    assert "no settling-in time" not in found
    assert not [name for name in found if name.startswith("without E")]
    assert "with programme places put back" not in found


def test_leaving_out_a_place_that_leaves_no_question_counts_as_no_change(monkeypatch: pytest.MonkeyPatch) -> None:
    main = gap(OURS, UNITS, MONTHS, BEFORE, AFTER)
    monkeypatch.setattr(sensitivity, "log_gaps_without_each", lambda counts, _: np.full(len(counts) - 1, np.nan))
    name, group, found = sensitivity._most_telling(SETTING, main, NAMES)
    assert (name, group) == ("without Place 0", "The similar place that matters most")
    assert found is not None
