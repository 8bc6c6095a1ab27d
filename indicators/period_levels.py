"""One window of one place from published periods: what was counted or measured, and its limits."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from indicators.finding import Level
from indicators.indicator import Indicator
from indicators.published_series import PublishedSeries
from indicators.rates import rate_limits, wilson_limits
from store.period import Window

Array = npt.NDArray[np.float64]

_NORMAL_95 = 1.959964


def period_level(
    declared: Indicator, window: Window, series: PublishedSeries, row: int, used: Sequence[int], residents: Array | None
) -> Level:
    """The level of ``window`` from the periods at ``used``; periods without a value are left out, never nought.

    Events: their sum and rate over person-years (the publisher's own population where it gives one, else ``residents``,
    one number a period), exact or Byar limits. Proportions: pooled over the periods, Wilson limits. A level published as
    it is: its mean over the periods, with limits where the publisher gives them. A stock: its mean, and its mean share of
    the population.
    """
    table = series.figures(declared.kind)
    known = [at for at in used if np.isfinite(table[row, at])]
    counted = bool(
        np.isfinite(series.numerator[row, known]).all() and np.isfinite(series.denominator[row, known]).all()
    )
    months = sum(max(series.periods[at].months, 1) for at in known)
    # What a whole year leaves over in a window is not missing; a year inside it without a figure is.
    missing = sum(max(series.periods[at].months, 1) for at in used) - months
    if not known:
        return Level(window, None, 0, missing, None, None, None, None)
    if declared.kind == "events":
        return _events(declared, window, series, row, known, months, missing, residents)
    if declared.kind == "proportion" and counted:
        return _proportion(declared, window, series, row, known, months, missing)
    if declared.kind == "stock":
        mean, people = float(table[row, known].mean()), float(series.denominator[row, known].mean()) if counted else 0.0
        return Level(window, mean, months, missing, None, declared.per * mean / people if people else None, None, None)
    values, errors, cases = (part[row, known] for part in (series.value, series.error, series.denominator))
    mean = float(values.mean())
    half = _NORMAL_95 * math.sqrt(float((errors**2).sum())) / len(known)
    base = float(cases.sum()) if np.isfinite(cases).all() else None
    lower, upper = (mean - half, mean + half) if half else (None, None)
    return Level(window, None, months, missing, None, mean, lower, upper, base)


def _events(
    declared: Indicator, window: Window, series: PublishedSeries, row: int, known: Sequence[int], months: int, missing: int,
    residents: Array | None,
) -> Level:  # fmt: skip
    total = float(series.numerator[row, list(known)].sum())
    people = series.denominator[row, list(known)]
    if residents is not None and not np.isfinite(people).all():
        people = residents[list(known)]
    lengths = np.array([max(series.periods[at].months, 1) / 12 for at in known])
    years = float((people * lengths).sum()) if np.isfinite(people).all() else None
    if not years:
        return Level(window, total, months, missing, None, None, None, None)
    rate, lower, upper = (float(value) for value in rate_limits(total, years, declared.per))
    return Level(window, total, months, missing, years, rate, lower, upper)


def _proportion(
    declared: Indicator,
    window: Window,
    series: PublishedSeries,
    row: int,
    known: Sequence[int],
    months: int,
    missing: int,
) -> Level:
    total, out_of = (float(part[row, list(known)].sum()) for part in (series.numerator, series.denominator))
    if not out_of:
        return Level(window, total, months, missing, None, None, None, None, out_of)
    share, lower, upper = (declared.per * float(value) for value in wilson_limits(total, out_of))
    return Level(window, total, months, missing, None, share, lower, upper, out_of)
