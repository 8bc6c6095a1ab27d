"""Residents by month, against a day-by-day reckoning."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.exposure import held_months, monthly_residents


def day_by_day(estimates: dict[int, float], month: int) -> float:
    """Residents in the middle of a month, walking along the days between two mid-years (30 June, at midnight)."""
    year, number = divmod(month, 12)
    first = date(year, number + 1, 1)
    following = date(year + (number + 1) // 12, (number + 1) % 12 + 1, 1)
    middle = first + (following - first) / 2
    ends = {date(known, 7, 1): value for known, value in estimates.items()}
    days = sorted(ends)
    if middle <= days[0]:
        return ends[days[0]]
    if middle >= days[-1]:
        return ends[days[-1]]
    for left, right in itertools.pairwise(days):
        if left <= middle < right:
            total = (right - left).days
            here = left
            value = ends[left]
            while here < middle:
                value += (ends[right] - ends[left]) / total
                here += timedelta(days=1)
            return value
    raise AssertionError


@given(
    st.lists(st.integers(500, 5000), min_size=2, max_size=4),
    st.lists(st.integers(2008 * 12, 2018 * 12), min_size=1, max_size=5),
)
def test_residents_at_mid_month_are_those_of_a_day_by_day_walk(persons: list[int], months: list[int]) -> None:
    known = {2010 + 2 * number: float(value) for number, value in enumerate(persons)}
    found = monthly_residents(pd.DataFrame([known]), months)[0]
    step = max(abs(b - a) for a, b in itertools.pairwise(persons)) / 730
    for month, value in zip(months, found, strict=True):
        # Months are of unequal length, so the two reckonings part by at most three days.
        assert value == pytest.approx(day_by_day(known, month), abs=3 * step + 1e-9)


def test_an_exact_example() -> None:
    estimates = pd.DataFrame([[1000.0, 1240.0]], columns=[2019, 2020])
    months = [2019 * 12, 2019 * 12 + 6, 2020 * 12 + 5, 2020 * 12 + 6]
    # January 2019 holds the first; mid-July is half a month past mid-year; mid-June half a month before the next one.
    assert monthly_residents(estimates, months)[0] == pytest.approx([1000, 1010, 1230, 1240])


def test_a_missing_estimate_is_missing_only_where_it_is_needed() -> None:
    estimates = pd.DataFrame([[1000.0, 1000.0, np.nan]], columns=[2019, 2020, 2021])
    found = monthly_residents(estimates, [2020 * 12, 2020 * 12 + 7, 2022 * 12])[0]
    assert found[0] == 1000
    assert np.isnan(found[1:]).all()


def test_without_estimates_nobody_is_known() -> None:
    assert np.isnan(monthly_residents(pd.DataFrame(index=["a", "b"]), [1, 2, 3])).all()
    assert monthly_residents(pd.DataFrame(index=["a", "b"]), [1, 2, 3]).shape == (2, 3)
    assert monthly_residents(pd.DataFrame(columns=[2019]), [1, 2]).shape == (0, 2)
    assert held_months(pd.DataFrame(), [1]) == 0


def test_held_months_are_those_outside_the_estimates() -> None:
    estimates = pd.DataFrame([[1.0, 1.0]], columns=[2019, 2020])
    year = range(2019 * 12, 2021 * 12)
    # January to June 2019 come before mid-2019, July to December 2020 after mid-2020.
    assert held_months(estimates, list(year)) == 12
    assert held_months(estimates, [2019 * 12 + 5, 2019 * 12 + 6, 2020 * 12 + 5, 2020 * 12 + 6]) == 2
