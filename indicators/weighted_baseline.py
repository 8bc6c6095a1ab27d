"""The headline: what a place would have seen had it changed as similar places did, from a weighted baseline.

Similar places' own histories say how far a place wanders between two quarters by itself; from that every place, ours
and each placebo, gets the weights on its earlier quarters that best predict its later share of the total (kriging with
counting noise). Placebos give the centre and the scale of the gap between seen and expected, with size allowed for
(Conley & Taber 2011; Ferman & Pinto 2019; Paule & Mandel 1982).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from indicators.panel import checked_counts, number_at_least
from indicators.variogram import variogram
from store.errors import BadQuestion

Array: TypeAlias = npt.NDArray[np.float64]
Weights: TypeAlias = Literal["learned", "equal"]

# Standard normal quantile of 80 % power.
POWER_QUANTILE = 0.842
# Floors that keep a division finite where nothing was counted; far below any real count, share or drift.
LEAST_EXPECTED, LEAST_DRIFT = 0.05, 1e-6
# A spread of the placebos' pooled z below this is rounding; places that differ at all have one near 1.
_LEAST_DEVIATION = 1e-9
# The scale of the drift is drawn towards 1 as if by this many more places in which it was exactly right.
PLACES_THE_SCALE_IS_WORTH = 30


@dataclass(frozen=True, slots=True, eq=False)
class WeightedBaseline:
    """The headline's answer for one place and one indicator; ratios are plain (0.7 = three tenths fewer than expected).

    ``ratio`` is seen over expected with 95 % limits and ``log_gap`` its logarithm; ``spread`` is the standard error of
    ``log_gap``, ``z`` their quotient and ``p`` its two-sided p with units − 1 degrees of freedom. ``expected`` allows
    for the placebos' centre, ``baseline_expected`` does not. ``weights`` are the place's, one an earlier quarter,
    adding to 1. ``variogram`` is (one-off bumps, half-year spells, lasting drift) and ``scale`` what the drift
    variance is multiplied by. ``placebo_z`` and ``placebo_log`` (log gap less the centre) hold one value a comparison
    place, of which ``at_least`` of ``units`` have a gap at least this unusual for their size. ``detectable`` is the
    smallest fall found with 80 % power, as a fraction.
    """

    log_gap: float
    ratio: float
    lower: float
    upper: float
    p: float
    z: float
    spread: float
    expected: float
    baseline_expected: float
    seen: float
    weights: Array
    variogram: tuple[float, float, float]
    scale: float
    placebo_z: Array
    placebo_log: Array
    at_least: int
    units: int
    detectable: float


@dataclass(frozen=True, slots=True, eq=False)
class PooledBaseline:
    """Several indicators of one place read as a whole: ratio with 95 % limits, p, placebos, and the parts in order.

    ``z`` is the precision-weighted sum of the parts' z over the spread of the same sum in the placebos.
    """

    ratio: float
    lower: float
    upper: float
    p: float
    z: float
    at_least: int
    parts: tuple[WeightedBaseline, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Gaps:
    """Per place (row 0 ours): log gap, drift variance, counting noise of the baseline, expected, seen, weights."""

    log: Array
    drift: Array
    noise: Array
    expected: Array
    seen: Array
    weights: Array


@dataclass(frozen=True, slots=True)
class _Placebos:
    """What the placebos say: scale of the drift variance, centre of the log gaps, and the centre's own variance."""

    scale: float
    centre: float
    centre_variance: float


def _refuse_bare_quarters(values: Array) -> None:
    """Refuse counts in which some place would be set against nothing in some quarter."""
    compared = values[1:].sum(axis=0)
    if not compared.any():
        raise BadQuestion("Nothing was counted in any similar place", do="Choose a more common kind of event.")
    # Every place is set against the others, so the total must stay above nought without any one of them.
    if bool((compared <= values[1:].max(axis=0)).any()):
        raise BadQuestion(
            "In at least one quarter events were counted in no more than one similar place",
            do="Choose more similar places, or a more common kind of event.",
        )


