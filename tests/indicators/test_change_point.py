"""The largest lasting shift: the same by a slow second way, blind to scale, and honest about its false alarms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.change_point import FEWEST_QUARTERS, change_point, largest_shifts, log_gaps, shared_out
from store.errors import BadQuestion

QUARTERS = 24


def world(units: int = 20, seed: int = 3, quarters: int = QUARTERS, mean: float = 12.0) -> np.ndarray:
    random = np.random.default_rng(seed)
    level = random.uniform(0.5, 1.5, (units + 1, 1)) * mean
    shared = 1 + 0.3 * np.sin(np.arange(quarters) / 3)
    return random.poisson(level * shared).astype(float)


# The second implementation: one place, one split and one quarter at a time -------------------------------------------


def slow_gaps(counts: list[list[float]], row: int) -> list[float]:
    others = [
        sum(counts[other][quarter] for other in range(1, len(counts)) if other != row)
        for quarter in range(len(counts[0]))
    ]
    share = sum(counts[row]) / sum(others)
    return [
        math.log((counts[row][quarter] + 0.5) / (share * others[quarter] + 0.5)) for quarter in range(len(counts[0]))
    ]


def slow_shift(gaps: list[float]) -> tuple[float, int, int, int, float]:
    """Standardised shift, first quarter of the new level, the earliest and latest that fit as well, and the size."""
    tried = []
    for split in range(FEWEST_QUARTERS, len(gaps) - FEWEST_QUARTERS + 1):
        before, after = gaps[:split], gaps[split:]
        means = sum(before) / len(before), sum(after) / len(after)
        squares = sum((value - means[0]) ** 2 for value in before) + sum((value - means[1]) ** 2 for value in after)
        error = math.sqrt(squares / (len(gaps) - 2) * (1 / len(before) + 1 / len(after)))
        tried.append(((means[1] - means[0]) / error, split, squares, means[1] - means[0]))
    best = max(tried, key=lambda one: abs(one[0]))
    alike = [one[1] for one in tried if len(gaps) / 2 * math.log(one[2] / best[2]) <= 1.92]
    return best[0], best[1], min(alike), max(alike), best[3]


@pytest.mark.parametrize("seed", range(5))
def test_the_slow_way_gives_the_same(seed: int) -> None:
    counts = world(seed=seed)
    found = change_point(counts)
    slow = [slow_shift(slow_gaps(counts.tolist(), row)) for row in range(len(counts))]
    assert found.standardised == pytest.approx(slow[0][0])
    assert (found.at, found.earliest, found.latest) == slow[0][1:4]
    assert found.size == pytest.approx(slow[0][4])
    np.testing.assert_allclose(found.unit_standardised, [one[0] for one in slow[1:]])
    np.testing.assert_allclose(found.unit_sizes, [one[4] for one in slow[1:]])
    assert found.at_least == sum(abs(one[0]) >= abs(slow[0][0]) for one in slow[1:])
    assert found.units == 20


def test_a_shift_put_in_is_found_where_it_was_put() -> None:
    counts = world(mean=60.0)
    counts[0, 14:] = np.round(counts[0, 14:] * 0.5)
    found = change_point(counts)
    assert abs(found.at - 14) <= 1
    assert found.earliest <= 14 <= found.latest <= found.earliest + 3
    assert math.exp(found.size) == pytest.approx(0.5, abs=0.08)
    assert found.at_least == 0


def test_a_shift_up_is_found_like_a_shift_down() -> None:
    gaps = log_gaps(world())
    found, turned = largest_shifts(gaps), largest_shifts(-gaps)
    np.testing.assert_allclose(found.standardised, -turned.standardised)
    np.testing.assert_array_equal(found.at, turned.at)


# What must not matter ------------------------------------------------------------------------------------------------

series = st.lists(st.floats(-3, 3).map(lambda value: round(value, 3)), min_size=16, max_size=40)


@given(series, st.floats(0.1, 50), st.floats(-5, 5))
@settings(deadline=None)
def test_neither_scale_nor_level_of_the_gaps_matters(values: list[float], scale: float, level: float) -> None:
    gaps = np.array([values])
    if np.ptp(gaps) < 0.1:
        return
    found, moved = largest_shifts(gaps), largest_shifts(gaps * scale + level)
    if abs(found.standardised[0]) < 1e3:  # beyond, the scatter is rounding
        np.testing.assert_allclose(np.abs(moved.standardised), np.abs(found.standardised), rtol=1e-6, atol=1e-6)


@given(st.integers(2, 50))
def test_how_common_the_event_is_in_similar_places_does_not_matter(times: int) -> None:
    counts = world()
    larger = counts.copy()
    larger[1:] *= times
    np.testing.assert_allclose(log_gaps(larger)[0], log_gaps(counts)[0])


@given(st.integers(1, 400), st.integers(16, 40))
def test_places_that_are_all_alike_have_no_shift(each: int, quarters: int) -> None:
    found = change_point(np.full((21, quarters), float(each)))
    assert abs(found.standardised) < 1e-3
    assert abs(found.size) < 1e-9


def test_a_place_that_changes_as_the_others_do_has_no_shift() -> None:
    shared = np.repeat([40.0, 20.0], 12)
    counts = np.outer(np.array([3.0, *range(1, 21)]), shared)
    np.testing.assert_allclose(shared_out(counts), counts)
    assert abs(change_point(counts).standardised) < 1e-3


@given(st.permutations(range(1, 21)))
@settings(max_examples=20)
def test_the_order_of_similar_places_does_not_matter(order: list[int]) -> None:
    counts = world()
    found, mixed = change_point(counts), change_point(counts[[0, *order]])
    assert mixed.at_least == found.at_least
    assert mixed.standardised == pytest.approx(found.standardised)
    np.testing.assert_allclose(np.sort(mixed.unit_sizes), np.sort(found.unit_sizes))


# False alarms --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wander", [0.0, 0.5], ids=["steady places", "places that wander"])
def test_among_places_that_nothing_tells_apart_every_rank_is_as_likely(wander: float) -> None:
    random = np.random.default_rng(20)
    units, runs = 19, 600
    ranks = np.empty(runs)
    for run in range(runs):
        noise = random.normal(0, 0.15, (units + 1, QUARTERS))
        drift = noise.cumsum(axis=1) * wander
        counts = random.poisson(random.uniform(4, 20, (units + 1, 1)) * np.exp(drift)).astype(float)
        ranks[run] = change_point(counts).at_least
    # 20 places, so “at least this large in 0 of 19” is the false alarm of 1 in 20, and so on up.
    shares = np.bincount(ranks.astype(int), minlength=units + 1).reshape(5, 4).sum(axis=1) / runs
    np.testing.assert_allclose(shares, 0.2, atol=0.06)
    assert np.mean(ranks == 0) == pytest.approx(0.05, abs=0.025)


# What makes no question ----------------------------------------------------------------------------------------------


def test_too_short_a_series_is_refused() -> None:
    with pytest.raises(BadQuestion, match="15 whole quarters, and 16 are needed"):
        change_point(world(quarters=15))
    assert change_point(world(quarters=16)).at == FEWEST_QUARTERS


def test_events_in_one_similar_place_alone_are_refused() -> None:
    counts = np.zeros((21, QUARTERS))
    counts[:2] = 4
    with pytest.raises(BadQuestion, match="no more than one similar place"):
        change_point(counts)


@pytest.mark.parametrize("value", [np.nan, -1.0])
def test_a_missing_or_negative_count_is_refused(value: float) -> None:
    counts = world()
    counts[4, 4] = value
    with pytest.raises(BadQuestion):
        change_point(counts)


def test_a_place_without_any_event_has_no_shift() -> None:
    counts = world()
    counts[0] = 0
    found = change_point(counts)
    assert abs(found.standardised) < 1e-3
    assert found.at_least == found.units
