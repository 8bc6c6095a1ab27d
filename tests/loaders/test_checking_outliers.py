"""Figures far off their neighbours in time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.outliers import FAR, far_off, spikes

CALM = [100.0, 104, 98, 101, 99, 103, 97, 100, 102, 98, 101, 100, 99]


def test_a_spike_and_a_trough_stand_out_and_nothing_beside_them() -> None:
    for value in (400.0, 5.0):
        found = far_off([*CALM[:6], value, *CALM[7:]])
        assert found["far"].tolist() == [False] * 6 + [True] + [False] * 6
        assert found["median"][6] == pytest.approx(100.0)


def test_the_scale_is_the_deviation_or_the_noise_of_a_count() -> None:
    found = far_off([100.0] * 13)
    assert found["scale"].tolist() == [10.0] * 13  # no deviation: the square root of the median
    wide = far_off([0.0, 200] * 3 + [100.0] + [0.0, 200] * 3)
    # Six either side of the middle: the median is 100 and every neighbour is 100 away.
    assert wide["scale"][6] == pytest.approx(1.4826 * 100)
    assert far_off([0.0] * 13)["scale"].tolist() == [1.0] * 13


def test_exactly_six_deviations_are_not_beyond_them() -> None:
    for more, far in ((0.0, False), (1.0, True)):
        series = [100.0] * 13
        series[6] = 100 + FAR * 10 + more
        assert far_off(series)["far"].tolist()[6] is far


@pytest.mark.parametrize("number", [1, 6])
def test_too_few_neighbours_say_nothing(number: int) -> None:
    assert not far_off([5.0] * (number - 1) + [1_000_000.0])["far"].any()


def test_seven_are_enough() -> None:
    assert far_off([5.0] * 6 + [1_000_000.0])["far"].tolist() == [False] * 6 + [True]


def test_what_is_not_held_is_no_neighbour() -> None:
    series = [5.0, np.nan] * 6 + [1_000_000.0]
    # Three of the six before it are held: too few.
    assert not far_off(series)["far"].any()


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40), st.floats(0.5, 50))
def test_order_of_time_can_be_turned_round(series: list[float], factor: float) -> None:
    forward = far_off(series)["far"].tolist()
    assert far_off(series[::-1])["far"].tolist() == forward[::-1]


def test_series_are_judged_by_themselves() -> None:
    low, high = [value / 50 for value in CALM], [*CALM[:6], 900.0, *CALM[7:]]
    rows = [("low", n, value) for n, value in enumerate(low)] + [("high", n, value) for n, value in enumerate(high)]
    found = spikes(pd.DataFrame(rows, columns=["area", "period", "count"]), ["area"])
    assert found[["area", "period", "count", "usual"]].to_dict("records") == [
        {"area": "high", "period": 6, "count": 900.0, "usual": 100.0}
    ]
    assert found["far"][0] == pytest.approx((900 - 100.0) / np.sqrt(100.0))


def test_nothing_to_judge() -> None:
    nothing = pd.DataFrame(columns=["area", "period", "count"])
    assert spikes(nothing, ["area"]).empty
    assert list(spikes(nothing, ["area"]).columns) == ["area", "period", "count", "usual", "far"]
