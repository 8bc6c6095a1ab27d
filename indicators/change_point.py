"""Where a place without a start shifted most against similar places, and how often similar places shift as much.

The largest standardised shift over all possible dates is a maximum over many looks, so no table of a single look fits
it (Worsley 1979; Andrews 1993). It is therefore set beside the same maximum in every similar place, which carries its
own false-alarm rate: where nothing tells the places apart, each is as likely as any other to hold the largest. The
date is fitted, so nothing is ever tested on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from indicators.panel import checked_counts, number_at_least
from store.errors import BadQuestion

Array: TypeAlias = npt.NDArray[np.float64]

FEWEST_QUARTERS = 8  # on either side of a possible shift: a lasting one has two years to show itself
# Keeps a division finite where a series does not vary at all; far below the spread of any real log gap.
_LEAST_SPREAD = 1e-6
# Half the 95 % point of chi-square with one degree of freedom: dates whose likelihood lies within it of the best.
_AS_LIKELY = 1.92


@dataclass(frozen=True, slots=True, eq=False)
class LargestShifts:
    """The largest lasting shift of each series (rows): ``at`` is the first quarter at the new level.

    ``size`` is the later mean less the earlier one, ``standardised`` that over its standard error, both signed.
    From ``earliest`` to ``latest`` lie the other first quarters that fit the series about as well.
    """

    at: npt.NDArray[np.int64]
    size: Array
    standardised: Array
    earliest: npt.NDArray[np.int64]
    latest: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class ChangePoint:
    """The place's largest lasting shift in its log gap (position of quarters as in the counts) among the units'.

    ``at_least`` of ``units`` comparison places have a largest shift at least as large, up or down, once their own
    scatter is allowed for; ``unit_sizes`` and ``unit_standardised`` hold one value each.
    """

    at: int
    earliest: int
    latest: int
    size: float
    standardised: float
    unit_sizes: Array
    unit_standardised: Array
    at_least: int
    units: int


def shared_out(counts: Array) -> Array:
    """What each place (row 0 ours) would have counted by quarter had it changed as the comparison places without
    itself did, at its own level over the whole series: places × quarters, as ``counts``."""
    compared = counts[1:].sum(axis=0)
    others = np.vstack([compared, compared - counts[1:]])
    whole = others.sum(axis=1, keepdims=True)
    if not bool((whole > 0).all()):
        raise BadQuestion(
            "Events were counted in no more than one similar place", do="Choose a more common kind of event."
        )
    return np.asarray(counts.sum(axis=1, keepdims=True) / whole * others)


def log_gaps(counts: Array) -> Array:
    """Log of seen over expected by place and quarter, half an event added to both."""
    return np.log((counts + 0.5) / (shared_out(counts) + 0.5))


def largest_shifts(gaps: Array, fewest: int = FEWEST_QUARTERS) -> LargestShifts:
    """The split of each row that lowers its squares most, with at least ``fewest`` quarters on either side.

    The shift is standardised by the row's own scatter around its two means. Other splits fit about as well where the
    normal likelihood, profiled over the means and the scatter, stays within 1.92 of the best one's logarithm.
    BadQuestion where the series is too short for any split.
    """
    rows, quarters = gaps.shape
    if quarters < 2 * fewest:
        raise BadQuestion(
            f"The series has {quarters} whole quarters, and {2 * fewest} are needed to look for a lasting shift",
            do="Load more months.",
        )
    before = np.arange(fewest, quarters - fewest + 1)
    after = quarters - before
    centred = gaps - gaps.mean(axis=1, keepdims=True)
    # A centred row adds up to nought, so what stands after a split is what stands before it with the sign turned.
    running = centred.cumsum(axis=1)[:, before - 1]
    jumps = -running / after - running / before
    squares = (centred**2).sum(axis=1, keepdims=True) - jumps**2 * (before * after / quarters)
    squares = np.maximum(squares, quarters * _LEAST_SPREAD**2)
    standardised = jumps / np.sqrt(squares / (quarters - 2) * (1 / before + 1 / after))
    best = np.abs(standardised).argmax(axis=1)
    each = np.arange(rows)
    as_likely = quarters / 2 * np.log(squares / squares[each, best][:, None]) <= _AS_LIKELY
    return LargestShifts(
        at=before[best],
        size=jumps[each, best],
        standardised=standardised[each, best],
        earliest=before[as_likely.argmax(axis=1)],
        latest=before[len(before) - 1 - as_likely[:, ::-1].argmax(axis=1)],
    )


def change_point(counts: npt.ArrayLike) -> ChangePoint:
    """Look for one lasting shift of row 0 against the other rows, and for the same in each of them.

    ``counts`` are places × quarters, oldest first. Missing or negative counts, fewer than three comparison places, a
    series too short, or events in no more than one comparison place are BadQuestions.
    """
    found = largest_shifts(log_gaps(checked_counts(counts, 1)))
    return ChangePoint(
        at=int(found.at[0]),
        earliest=int(found.earliest[0]),
        latest=int(found.latest[0]),
        size=float(found.size[0]),
        standardised=float(found.standardised[0]),
        unit_sizes=found.size[1:],
        unit_standardised=found.standardised[1:],
        at_least=number_at_least(found.standardised[1:], float(found.standardised[0])),
        units=len(found.at) - 1,
    )
