"""The second method: synthetic difference-in-differences on log quarterly rates (Arkhangelsky et al. 2021).

Every comparison place is a placebo, and the placebos' gaps, scaled by size, are the test.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from indicators.panel import checked_counts, number_at_least
from indicators.simplex_weights import penalised_mixtures, smallest_mixtures
from store.errors import BadQuestion

Array: TypeAlias = npt.NDArray[np.float64]

# The quarters' penalty as a part of the noise: the paper's software has 1e-6, which leaves the weights undecided where
# there are about as many quarters as places; 1e-3 decides them and moves the published example by one in ten million.
_QUARTER_PENALTY = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """Synthetic differences of a panel, row 0 ours: one gap a row, and our weights on places and earlier columns."""

    gaps: Array
    place_weights: Array
    quarter_weights: Array


@dataclass(frozen=True, slots=True, eq=False)
class SyntheticDid:
    """The second method's answer; ``ratio`` is seen over expected and ``log_gap`` its logarithm.

    ``p`` is the rank of our gap among the placebos', each divided by its ``spread`` for its size; ``lower`` and
    ``upper`` are the 95 % limits that this test gives, None with fewer than 19 comparison places. ``place_weights``
    and ``quarter_weights`` are ours. ``placebo_log`` and ``placebo_z`` hold one value a comparison place, of which
    ``at_least`` of ``units`` have a gap at least this unusual for their size.
    """

    log_gap: float
    ratio: float
    lower: float | None
    upper: float | None
    p: float
    spread: float
    at_least: int
    units: int
    place_weights: Array
    quarter_weights: Array
    placebo_log: Array
    placebo_z: Array


def synthetic_differences(panel: npt.ArrayLike, quarters_before: int) -> Differences:
    """Synthetic difference-in-differences of row 0 and, as placebos, of each other row against the rest of them.

    ``panel`` is places × quarters on the scale to be compared. Fewer than three comparison places, fewer than two
    quarters before, none after or a missing value are BadQuestions.
    """
    values = np.asarray(panel, dtype=float)
    if values.ndim != 2 or len(values) < 4 or not 2 <= quarters_before < values.shape[1]:
        raise BadQuestion(
            "The second method needs three similar places, two quarters before and one after",
            do="Choose more similar places or longer periods.",
        )
    if not bool(np.isfinite(values).all()):
        raise BadQuestion("A value is missing", do="Drop the month for every place, or drop the place.")
    before, after = values[:, :quarters_before], values[:, quarters_before:].mean(axis=1)
    noise = _noise(before)
    place_weights = _place_weights(before, noise, values.shape[1] - quarters_before)
    quarter_weights = _quarter_weights(before[1:], after[1:], noise)
    # Each row's own quarter weights applied to every row: rows × rows.
    moved = after - quarter_weights @ before.T
    gaps = np.diag(moved) - (place_weights * moved[:, 1:]).sum(axis=1)
    return Differences(gaps, place_weights[0], quarter_weights[0])


def _noise(before: Array) -> Array:
    """Per row the variance of quarter-to-quarter steps in the comparison places without that row."""
    steps = np.diff(before[1:], axis=1)
    steps -= steps.mean()
    number = np.full(len(before), float(steps.size - steps.shape[1]))
    number[0] = steps.size
    total = steps.sum() - np.concatenate([[0], steps.sum(axis=1)])
    squares = (steps**2).sum() - np.concatenate([[0], (steps**2).sum(axis=1)])
    return np.asarray(np.maximum(squares - total**2 / number, 0) / (number - 1))


def _place_weights(before: Array, noise: Array, quarters_after: int) -> Array:
    """Rows × comparison places: the mixture whose course before is parallel to the row's, never holding the row."""
    centred = before - before.mean(axis=1, keepdims=True)
    allowed = np.vstack([np.ones((1, len(before) - 1), dtype=bool), ~np.eye(len(before) - 1, dtype=bool)])
    penalty = math.sqrt(quarters_after) * noise * before.shape[1]
    return penalised_mixtures(centred, centred[1:], allowed, penalty)


