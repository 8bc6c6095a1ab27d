"""Weights that add to one: against every subset tried in turn, and by the conditions a minimum must meet."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.simplex_weights import penalised_mixtures, smallest_mixtures

Array = npt.NDArray[np.float64]


def every_subset(gram: Array) -> Array:
    """The weights of least x'Hx among those that solve H y = 1 on some subset with y above nought (H definite)."""
    width = len(gram)
    best, least = np.zeros(width), math.inf
    for size in range(1, width + 1):
        for subset in combinations(range(width), size):
            part = np.linalg.solve(gram[np.ix_(subset, subset)], np.ones(size))
            if part.min() < 0:
                continue
            weights = np.zeros(width)
            weights[list(subset)] = part / part.sum()
            if float(weights @ gram @ weights) < least:
                best, least = weights, float(weights @ gram @ weights)
    return best


def falls_short_of_a_minimum(gram: Array, weights: Array) -> float:
    """How much could still be gained by moving weight to one entry, relative to the size of the problem."""
    slope = gram @ weights
    return float((weights @ slope - slope.min()) / np.abs(gram).max())


def drawn(seed: int, places: int, donors: int, quarters: int, scale: float = 1.0) -> tuple[Array, Array]:
    generator = np.random.default_rng(seed)
    return generator.normal(0, 1, (places, quarters)), generator.normal(0, scale, (donors, quarters))


@given(
    st.integers(0, 10_000),
    st.integers(1, 7),
    st.integers(1, 6),
    st.sampled_from([0.01, 0.5, 20.0]),
    st.sampled_from([0.1, 1.0, 10.0]),
)
@settings(max_examples=30, deadline=None)
def test_penalised_mixtures_are_the_best_of_every_subset(
    seed: int, donors: int, quarters: int, penalty: float, scale: float
) -> None:
    targets, rows = drawn(seed, 3, donors, quarters, scale)
    allowed = np.random.default_rng(seed).random((3, donors)) < 0.8
    allowed[:, 0] = True
    got = penalised_mixtures(targets, rows, allowed, np.full(3, penalty))
    assert (got[~allowed] == 0).all()
    for place in range(3):
        apart = (rows - targets[place])[allowed[place]]
        expect = every_subset(apart @ apart.T + penalty * np.eye(len(apart)))
        np.testing.assert_allclose(got[place][allowed[place]], expect, atol=1e-8)


@given(st.integers(0, 10_000), st.integers(1, 7))
@settings(max_examples=25, deadline=None)
def test_smallest_mixtures_are_the_best_of_every_subset(seed: int, width: int) -> None:
    factors = np.random.default_rng(seed).normal(0, 1, (3, width, width + 2)) + 1
    grams = factors @ factors.transpose(0, 2, 1)
    got = smallest_mixtures(grams)
    for gram, weights in zip(grams, got, strict=True):
        np.testing.assert_allclose(weights, every_subset(gram), atol=1e-7)
    np.testing.assert_allclose(smallest_mixtures(grams, start=got[0]), got, atol=1e-8)
    np.testing.assert_allclose(smallest_mixtures(grams * 1e6), got, atol=1e-10)


@given(st.integers(0, 10_000), st.integers(2, 12), st.integers(1, 6))
@settings(max_examples=30, deadline=None)
def test_singular_grams_still_reach_the_minimum(seed: int, width: int, rank: int) -> None:
    factor = np.random.default_rng(seed).normal(0, 1, (width, rank))
    gram = factor @ factor.T
    weights = smallest_mixtures(gram[None])[0]
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1)
    assert falls_short_of_a_minimum(gram, weights) < 1e-8


@pytest.mark.parametrize("scale", [0.1, 1.0, 10.0])
def test_steep_problems_need_shorter_steps_and_still_end_exactly(scale: float) -> None:
    targets, rows = drawn(1, 3, 10, 5, scale)
    got = penalised_mixtures(targets, rows, np.ones((3, 10), dtype=bool), np.full(3, 1e-3))
    for place in range(3):
        apart = rows - targets[place]
        assert falls_short_of_a_minimum(apart @ apart.T + 1e-3 * np.eye(10), got[place]) < 1e-11


def test_a_target_among_the_donors_is_found_without_a_penalty() -> None:
    _, rows = drawn(1, 1, 12, 6)
    got = penalised_mixtures(rows[3:4], rows, np.ones((1, 12), dtype=bool), np.zeros(1))
    assert got[0, 3] == pytest.approx(1, abs=1e-4)


def test_a_large_penalty_and_equal_donors_give_equal_weights() -> None:
    targets, rows = drawn(2, 2, 8, 5)
    allowed = np.ones((2, 8), dtype=bool)
    np.testing.assert_allclose(penalised_mixtures(targets, rows, allowed, np.full(2, 1e9)), 1 / 8, atol=1e-6)
    alike = penalised_mixtures(np.zeros((1, 5)), np.zeros((8, 5)), allowed[:1], np.zeros(1))
    np.testing.assert_allclose(alike, 1 / 8, atol=1e-9)
    np.testing.assert_allclose(smallest_mixtures(np.zeros((1, 1, 1))), 1)


def test_many_donors_meet_the_conditions_of_a_minimum() -> None:
    targets, rows = drawn(3, 61, 60, 20)
    allowed = np.ones((61, 60), dtype=bool)
    got = penalised_mixtures(targets, rows, allowed, np.full(61, 3.0))
    for place in range(61):
        apart = rows - targets[place]
        assert falls_short_of_a_minimum(apart @ apart.T + 3 * np.eye(60), got[place]) < 1e-12
