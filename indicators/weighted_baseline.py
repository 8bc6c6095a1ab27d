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
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from indicators.panel import checked_counts, number_at_least
from indicators.place_gaps import Weights, gaps_of, placebos_of
from indicators.variogram import variogram
from store.errors import BadQuestion

Array: TypeAlias = npt.NDArray[np.float64]

# Standard normal quantile of 80 % power.
POWER_QUANTILE = 0.842
# A spread of the placebos' pooled z below this is rounding; places that differ at all have one near 1.
_LEAST_DEVIATION = 1e-9


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


def weighted_baseline(counts: npt.ArrayLike, quarters_before: int, *, weights: Weights = "learned") -> WeightedBaseline:
    """Compare row 0 with the comparison places in the other rows; columns are quarters, the earlier ones first.

    ``weights="equal"`` weighs earlier quarters by the comparison total alone, which gives the plain ratio of ratios
    with the same spread and placebos. Missing or negative counts, fewer than three comparison places, no quarter on
    one side, or a quarter in which fewer than two comparison places counted anything are BadQuestions.
    """
    values = checked_counts(counts, quarters_before)
    _refuse_bare_quarters(values)
    sizes, wander = variogram(values[1:])
    gaps = gaps_of(values, quarters_before, wander, weights)
    placebos = placebos_of(gaps)
    units = len(values) - 1
    placebo_log = gaps.log[1:] - placebos.centre
    placebo_z = placebo_log / np.sqrt(placebos.scale * gaps.drift[1:] + gaps.counting[1:])

    own_gap, expected = float(gaps.log[0] - placebos.centre), float(gaps.expected[0])
    fixed = float(placebos.scale * gaps.drift[0] + gaps.noise[0] + placebos.centre_variance)
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
        expected=expected * math.exp(float(placebos.centre)),
        baseline_expected=expected,
        seen=float(gaps.seen[0]),
        weights=gaps.weights[0],
        variogram=sizes,
        scale=float(placebos.scale),
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
