"""Rates, proportions and means with their limits (OHID, Technical Guide: Confidence Intervals, 2018)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from store.errors import BadQuestion

Array: TypeAlias = npt.NDArray[np.float64]

# Below this many events Byar's approximation is not close enough and no standardised rate is published (OHID 2018).
FEWEST_FOR_BYAR = 10


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its lower and upper limit, all three in the same unit."""

    value: float
    lower: float
    upper: float


def _tail(alpha: float) -> float:
    """Half of ``alpha``, which must lie strictly between 0 and 1 (.05 for 95 % limits, .002 for 99.8 %)."""
    if not 0 < alpha < 1:
        raise BadQuestion(f"Limits were asked for with alpha {alpha}", do="Use 0.05 for 95 % or 0.002 for 99.8 %.")
    return alpha / 2


def _normal_quantile(alpha: float) -> float:
    from scipy.special import ndtri

    return -float(ndtri(_tail(alpha)))


def _refuse_negative(values: Array, what: str) -> None:
    """Refuse values below nought; NaN, the mark of a missing value, passes."""
    if bool((values < 0).any()):
        raise BadQuestion(f"A {what} is below nought", do=f"Check the {what}s; leave unknown ones missing.")


def _refuse_empty(values: Array, what: str) -> None:
    if bool((values <= 0).any()):
        raise BadQuestion(f"A {what} is nought or less", do=f"Check the {what}s; leave unknown ones missing.")


def _refuse_missing(*values: float) -> None:
    if not all(math.isfinite(value) for value in values):
        raise BadQuestion("A number is missing", do="Leave out what is unknown.")


def exact_poisson_limits(counts: npt.ArrayLike, alpha: float = 0.05) -> tuple[Array, Array]:
    """Lower and upper limit of each expected count from the chi-square quantiles (Garwood 1936), any shape.

    A count of 0 has the lower limit 0; NaN stays NaN; a negative count is a BadQuestion.
    """
    from scipy.special import gammainccinv, gammaincinv

    seen = np.asarray(counts, dtype=float)
    _refuse_negative(seen, "count")
    tail = _tail(alpha)
    # The chi-square quantile with 2x degrees, halved, is the inverse of the incomplete gamma function at x.
    some = np.where(seen > 0, seen, 1.0)
    lower = np.where(seen > 0, np.asarray(gammaincinv(some, tail), dtype=float), seen)
    return lower, np.asarray(gammainccinv(seen + 1, tail), dtype=float)


def chance_of_none(expected: float) -> float:
    """The Poisson chance, 0–1, that nothing is counted where ``expected`` would be: exp(−expected).

    An expected count that is missing or below nought is a BadQuestion.
    """
    if not (math.isfinite(expected) and expected >= 0):
        raise BadQuestion("An expected count is missing or below nought", do="Give how many would be expected.")
    return math.exp(-expected)


def byar_limits(counts: npt.ArrayLike, alpha: float = 0.05) -> tuple[Array, Array]:
    """Byar's approximate limits of each expected count (Breslow & Day 1987), any shape.

    The lower limit is NaN where the formula leaves its range (a count under about (z/3)² + ⅓); meant for 10 or more.
    """
    seen = np.asarray(counts, dtype=float)
    _refuse_negative(seen, "count")
    z = _normal_quantile(alpha)
    # At one ninth and below the cube root is negative whatever the level, so nothing is lost by stopping there.
    some = np.fmax(seen, 1 / 9)
    cube_root = 1 - 1 / (9 * some) - z / (3 * np.sqrt(some))
    lower = np.where(cube_root >= 0, some * cube_root**3, np.nan)
    more = seen + 1
    return lower, more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3


def count_limits(counts: npt.ArrayLike, alpha: float = 0.05) -> tuple[Array, Array]:
    """Limits of each expected count: exact Poisson below 10 events, Byar at 10 or more; NaN stays NaN."""
    seen = np.asarray(counts, dtype=float)
    exact_lower, exact_upper = exact_poisson_limits(seen, alpha)
    byar_lower, byar_upper = byar_limits(seen, alpha)
    few = seen < FEWEST_FOR_BYAR
    return np.where(few, exact_lower, byar_lower), np.where(few, exact_upper, byar_upper)


def rate_limits(
    counts: npt.ArrayLike, denominators: npt.ArrayLike, per: float = 1.0, alpha: float = 0.05
) -> tuple[Array, Array, Array]:
    """Rate, lower and upper limit per ``per`` units of the denominator; the two shapes are broadcast.

    NaN in either stays NaN; a negative count or a denominator of nought or less is a BadQuestion.
    """
    below = np.asarray(denominators, dtype=float)
    _refuse_empty(below, "denominator")
    seen = np.asarray(counts, dtype=float)
    lower, upper = count_limits(seen, alpha)
    scale = per / below
    return seen * scale, lower * scale, upper * scale


