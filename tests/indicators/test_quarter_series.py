"""A place's quarters, and whether the room for chance holds what it says."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from indicators.discovery import indicator
from indicators.finding import Question
from indicators.gaps import gap
from indicators.ground import Ground
from indicators.quarter_series import compared_series, plain_series
from indicators.units import choose
from store.database import Store
from store.period import month_from_number, parse_window

BEFORE, AFTER = parse_window("2018-08:2020-07"), parse_window("2021-04:2023-03")
MONTHS = list(range(2018 * 12, 2024 * 12))


def test_quarters_end_with_the_window_before() -> None:
    ours = np.arange(len(MONTHS), dtype=float)
    found = plain_series(ours, MONTHS, BEFORE)
    # February, May, August and November start quarters that end in July 2020.
    assert found.periods[0] == date(2018, 2, 1)
    assert date(2020, 5, 1) in found.periods
    assert found.periods[-1] == date(2023, 8, 1)
    assert found.counts[0] == 1 + 2 + 3
    assert (found.expected, found.lower, found.upper) == ((), (), ())


def test_without_a_start_quarters_are_the_calendars() -> None:
    found = plain_series(np.ones(14), list(range(2018 * 12 + 1, 2018 * 12 + 15)), None)
    assert found.periods == (date(2018, 4, 1), date(2018, 7, 1), date(2018, 10, 1), date(2019, 1, 1))
    assert found.counts == (3.0,) * 4


def test_a_quarter_with_a_missing_month_is_missing() -> None:
    ours = np.ones(len(MONTHS))
    ours[5] = np.nan
    found = plain_series(ours, MONTHS, None)
    assert found.counts[:3] == (3.0, None, 3.0)


def test_too_short_for_a_quarter() -> None:
    assert plain_series(np.ones(2), MONTHS[:2], None).counts == ()
    assert plain_series(np.empty(0), [MONTHS[0]][:1], None).periods == ()


def world(places: int = 30, seed: int = 2) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    means = random.uniform(6, 14, places)[:, None] * (1 + 0.2 * np.sin(np.arange(len(MONTHS)) / 2))
    counts = random.poisson(means).astype(float)
    return counts[0], counts[1:]


def test_the_expected_line_is_the_headlines() -> None:
    ours, units = world()
    found = gap(ours, units, MONTHS, BEFORE, AFTER)
    series = compared_series(ours, units, MONTHS, found, BEFORE)
    assert found.headline is not None
    later = [n for n, day in enumerate(series.periods) if day in AFTER and day >= AFTER.first]
    # Quarters count back from July 2020, so none of them starts with the window after; its sum is asked over months.
    assert len(later) >= 6
    whole = gap(ours, units, MONTHS, BEFORE, parse_window("2021-05:2023-04"))
    assert whole.headline is not None
    series = compared_series(ours, units, MONTHS, whole, BEFORE)
    inside = [n for n, day in enumerate(series.periods) if date(2021, 5, 1) <= day < date(2023, 5, 1)]
    assert len(inside) == 8
    assert sum(series.expected[n] or 0.0 for n in inside) == pytest.approx(whole.headline.expected)
    assert sum(series.counts[n] or 0.0 for n in inside) == whole.after
    for low, middle, high in zip(series.lower, series.expected, series.upper, strict=True):
        assert low is not None
        assert middle is not None
        assert high is not None
        assert 0 <= low < middle < high


def test_a_missing_month_is_missing_in_every_line() -> None:
    ours, units = world()
    ours[40] = np.nan
    units = units.copy()
    units[:, 40] = np.nan
    found = gap(ours, units, MONTHS, BEFORE, AFTER)
    series = compared_series(ours, units, MONTHS, found, BEFORE)
    gone = [n for n, count in enumerate(series.counts) if count is None]
    assert len(gone) == 1
    for line in (series.expected, series.lower, series.upper):
        assert [n for n, value in enumerate(line) if value is None] == gone


@pytest.mark.parametrize(("name", "measures"), [("burglary", 1), ("criminal-damage", 1), ("crime-five-categories", 5)])
def test_the_room_for_chance_holds_about_ninety_five_in_a_hundred_quarters_of_places_without_a_programme(
    sample_store: Store, name: str, measures: int
) -> None:
    declared = indicator(name)
    assert len(declared.measures) == measures
    members = ("E01015153", "E01015155")
    ground = Ground(sample_store, members, "police_force")
    codes = list(ground.pool.index)
    panel: pd.DataFrame = sample_store.monthly(declared.measures, codes, ground.authority)
    question = Question("north-stonehouse", members, name, BEFORE, AFTER)
    units = choose(ground, question, declared, panel).counts
    months = [int(month) for month in panel.columns]
    inside = total = 0
    for number in range(len(units)):
        ours, others = units[number], np.delete(units, number, axis=0)
        found = gap(ours, others, months, BEFORE, AFTER, second_method=False)
        series = compared_series(ours, others, months, found, BEFORE)
        for count, low, high in zip(series.counts, series.lower, series.upper, strict=True):
            if count is not None and low is not None and high is not None:
                inside += low <= count <= high
                total += 1
    assert total > 800
    assert 0.90 <= inside / total <= 0.99
    assert month_from_number(months[0]) == date(2018, 1, 1)
