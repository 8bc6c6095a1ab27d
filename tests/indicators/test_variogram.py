"""How far places wander: against sums over pairs of quarters written out, and by what must not change it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import nnls

from indicators.variogram import variogram

Array = npt.NDArray[np.float64]


def drawn(seed: int, places: int = 15, quarters: int = 12, level: float = 40.0, drift: float = 0.08) -> Array:
    """Counts of places that drift apart."""
    random = np.random.default_rng(seed)
    wander = np.cumsum(random.normal(0, drift, (places, quarters)), axis=1)
    return random.poisson(level * random.uniform(0.5, 2, (places, 1)) * np.exp(wander)).astype(float)


def slow(counts: Array) -> tuple[Array, Array]:
    """Sizes of the three parts, and the fitted matrix, one pair of quarters at a time."""
    places, quarters = counts.shape
    total, whole = counts.sum(axis=0), counts.sum()
    expected = [[max(counts[j].sum() * total[t] / whole, 1e-3) for t in range(quarters)] for j in range(places)]
    move = [[counts[j, t] / expected[j][t] - 1 for t in range(quarters)] for j in range(places)]
    weight = [(0.03 + quarters / sum(expected[j])) ** -2 for j in range(places)]
    weight = [one / sum(weight) for one in weight]

    def covariance(s: int, t: int) -> float:
        both = sum(weight[j] * move[j][s] * move[j][t] for j in range(places))
        return both - (sum(weight[j] / expected[j][t] for j in range(places)) if s == t else 0.0)

    def parts(lag: int) -> list[float]:
        return [1.0, 1 - 0.6**lag, lag / 10] if lag else [0.0, 0.0, 0.0]

    design, target = [], []
    for s in range(quarters):
        for t in range(s + 1, quarters):
            design.append(parts(t - s))
            target.append((covariance(s, s) + covariance(t, t)) / 2 - covariance(s, t))
    sizes = nnls(np.array(design), np.array(target))[0]
    matrix = [
        [sum(a * b for a, b in zip(sizes, parts(abs(s - t)), strict=True)) for t in range(quarters)]
        for s in range(quarters)
    ]
    return sizes, np.array(matrix)


@given(st.integers(0, 10_000), st.integers(2, 9), st.integers(3, 12), st.sampled_from([0.4, 8.0, 300.0]))
@settings(max_examples=25, deadline=None)
def test_equals_pairs_of_quarters_written_out(seed: int, places: int, quarters: int, level: float) -> None:
    counts = drawn(seed, places, quarters, level)
    counts[:2] += 1
    sizes, matrix = variogram(counts)
    expected_sizes, expected = slow(counts)
    # Where two descriptions fit alike the sizes may differ, but never what they say of two quarters.
    scale = max(1e-9, float(np.abs(expected).max()))
    np.testing.assert_allclose(matrix, expected, atol=2e-6 * scale + 1e-9)
    assert sum(sizes) == pytest.approx(sum(expected_sizes), abs=1e-4 * scale + 1e-6)


@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_neither_the_order_of_places_nor_the_direction_of_time_matters(seed: int, order: Any) -> None:
    counts = drawn(seed)
    rows = list(range(len(counts)))
    order.shuffle(rows)
    sizes, matrix = variogram(counts)
    for other in (counts[rows], counts[:, ::-1]):
        again, same = variogram(other)
        np.testing.assert_allclose(again, sizes, rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(same, matrix, rtol=1e-6, atol=1e-9)


@given(st.integers(0, 10_000), st.floats(0.2, 5))
@settings(max_examples=20, deadline=None)
def test_the_size_of_large_places_does_not_matter(seed: int, larger: float) -> None:
    counts = drawn(seed, level=1e8)
    np.testing.assert_allclose(variogram(counts * larger)[0], variogram(counts)[0], atol=1e-4)


def test_identical_places_do_not_wander() -> None:
    assert variogram(np.tile([20.0, 30, 40, 30, 20], (6, 1)))[0] == (0, 0, 0)
    assert variogram(np.full((1, 5), 7.0))[0] == (0, 0, 0)


def test_counting_noise_alone_is_no_wander_and_drift_is_found() -> None:
    still = np.random.default_rng(5).poisson(50, (400, 16)).astype(float)
    assert sum(variogram(still)[0]) < 2e-3
    bumps, spells, drift = variogram(drawn(6, places=400, quarters=16, level=5000, drift=0.05))[0]
    # A random walk of steps 0.05 has half mean squares of 0.05²/2 a quarter: ten quarters make 0.0125.
    assert drift == pytest.approx(0.0125, rel=0.25)
    assert bumps + spells < 0.003


def test_places_and_quarters_with_nothing_counted_give_finite_answers() -> None:
    counts = drawn(7)
    counts[3] = 0
    counts[:, 5] = 0
    sizes, matrix = variogram(counts)
    assert np.isfinite([*sizes]).all()
    assert np.isfinite(matrix).all()
    assert (matrix >= 0).all()
    assert np.allclose(np.diag(matrix), 0)