def _quarter_weights(before: Array, after: Array, noise: Array) -> Array:
    """Rows × earlier quarters: the mixture of quarters that stands, but for a constant, nearest to the later mean."""
    units = len(before)
    apart = before - after[:, None]
    apart -= apart.mean(axis=0)
    shared = apart.T @ apart
    # One Gram matrix for all: leaving a place out takes one outer product away, its mean included.
    left_out = shared - units / (units - 1) * apart[:, :, None] * apart[:, None, :]
    penalty = _QUARTER_PENALTY**2 * noise * np.concatenate([[units], np.full(units, units - 1)])
    grams = np.concatenate([shared[None], left_out])
    grams += penalty[:, None, None] * np.eye(before.shape[1])
    near = smallest_mixtures(grams[:1])
    return np.vstack([near, smallest_mixtures(grams[1:], start=near[0])])


def synthetic_did(
    counts: npt.ArrayLike, quarters_before: int, population: npt.ArrayLike | None = None, alpha: float = 0.05
) -> SyntheticDid:
    """Compare row 0 of places × quarters with the other rows on log((count + ½)/population).

    ``population`` is one number a place, or one a place and quarter; without it every place's stays the same. What
    ``weighted_baseline`` refuses about shapes and values is a BadQuestion here too, as are fewer than two quarters
    before and a population of nought or less.
    """
    values = checked_counts(counts, quarters_before)
    people = np.ones(len(values)) if population is None else np.asarray(population, dtype=float)
    people = people[:, None] if people.ndim == 1 else people
    if people.shape not in {(len(values), 1), values.shape} or not bool((np.isfinite(people) & (people > 0)).all()):
        raise BadQuestion("A population is missing or nought", do="Give each place its number of residents.")
    found = synthetic_differences(np.log((values + 0.5) / people), quarters_before)

    before, after = values[:, :quarters_before].sum(axis=1), values[:, quarters_before:].sum(axis=1)
    return _judged(found, 1 / (before + 0.5) + 1 / (after + 0.5), alpha)


def synthetic_values(logs: npt.ArrayLike, periods_before: int, own: Array, alpha: float = 0.05) -> SyntheticDid:
    """The same question of published values: ``logs`` is places × periods, ``own`` each place's error variance.

    BadQuestion as in ``synthetic_differences``.
    """
    return _judged(synthetic_differences(logs, periods_before), own, alpha)


def _judged(found: Differences, counting: Array, alpha: float) -> SyntheticDid:
    """What the placebos say of our gap; ``counting`` is the variance each row's gap has from its own size alone."""
    placebo_log, log_gap = found.gaps[1:], float(found.gaps[0])
    wander = max(0.0, float(((placebo_log - placebo_log.mean()) ** 2 - counting[1:]).mean()))
    placebo_z = placebo_log / np.sqrt(wander + counting[1:])
    spread = math.sqrt(wander + float(counting[0]))
    at_least, units = number_at_least(placebo_z, log_gap / spread), len(placebo_log)
    reach = _reach(placebo_z, alpha)
    return SyntheticDid(
        log_gap=log_gap,
        ratio=math.exp(log_gap),
        lower=None if reach is None else math.exp(log_gap - reach * spread),
        upper=None if reach is None else math.exp(log_gap + reach * spread),
        p=(1 + at_least) / (units + 1),
        spread=spread,
        at_least=at_least,
        units=units,
        place_weights=found.place_weights,
        quarter_weights=found.quarter_weights,
        placebo_log=placebo_log,
        placebo_z=placebo_z,
    )


def _reach(placebo_z: Array, alpha: float) -> float | None:
    """How many spreads a gap may lie from the truth before the rank test says no at ``alpha``; None if it never can."""
    # p > alpha as long as this many placebos are at least as far out; the slack is for 0.05 × 60 in binary.
    needed = math.floor(alpha * (len(placebo_z) + 1) + 1e-9)
    return float(np.sort(np.abs(placebo_z))[-needed]) if needed >= 1 else None
