"""The shared computation: what it sums, what it refuses, and when each method stands."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from indicators.gaps import gap, second_of
from store.errors import BadQuestion
from store.period import Window, month_number

BEFORE, AFTER = Window(date(2018, 1, 1), 12), Window(date(2019, 1, 1), 12)
MONTHS = list(range(month_number(date(2018, 1, 1)), month_number(date(2020, 1, 1))))


def units(number: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.random.default_rng(5).poisson(8, size=(number, len(MONTHS))).astype(float)


def test_change_is_a_month_and_exact() -> None:
    ours = np.array([4.0] * 12 + [1.0] * 12)
    found = gap(ours, units(20), MONTHS, BEFORE, AFTER)
    assert (found.before, found.after) == (48.0, 12.0)
    assert found.change.change == pytest.approx(-0.75)
    assert found.headline is not None
    assert second_of(found.second) is not None


def test_a_unit_that_misses_a_used_month_is_refused() -> None:
    holed = units(20)
    holed[3, 7] = np.nan
    with pytest.raises(BadQuestion, match="misses a month"):
        gap(np.ones(24), holed, MONTHS, BEFORE, AFTER)


def test_a_window_without_any_month_is_refused() -> None:
    ours = np.ones(24)
    ours[12:] = np.nan
    with pytest.raises(BadQuestion):
        gap(ours, units(20), MONTHS, BEFORE, AFTER)
    # Whole quarters reach further back than a window of one month that is itself not there.
    ours = np.ones(24)
    ours[11] = np.nan
    with pytest.raises(BadQuestion, match="no month with data"):
        gap(ours, units(20), MONTHS, Window(date(2018, 12, 1), 1), AFTER)


def test_under_nineteen_units_no_method_stands() -> None:
    found = gap(np.ones(24), units(18), MONTHS, BEFORE, AFTER)
    assert found.headline is None
    assert found.expected_after is None
    assert second_of(found.second) is None


def test_units_that_counted_nothing_before_have_no_change() -> None:
    silent = units(20)
    silent[:, :12] = 0
    found = gap(np.ones(24), silent[:3], MONTHS, BEFORE, AFTER)
    assert np.isnan(found.units_change_percent)
