"""Variance between estimates beyond their own errors (Paule & Mandel 1982)."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.float64]

# Keeps a weight finite where an estimate has no error of its own.
_LEAST_VARIANCE = 1e-12


def variance_between(values: Array, variances: Array) -> float:
    """The variance at which the weighted sum of squares equals its degrees of freedom; nought where it never exceeds them.

    ``values`` are estimates and ``variances`` their own error variances, which must not be negative; where all errors
    are nought it is the plain sample variance.
    """
    return float(variances_between(values[None, :], variances[None, :], np.ones((1, len(values))))[0])


def variances_between(values: Array, variances: Array, used: Array) -> Array:
    """The same for several sets at once, one a row; ``used`` is 1 where an estimate belongs to the set, else 0."""
    degrees = used.sum(axis=1) - 1
    between = np.zeros(len(values))
    # The misfit falls and is convex in the variance, so Newton steps from nought rise to the root and never pass it.
    for _ in range(200):
        weights = used / np.maximum(variances + between[:, None], _LEAST_VARIANCE)
        mean = (weights * values).sum(axis=1) / weights.sum(axis=1)
        squares = weights * (values - mean[:, None]) ** 2
        step = (squares.sum(axis=1) - degrees) / np.maximum((squares * weights).sum(axis=1), 1e-300)
        step = np.where(step > 1e-14 * (1e-12 + between), step, 0.0)
        if not step.any():
            break
        between = between + step
    return between
