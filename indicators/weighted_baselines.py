"""The headline of many places at once, for scans, and one place's log gap without each of its similar places.

Gaps and placebos are those of ``place_gaps``, with one more dimension in front. The variogram's fit and the search for limits
stand here once more, for many at a time, because the single ones are kept to the last digit; a test sets the two against
each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from indicators.panel import FEWEST_PLACES, number_at_least
from indicators.place_gaps import gaps_of, placebos_of
from indicators.variogram import LEAST_EXPECTED as LEAST_IN_VARIOGRAM
from indicators.variogram import WANDER_OF_A_LARGE_PLACE, description
from indicators.weighted_baseline import (
    POWER_QUANTILE,
    WeightedBaseline,
    student_quantile,
    weighted_baseline,
)
from store.errors import BadQuestion

Array: TypeAlias = npt.NDArray[np.float64]
Marks: TypeAlias = npt.NDArray[np.bool_]

# So many at once that the work, not the calling, takes the time, and so few that it stays near the processor.
_AT_ONCE = 64


def weighted_baselines(counts: Sequence[Array], quarters_before: int) -> list[WeightedBaseline | BadQuestion]:
    """The headline of each table of ``counts`` (places × quarters, all of one shape, its own place first), or why there is
    none.

    Every table must be whole, with three similar places and a quarter on both sides of the start.
    """
    found: list[WeightedBaseline | BadQuestion] = []
    for at in range(0, len(counts), _AT_ONCE):
        found += _answers(np.stack(counts[at : at + _AT_ONCE]), quarters_before)
    return found


def log_gaps_without_each(counts: Array, quarters_before: int) -> Array:
    """The headline's log gap of one table of counts (places × quarters, its own place first, every count known) when each
    comparison place in turn is left out, in their order; NaN where the rest makes no comparison.
    """
    units = len(counts) - 1
    found = np.full(units, np.nan)
    if units <= FEWEST_PLACES:
        return found
    for at in range(0, units, _AT_ONCE):
        left_out = range(at, min(at + _AT_ONCE, units))
        tables = np.stack([np.delete(counts, one + 1, axis=0) for one in left_out])
        fine = _are_fine(tables)
        if fine.any():
            gaps = gaps_of(tables[fine], quarters_before, _variograms(tables[fine, 1:])[1])
            found[np.array(left_out)[fine]] = gaps.log[:, 0] - placebos_of(gaps).centre
    return found


def _are_fine(counts: Array) -> Marks:
    """Which tables set every place against something in every quarter (``weighted_baseline``)."""
    compared = counts[:, 1:].sum(axis=1)
    return np.asarray((compared > counts[:, 1:].max(axis=1)).all(axis=1))


def _answers(counts: Array, quarters_before: int) -> list[WeightedBaseline | BadQuestion]:
    fine = _are_fine(counts)
    settled = iter(_settled(counts[fine], quarters_before) if fine.any() else ())
    return [next(settled) if good else _alone(table, quarters_before) for table, good in zip(counts, fine, strict=True)]


def _alone(table: Array, quarters_before: int) -> WeightedBaseline | BadQuestion:
    """The single headline of a table that it has its own words about."""
    try:
        return weighted_baseline(table, quarters_before)
    except BadQuestion as error:
        return error


def _variograms(compared: Array) -> tuple[Array, Array]:
    """Sizes of bumps, spells and drift (questions × 3), and the fitted matrices (questions × quarters × quarters)."""
    total = compared.sum(axis=1)
    share = compared.sum(axis=2) / total.sum(axis=1, keepdims=True)
    expected = np.maximum(share[:, :, None] * total[:, None, :], LEAST_IN_VARIOGRAM)
    movement = compared / expected - 1
    weight = 1 / (WANDER_OF_A_LARGE_PLACE + 1 / expected.mean(axis=2)) ** 2
    weight /= weight.sum(axis=1, keepdims=True)
    covariance = (movement * weight[:, :, None]).transpose(0, 2, 1) @ movement
    quarter = np.arange(total.shape[1])
    covariance[:, quarter, quarter] -= (weight[:, None, :] @ (1 / expected))[:, 0]
    variance = covariance[:, quarter, quarter]
    seen = (variance[:, :, None] + variance[:, None, :]) / 2 - covariance

    parts, subsets = description(len(quarter))
    pairs = np.triu_indices(len(quarter), 1)
    columns, target = parts[:, pairs[0], pairs[1]].T, seen[:, pairs[0], pairs[1]]
    sizes, least = np.zeros((len(compared), columns.shape[1])), np.full(len(compared), np.inf)
    for chosen, solver in subsets:
        fit = target @ solver.T
        misfit = ((target - fit @ columns[:, chosen].T) ** 2).sum(axis=1)
        better = (fit.min(axis=1) >= 0) & (misfit < least - 1e-15)
        sizes[better] = 0
        sizes[np.ix_(better, chosen)] = fit[better]
        least[better] = misfit[better]
    return sizes, np.tensordot(sizes, parts, axes=1)


def _limits(log_gap: Array, quantile: float, fixed: Array, expected: Array, side: int) -> Array:
    """The log ratios that lie ``quantile`` of their own standard errors from the gaps, below (−1) or above (+1) them."""
    near, far = log_gap.copy(), log_gap + side * quantile * np.sqrt(fixed + 2)
    while True:
        middle = (near + far) / 2
        done = (middle == near) | (middle == far)
        if done.all():
            return middle
        error = quantile * np.sqrt(fixed + 1 / (expected * _finite_exponential(middle) + 0.5))
        inside = np.abs(middle - log_gap) < error
        near, far = np.where(inside & ~done, middle, near), np.where(~inside & ~done, middle, far)


def _finite_exponential(logarithm: Array) -> Array:
    return np.asarray(np.exp(np.minimum(logarithm, 700.0)))


def _settled(counts: Array, quarters_before: int) -> list[WeightedBaseline]:
    from scipy.special import stdtr

    units = counts.shape[1] - 1
    sizes, wander = _variograms(counts[:, 1:])
    gaps = gaps_of(counts, quarters_before, wander)
    placebos = placebos_of(gaps)
    placebo_log = gaps.log[:, 1:] - placebos.centre[:, None]
    placebo_z = placebo_log / np.sqrt(placebos.scale[:, None] * gaps.drift[:, 1:] + gaps.counting[:, 1:])

    own, expected = gaps.log[:, 0] - placebos.centre, gaps.expected[:, 0]
    fixed = placebos.scale * gaps.drift[:, 0] + gaps.noise[:, 0] + placebos.centre_variance
    spread = np.sqrt(fixed + 1 / (expected + 0.5))
    quantile = student_quantile(units - 1)
    z = own / spread
    lower, upper = (_finite_exponential(_limits(own, quantile, fixed, expected, side)) for side in (-1, +1))
    ratio, p = np.exp(own), 2 * stdtr(units - 1, -np.abs(z))
    allowed, detectable = expected * np.exp(placebos.centre), 1 - np.exp(-(quantile + POWER_QUANTILE) * spread)
    return [
        WeightedBaseline(
            log_gap=float(own[one]), ratio=float(ratio[one]), lower=float(lower[one]), upper=float(upper[one]), p=float(p[one]), z=float(z[one]),
            spread=float(spread[one]), expected=float(allowed[one]), baseline_expected=float(expected[one]), seen=float(gaps.seen[one, 0]),
            weights=gaps.weights[one, 0], variogram=(float(sizes[one, 0]), float(sizes[one, 1]), float(sizes[one, 2])),
            scale=float(placebos.scale[one]), placebo_z=placebo_z[one], placebo_log=placebo_log[one],
            at_least=number_at_least(placebo_z[one], float(z[one])), units=units, detectable=float(detectable[one]),
        )
        for one in range(len(counts))
    ]  # fmt: skip