def wilson_limits(
    counts: npt.ArrayLike, totals: npt.ArrayLike, alpha: float = 0.05, design_effect: float = 1.0
) -> tuple[Array, Array, Array]:
    """Proportion, lower and upper limit (Wilson 1927), with the total divided by the survey's design effect.

    NaN stays NaN; a count outside 0–total, a total of nought or a design effect of nought or less is a BadQuestion.
    """
    seen, total = np.asarray(counts, dtype=float), np.asarray(totals, dtype=float)
    _refuse_negative(seen, "count")
    _refuse_empty(total, "total")
    if bool((seen > total).any()):
        raise BadQuestion("A count is larger than its total", do="Check which of the two columns is the total.")
    _refuse_empty(np.asarray(design_effect, dtype=float), "design effect")
    z = _normal_quantile(alpha)
    share, size = seen / total, total / design_effect
    middle = 2 * size * share + z * z
    half = z * np.sqrt(z * z + 4 * size * share * (1 - share))
    scale = 2 * (size + z * z)
    return share, np.maximum((middle - half) / scale, 0.0), np.minimum((middle + half) / scale, 1.0)


def difference_of_proportions(
    first: tuple[float, float], second: tuple[float, float], alpha: float = 0.05, design_effect: float = 1.0
) -> Estimate:
    """Second share minus first share, each given as (count, total), by Newcombe's hybrid score (1998, method 10)."""
    _refuse_missing(*first, *second, design_effect)
    share, lower, upper = wilson_limits([first[0], second[0]], [first[1], second[1]], alpha, design_effect)
    difference = float(share[1] - share[0])
    return Estimate(
        difference,
        difference - math.hypot(share[1] - lower[1], upper[0] - share[0]),
        difference + math.hypot(upper[1] - share[1], share[0] - lower[0]),
    )


def directly_standardised_rate(
    counts: npt.ArrayLike,
    populations: npt.ArrayLike,
    standard: npt.ArrayLike,
    per: float = 100_000.0,
    alpha: float = 0.05,
) -> Estimate | None:
    """Directly standardised rate with Dobson's limits (1991) on Byar's, or None below 10 events in all.

    The three are equally long, one value a band; ``standard`` is the standard population (any scale). Missing or
    negative values, empty bands and a standard that adds to nought are BadQuestions.
    """
    seen, people, weight = (np.asarray(values, dtype=float) for values in (counts, populations, standard))
    if seen.ndim != 1 or seen.shape != people.shape or seen.shape != weight.shape:
        raise BadQuestion("Counts, populations and standard do not have the same bands", do="Give one value a band.")
    if not bool(np.isfinite(np.concatenate([seen, people, weight])).all()):
        raise BadQuestion("A band is missing a value", do="A standardised rate needs every band; fill or join bands.")
    _refuse_negative(seen, "count")
    _refuse_empty(people, "population")
    _refuse_negative(weight, "standard population")
    _refuse_empty(np.asarray(weight.sum()), "standard population")
    total = float(seen.sum())
    if total < FEWEST_FOR_BYAR:
        return None
    share = weight / weight.sum()
    rate = float((share * seen / people).sum())
    # Dobson: the standardised rate moves with the crude count, stretched by the ratio of their standard errors.
    stretch = math.sqrt(float((share**2 * seen / people**2).sum()) / total)
    lower, upper = (float(limit) for limit in byar_limits(total, alpha))
    return Estimate(per * rate, per * (rate + stretch * (lower - total)), per * (rate + stretch * (upper - total)))


def mean_limits(
    mean: float, standard_deviation: float, number: float, alpha: float = 0.05, design_effect: float = 1.0
) -> Estimate:
    """A mean with t limits; ``number`` is divided by the design effect and must then be more than one."""
    from scipy.special import stdtrit

    _refuse_missing(mean, standard_deviation, number, design_effect)
    _refuse_negative(np.asarray(standard_deviation, dtype=float), "standard deviation")
    _refuse_empty(np.asarray(design_effect, dtype=float), "design effect")
    size = number / design_effect
    if not size > 1:
        raise BadQuestion("A range for a mean needs more than one answer", do="Show the number of answers only.")
    half = -float(stdtrit(size - 1, _tail(alpha))) * standard_deviation / math.sqrt(size)
    return Estimate(mean, mean - half, mean + half)
