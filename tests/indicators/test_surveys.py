"""Surveys: against Newcombe's published table, a slow second way of computing, and rules that must hold."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from indicators.surveys import (
    Average,
    Share,
    average,
    difference_of_averages,
    difference_of_shares,
    ons4,
    response_rate,
    share,
)
from store.errors import BadQuestion
from store.survey_scales import ONS4

# Newcombe RG. Interval estimation for the difference between independent proportions: comparison of eleven methods.
# Statistics in Medicine 1998;17:873–890, table II, method 10: a/m − b/n with its 95 % limits.
NEWCOMBE = [
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (6, 7, 2, 7, 0.0582, 0.8062),
    (5, 56, 0, 29, -0.0381, 0.1926),
    (0, 10, 0, 20, -0.1611, 0.2775),
    (0, 10, 0, 10, -0.2775, 0.2775),
    (10, 10, 0, 20, 0.6791, 1.0000),
    (10, 10, 0, 10, 0.6075, 1.0000),
]  # fmt: skip


@pytest.mark.parametrize(("a", "m", "b", "n", "lower", "upper"), NEWCOMBE)
def test_differences_are_those_newcombe_published(a: int, m: int, b: int, n: int, lower: float, upper: float) -> None:
    found = difference_of_shares(Share(b, n, 1.0), Share(a, m, 1.0))
    assert (round(found.lower, 4), round(found.upper, 4)) == (lower, upper)
    assert found.value == pytest.approx(a / m - b / n)


def _root(inside: Callable[[float], bool], low: float, high: float) -> float:
    """The border between where ``inside`` is false (at ``low``) and true (at ``high``), by halving."""
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (low, middle) if inside(middle) else (middle, high)
    return (low + high) / 2


def _slow_wilson(count: float, out_of: float, effect: float) -> tuple[float, float]:
    """Shares that a score test at 5 % does not reject, found by halving: no closed formula."""
    seen, size = count / out_of, out_of / effect

    def accepted(share_: float) -> bool:
        return abs(seen - share_) <= 1.959963984540054 * math.sqrt(share_ * (1 - share_) / size)

    lower = 0.0 if count == 0 else _root(accepted, 0.0, seen)
    upper = 1.0 if count == out_of else _root(lambda value: accepted(1 - value), 0.0, 1 - seen)
    return lower, upper if count == out_of else 1 - upper


shares = st.tuples(st.integers(0, 60), st.integers(1, 60), st.floats(1.0, 4.0)).map(
    lambda three: Share(min(three[0], three[1]), three[1], three[2])
)


@given(shares)
def test_a_share_s_limits_agree_with_halving(of: Share) -> None:
    found = share(of)
    lower, upper = _slow_wilson(of.count, of.out_of, of.design_effect)
    assert found.lower == pytest.approx(lower, abs=1e-9)
    assert found.upper == pytest.approx(upper, abs=1e-9)


@given(shares, shares)
def test_a_difference_agrees_with_the_slow_shares(first: Share, second: Share) -> None:
    found = difference_of_shares(first, second)
    before, after = (_slow_wilson(of.count, of.out_of, of.design_effect) for of in (first, second))
    p, q = first.count / first.out_of, second.count / second.out_of
    assert found.lower == pytest.approx((q - p) - math.hypot(q - after[0], before[1] - p), abs=1e-8)
    assert found.upper == pytest.approx((q - p) + math.hypot(after[1] - q, p - before[0]), abs=1e-8)
    assert -1 - 1e-12 <= found.lower <= found.value <= found.upper <= 1 + 1e-12


@given(shares, shares)
def test_a_difference_turned_round_is_its_mirror_image(first: Share, second: Share) -> None:
    there, back = difference_of_shares(first, second), difference_of_shares(second, first)
    assert there.lower == pytest.approx(-back.upper, abs=1e-12)
    assert there.upper == pytest.approx(-back.lower, abs=1e-12)


@given(st.integers(0, 50), st.integers(50, 90))
def test_a_larger_design_effect_never_narrows_the_range(count: int, out_of: int) -> None:
    narrow, usual = share(Share(count, out_of, 1.0)), share(Share(count, out_of))
    assert usual.lower <= narrow.lower <= narrow.value <= narrow.upper <= usual.upper


def _slow_t(degrees: float) -> float:
    """The 97.5 % point of t by adding up its density, for comparison only."""
    x = np.linspace(0, 400, 4_000_001)
    constant = math.exp(math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2)) / math.sqrt(degrees * math.pi)
    density = constant * (1 + x * x / degrees) ** (-(degrees + 1) / 2)
    area = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2) * (x[1] - x[0])])
    return float(np.interp(0.475, area, x))


@pytest.mark.parametrize(("spread", "answers", "effect"), [(2.0, 30.0, 1.0), (1.3, 120.0, 1.5), (0.7, 12.0, 2.0)])
def test_an_average_agrees_with_adding_up_the_density(spread: float, answers: float, effect: float) -> None:
    found = average(Average(7.2, spread, answers, effect))
    size = answers / effect
    half = _slow_t(size - 1) * spread / math.sqrt(size)
    assert found.upper - found.value == pytest.approx(half, rel=2e-4)
    assert found.value - found.lower == pytest.approx(half, rel=2e-4)


def test_the_difference_of_averages_is_welch_s() -> None:
    # Welch's test on two samples of equal size and spread has 2(n − 1) degrees of freedom.
    found = difference_of_averages(Average(6.0, 2.0, 31, 1.0), Average(7.0, 2.0, 31, 1.0))
    half = _slow_t(60) * 2.0 * math.sqrt(2 / 31)
    assert found.value == pytest.approx(1.0)
    assert found.upper - 1.0 == pytest.approx(half, rel=2e-4)
    one_known = difference_of_averages(Average(6.0, 0.0, 1000, 1.0), Average(7.0, 2.0, 31, 1.0))
    assert one_known.upper - 1.0 == pytest.approx(_slow_t(30) * 2.0 / math.sqrt(31), rel=2e-4)


def test_the_difference_of_averages_allows_for_both_design_effects() -> None:
    plain = difference_of_averages(Average(6.0, 2.0, 200, 1.0), Average(7.0, 2.0, 100, 1.0))
    halved = difference_of_averages(Average(6.0, 2.0, 400, 2.0), Average(7.0, 2.0, 150, 1.5))
    assert halved.lower == pytest.approx(plain.lower)
    assert halved.upper == pytest.approx(plain.upper)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Average(6.0, 0.0, 30), Average(7.0, 0.0, 30)),
        (Average(6.0, 1.0, 1, 1.0), Average(7.0, 1.0, 30)),
        (Average(6.0, -1.0, 30), Average(7.0, 1.0, 30)),
        (Average(math.nan, 1.0, 30), Average(7.0, 1.0, 30)),
    ],
)
def test_averages_without_a_range_are_said_to_have_none(first: Average, second: Average) -> None:
    with pytest.raises(BadQuestion):
        difference_of_averages(first, second)


def test_the_response_rate() -> None:
    assert response_rate(120, 300) == pytest.approx(0.4)
    assert response_rate(0, 10) == 0
    for answered, asked in ((11, 10), (0, 0), (-1, 10)):
        with pytest.raises(BadQuestion):
            response_rate(answered, asked)


ANSWERS = (1, 0, 2, 3, 4, 10, 10, 20, 30, 15, 5)


@pytest.mark.parametrize("question", ONS4, ids=lambda item: item.name)
def test_each_question_has_its_own_bands(question: object) -> None:
    name = getattr(question, "name")  # noqa: B009
    found = ons4(name, ANSWERS, design_effect=1.0)
    people = [value for value, count in enumerate(ANSWERS) for _ in range(count)]
    assert found.mean.value == pytest.approx(np.mean(people))
    assert found.mean.upper - found.mean.value == pytest.approx(
        _slow_t(len(people) - 1) * np.std(people, ddof=1) / math.sqrt(len(people)), rel=2e-4
    )
    low = sum(value <= 4 for value in people) if name != "anxiety" else sum(value >= 6 for value in people)
    poor = found.bands["low" if name != "anxiety" else "high"]
    assert poor.value == pytest.approx(low / len(people))
    assert sum(band.value for band in found.bands.values()) == pytest.approx(1.0)


@given(st.lists(st.integers(0, 30), min_size=11, max_size=11))
def test_reading_ten_minus_every_answer_turns_the_average_round(counted: list[int]) -> None:
    assume(sum(counted) > 2)
    there, back = ons4("anxiety", counted), ons4("anxiety", counted[::-1])
    assert there.mean.value == pytest.approx(10 - back.mean.value)
    assert there.mean.lower == pytest.approx(10 - back.mean.upper)


@pytest.mark.parametrize(
    ("name", "answers"),
    [("gladness", ANSWERS), ("happiness", ANSWERS[:10]), ("happiness", (-1, *ANSWERS[1:])), ("happiness", (1,) + (0,) * 10),
     ("happiness", (math.nan, *ANSWERS[1:]))],
)  # fmt: skip
def test_what_is_no_question_is_refused(name: str, answers: tuple[float, ...]) -> None:
    with pytest.raises(BadQuestion):
        ons4(name, answers)
