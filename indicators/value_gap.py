"""A place's published values against similar places': proportions, means, medians and yearly counts.

The same logic as the headline's: the change of the logarithm from before to after, ours less what the similar places
did, with centre and scale from the places in which nothing was started (Conley & Taber 2011; Ferman & Pinto 2019) and
size allowed for by each value's own error (Paule & Mandel 1982). All earlier periods count alike: there are too few of
them to learn weights from. Of counts that is the ratio of ratios: what was counted in all periods of a side together.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from indicators.panel import number_at_least
from indicators.paule_mandel import variances_between
from indicators.synthetic_did import SyntheticDid, synthetic_values
from indicators.weighted_baseline import POWER_QUANTILE, finite_exponential, student_p, student_quantile
from store.errors import BadQuestion

Array: TypeAlias = npt.NDArray[np.float64]

FEWEST_PLACES = 3


@dataclass(frozen=True, slots=True, eq=False)
class LogValues:
    """Places × periods on the log scale, row 0 ours, with the variance of each place's before and after mean.

    ``before`` is how many of the columns lie before the start. ``sides`` are places × 2, the logarithm of each side as a
    whole where that is not the mean of its periods' logarithms.
    """

    logs: Array
    before: int
    variance_before: Array
    variance_after: Array
    sides: Array | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ValueGap:
    """Seen over expected of row 0: ``ratio`` with 95 % limits, two-sided ``p`` with units − 1 degrees of freedom.

    ``centre`` is the similar places' mean log change, ``between`` the variance of their changes beyond each value's own
    error, ``placebo_log`` each one's change less the others' centre, of which ``at_least`` are as unusual for their size.
    ``detectable`` is the smallest fall found with 80 % power, as a fraction. ``second`` is the synthetic control's answer,
    None where there are fewer than two periods before.
    """

    ratio: float
    lower: float
    upper: float
    p: float
    z: float
    spread: float
    centre: float
    between: float
    placebo_log: Array
    placebo_z: Array
    at_least: int
    detectable: float
    second: SyntheticDid | None


def count_logs(counts: Array, exposure: Array, before: int) -> LogValues:
    """Log rates of counts (½ event added) over ``exposure`` (person-years); both places × periods.

    A side is told by its total: one year without events must not outweigh all others. Its variance is 1/(total + ½).
    """
    sides = [
        (counts[:, part].sum(axis=1) + 0.5, exposure[:, part].sum(axis=1))
        for part in (slice(before), slice(before, None))
    ]
    logs = np.column_stack([np.log(total / years) for total, years in sides])
    return LogValues(np.log((counts + 0.5) / exposure), before, 1 / sides[0][0], 1 / sides[1][0], logs)


def share_logs(counts: Array, totals: Array, before: int) -> LogValues:
    """Log proportions of ``counts`` out of ``totals`` (½ added to those with and to those without); places × periods.

    The variance of a log proportion p of n is (1 − p)/(p·n), by the delta method.
    """
    share = (counts + 0.5) / (totals + 1.0)

    def variance(part: slice) -> Array:
        number = totals[:, part].sum(axis=1) + 1.0
        mean = (counts[:, part].sum(axis=1) + 0.5) / number
        return np.asarray((1 - mean) / (mean * number))

    return LogValues(np.log(share), before, variance(slice(None, before)), variance(slice(before, None)))


def level_logs(values: Array, errors: Array, cases: Array | None, before: int) -> LogValues:
    """Logs of means or medians; places × periods.

    ``errors`` are standard errors in the values' own unit (0 = not published): a value without one among others that have
    theirs is taken to be as unsure as the least sure of them. Where none is published, the error of one case is learnt
    from the similar places' steps between neighbouring periods, and falls with the number of ``cases``.
    """
    logs = np.log(values)
    if (errors > 0).any() or cases is None:
        variance = (errors / values) ** 2
        known = variance[np.isfinite(variance)]
        variance = np.where(errors > 0, variance, known.max() if known.size else np.nan)
    else:
        steps = np.diff(logs[1:], axis=1)
        steps = steps - steps.mean(axis=0)
        per_step = 1 / cases[1:, 1:] + 1 / cases[1:, :-1]
        variance = float((steps**2).sum() / per_step.sum()) / cases

    def of_mean(part: slice) -> Array:
        return np.asarray(variance[:, part].sum(axis=1) / variance[:, part].shape[1] ** 2)

    return LogValues(logs, before, of_mean(slice(None, before)), of_mean(slice(before, None)))


def _checked(given: LogValues) -> None:
    places = len(given.logs) - 1
    if places < FEWEST_PLACES:
        raise BadQuestion(
            f"There are {max(places, 0)} similar places, and no answer is possible with fewer than {FEWEST_PLACES}",
            do="Choose more similar places.",
        )
    if not 1 <= given.before < given.logs.shape[1]:
        raise BadQuestion("There is no period before or none after the start", do="Choose longer periods.")
    if not np.isfinite(given.logs).all() or not np.isfinite(given.variance_before + given.variance_after).all():
        raise BadQuestion(
            "A value is missing, nought or below nought", do="Drop the period for every place, or drop the place."
        )


def log_gap(given: LogValues) -> float:
    """The gap's logarithm alone, refused for the same reasons, without the placebos' own questions."""
    _checked(given)
    moved = _moved(given)
    _, centre, _ = _settled(moved[1:], (given.variance_before + given.variance_after)[1:])
    return float(moved[0]) - centre


def _moved(given: LogValues) -> Array:
    """Each place's logarithm after less that before: of the sides as a whole, or the mean over their periods."""
    if given.sides is not None:
        return np.asarray(given.sides[:, 1] - given.sides[:, 0])
    return np.asarray(given.logs[:, given.before :].mean(axis=1) - given.logs[:, : given.before].mean(axis=1))


