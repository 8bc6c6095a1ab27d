"""Levels of a window from published periods, against sums by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from indicators.discovery import indicator
from indicators.finding import Level
from indicators.indicator import Kind
from indicators.period_levels import period_level
from indicators.published_series import PublishedSeries
from indicators.rates import rate_limits, wilson_limits
from store.period import parse_window
from store.published_values import Period

NAN = math.nan
WINDOW = parse_window("2018-01:2020-12")
NOTHING = (NAN, NAN, NAN)


def years(
    numerator: tuple[float, ...] = NOTHING, denominator: tuple[float, ...] = NOTHING, value: tuple[float, ...] = NOTHING,
    error: tuple[float, ...] = (0.0, 0.0, 0.0), months: int = 12,
) -> PublishedSeries:  # fmt: skip
    """One area in 2018, 2019 and 2020."""
    tables = [np.array([given], dtype=float) for given in (numerator, denominator, value, error)]
    periods = tuple(Period(year * 12, months) for year in (2018, 2019, 2020))
    return PublishedSeries(("E01019968",), periods, *tables, hidden=np.zeros((1, 3), dtype=bool))


def level(
    kind: Kind, series: PublishedSeries, used: tuple[int, ...] = (0, 1, 2), residents: float | None = None
) -> Level:
    declared = replace(indicator("house-sales"), kind=kind, per=100.0 if kind == "proportion" else 1000.0)
    people = None if residents is None else np.full(3, residents)
    return period_level(declared, WINDOW, series, 0, used, people)


def test_events_are_added_up_over_the_publishers_own_population() -> None:
    found = level("events", years((10, 20, 30), (1000, 1000, 2000)), residents=9)
    assert (found.count, found.months_used, found.months_missing, found.person_years) == (60, 36, 0, 4000)
    assert (found.rate, found.lower, found.upper) == pytest.approx(tuple(map(float, rate_limits(60, 4000, 1000))))
    assert found.rate == pytest.approx(15)


def test_without_a_population_of_their_own_events_are_over_the_residents() -> None:
    found = level("events", years((10, 20, NAN)), residents=500)
    # A year without a figure is missing, and neither its events nor its people are counted.
    assert (found.count, found.months_used, found.months_missing, found.person_years) == (30, 24, 12, 1000)
    assert found.rate == pytest.approx(30)


def test_events_of_nobody_known_have_no_rate() -> None:
    found = level("events", years((10, 20, 30)))
    assert (found.count, found.rate, found.person_years, found.lower) == (60, None, None, None)
    assert level("events", years((10, 20, 30), (0, 0, 0))).rate is None


def test_a_proportion_is_pooled() -> None:
    found = level("proportion", years((30, 20, 10), (60, 40, 100), (50, 50, 10)))
    assert (found.count, found.base) == (60, 200)
    assert (found.rate, found.lower, found.upper) == pytest.approx(
        tuple(100 * part for part in map(float, wilson_limits(60, 200)))
    )
    assert found.rate == pytest.approx(30)


def test_a_proportion_of_nobody_has_no_share() -> None:
    found = level("proportion", years((0, 0, 0), (0, 0, 0), (0, 0, 0)))
    assert (found.count, found.base, found.rate) == (0, 0, None)


def test_a_proportion_whose_counts_are_not_all_known_is_a_mean_of_shares() -> None:
    found = level("proportion", years((30, NAN, 10), (60, NAN, 100), (50, 20, 10)))
    assert (found.count, found.base, found.lower) == (None, None, None)
    assert found.rate == pytest.approx(80 / 3)


def test_a_mean_has_the_limits_its_publisher_s_errors_give() -> None:
    found = level("mean", years(value=(7.0, 8.0, 9.0), error=(0.3, 0.4, 0.0), denominator=(100, 110, 120)))
    half = 1.959964 * 0.5 / 3
    assert (found.rate, found.lower, found.upper) == pytest.approx((8.0, 8.0 - half, 8.0 + half))
    assert found.base == 330
    assert level("median", years(value=(7.0, 8.0, 9.0))).lower is None


def test_a_stock_is_a_mean_and_a_mean_share() -> None:
    found = level("stock", years((10, 20, 60), (1000, 1000, 1000)))
    assert (found.count, found.rate, found.lower) == (30, 30, None)
    assert level("stock", years((10, 20, 60))).rate is None


def test_figures_of_single_days_stand_for_their_month() -> None:
    found = level("stock", years((10, 20, 60), months=0))
    assert (found.months_used, found.months_missing) == (3, 0)


@pytest.mark.parametrize("kind", ["events", "proportion", "mean", "stock"])
def test_nothing_known_is_not_nought(kind: Kind) -> None:
    found = level(kind, years(), residents=500)
    assert found == Level(WINDOW, None, 0, 36, None, None, None, None)
    assert level(kind, years(), used=()).months_missing == 0
