"""Before and after: the exact interval against sums of binomial chances."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.before_after import change
from store.errors import BadQuestion


def at_least(later: int, total: int, share: float) -> float:
    """Chance of ``later`` or more of ``total`` events falling in the later period."""
    return math.fsum(math.comb(total, i) * share**i * (1 - share) ** (total - i) for i in range(later, total + 1))


def slow_limits(y0: int, n0: float, y1: int, n1: float, tail: float = 0.025) -> tuple[float, float | None]:
    """The ratios of rates at which the later count has just ``tail`` chance of being so high, or so low, less one."""

    def share_of(ratio: float) -> float:
        return ratio * n1 / (ratio * n1 + n0)

    lower, upper = 0.0, None
    if y1:
        low, high = 0.0, 1e6
        for _ in range(300):
            middle = (low + high) / 2
            low, high = (low, middle) if at_least(y1, y0 + y1, share_of(middle)) > tail else (middle, high)
        lower = low
    if y0:
        low, high = 0.0, 1e6
        for _ in range(300):
            middle = (low + high) / 2
            low, high = (middle, high) if 1 - at_least(y1 + 1, y0 + y1, share_of(middle)) > tail else (low, middle)
        upper = low - 1
    return lower - 1, upper


@given(st.integers(0, 60), st.floats(1, 1e4), st.integers(0, 60), st.floats(1, 1e4))
@settings(max_examples=30, deadline=None)
def test_limits_equal_sums_of_binomial_chances(y0: int, n0: float, y1: int, n1: float) -> None:
    got = change(y0, n0, y1, n1)
    assert (got.before_count, got.after_count) == (y0, y1)
    if y0 == y1 == 0:
        assert (got.change, got.lower, got.upper) == (None, None, None)
        return
    lower, upper = slow_limits(y0, n0, y1, n1)
    assert got.lower == pytest.approx(lower, rel=1e-6, abs=1e-6)
    assert (got.upper is None) == (upper is None)
    if upper is not None:
        assert got.upper == pytest.approx(upper, rel=1e-6, abs=1e-6)
        assert got.change == pytest.approx((y1 / n1) / (y0 / n0) - 1)


def test_the_worked_example_in_two_years_each() -> None:
    got = change(78, 24, 34, 24)
    assert got.change is not None
    assert got.lower is not None
    assert got.upper is not None
    assert round(100 * got.change, 1) == -56.4
    assert round(100 * got.lower, 1) == -71.8
    assert round(100 * got.upper, 1) == -34.0


def test_nought_on_either_side() -> None:
    fall = change(3, 12, 0, 12)
    assert (fall.change, fall.lower) == (-1, -1)
    assert fall.upper is not None
    assert 0 < fall.upper < 10
    rise = change(0, 12, 3, 12)
    assert (rise.change, rise.upper) == (None, None)
    assert rise.lower is not None
    assert -1 < rise.lower < 0


@given(st.integers(1, 500), st.floats(1, 100), st.integers(1, 500), st.floats(1, 100), st.floats(0.01, 100))
def test_turning_time_round_turns_the_limits_round(y0: int, n0: float, y1: int, n1: float, scale: float) -> None:
    there, back = change(y0, n0, y1, n1), change(y1, n1, y0, n0)
    assert there.lower is not None
    assert there.upper is not None
    assert back.upper is not None
    assert (1 + there.lower) * (1 + back.upper) == pytest.approx(1)
    scaled = change(y0, n0 * scale, y1, n1 * scale)
    assert scaled.upper == pytest.approx(there.upper)
    wide = change(y0, n0, y1, n1, alpha=0.002)
    assert wide.upper is not None
    assert wide.upper > there.upper


@pytest.mark.parametrize(
    "asked",
    [(-1, 1, 1, 1), (1, 1, math.nan, 1), (1, 0, 1, 1), (1, 1, 1, math.inf), (1, 1, 1, 1, 0), (1, 1, 1, 1, 1)],
)
def test_impossible_questions_are_refused(asked: tuple[float, ...]) -> None:
    with pytest.raises(BadQuestion):
        change(*asked)