def value_gap(given: LogValues) -> ValueGap:
    """Compare row 0 with the other rows. A missing value, no period on a side or fewer than three places: BadQuestion."""
    _checked(given)
    moved = _moved(given)
    own = given.variance_before + given.variance_after
    units = len(moved) - 1
    between, centre, centre_variance = _settled(moved[1:], own[1:])
    if between == 0 and not (own > 0).all():
        raise BadQuestion("The similar places do not differ at all", do="Choose real similar places.")
    spread = math.sqrt(between + float(own[0]) + centre_variance)
    gap = float(moved[0]) - centre
    placebo_log, placebo_z = _placebos(moved[1:], own[1:])
    quantile = student_quantile(units - 1)
    second = None
    if given.before > 1:
        second = synthetic_values(given.logs, given.before, own)
    return ValueGap(
        ratio=finite_exponential(gap),
        lower=finite_exponential(gap - quantile * spread),
        upper=finite_exponential(gap + quantile * spread),
        p=student_p(gap / spread, units - 1),
        z=gap / spread,
        spread=spread,
        centre=centre,
        between=between,
        placebo_log=placebo_log,
        placebo_z=placebo_z,
        at_least=number_at_least(placebo_z, gap / spread),
        detectable=1 - math.exp(-(quantile + POWER_QUANTILE) * spread),
        second=second,
    )


def _settled(moved: Array, own: Array) -> tuple[float, float, float]:
    """Variance between places, their weighted centre, and the centre's own variance."""
    between, centre, centre_variance = _settled_sets(moved[None, :], own[None, :], np.ones((1, len(moved))))
    return float(between[0]), float(centre[0]), float(centre_variance[0])


def _settled_sets(moved: Array, own: Array, used: Array) -> tuple[Array, Array, Array]:
    """The same for several sets of places, one a row; ``used`` is 1 where a place belongs to the set, else 0."""
    between = variances_between(moved, own, used)
    weights = used / np.maximum(own + between[:, None], 1e-12)
    total = weights.sum(axis=1)
    return between, (weights * moved).sum(axis=1) / total, 1 / total


def _placebos(moved: Array, own: Array) -> tuple[Array, Array]:
    """Each similar place asked the same question of the others without itself: log gap, and its z."""
    rest = 1.0 - np.eye(len(moved))
    between, centre, centre_variance = _settled_sets(moved[None, :], own[None, :], rest)
    logs = moved - centre
    return logs, logs / np.sqrt(np.maximum(between + own + centre_variance, 1e-24))
