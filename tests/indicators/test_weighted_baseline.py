"""The headline: against the reference, against a second implementation written out in loops, and by its properties."""

from __future__ import annotations

import json
import math
from pathlib import Path
from types import ModuleType

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, nnls
from scipy.stats import t as student

from indicators.weighted_baseline import PooledBaseline, WeightedBaseline, pooled, weighted_baseline
from store.errors import BadQuestion

Array = npt.NDArray[np.float64]


def _pooled(tables: list[Array], quarters_before: int) -> PooledBaseline:
    return pooled([weighted_baseline(table, quarters_before) for table in tables])


def drawn(seed: int, places: int = 20, quarters: int = 16, level: float = 30.0, drift: float = 0.1) -> Array:
    """Counts of drifting places that share a season; row 0 is ours."""
    generator = np.random.default_rng(seed)
    size = generator.lognormal(math.log(level), 0.4, places + 1)
    wander = np.cumsum(generator.normal(0, drift, (places + 1, quarters)), axis=1)
    season = 1 + 0.2 * np.sin(np.arange(quarters))
    return generator.poisson(size[:, None] * season * np.exp(wander)).astype(float)


def slow(counts: Array, before: int, learned: bool = True) -> dict[str, float | Array | list[float]]:
    """The same answer, one number at a time, with general solvers in place of the product's own."""
    rows, quarters = counts.shape
    units = rows - 1
    total = [sum(counts[j, t] for j in range(1, rows)) for t in range(quarters)]
    mu = [[max(sum(counts[j]) / sum(total) * total[t], 1e-3) for t in range(quarters)] for j in range(1, rows)]
    move = [[counts[j + 1, t] / mu[j][t] - 1 for t in range(quarters)] for j in range(units)]
    importance = [(0.03 + 1 / (sum(mu[j]) / quarters)) ** -2 for j in range(units)]
    importance = [value / sum(importance) for value in importance]

    def covariance(s: int, t: int) -> float:
        both: float = sum(importance[j] * move[j][s] * move[j][t] for j in range(units))
        return both - (sum(importance[j] / mu[j][t] for j in range(units)) if s == t else 0)

    design, target = [], []
    for s in range(quarters):
        for t in range(s + 1, quarters):
            design.append([1.0, 1 - 0.6 ** (t - s), (t - s) / 10])
            target.append((covariance(s, s) + covariance(t, t)) / 2 - covariance(s, t))
    parts = nnls(np.array(design), np.array(target))[0]

    def half_change(s: int, t: int) -> float:
        lag = abs(t - s)
        return float(parts[0] + parts[1] * (1 - 0.6**lag) + parts[2] * lag / 10) if lag else 0.0

    log, drift, counting, expected, weights_of_ours = [], [], [], [], np.zeros(before)
    for i in range(rows):
        others = [total[t] - (counts[i, t] if i else 0) for t in range(quarters)]
        share = sum(counts[i, :before]) / sum(others[:before])
        floor = [max(share * others[k], 0.05) for k in range(before)]
        later = [others[t] / sum(others[before:]) for t in range(before, quarters)]

        def variance(w: Array, later: list[float] = later, floor: list[float] = floor) -> float:
            contrast = [-value for value in w] + later
            wander: float = sum(
                contrast[s] * contrast[t] * -half_change(s, t) for s in range(quarters) for t in range(quarters)
            )
            return wander + float(sum(w[k] ** 2 / floor[k] for k in range(before)))

        if learned:
            # A quadratic is known from its values: solve for the best weights that differ from the last-quarter ones.
            start = np.eye(before)[-1]
            steps = [np.eye(before)[k] - start for k in range(before - 1)]
            slope = np.array([(variance(start + d) - variance(start - d)) / 2 for d in steps])
            bend = np.array(
                [[variance(start + d + e) - variance(start + d) - variance(start + e) + variance(start) for e in steps]
                 for d in steps]
            )  # fmt: skip
            w = start - (np.linalg.lstsq(bend, slope)[0] @ np.array(steps) if steps else 0)
            w = np.array([max(value, 0) for value in w])
            w = w / w.sum()
        else:
            w = np.array(others[:before]) / sum(others[:before])
        noise = sum(w[k] ** 2 / floor[k] for k in range(before))
        expect = sum(w[k] * counts[i, k] / others[k] for k in range(before)) * sum(others[before:])
        log.append(math.log((sum(counts[i, before:]) + 0.5) / (expect + 0.5)))
        drift.append(max(variance(w) - noise, 1e-6))
        counting.append(noise + 1 / (expect + 0.5))
        expected.append(expect)
        if i == 0:
            weights_of_ours, noise_of_ours = w, noise

    def centre(scale: float) -> float:
        precision = [1 / (scale * drift[j] + counting[j]) for j in range(1, rows)]
        return float(sum(w * log[j] for w, j in zip(precision, range(1, rows), strict=True)) / sum(precision))

    def misfit(scale: float) -> float:
        middle = centre(scale)
        squares = [(log[j] - middle) ** 2 / (scale * drift[j] + counting[j]) for j in range(1, rows)]
        return float(sum(squares) - (units - 1))

    scale = brentq(misfit, 0, 1e9, xtol=1e-13) if misfit(0) > 0 else 0.0
    scale = (units * scale + 30) / (units + 30)
    lever = 1 / sum(1 / (scale * drift[j] + counting[j]) for j in range(1, rows))
    gap = log[0] - centre(scale)
    fixed = scale * drift[0] + noise_of_ours + lever
    quantile = student.ppf(0.975, units - 1)

    def off(theta: float) -> float:
        return float(abs(gap - theta) - quantile * math.sqrt(fixed + 1 / (expected[0] * math.exp(theta) + 0.5)))

    z = gap / math.sqrt(fixed + 1 / (expected[0] + 0.5))
    placebo_z = [(log[j] - centre(scale)) / math.sqrt(scale * drift[j] + counting[j]) for j in range(1, rows)]
    return {
        "ratio": math.exp(gap),
        "lower": math.exp(brentq(off, gap - quantile * math.sqrt(fixed + 2) - 1, gap, xtol=1e-13)),
        "upper": math.exp(brentq(off, gap, gap + quantile * math.sqrt(fixed + 2) + 1, xtol=1e-13)),
        "p": 2 * student.sf(abs(z), units - 1),
        "weights": weights_of_ours,
        "placebo_z": placebo_z,
        "at_least": sum(abs(value) >= abs(z) for value in placebo_z),
        "expected": expected[0] * math.exp(centre(scale)),
    }