def _learned_weights(wander: Array, expected: Array, later_share: Array) -> Array:
    """Kriging weights, places × earlier quarters: the least variance of the later minus the earlier relative level.

    ``expected`` is places × earlier quarters (1/expected is the counting noise), ``later_share`` places × later
    quarters. Negative weights are set to nought and the rest rescaled.
    """
    places, before = expected.shape
    quarter = np.arange(before)
    system = np.zeros((places, before + 1, before + 1))
    system[:, :before, :before] = -wander[:before, :before]
    system[:, quarter, quarter] += 1 / expected
    system[:, before, :before] = system[:, :before, before] = 1
    right = np.ones((places, before + 1))
    right[:, :before] = -later_share @ wander[before:, :before]
    weights = np.maximum(np.linalg.solve(system, right[:, :, None])[:, :before, 0], 0)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _gaps(counts: Array, quarters_before: int, wander: Array, weights: Weights) -> _Gaps:
    """Each place against the comparison places without itself: its weights, expected count, log gap and variances."""
    compared = counts[1:].sum(axis=0)
    others = np.vstack([compared, compared - counts[1:]])
    before, after = slice(None, quarters_before), slice(quarters_before, None)
    share_before = counts[:, before].sum(axis=1, keepdims=True) / others[:, before].sum(axis=1, keepdims=True)
    expected_before = np.maximum(share_before * others[:, before], LEAST_EXPECTED)
    later_share = others[:, after] / others[:, after].sum(axis=1, keepdims=True)
    if weights == "learned":
        weight = _learned_weights(wander, expected_before, later_share)
    else:
        weight = others[:, before] / others[:, before].sum(axis=1, keepdims=True)
    contrast = np.hstack([-weight, later_share])
    drift = -((contrast @ wander) * contrast).sum(axis=1)
    expected = (weight * counts[:, before] / others[:, before]).sum(axis=1) * others[:, after].sum(axis=1)
    seen = counts[:, after].sum(axis=1)
    return _Gaps(
        log=np.log((seen + 0.5) / (expected + 0.5)),
        drift=np.maximum(drift, LEAST_DRIFT),
        noise=(weight**2 / expected_before).sum(axis=1),
        expected=expected,
        seen=seen,
        weights=weight,
    )


def _placebos(log: Array, drift: Array, counting: Array) -> _Placebos:
    """Paule and Mandel's scale of the drift variance (drawn towards 1) and the weighted centre of the placebos."""
    units = len(log)

    def centred(scale: float) -> tuple[Array, float]:
        precision = 1 / (scale * drift + counting)
        return precision, float((precision * log).sum() / precision.sum())

    # The misfit falls and is convex in the scale, so Newton steps from nought rise to the root and never pass it.
    scale = 0.0
    for _ in range(200):
        precision, centre = centred(scale)
        squares = precision * (log - centre) ** 2
        step = float((squares.sum() - (units - 1)) / max(float((squares * precision * drift).sum()), 1e-300))
        if step <= 1e-14 * (1 + scale):
            break
        scale += step
    scale = (units * scale + PLACES_THE_SCALE_IS_WORTH) / (units + PLACES_THE_SCALE_IS_WORTH)
    precision, centre = centred(scale)
    return _Placebos(scale, centre, float(1 / precision.sum()))


def student_p(z: float, degrees: int) -> float:
    """Two-sided p of ``z`` under Student's t."""
    from scipy.special import stdtr

    return 2 * float(stdtr(degrees, -abs(z)))


