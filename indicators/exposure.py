"""People counted over time: person-years from mid-year estimates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]
_MID_YEAR_MONTH = 6  # mid-year is 30 June: the end of month 6, which is 6.0 on a scale where January starts at 0


def monthly_residents(estimates: pd.DataFrame, months: Sequence[int]) -> Array:
    """Residents at the middle of each month, one row an area of ``estimates``, one column a month number.

    ``estimates`` has one column a mid-year. Between two mid-years residents are interpolated on a line; outside them
    the nearest estimate is held. A month that would need a missing estimate is NaN.
    """
    years = np.array([int(year) for year in estimates.columns], dtype=float)
    if not len(years):
        return np.full((len(estimates), len(months)), np.nan)
    at = np.array(months, dtype=float) + 0.5
    known = years * 12 + _MID_YEAR_MONTH
    values = estimates.to_numpy(dtype=float)
    right = np.clip(np.searchsorted(known, at), 0, len(known) - 1)
    left = np.where(known[right] > at, np.maximum(right - 1, 0), right)
    apart = known[right] - known[left]
    share = np.divide(at - known[left], apart, where=apart > 0, out=np.zeros_like(at))
    # Where no second estimate is needed a missing one must not spoil the month.
    later = np.where(share > 0, share * values[:, right], 0.0)
    return np.asarray((1 - share) * values[:, left] + later)


def held_months(estimates: pd.DataFrame, months: Sequence[int]) -> int:
    """How many of these months lie outside the estimates, so that the nearest one is held."""
    years = [int(year) for year in estimates.columns]
    if not years:
        return 0
    first, last = min(years) * 12 + _MID_YEAR_MONTH, max(years) * 12 + _MID_YEAR_MONTH
    return sum(1 for month in months if not first <= month + 0.5 <= last)