@pytest.mark.published
def test_agrees_with_the_reference_cases(reference_folder: Path) -> None:
    cases = json.loads((reference_folder / "weighted_baseline_cases.json").read_text())
    assert len(cases) == 5
    for case in cases:
        got, expect = weighted_baseline(case["counts"], case["quarters_before"]), case["expect"]
        np.testing.assert_allclose(
            [got.ratio - 1, got.lower - 1, got.upper - 1, got.p, got.spread, got.expected, got.seen, got.detectable],
            [expect[key] for key in ("change", "lo", "hi", "p", "h", "expected", "seen", "detectable")],
            rtol=1e-8,
            atol=1e-12,
        )
        np.testing.assert_allclose(got.weights, expect["weights"], atol=1e-8)
        assert (got.at_least, got.units) == (expect["n_as_large"], expect["J"])


@pytest.mark.published
@pytest.mark.parametrize(
    ("seed", "places", "quarters", "before", "level"),
    [(1, 60, 32, 20, 50), (2, 19, 16, 12, 2), (3, 3, 6, 3, 20), (4, 8, 5, 4, 30), (5, 30, 20, 1, 30), (6, 5, 2, 1, 9)],
)
def test_agrees_with_the_reference_elsewhere(
    reference: ModuleType, seed: int, places: int, quarters: int, before: int, level: float
) -> None:
    counts = drawn(seed, places, quarters, level)
    got, expect = weighted_baseline(counts, before), reference.effect(counts, before)
    np.testing.assert_allclose(
        [got.log_gap, got.lower - 1, got.upper - 1, got.p, got.z, got.scale, *got.variogram],
        [*(expect[key] for key in ("log", "lo", "hi", "p", "z", "s")), *expect["variogram"]],
        rtol=1e-8,
        atol=1e-9,
    )
    np.testing.assert_allclose(got.placebo_z, expect["zj"], atol=1e-8)
    np.testing.assert_allclose(got.weights, expect["weights"], atol=1e-8)


@pytest.mark.published
def test_several_indicators_agree_with_the_reference(reference: ModuleType) -> None:
    tables = [drawn(seed, level=level) for seed, level in ((1, 10), (2, 30), (3, 80))]
    got, expect = _pooled(tables, 12), reference.pooled(tables, 12)
    np.testing.assert_allclose(
        [got.ratio - 1, got.lower - 1, got.upper - 1, got.p],
        [expect[key] for key in ("change", "lo", "hi", "p")],
        rtol=1e-8,
    )
    assert got.at_least == expect["n_as_large"]
    assert [part.z for part in got.parts] == [weighted_baseline(table, 12).z for table in tables]