def student_quantile(degrees: int) -> float:
    """The 97.5 % quantile of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(degrees, 0.975))


def spread_behind(detectable: float, units: int) -> float:
    """The spread whose smallest fall found with 80 % power is ``detectable`` (a fraction below 1) among ``units`` places."""
    return -math.log1p(-detectable) / (student_quantile(units - 1) + POWER_QUANTILE)


def finite_exponential(logarithm: float) -> float:
    """e to this power, held below the largest number a computer knows: wild data give a wide range, not an error."""
    return math.exp(min(logarithm, 700.0))


def _limit(log_gap: float, quantile: float, fixed: float, expected: float, side: int) -> float:
    """The log ratio θ that lies ``quantile`` of its own standard errors from the gap, below (−1) or above (+1) it.

    The standard error is that of a place whose true ratio is θ, √(fixed + 1/(expected·e^θ + ½)); at θ = 0 it is the
    one the test uses, so nought is outside the limits exactly when p ≤ .05.
    """
    near, far = log_gap, log_gap + side * quantile * math.sqrt(fixed + 2)
    while True:
        middle = (near + far) / 2
        if middle in (near, far):
            return middle
        error = quantile * math.sqrt(fixed + 1 / (expected * finite_exponential(middle) + 0.5))
        near, far = (middle, far) if abs(middle - log_gap) < error else (near, middle)


def _settled(
    values: Array, quarters_before: int, weights: Weights
) -> tuple[tuple[float, float, float], _Gaps, Array, _Placebos]:
    """The variogram's sizes, every place's gap and counting noise, and what the placebos say of their centre and scale."""
    _refuse_bare_quarters(values)
    sizes, wander = variogram(values[1:])
    gaps = _gaps(values, quarters_before, wander, weights)
    counting = gaps.noise + 1 / (gaps.expected + 0.5)
    return sizes, gaps, counting, _placebos(gaps.log[1:], gaps.drift[1:], counting[1:])


def log_gap(counts: npt.ArrayLike, quarters_before: int) -> float:
    """The headline's log gap alone: the same number, refused for the same reasons, without the limits' searching."""
    _, gaps, _, placebos = _settled(checked_counts(counts, quarters_before), quarters_before, "learned")
    return float(gaps.log[0]) - placebos.centre


def weighted_baseline(counts: npt.ArrayLike, quarters_before: int, *, weights: Weights = "learned") -> WeightedBaseline:
    """Compare row 0 with the comparison places in the other rows; columns are quarters, the earlier ones first.

    ``weights="equal"`` weighs earlier quarters by the comparison total alone, which gives the plain ratio of ratios
    with the same spread and placebos. Missing or negative counts, fewer than three comparison places, no quarter on
    one side, or a quarter in which fewer than two comparison places counted anything are BadQuestions.
    """
    values = checked_counts(counts, quarters_before)
    sizes, gaps, counting, placebos = _settled(values, quarters_before, weights)
    units = len(values) - 1
    placebo_log = gaps.log[1:] - placebos.centre
    placebo_z = placebo_log / np.sqrt(placebos.scale * gaps.drift[1:] + counting[1:])

    own_gap, expected = float(gaps.log[0]) - placebos.centre, float(gaps.expected[0])
    fixed = placebos.scale * float(gaps.drift[0]) + float(gaps.noise[0]) + placebos.centre_variance
    spread = math.sqrt(fixed + 1 / (expected + 0.5))
    quantile = student_quantile(units - 1)
    z = own_gap / spread
    return WeightedBaseline(
        log_gap=own_gap,
        ratio=math.exp(own_gap),
        lower=finite_exponential(_limit(own_gap, quantile, fixed, expected, -1)),
        upper=finite_exponential(_limit(own_gap, quantile, fixed, expected, +1)),
        p=student_p(z, units - 1),
        z=z,
        spread=spread,
        expected=expected * math.exp(placebos.centre),
        baseline_expected=expected,
        seen=float(gaps.seen[0]),
        weights=gaps.weights[0],
        variogram=sizes,
        scale=placebos.scale,
        placebo_z=placebo_z,
        placebo_log=placebo_log,
        at_least=number_at_least(placebo_z, z),
        units=units,
        detectable=1 - math.exp(-(quantile + POWER_QUANTILE) * spread),
    )


def pooled(answers: Sequence[WeightedBaseline]) -> PooledBaseline:
    """The answers of several indicators of the same places (same rows in each table) as one: Σ z/spread against the
    placebos' sums.

    No answer, answers of different numbers of places, or places that all behave alike are BadQuestions.
    """
    parts = tuple(answers)
    if len({part.units for part in parts}) != 1:
        raise BadQuestion("The indicators are not counted in the same places", do="Give every table the same rows.")
    units = parts[0].units
    precision = np.array([1 / part.spread for part in parts])
    placebo_z = np.array([part.placebo_z for part in parts])
    deviation = math.sqrt(float(precision @ (placebo_z @ placebo_z.T) @ precision) / (units - 1))
    weight = float(precision @ precision)
    # Identical places differ by rounding alone, which would make any gap look endlessly unusual.
    if deviation <= _LEAST_DEVIATION * math.sqrt(weight):
        raise BadQuestion("The similar places do not differ at all", do="Choose real similar places.")
    total = float(precision @ np.array([part.z for part in parts]))
    middle, half = total / weight, student_quantile(units - 1) * deviation / weight
    return PooledBaseline(
        ratio=math.exp(middle),
        lower=finite_exponential(middle - half),
        upper=finite_exponential(middle + half),
        p=student_p(total / deviation, units - 1),
        z=total / deviation,
        at_least=number_at_least(precision @ placebo_z, total),
        parts=parts,
    )
