"""The comparison of published values: a slow second implementation, its properties, and its own false-alarm rate."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from indicators.paule_mandel import variance_between
from indicators.value_gap import LogValues, count_logs, level_logs, share_logs, value_gap
from store.errors import BadQuestion

Array = npt.NDArray[np.float64]


def made_up(
    seed: int, units: int = 30, before: int = 3, after: int = 2, drift: float = 0.1, effect: float = 0.0
) -> LogValues:
    """Proportions of 400 in places that drift a little; row 0 gets ``effect`` on the log scale afterwards."""
    random = np.random.default_rng(seed)
    level = random.normal(math.log(0.4), 0.2, (units + 1, 1))
    wander = random.normal(0, drift, (units + 1, 1)) * (np.arange(before + after) >= before)
    true = np.exp(level + wander)
    true[0, before:] *= math.exp(effect)
    totals = np.full(true.shape, 400.0)
    return share_logs(random.binomial(400, np.clip(true, 0, 0.95)).astype(float), totals, before)


def slow(given: LogValues) -> tuple[float, float, float, float]:
    """Ratio, limits and p, written out place by place with a root finder for the variance between places."""
    moved, own = [], []
    for row in range(len(given.logs)):
        early = [given.logs[row, column] for column in range(given.before)]
        late = [given.logs[row, column] for column in range(given.before, given.logs.shape[1])]
        moved.append(sum(late) / len(late) - sum(early) / len(early))
        own.append(given.variance_before[row] + given.variance_after[row])

    def misfit(between: float) -> float:
        weights = [1 / (between + variance) for variance in own[1:]]
        centre = sum(w * m for w, m in zip(weights, moved[1:], strict=True)) / sum(weights)
        return sum(w * (m - centre) ** 2 for w, m in zip(weights, moved[1:], strict=True)) - (len(moved) - 2)

    between = 0.0 if misfit(0.0) <= 0 else float(optimize.brentq(misfit, 0.0, 100.0, xtol=1e-15))
    weights = [1 / (between + variance) for variance in own[1:]]
    centre = sum(w * m for w, m in zip(weights, moved[1:], strict=True)) / sum(weights)
    spread = math.sqrt(between + own[0] + 1 / sum(weights))
    gap, reach = moved[0] - centre, stats.t.ppf(0.975, len(moved) - 2) * spread
    p = 2 * stats.t.sf(abs(gap / spread), len(moved) - 2)
    return math.exp(gap), math.exp(gap - reach), math.exp(gap + reach), float(p)


@pytest.mark.parametrize("seed", range(6))
def test_it_equals_the_slow_second_implementation(seed: int) -> None:
    given = made_up(seed, units=20 + seed, effect=-0.3 * (seed % 2))
    found = value_gap(given)
    assert (found.ratio, found.lower, found.upper, found.p) == pytest.approx(slow(given), rel=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 100))
def test_another_scale_of_the_values_changes_nothing(seed: int, scale: float) -> None:
    random = np.random.default_rng(seed)
    values, cases = random.uniform(50, 150, (12, 5)), random.integers(5, 50, (12, 5)).astype(float)
    plain = value_gap(level_logs(values, np.zeros_like(values), cases, 3))
    scaled = value_gap(level_logs(values * scale, np.zeros_like(values), cases, 3))
    assert (scaled.ratio, scaled.lower, scaled.p) == pytest.approx((plain.ratio, plain.lower, plain.p), rel=1e-7)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_the_order_of_the_similar_places_changes_nothing(seed: int) -> None:
    given = made_up(seed, units=12)
    order = [0, *(1 + np.random.default_rng(seed).permutation(12))]
    shuffled = LogValues(given.logs[order], given.before, given.variance_before[order], given.variance_after[order])
    assert value_gap(shuffled).ratio == pytest.approx(value_gap(given).ratio)
    assert value_gap(shuffled).at_least == value_gap(given).at_least


def test_before_and_after_swapped_turn_the_ratio_over() -> None:
    given = made_up(3, before=2, after=2, effect=-0.4)
    swapped = LogValues(given.logs[:, [2, 3, 0, 1]], 2, given.variance_after, given.variance_before)
    assert value_gap(swapped).ratio == pytest.approx(1 / value_gap(given).ratio)


def test_a_fall_that_was_put_in_is_found_and_the_second_method_leans_the_same_way() -> None:
    found = value_gap(made_up(1, units=40, drift=0.03, effect=-0.5))
    assert found.ratio == pytest.approx(math.exp(-0.5), abs=0.1)
    assert found.upper < 1
    assert found.second is not None
    assert found.second.ratio < 0.75
    assert found.at_least == 0


def test_nothing_happened_and_it_says_so_in_about_95_of_100() -> None:
    alarms = sum(value_gap(made_up(seed, units=25, before=1, after=1)).p <= 0.05 for seed in range(400))
    # Binomial(400, .05): 99.9 % of such counts lie between 8 and 35.
    assert 8 <= alarms <= 35


def test_small_places_are_allowed_more_room() -> None:
    random = np.random.default_rng(5)
    totals = np.full((41, 4), 2000.0)
    totals[0] = 40
    counts = random.binomial(totals.astype(int), 0.3).astype(float)
    big = totals.copy()
    big[0] = 2000
    small_room = value_gap(share_logs(counts, totals, 2)).spread
    assert small_room > 3 * value_gap(share_logs(np.where(big > totals, counts * 50, counts), big, 2)).spread


def test_counts_over_people_and_means_with_their_own_errors() -> None:
    random = np.random.default_rng(8)
    counts = random.poisson(60, (21, 4)).astype(float)
    people = np.full((21, 4), 3000.0)
    by_count = value_gap(count_logs(counts, people, 2))
    assert by_count.ratio == pytest.approx(1, abs=0.5)
    assert by_count.spread == pytest.approx(math.sqrt(2 / 120), rel=0.5)
    means = np.full((21, 2), 7.4) + random.normal(0, 0.05, (21, 2))
    errors = np.full((21, 2), 0.05)
    known = value_gap(level_logs(means, errors, None, 1))
    assert known.second is None
    assert known.between == pytest.approx(0, abs=1e-4)


def test_without_errors_or_cases_the_similar_places_alone_say_how_far_a_value_wanders() -> None:
    random = np.random.default_rng(2)
    values = 100 * np.exp(random.normal(0, 0.1, (31, 4)))
    found = value_gap(level_logs(values, np.zeros_like(values), None, 2))
    assert found.between == pytest.approx(0.01, rel=0.6)


def test_places_that_do_not_differ_at_all() -> None:
    same = np.zeros((6, 4))
    with pytest.raises(BadQuestion, match="do not differ"):
        value_gap(LogValues(same, 2, np.zeros(6), np.zeros(6)))
    sure = value_gap(LogValues(same, 2, np.full(6, 0.01), np.full(6, 0.01)))
    assert (sure.ratio, sure.at_least) == (1.0, 5)


@pytest.mark.parametrize(
    ("logs", "before", "words"),
    [
        (np.zeros((3, 4)), 2, "2 similar places"),
        (np.zeros((0, 4)), 2, "0 similar places"),
        (np.zeros((6, 4)), 0, "no period before"),
        (np.zeros((6, 4)), 4, "none after"),
        (np.full((6, 4), np.nan), 2, "missing"),
        (np.full((6, 4), -np.inf), 2, "nought"),
    ],
)
def test_impossible_questions(logs: Array, before: int, words: str) -> None:
    with pytest.raises(BadQuestion, match=words):
        value_gap(LogValues(logs, before, np.full(len(logs), 0.1), np.full(len(logs), 0.1)))


@pytest.mark.parametrize("seed", range(4))
def test_the_variance_between_solves_its_own_equation(seed: int) -> None:
    random = np.random.default_rng(seed)
    values, variances = random.normal(0, 1, 25), random.uniform(0.01, 0.2, 25)
    between = variance_between(values, variances)
    weights = 1 / (variances + between)
    centre = (weights * values).sum() / weights.sum()
    assert (weights * (values - centre) ** 2).sum() == pytest.approx(24)
    assert variance_between(values * 1e-3, variances) == 0.0
    assert variance_between(values * 10, np.zeros(25)) == pytest.approx(values.var(ddof=1) * 100)