@pytest.mark.parametrize(("seed", "learned"), [(11, True), (12, True), (13, False)])
def test_agrees_with_the_arithmetic_written_out(seed: int, learned: bool) -> None:
    counts = drawn(seed, places=9, quarters=8, level=15)
    got = weighted_baseline(counts, 5, weights="learned" if learned else "equal")
    for name, value in slow(counts, 5, learned).items():
        np.testing.assert_allclose(getattr(got, name), value, rtol=1e-6, atol=1e-8, err_msg=name)


def test_several_indicators_written_out() -> None:
    parts = [weighted_baseline(drawn(seed), 12) for seed in (1, 2)]
    got = _pooled([drawn(1), drawn(2)], 12)
    sums = [sum(part.placebo_z[j] / part.spread for part in parts) for j in range(20)]
    ours = sum(part.z / part.spread for part in parts)
    weight = sum(1 / part.spread**2 for part in parts)
    deviation = math.sqrt(sum(value**2 for value in sums) / 19)
    assert math.log(got.ratio) == pytest.approx(ours / weight)
    assert math.log(got.upper / got.ratio) == pytest.approx(student.ppf(0.975, 19) * deviation / weight)
    assert math.log(got.ratio / got.lower) == pytest.approx(student.ppf(0.975, 19) * deviation / weight)
    assert got.p == pytest.approx(2 * student.sf(abs(ours / deviation), 19))
    assert got.at_least == sum(abs(value) >= abs(ours) for value in sums)


def test_equal_weights_are_the_plain_ratio_of_ratios() -> None:
    counts = drawn(21, level=4000)
    got = weighted_baseline(counts, 12, weights="equal")
    before, after = counts[:, :12].sum(axis=1), counts[:, 12:].sum(axis=1)
    assert got.baseline_expected == pytest.approx(before[0] * after[1:].sum() / before[1:].sum())
    np.testing.assert_allclose(got.weights, counts[1:, :12].sum(axis=0) / counts[1:, :12].sum(), rtol=1e-12)
    assert not np.allclose(got.weights, weighted_baseline(counts, 12).weights, atol=1e-3)


def numbers(got: WeightedBaseline) -> list[float]:
    return [got.log_gap, got.lower, got.upper, got.p, got.spread, got.expected, got.scale, got.at_least, got.detectable]


