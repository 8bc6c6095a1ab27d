"""The variance between estimates: by a root finder, one set at a time, and by what it must not depend on."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from indicators.paule_mandel import variance_between, variances_between

Array = npt.NDArray[np.float64]


def slow(values: Array, variances: Array) -> float:
    """The root of the weighted sum of squares less its degrees of freedom, by bisection."""

    def misfit(between: float) -> float:
        weights = 1 / (variances + between)
        centre = (weights * values).sum() / weights.sum()
        return float((weights * (values - centre) ** 2).sum()) - (len(values) - 1)

    if misfit(0.0) <= 0:
        return 0.0
    return float(optimize.brentq(misfit, 0.0, 1e4, xtol=1e-14, rtol=1e-14))


def drawn(seed: int, size: int, spread: float) -> tuple[Array, Array]:
    random = np.random.default_rng(seed)
    variances = random.uniform(0.001, 0.5, size)
    return random.normal(0, spread, size) + random.normal(0, np.sqrt(variances)), variances


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 40), st.sampled_from([0.0, 0.05, 0.5, 5.0]))
def test_it_equals_bisection(seed: int, size: int, spread: float) -> None:
    values, variances = drawn(seed, size, spread)
    assert variance_between(values, variances) == pytest.approx(slow(values, variances), rel=1e-6, abs=1e-9)


def test_several_sets_at_once_are_each_answered_alone() -> None:
    values, variances = drawn(3, 12, 0.6)
    without = 1.0 - np.eye(12)
    together = variances_between(values[None, :], variances[None, :], without)
    for row in range(12):
        kept = np.arange(12) != row
        assert together[row] == pytest.approx(variance_between(values[kept], variances[kept]), rel=1e-9)
    # What does not belong to a set says nothing in it, however large.
    wild = values.copy()
    wild[0] = 1e6
    assert variances_between(wild[None, :], variances[None, :], without)[0] == pytest.approx(together[0], rel=1e-9)


def test_scatter_within_the_errors_is_nought() -> None:
    assert variance_between(np.array([1.0, 1.1, 0.9]), np.array([0.5, 0.5, 0.5])) == 0.0
    assert variance_between(np.array([2.0, 2.0, 2.0]), np.zeros(3)) == 0.0


def test_without_errors_of_their_own_it_is_the_sample_variance() -> None:
    values, _ = drawn(7, 20, 1.0)
    assert variance_between(values, np.zeros(20)) == pytest.approx(values.var(ddof=1))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(-100, 100), st.floats(0.01, 100))
def test_it_moves_with_nothing_and_scales_with_the_square(seed: int, shift: float, scale: float) -> None:
    values, variances = drawn(seed, 10, 0.8)
    plain = variance_between(values, variances)
    assert variance_between(values + shift, variances) == pytest.approx(plain, rel=1e-5, abs=1e-8)
    assert variance_between(values * scale, variances * scale**2) == pytest.approx(plain * scale**2, rel=1e-5, abs=1e-9)
