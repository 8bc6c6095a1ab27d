"""A place's series by quarter, beside what it would have been had it changed as similar places did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from indicators.change_point import shared_out
from indicators.gaps import Gap
from indicators.quarters import MONTHS_IN_A_QUARTER
from store.period import Window, month_from_number, month_number

Array = npt.NDArray[np.float64]

_NORMAL_95 = 1.959964
_SMOOTHED_QUARTERS = 5


@dataclass(frozen=True, slots=True)
class QuarterSeries:
    """Counts of ``months_each`` months each, of a stock their mean; None is missing, never zero.

    ``expected`` is what similar places' change would have made of the place's own baseline; between ``lower`` and
    ``upper`` lie about 95 in 100 quarters of similar places set against their own. Empty where nothing is compared.
    """

    periods: tuple[date, ...]
    counts: tuple[float | None, ...]
    expected: tuple[float | None, ...] = ()
    lower: tuple[float | None, ...] = ()
    upper: tuple[float | None, ...] = ()
    months_each: int = MONTHS_IN_A_QUARTER


def _quarters(months: Sequence[int], before: Window | None) -> list[int]:
    """First months of the whole quarters in ``months``: counted from the end of ``before``, else calendar quarters."""
    anchor = month_number(before.last) + 1 if before else 0
    first = months[0] + (anchor - months[0]) % MONTHS_IN_A_QUARTER
    return list(range(first, months[-1] - MONTHS_IN_A_QUARTER + 2, MONTHS_IN_A_QUARTER))


def _sums(values: Array, months: Sequence[int], quarters: Sequence[int]) -> Array:
    """Rows × months added up to rows × quarters; a quarter with a missing month is missing."""
    starts = [quarter - months[0] for quarter in quarters]
    return np.stack([values[..., at : at + MONTHS_IN_A_QUARTER].sum(axis=-1) for at in starts], axis=-1)


def added_months(kind: str) -> int:
    """What monthly values of this kind are divided by before a quarter is their sum: people counted each month (a stock) are
    the same people again, so that a quarter of theirs is the mean of its months, as a window is."""
    return MONTHS_IN_A_QUARTER if kind == "stock" else 1


def _optional(values: Array) -> tuple[float | None, ...]:
    return tuple(float(value) if np.isfinite(value) else None for value in values)


def plain_series(ours: Array, months: Sequence[int], before: Window | None) -> QuarterSeries:
    """The place's own quarters, without a comparison."""
    quarters = _quarters(months, before)
    counts = _sums(ours, months, quarters) if quarters else np.empty(0)
    return QuarterSeries(tuple(month_from_number(number) for number in quarters), _optional(counts))


def _room(units: Array, expected: Array) -> Array:
    """Variance of a similar place's log gap beyond counting, by quarter, smoothed over five quarters.

    The mean over the units of the squared log gap less its counting variance (method of moments), not below zero.
    """
    logs = np.log((units + 0.5) / (expected + 0.5))
    extra = np.nanmean(logs**2 - 1 / (expected + 0.5), axis=0)
    half = _SMOOTHED_QUARTERS // 2
    smooth = [np.nanmean(extra[max(0, at - half) : at + half + 1]) for at in range(len(extra))]
    room: Array = np.maximum(np.array(smooth, dtype=float), 0.0)
    return room


def compared_series(ours: Array, units: Array, months: Sequence[int], found: Gap, before: Window) -> QuarterSeries:
    """The place's quarters with the expected line and the room for chance.

    ``units`` has one row a comparison unit, one column a month. Every unit is set against the others with the weights
    the headline gave the place's own earlier quarters.
    """
    assert found.headline is not None
    quarters = _quarters(months, before)
    blocks = found.blocks.before
    table = np.vstack([ours[None, :], units])
    total = units.sum(axis=0)
    others = np.vstack([total[None, :], total[None, :] - units])
    earlier = np.stack([table[:, list(block)].sum(axis=1) for block in blocks], axis=1)
    theirs = np.stack([others[:, list(block)].sum(axis=1) for block in blocks], axis=1)
    share = (found.headline.weights[None, :] * earlier / np.maximum(theirs, 1e-9)).sum(axis=1)
    expected = share[:, None] * _sums(others, months, quarters)
    counts = _sums(table, months, quarters)
    centre = found.headline.expected / found.headline.baseline_expected if found.headline.baseline_expected else 1.0
    start = month_number(before.last)
    own = expected[0] * np.where(np.array(quarters) > start, centre, 1.0)
    return _with_room(quarters, counts, expected, own, ~np.isfinite(counts[0]))


def calendar_counts(ours: Array, units: Array, months: Sequence[int]) -> tuple[tuple[int, ...], Array]:
    """First months of the whole calendar quarters, and places × quarters of counts (ours first, NaN = missing).

    ``units`` has one row a comparison unit, one column a month.
    """
    quarters = _quarters(months, None)
    table = np.vstack([ours[None, :], units])
    return tuple(quarters), _sums(table, months, quarters) if quarters else np.empty((len(table), 0))


def whole_series(quarters: Sequence[int], counts: Array) -> QuarterSeries:
    """The place's quarters beside what similar places' change would have made of its own whole series.

    ``counts`` are places × quarters, ours first. Without a start no quarter is earlier or later than another, so the
    place's level is that of all of them; a quarter that is missing anywhere has no expected line. BadQuestion where
    events were counted in no more than one comparison place.
    """
    missing: npt.NDArray[np.bool_] = np.any(~np.isfinite(counts), axis=0)
    expected = np.full(counts.shape, np.nan)
    expected[:, ~missing] = shared_out(counts[:, ~missing])
    return _with_room(quarters, counts, expected, expected[0].copy(), missing)


def _with_room(
    quarters: Sequence[int], counts: Array, expected: Array, own: Array, missing: npt.NDArray[np.bool_]
) -> QuarterSeries:
    """The place's quarters with its expected line ``own`` and the room for chance; nothing where it is ``missing``.

    ``counts`` and ``expected`` are places × quarters, ours first.
    """
    with np.errstate(invalid="ignore"):
        wide = np.full(len(quarters), np.nan)
        if not missing.all():
            wide[~missing] = _room(counts[1:, ~missing], expected[1:, ~missing])
        reach = _NORMAL_95 * np.sqrt(wide + 1 / (own + 0.5))
        lower = np.maximum((own + 0.5) * np.exp(-reach) - 0.5, 0.0)
        upper = (own + 0.5) * np.exp(reach) - 0.5
    for line in (own, lower, upper):
        line[missing] = np.nan
    return QuarterSeries(
        periods=tuple(month_from_number(number) for number in quarters),
        counts=_optional(counts[0]),
        expected=_optional(own),
        lower=_optional(lower),
        upper=_optional(upper),
    )