@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_the_order_of_comparison_places_does_not_matter(seed: int, order: object) -> None:
    counts = drawn(seed, places=7, quarters=9)
    shuffle = list(range(1, 8))
    order.shuffle(shuffle)  # type: ignore[attr-defined]
    got, again = weighted_baseline(counts, 6), weighted_baseline(counts[[0, *shuffle]], 6)
    np.testing.assert_allclose(numbers(again), numbers(got), rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(again.placebo_z, got.placebo_z[np.array(shuffle) - 1], rtol=1e-7, atol=1e-9)


@given(st.integers(0, 10_000), st.floats(0.3, 3))
@settings(max_examples=20, deadline=None)
def test_a_later_shock_shared_by_all_moves_seen_and_expected_alike(seed: int, shock: float) -> None:
    counts = drawn(seed, places=8, quarters=10)
    shaken = counts * np.where(np.arange(10) >= 6, shock, 1)
    plain, again = (weighted_baseline(table, 6, weights="equal") for table in (counts, shaken))
    assert again.seen == pytest.approx(plain.seen * shock)
    assert again.baseline_expected == pytest.approx(plain.baseline_expected * shock)
    np.testing.assert_allclose(again.weights, plain.weights)


@given(st.integers(0, 10_000), st.floats(0.2, 5))
@settings(max_examples=20, deadline=None)
def test_a_larger_place_with_the_same_course_has_the_same_ratio(seed: int, larger: float) -> None:
    counts = drawn(seed, places=8, quarters=10, level=1e7)
    grown = counts * np.where(np.arange(9) == 0, larger, 1)[:, None]
    plain, again = weighted_baseline(counts, 6), weighted_baseline(grown, 6)
    assert again.ratio == pytest.approx(plain.ratio, rel=1e-4)
    assert again.expected == pytest.approx(plain.expected * larger, rel=1e-4)


@given(st.integers(0, 10_000), st.floats(0.05, 20))
@settings(max_examples=25, deadline=None)
def test_p_is_at_most_five_per_cent_exactly_when_one_is_outside(seed: int, effect: float) -> None:
    counts = drawn(seed, places=19, quarters=12, level=20)
    counts[0, 8:] = np.round(counts[0, 8:] * effect)
    got = weighted_baseline(counts, 8)
    assert got.lower < got.ratio < got.upper
    assert (got.p <= 0.05) == (not got.lower <= 1 <= got.upper)
    centre = math.log((got.seen + 0.5) / (got.baseline_expected + 0.5)) - got.log_gap
    assert got.expected == pytest.approx(got.baseline_expected * math.exp(centre))


@given(
    st.integers(3, 6).flatmap(
        lambda places: st.integers(2, 6).flatmap(
            lambda quarters: st.lists(
                st.lists(st.integers(0, 3) | st.integers(0, 100_000), min_size=quarters, max_size=quarters),
                min_size=places + 1,
                max_size=places + 1,
            )
        )
    ),
    st.integers(1, 5),
    st.sampled_from(["learned", "equal"]),
)
@settings(max_examples=30, deadline=None)
def test_any_counts_give_a_finite_answer_or_a_clear_refusal(counts: list[list[int]], before: int, weights: str) -> None:
    try:
        got = weighted_baseline(counts, before, weights=weights)  # type: ignore[arg-type]
    except BadQuestion:
        return
    values = [*numbers(got), got.z, *got.weights, *got.variogram, *got.placebo_z, *got.placebo_log]
    assert np.isfinite(values).all()
    assert got.weights.sum() == pytest.approx(1)
    assert 0 <= got.p <= 1
    assert 0 <= got.at_least <= got.units


def test_identical_places_have_no_wander_but_counting_noise_stays() -> None:
    got = weighted_baseline(np.tile([20.0, 30, 40, 30, 20, 30], (6, 1)), 4)
    assert got.ratio == pytest.approx(1)
    assert got.variogram == (0, 0, 0)
    np.testing.assert_allclose(got.placebo_z, 0, atol=1e-12)
    assert got.spread > math.sqrt(1 / 50.5)


def test_a_place_with_nothing_counted_is_answered_with_a_wide_range() -> None:
    counts = drawn(3)
    counts[0] = 0
    got = weighted_baseline(counts, 12)
    assert (got.seen, got.baseline_expected) == (0, 0)
    assert got.lower < 0.2
    assert got.upper > 5


def test_a_fall_to_nought_keeps_its_lower_limit_above_nought() -> None:
    counts = drawn(4, level=3)
    counts[0, 12:] = 0
    got = weighted_baseline(counts, 12)
    assert 0 < got.lower < got.ratio < got.upper < 1
    assert got.seen == 0


def with_value(value: float, row: int = 0) -> Array:
    counts = drawn(1)
    counts[row, 3] = value
    return counts


def only_one_place_counts() -> Array:
    counts = drawn(1)
    counts[2:, 5] = 0
    counts[1, 5] = 4
    return counts


@pytest.mark.parametrize(
    ("counts", "before", "says"),
    [
        (drawn(1)[:2], 12, "There are 1 similar places"),
        (drawn(1)[:3], 12, "There are 2 similar places"),
        (drawn(1)[0], 12, "There are 0 similar places"),
        (np.zeros((0, 5)), 2, "There are 0 similar places"),
        (drawn(1), 0, "no quarter before"),
        (drawn(1), 16, "no quarter before"),
        (with_value(np.nan), 12, "missing"),
        (with_value(np.inf, 2), 12, "missing"),
        (with_value(-1), 12, "below nought"),
        (np.vstack([drawn(1)[:1], np.zeros((5, 16))]), 12, "Nothing was counted"),
        (only_one_place_counts(), 12, "no more than one similar place"),
        (drawn(1) * (np.arange(16) != 3), 12, "no more than one similar place"),
    ],
)
def test_impossible_questions_are_refused_in_words(counts: Array, before: int, says: str) -> None:
    with pytest.raises(BadQuestion, match=says):
        weighted_baseline(counts, before)


def test_several_indicators_need_the_same_places_that_differ() -> None:
    with pytest.raises(BadQuestion, match="same places"):
        _pooled([], 12)
    with pytest.raises(BadQuestion, match="same places"):
        _pooled([drawn(1), drawn(2, places=9)], 12)
    with pytest.raises(BadQuestion, match="do not differ"):
        _pooled([np.full((5, 4), 8.0)], 2)
    with pytest.raises(BadQuestion, match="do not differ"):
        _pooled([np.full((23, 13), 9.0), np.full((23, 13), 24.0)], 8)
