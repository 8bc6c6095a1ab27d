"""One window of one place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from indicators.burglary import INDICATOR
from indicators.claimants import INDICATOR as CLAIMANTS
from indicators.levels import level
from indicators.rates import rate_limits
from store.period import parse_window

SPAN = parse_window("2020-01:2020-12")
MONTHS = list(range(2019 * 12, 2021 * 12))
COUNTS = np.arange(24, dtype=float)
PEOPLE = np.full(24, 1200.0)


def test_events_are_summed_and_divided_by_person_years() -> None:
    found = level(INDICATOR, SPAN, MONTHS, COUNTS, PEOPLE, ())
    assert (found.count, found.months_used, found.months_missing, found.person_years) == (
        sum(range(12, 24)),
        12,
        0,
        1200.0,
    )
    rate, lower, upper = rate_limits(210, 1200.0, 1000.0)
    assert (found.rate, found.lower, found.upper) == (pytest.approx(rate), pytest.approx(lower), pytest.approx(upper))
    assert found.rate == pytest.approx(175.0)


def test_missing_and_dropped_months_are_never_counted_as_zero() -> None:
    counts = COUNTS.copy()
    counts[14] = np.nan
    found = level(INDICATOR, SPAN, MONTHS, counts, PEOPLE, {MONTHS[12], MONTHS[0]})
    assert (found.count, found.months_used, found.months_missing) == (210 - 14 - 12, 10, 1)
    assert found.person_years == pytest.approx(1000.0)
    outside = level(INDICATOR, parse_window("2020-07:2021-06"), MONTHS, counts, PEOPLE, ())
    assert (outside.months_used, outside.months_missing) == (6, 6)


def test_a_window_without_any_month_has_no_level() -> None:
    found = level(INDICATOR, parse_window("2030-01:2030-12"), MONTHS, COUNTS, PEOPLE, ())
    assert (found.count, found.months_used, found.months_missing, found.rate) == (None, 0, 12, None)


@pytest.mark.parametrize("people", [np.full(24, np.nan), np.zeros(24)])
def test_without_residents_there_is_a_count_and_no_rate(people: np.ndarray) -> None:
    found = level(INDICATOR, SPAN, MONTHS, COUNTS, people, ())
    assert (found.count, found.person_years, found.rate, found.lower) == (210.0, None, None, None)
    stock = level(CLAIMANTS, SPAN, MONTHS, COUNTS, people, ())
    assert (stock.count, stock.rate) == (17.5, None)


def test_a_stock_is_averaged_and_has_no_limits() -> None:
    found = level(CLAIMANTS, SPAN, MONTHS, COUNTS, PEOPLE, ())
    assert (found.count, found.lower, found.upper) == (17.5, None, None)
    assert found.rate == pytest.approx(100 * 17.5 / 1200)
    assert level(replace(CLAIMANTS, per=1.0), SPAN, MONTHS, COUNTS, PEOPLE, ()).rate == pytest.approx(17.5 / 1200)
