"""How far places wander between two quarters by themselves, learned from places in which nothing was started."""

from __future__ import annotations

import functools
import math
from itertools import combinations
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.float64]

# Keeps a division finite where nothing was counted; far below any real expected count.
LEAST_EXPECTED = 1e-3
# A place is weighed by 1/(0.03 + 1/expected)²: 0.03 is about the wander of a large place.
WANDER_OF_A_LARGE_PLACE = 0.03
# The part of a half-year spell that is left a quarter later.
_SPELL_LEFT_AFTER_A_QUARTER = 0.6


def variogram(compared: Array) -> tuple[tuple[float, float, float], Array]:
    """Bumps, spells and drift fitted to comparison places × quarters, and the fitted quarters × quarters matrix.

    An entry is half the mean squared change of a place's relative level between two quarters, counting noise removed.
    """
    total = compared.sum(axis=0)
    expected = np.maximum(compared.sum(axis=1)[:, None] / total.sum() * total, LEAST_EXPECTED)
    movement = compared / expected - 1
    weight = 1 / (WANDER_OF_A_LARGE_PLACE + 1 / expected.mean(axis=1)) ** 2
    weight /= weight.sum()
    covariance = (movement * weight[:, None]).T @ movement - np.diag(weight @ (1 / expected))
    variance = np.diag(covariance)
    seen = (variance[:, None] + variance) / 2 - covariance

    parts, subsets = description(len(total))
    pairs = np.triu_indices(len(total), 1)
    sizes = _nonnegative_fit(parts[:, pairs[0], pairs[1]].T, subsets, seen[pairs])
    return (float(sizes[0]), float(sizes[1]), float(sizes[2])), np.tensordot(sizes, parts, axes=1)


@functools.lru_cache(maxsize=64)
def description(quarters: int) -> tuple[Array, tuple[tuple[list[int], Array], ...]]:
    """What each part alone would give between any two quarters, and for every subset of the parts its least-squares
    solver; they depend on the number of quarters alone, and a board asks for them hundreds of times."""
    quarter = np.arange(quarters, dtype=float)
    apart = np.abs(quarter[:, None] - quarter)
    parts = np.stack([(apart > 0).astype(float), 1 - _SPELL_LEFT_AFTER_A_QUARTER**apart, apart / 10])
    pairs = np.triu_indices(quarters, 1)
    columns = parts[:, pairs[0], pairs[1]].T
    chosen = [list(subset) for size in range(1, len(parts) + 1) for subset in combinations(range(len(parts)), size)]
    return parts, tuple((subset, np.linalg.pinv(columns[:, subset])) for subset in chosen)


def _nonnegative_fit(columns: Array, subsets: tuple[tuple[list[int], Array], ...], target: Array) -> Array:
    """Least squares with no coefficient below nought: with three columns every subset can simply be tried."""
    best, least = np.zeros(columns.shape[1]), math.inf
    for chosen, solver in subsets:
        fit = solver @ target
        misfit = float(((target - columns[:, chosen] @ fit) ** 2).sum())
        # A larger subset must do better by more than rounding, so ties go to the simpler description.
        if fit.min() >= 0 and misfit < least - 1e-15:
            best, least = np.zeros(columns.shape[1]), misfit
            best[chosen] = fit
    return best
