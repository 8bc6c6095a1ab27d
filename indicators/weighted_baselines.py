"""The headline of many places at once: ``weighted_baseline`` with one more dimension in front, for scans.

The formulas and their sources are stated there; here only the order of the work differs, so that the answers are the same
but for the last digits (a test sets the two against each other).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from indicators.panel import number_at_least
from indicators.variogram import LEAST_EXPECTED as LEAST_IN_VARIOGRAM
from indicators.variogram import WANDER_OF_A_LARGE_PLACE, description
from indicators.weighted_baseline import (
    LEAST_DRIFT,
    LEAST_EXPECTED,
    PLACES_THE_SCALE_IS_WORTH,
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


@dataclass(frozen=True, slots=True, eq=False)
class _Gaps:
    """Per question and place (place 0 its own): log gap, drift variance, noise of the baseline, expected, seen, weights."""

    log: Array
    drift: Array
    noise: Array
    expected: Array
    seen: Array
    weights: Array


@dataclass(frozen=True, slots=True, eq=False)
class _Placebos:
    """Per question: scale of the drift variance, centre of the log gaps, the centre's own variance."""

    scale: Array
    centre: Array
    centre_variance: Array


def weighted_baselines(counts: Sequence[Array], quarters_before: int) -> list[WeightedBaseline | BadQuestion]:
    """The headline of each table of ``counts`` (places × quarters, all of one shape, its own place first), or why there is
    none.

    Every table must be whole, with three similar places and a quarter on both sides of the start.
    """
    found: list[WeightedBaseline | BadQuestion] = []
    for at in range(0, len(counts), _AT_ONCE):
        found += _answers(np.stack(counts[at : at + _AT_ONCE]), quarters_before)
    return found


def _answers(counts: Array, quarters_before: int) -> list[WeightedBaseline | BadQuestion]:
    compared = counts[:, 1:].sum(axis=1)
    fine = (compared > counts[:, 1:].max(axis=1)).all(axis=1)
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


def _learned_weights(wander: Array, expected: Array, later_share: Array) -> Array:
    """Weights on earlier quarters, questions × places × earlier quarters."""
    questions, places, before = expected.shape
    quarter = np.arange(before)
    system = np.zeros((questions, places, before + 1, before + 1))
    system[:, :, :before, :before] = -wander[:, None, :before, :before]
    system[:, :, quarter, quarter] += 1 / expected
    system[:, :, before, :before] = system[:, :, :before, before] = 1
    right = np.ones((questions, places, before + 1))
    right[:, :, :before] = -later_share @ wander[:, before:, :before]
    weights = np.maximum(np.linalg.solve(system, right[..., None])[:, :, :before, 0], 0)
    return np.asarray(weights / weights.sum(axis=2, keepdims=True))


def _gaps(counts: Array, quarters_before: int, wander: Array) -> _Gaps:
    """Each place of each question against its comparison places without itself."""
    compared = counts[:, 1:].sum(axis=1, keepdims=True)
    others = np.concatenate([compared, compared - counts[:, 1:]], axis=1)
    before, after = slice(None, quarters_before), slice(quarters_before, None)
    share = counts[..., before].sum(axis=2, keepdims=True) / others[..., before].sum(axis=2, keepdims=True)
    expected_before = np.maximum(share * others[..., before], LEAST_EXPECTED)
    later_share = others[..., after] / others[..., after].sum(axis=2, keepdims=True)
    weight = _learned_weights(wander, expected_before, later_share)
    contrast = np.concatenate([-weight, later_share], axis=2)
    drift = -((contrast @ wander) * contrast).sum(axis=2)
    expected = (weight * counts[..., before] / others[..., before]).sum(axis=2) * others[..., after].sum(axis=2)
    seen = counts[..., after].sum(axis=2)
    return _Gaps(
        log=np.log((seen + 0.5) / (expected + 0.5)),
        drift=np.maximum(drift, LEAST_DRIFT),
        noise=(weight**2 / expected_before).sum(axis=2),
        expected=expected,
        seen=seen,
        weights=weight,
    )


def _placebos(log: Array, drift: Array, counting: Array) -> _Placebos:
    """Scale and centre of each question's placebos."""
    units = log.shape[1]

    def centred(scale: Array) -> tuple[Array, Array]:
        precision = 1 / (scale[:, None] * drift + counting)
        return precision, (precision * log).sum(axis=1) / precision.sum(axis=1)

    scale = np.zeros(len(log))
    for _ in range(200):
        precision, centre = centred(scale)
        squares = precision * (log - centre[:, None]) ** 2
        step = (squares.sum(axis=1) - (units - 1)) / np.maximum((squares * precision * drift).sum(axis=1), 1e-300)
        # Whoever has arrived stays: the same scale would only give the same step again.
        step = np.where(step > 1e-14 * (1 + scale), step, 0.0)
        if not step.any():
            break
        scale = scale + step
    scale = (units * scale + PLACES_THE_SCALE_IS_WORTH) / (units + PLACES_THE_SCALE_IS_WORTH)
    precision, centre = centred(scale)
    return _Placebos(scale, centre, 1 / precision.sum(axis=1))


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
    gaps = _gaps(counts, quarters_before, wander)
    counting = gaps.noise + 1 / (gaps.expected + 0.5)
    placebos = _placebos(gaps.log[:, 1:], gaps.drift[:, 1:], counting[:, 1:])
    placebo_log = gaps.log[:, 1:] - placebos.centre[:, None]
    placebo_z = placebo_log / np.sqrt(placebos.scale[:, None] * gaps.drift[:, 1:] + counting[:, 1:])

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
