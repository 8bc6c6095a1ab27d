"""Rates and limits: against the published tables, and against sums and bisection written out."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators import rates
from store.errors import BadQuestion


def bisect(rises: Callable[[float], bool], low: float, high: float) -> float:
    """The point where ``rises`` turns from False to True."""
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (low, middle) if rises(middle) else (middle, high)
    return (low + high) / 2


def poisson_at_most(count: int, mean: float) -> float:
    return math.fsum(math.exp(-mean + i * math.log(mean) - math.lgamma(i + 1)) for i in range(count + 1))


def number(text: str) -> float:
    return float(text) if text else math.nan


@pytest.mark.published
def test_rates_equal_the_published_table(benchmarks: Path) -> None:
    with (benchmarks / "phe_rates.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 20
    for per in (100.0, 100_000.0):
        chosen = [row for row in rows if float(row["Multiplier"]) == per]
        counts = [number(row["Numerator"]) for row in chosen]
        below = [number(row["Denominator"]) for row in chosen]
        for alpha, name in ((0.05, "95"), (0.002, "99_8")):
            got = rates.rate_limits(counts, below, per, alpha)
            for values, column in zip(got, ("Value", f"lower_{name}_ci", f"upper_{name}_ci"), strict=True):
                np.testing.assert_allclose(values, [number(row[column]) for row in chosen], rtol=1e-9)


@pytest.mark.published
def test_byar_and_wilson_equal_the_published_table(benchmarks: Path) -> None:
    with (benchmarks / "phe_byars_wilson.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {row["method"] for row in rows} == {"Byars", "Wilson"}
    for row in rows:
        alpha = {"95%": 0.05, "99.8%": 0.002}[row["confidence"]]
        if row["method"] == "Byars":
            lower, upper = rates.byar_limits(float(row["x"]), alpha)
        else:
            _, lower, upper = rates.wilson_limits(float(row["x"]), float(row["n"]), alpha)
        np.testing.assert_allclose([lower, upper], [number(row["lowercl"]), number(row["uppercl"])], rtol=1e-9)


@pytest.mark.parametrize("alpha", [0.05, 0.002])
@pytest.mark.parametrize("count", [0, 1, 3, 9, 40])
def test_exact_limits_equal_sums_of_poisson_chances(count: int, alpha: float) -> None:
    lower, upper = rates.exact_poisson_limits(count, alpha)
    slow_upper = bisect(lambda mean: poisson_at_most(count, mean) < alpha / 2, 1e-9, 200)
    slow_lower = 0.0
    if count:
        slow_lower = bisect(lambda mean: 1 - poisson_at_most(count - 1, mean) > alpha / 2, 1e-9, 200)
    assert float(lower) == pytest.approx(slow_lower, rel=1e-9)
    assert float(upper) == pytest.approx(slow_upper, rel=1e-9)


def test_nothing_seen_still_allows_a_true_level_of_three_point_seven() -> None:
    lower, upper = rates.count_limits(0)
    assert float(lower) == 0
    assert round(float(upper), 1) == 3.7


def test_the_rule_changes_from_exact_to_byar_at_ten_events() -> None:
    lower, upper = rates.count_limits([9.0, 9.999, 10.0, np.nan])
    np.testing.assert_array_equal(lower[:2], rates.exact_poisson_limits([9.0, 9.999])[0])
    np.testing.assert_array_equal(upper[:2], rates.exact_poisson_limits([9.0, 9.999])[1])
    assert lower[2] == rates.byar_limits(10)[0]
    assert upper[2] == rates.byar_limits(10)[1]
    assert lower[2] != rates.exact_poisson_limits(10)[0]
    assert np.isnan([lower[3], upper[3]]).all()


@given(st.integers(10, 100_000), st.sampled_from([0.05, 0.002]))
def test_byar_is_close_to_exact(count: int, alpha: float) -> None:
    np.testing.assert_allclose(rates.byar_limits(count, alpha), rates.exact_poisson_limits(count, alpha), rtol=0.02)


@given(st.lists(st.just(0.0) | st.floats(1e-3, 1e6), min_size=1, max_size=5), st.floats(1, 1e7), st.floats(0.1, 1e5))
def test_limits_hold_the_rate_and_scale_with_the_denominator(counts: list[float], below: float, per: float) -> None:
    rate, lower, upper = rates.rate_limits(counts, below, per)
    wider = rates.rate_limits(counts, below, per, alpha=0.002)
    assert ((lower <= rate) & (rate < upper) & (wider[1] <= lower) & (wider[2] >= upper)).all()
    np.testing.assert_allclose(rates.rate_limits(counts, below * 2, per)[2], upper / 2, rtol=1e-12)


@given(st.integers(0, 400), st.integers(1, 400), st.floats(1, 3))
@settings(max_examples=40)
def test_wilson_is_the_score_test_turned_round(count: int, total: int, effect: float) -> None:
    count = min(count, total)
    share, lower, upper = (float(value) for value in rates.wilson_limits(count, total, design_effect=effect))
    size = total / effect
    z = 1.959963984540054

    def inside(level: float) -> bool:
        return abs(share - level) <= z * math.sqrt(level * (1 - level) / size)

    assert share == count / total
    assert lower == pytest.approx(bisect(inside, 0, share) if count else 0, abs=1e-9)
    assert upper == pytest.approx(bisect(lambda level: not inside(level), share, 1), abs=1e-9)


def test_wilson_turns_round_with_the_label() -> None:
    _, lower, upper = rates.wilson_limits([3, 17], [20, 20])
    np.testing.assert_allclose(lower, 1 - upper[::-1])
    assert rates.wilson_limits(0, 8)[1] == 0
    assert rates.wilson_limits(8, 8)[2] == 1


def test_difference_of_proportions_is_newcombes_published_example() -> None:
    # Newcombe 1998, Statistics in Medicine 17:873–890, table II, contrast (a) 56/70 − 48/80, method 10.
    got = rates.difference_of_proportions((48, 80), (56, 70))
    assert got.value == pytest.approx(0.2)
    assert round(got.lower, 4) == 0.0524
    assert round(got.upper, 4) == 0.3339


@given(st.integers(0, 60), st.integers(0, 60), st.floats(1, 3))
def test_a_difference_turns_round_and_widens_with_the_design_effect(first: int, second: int, effect: float) -> None:
    got = rates.difference_of_proportions((first, 60), (second, 60), design_effect=effect)
    back = rates.difference_of_proportions((second, 60), (first, 60), design_effect=effect)
    plain = rates.difference_of_proportions((first, 60), (second, 60))
    np.testing.assert_allclose((got.value, got.lower, got.upper), (-back.value, -back.upper, -back.lower), atol=1e-12)
    assert -1 <= got.lower <= got.value <= got.upper <= 1
    assert got.upper - got.lower >= plain.upper - plain.lower - 1e-12


def test_a_standardised_rate_equals_dobsons_formula_written_out() -> None:
    counts, people, standard = [4.0, 9.0, 30.0], [1200.0, 900.0, 400.0], [5000.0, 4000.0, 1000.0]
    rate = variance = 0.0
    for seen, persons, weight in zip(counts, people, standard, strict=True):
        rate += weight * seen / persons / 10_000
        variance += weight * weight * seen / persons / persons / 10_000 / 10_000
    low = 43 * (1 - 1 / 387 - 1.959963984540054 / 3 / 43**0.5) ** 3
    high = 44 * (1 - 1 / 396 + 1.959963984540054 / 3 / 44**0.5) ** 3
    got = rates.directly_standardised_rate(counts, people, standard, per=1000)
    assert got is not None
    assert got.value == pytest.approx(1000 * rate, rel=1e-12)
    assert got.lower == pytest.approx(1000 * (rate + (variance / 43) ** 0.5 * (low - 43)), rel=1e-12)
    assert got.upper == pytest.approx(1000 * (rate + (variance / 43) ** 0.5 * (high - 43)), rel=1e-12)


def test_one_band_standardised_is_the_crude_rate() -> None:
    got = rates.directly_standardised_rate([25], [800], [1], per=100)
    assert got is not None
    np.testing.assert_allclose((got.value, got.lower, got.upper), rates.rate_limits(25, 800, 100), rtol=1e-12)


def test_no_standardised_rate_below_ten_events() -> None:
    assert rates.directly_standardised_rate([4, 5], [100, 100], [1, 1]) is None
    assert rates.directly_standardised_rate([5, 5], [100, 100], [1, 1]) is not None


def test_a_mean_has_t_limits() -> None:
    # Student's t with 9 degrees of freedom, 97.5 %: 2.262157 (any table).
    got = rates.mean_limits(7.2, 2.0, 10)
    assert got.lower == pytest.approx(7.2 - 2.2621571628 * 2 / 10**0.5, abs=1e-9)
    assert got.upper == pytest.approx(7.2 + 2.2621571628 * 2 / 10**0.5, abs=1e-9)
    half = rates.mean_limits(7.2, 2.0, 20, design_effect=2)
    assert (half.lower, half.upper) == (got.lower, got.upper)
    assert rates.mean_limits(7.2, 2.0, 10, alpha=0.002).upper > got.upper


@pytest.mark.parametrize(
    "ask",
    [
        lambda: rates.count_limits([3, -1]),
        lambda: rates.count_limits(3, alpha=0),
        lambda: rates.count_limits(3, alpha=1),
        lambda: rates.rate_limits(3, [100, 0]),
        lambda: rates.wilson_limits(5, 4),
        lambda: rates.wilson_limits(5, 0),
        lambda: rates.wilson_limits(5, 10, design_effect=0),
        lambda: rates.difference_of_proportions((1, math.nan), (1, 2)),
        lambda: rates.directly_standardised_rate([5, 5], [100], [1, 1]),
        lambda: rates.directly_standardised_rate([5, math.nan], [100, 100], [1, 1]),
        lambda: rates.directly_standardised_rate([50, 5], [100, 0], [1, 1]),
        lambda: rates.directly_standardised_rate([50, 5], [100, 100], [0, 0]),
        lambda: rates.directly_standardised_rate([50, 5], [100, 100], [2, -1]),
        lambda: rates.mean_limits(7, 2, 1),
        lambda: rates.mean_limits(7, -2, 10),
        lambda: rates.mean_limits(7, math.nan, 10),
    ],
)
def test_impossible_questions_are_refused(ask: Callable[[], object]) -> None:
    with pytest.raises(BadQuestion):
        ask()


@given(st.floats(0, 50))
def test_the_chance_of_none_is_the_poisson_sum_of_nothing(expected: float) -> None:
    assert rates.chance_of_none(expected) == pytest.approx(poisson_at_most(0, expected) if expected else 1)


def test_none_where_almost_two_were_expected_is_no_rarity() -> None:
    assert round(100 * rates.chance_of_none(1.8)) == 17


@pytest.mark.parametrize("expected", [-0.1, math.nan, math.inf])
def test_an_impossible_expected_count_is_refused(expected: float) -> None:
    with pytest.raises(BadQuestion, match="expected count"):
        rates.chance_of_none(expected)
