"""The second method: the published example, a second implementation by weighted regression, and its properties."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from indicators.simplex_weights import smallest_mixtures
from indicators.synthetic_did import SyntheticDid, synthetic_did, synthetic_differences
from store.errors import BadQuestion

Array = npt.NDArray[np.float64]
CALIFORNIA_BEFORE = 19


@pytest.fixture(scope="module")
def cigarettes(benchmarks: Path) -> tuple[list[str], Array]:
    """States × years 1970–2000 of packs sold a head, California first."""
    with (benchmarks / "prop99.csv").open() as file:
        rows = list(csv.DictReader(file))
    states = sorted({row["State"] for row in rows}, key=lambda state: (state != "California", state))
    years = sorted({row["Year"] for row in rows})
    packs = {(row["State"], row["Year"]): float(row["PacksPerCapita"]) for row in rows}
    return states, np.array([[packs[state, year] for year in years] for state in states])


def drawn(seed: int, places: int = 20, quarters: int = 16, level: float = 30.0, drift: float = 0.08) -> Array:
    generator = np.random.default_rng(seed)
    size = generator.lognormal(math.log(level), 0.4, places + 1)
    wander = np.cumsum(generator.normal(0, drift, (places + 1, quarters)), axis=1)
    return generator.poisson(size[:, None] * np.exp(wander)).astype(float)


def least(matrix: Array, target: Array, ridge: float) -> Array:
    """Weights that minimise ‖matrix·w − target‖² + ridge·‖w‖² with an intercept, by a general solver."""
    matrix, target = matrix - matrix.mean(axis=0), target - target.mean()
    width = matrix.shape[1]

    def loss(w: Array) -> float:
        return float(((matrix @ w - target) ** 2).sum() + ridge * (w**2).sum())

    def slope(w: Array) -> Array:
        return np.asarray(2 * matrix.T @ (matrix @ w - target) + 2 * ridge * w)

    found = minimize(
        loss,
        np.full(width, 1 / width),
        jac=slope,
        bounds=[(0, 1)] * width,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        method="SLSQP",
        options={"ftol": 1e-15, "maxiter": 1000},
    )
    return np.asarray(found.x)


def slow_gap(ours: Array, others: Array, before: int) -> float:
    """One place's gap as the coefficient of a weighted regression with place and quarter effects (equation 1)."""
    units, quarters = others.shape
    noise = np.std([others[j, t + 1] - others[j, t] for j in range(units) for t in range(before - 1)], ddof=1)
    omega = least(others[:, :before].T, ours[:before], math.sqrt(quarters - before) * noise**2 * before)
    lam = least(others[:, :before], others[:, before:].mean(axis=1), 1e-6 * noise**2 * units)
    rows, values, importance = [], [], []
    for place, (series, weight) in enumerate(zip([ours, *others], [1.0, *omega], strict=True)):
        for t in range(quarters):
            effects = np.zeros(1 + units + 1 + quarters)
            effects[0] = place == 0 and t >= before
            effects[1 + place] = effects[2 + units + t] = 1
            rows.append(effects)
            values.append(series[t])
            importance.append(math.sqrt(max(weight, 0) * (max(lam[t], 0) if t < before else 1 / (quarters - before))))
    root = np.array(importance)
    return float(np.linalg.lstsq(np.array(rows) * root[:, None], np.array(values) * root, rcond=None)[0][0])


@pytest.mark.published
def test_the_published_example_is_reproduced(cigarettes: tuple[list[str], Array], benchmarks: Path) -> None:
    states, packs = cigarettes
    must = json.loads((benchmarks / "synthdid_prop99.json").read_text())["must_reproduce"]
    got = synthetic_differences(packs, CALIFORNIA_BEFORE)
    assert got.gaps[0] == pytest.approx(must["numpy_exact"]["SDID"], abs=1e-4)
    assert got.gaps[0] == pytest.approx(must["synthdid_py"]["SDID"], abs=0.01)
    assert got.gaps[1:].std(ddof=1) == pytest.approx(must["numpy_exact"]["placebo_sd_all38"]["SDID"], abs=0.01)
    for year, weight in must["lambda_weights"].items():
        assert got.quarter_weights[int(year) - 1970] == pytest.approx(weight, abs=6e-4)
    order = np.argsort(-got.place_weights)
    for place, (state, weight) in zip(order, must["top_omega"].items(), strict=False):
        assert states[1 + place] == state.replace("_", " ")
        assert got.place_weights[place] == pytest.approx(weight, abs=6e-4)


@pytest.mark.published
def test_the_published_example_under_plain_differences(cigarettes: tuple[list[str], Array], benchmarks: Path) -> None:
    _, packs = cigarettes
    must = json.loads((benchmarks / "synthdid_prop99.json").read_text())["must_reproduce"]["numpy_exact"]
    moved = packs[:, CALIFORNIA_BEFORE:].mean(axis=1) - packs[:, :CALIFORNIA_BEFORE].mean(axis=1)
    assert moved[0] - moved[1:].mean() == pytest.approx(must["DiD" if "DiD" in must else "DID"], abs=1e-4)
    placebos = [moved[j] - np.delete(moved[1:], j - 1).mean() for j in range(1, 39)]
    assert np.std(placebos, ddof=1) == pytest.approx(must["placebo_sd_all38"]["DID"], abs=0.01)


def synthetic_control(panel: Array, row: int, donors: list[int], before: int) -> tuple[Array, Array]:
    """Weights on the donors nearest to the row before, and the row's gap to their mixture in every period."""
    apart = panel[donors, :before] - panel[row, :before]
    weights = smallest_mixtures((apart @ apart.T)[None])[0]
    return weights, panel[row] - weights @ panel[donors]


@pytest.mark.published
def test_the_published_example_under_synthetic_control(cigarettes: tuple[list[str], Array], benchmarks: Path) -> None:
    states, packs = cigarettes
    must = json.loads((benchmarks / "synthdid_prop99.json").read_text())["must_reproduce"]["numpy_exact"]
    outcome_only = json.loads((benchmarks / "abadie_prop99.json").read_text())["must_reproduce"]["outcome_only_exact"]
    weights, gap = synthetic_control(packs, 0, list(range(1, 39)), CALIFORNIA_BEFORE)
    assert gap[19:].mean() == pytest.approx(must["SC"], abs=1e-4)
    assert gap[19:].mean() == pytest.approx(outcome_only["mean_gap"], abs=1e-4)
    assert gap[-1] == pytest.approx(outcome_only["gap_2000"], abs=1e-3)
    assert (gap[:19] ** 2).mean() == pytest.approx(outcome_only["pre_MSPE"], abs=1e-4)
    used = {states[1 + j]: weights[j] for j in np.flatnonzero(weights > 1e-6)}
    assert used == pytest.approx({k.replace("_", " "): v for k, v in outcome_only["weights"].items()}, abs=6e-4)
    ratios = []
    later = []
    for row in range(39):
        _, gap = synthetic_control(packs, row, [j for j in range(1, 39) if j != row], CALIFORNIA_BEFORE)
        ratios.append(math.sqrt((gap[19:] ** 2).mean() / (gap[:19] ** 2).mean()))
        later.append(gap[19:].mean())
    assert ratios[0] == pytest.approx(12.44, abs=0.005)
    assert f"{1 + sum(ratio > ratios[0] for ratio in ratios)} of 39" == outcome_only["rmspe_rank"]
    assert np.std(later[1:], ddof=1) == pytest.approx(must["placebo_sd_all38"]["SC"], abs=0.01)


@pytest.mark.published
def test_agrees_with_a_general_solver_on_the_published_example(cigarettes: tuple[list[str], Array]) -> None:
    _, packs = cigarettes
    got = synthetic_differences(packs, CALIFORNIA_BEFORE)
    assert got.gaps[0] == pytest.approx(slow_gap(packs[0], packs[1:], CALIFORNIA_BEFORE), abs=0.01)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_placebo_agrees_with_a_weighted_regression(seed: int) -> None:
    counts = drawn(seed, places=12, quarters=9)
    residents = np.random.default_rng(seed).uniform(1000, 2000, (13, 1)) * np.linspace(1, 1.2, 9)
    rates = np.log((counts + 0.5) / residents)
    got = synthetic_did(counts, 6, residents)
    slow = [slow_gap(rates[0], rates[1:], 6)]
    slow += [slow_gap(rates[j], np.delete(rates[1:], j - 1, axis=0), 6) for j in range(1, 13)]
    np.testing.assert_allclose([got.log_gap, *got.placebo_log], slow, atol=2e-5)

    before, after = counts[:, :6].sum(axis=1), counts[:, 6:].sum(axis=1)
    own = [1 / (before[j] + 0.5) + 1 / (after[j] + 0.5) for j in range(13)]
    centre = sum(slow[1:]) / 12
    wander = max(0.0, sum((slow[j] - centre) ** 2 - own[j] for j in range(1, 13)) / 12)
    scaled = [slow[j] / math.sqrt(wander + own[j]) for j in range(13)]
    out = sum(abs(value) >= abs(scaled[0]) for value in scaled[1:])
    np.testing.assert_allclose(got.placebo_z, scaled[1:], atol=1e-3)
    assert (got.at_least, got.units, got.p) == (out, 12, (1 + out) / 13)
    assert got.spread == pytest.approx(math.sqrt(wander + own[0]), abs=1e-4)
    assert (got.lower, got.upper) == (None, None)


def limits_by_trying(got: SyntheticDid, upwards: bool) -> float:
    """The furthest log ratio that the rank test does not refuse, by bisection."""
    near, far = got.log_gap, got.log_gap + (9 if upwards else -9)
    for _ in range(100):
        middle = (near + far) / 2
        out = sum(abs(value) >= abs(got.log_gap - middle) / got.spread for value in got.placebo_z)
        near, far = (middle, far) if (1 + out) / (got.units + 1) > 0.05 else (near, middle)
    return near


@pytest.mark.parametrize("places", [19, 40, 59, 60])
def test_limits_are_the_ratios_the_rank_test_does_not_refuse(places: int) -> None:
    got = synthetic_did(drawn(5, places=places), 12)
    assert got.lower is not None
    assert got.upper is not None
    assert math.log(got.lower) == pytest.approx(limits_by_trying(got, upwards=False), abs=1e-9)
    assert math.log(got.upper) == pytest.approx(limits_by_trying(got, upwards=True), abs=1e-9)


@given(st.integers(0, 10_000), st.floats(0.1, 10))
@settings(max_examples=25, deadline=None)
def test_p_is_at_most_five_per_cent_exactly_when_one_is_outside(seed: int, effect: float) -> None:
    counts = drawn(seed, places=19, quarters=10)
    counts[0, 7:] = np.round(counts[0, 7:] * effect)
    got = synthetic_did(counts, 7)
    assert got.lower is not None
    assert got.upper is not None
    assert (got.p <= 0.05) == (not got.lower <= 1 <= got.upper)


@given(st.integers(0, 10_000), st.floats(0.01, 100), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_units_of_population_and_order_of_places_do_not_matter(seed: int, scale: float, order: object) -> None:
    counts = drawn(seed, places=8, quarters=8)
    residents = np.random.default_rng(seed).uniform(500, 3000, 9)
    shuffle = list(range(1, 9))
    order.shuffle(shuffle)  # type: ignore[attr-defined]
    rows = [0, *shuffle]
    got, again = synthetic_did(counts, 5, residents), synthetic_did(counts[rows], 5, residents[rows] * scale)
    bare = synthetic_did(counts, 5)
    np.testing.assert_allclose(again.placebo_log, got.placebo_log[np.array(shuffle) - 1], atol=1e-7)
    for other in (again, bare):
        assert other.log_gap == pytest.approx(got.log_gap, abs=1e-7)
        assert other.p == got.p
        np.testing.assert_allclose(other.quarter_weights, got.quarter_weights, atol=1e-6)


def test_identical_places_show_nothing() -> None:
    got = synthetic_did(np.tile([20.0, 30, 25, 40, 30, 25], (6, 1)), 4)
    assert got.ratio == pytest.approx(1)
    assert got.p == 1
    np.testing.assert_allclose(got.place_weights, 1 / 5)
    still = synthetic_did(np.full((6, 6), 7.0), 4)
    assert still.p == 1
    assert still.ratio == pytest.approx(1)


def test_a_halving_in_one_place_is_seen() -> None:
    counts = drawn(8, level=400, drift=0.02)
    counts[0, 12:] = np.round(counts[0, 12:] / 2)
    got = synthetic_did(counts, 12)
    assert got.ratio == pytest.approx(0.5, abs=0.1)
    assert got.at_least == 0
    assert got.p == pytest.approx(1 / 21)


def test_many_quarters_and_few_places_and_no_events_give_finite_answers() -> None:
    for counts in (drawn(9, places=3, quarters=24), np.zeros((5, 6)), drawn(10, places=4, quarters=3, level=0.2)):
        got = synthetic_did(counts, 2 if counts.shape[1] < 24 else 20)
        assert np.isfinite([got.log_gap, got.p, got.spread, *got.placebo_z, *got.place_weights]).all()


@pytest.mark.parametrize(
    ("counts", "before", "population", "says"),
    [
        (drawn(1)[:3], 12, None, "There are 2 similar places"),
        (drawn(1), 1, None, "two quarters before"),
        (drawn(1), 16, None, "no quarter before"),
        (np.where(np.arange(16) == 2, np.nan, drawn(1)), 12, None, "missing"),
        (drawn(1), 12, np.zeros(21), "population"),
        (drawn(1), 12, np.ones(16), "population"),
        (drawn(1), 12, np.full((21, 16), np.nan), "population"),
    ],
)
def test_impossible_questions_are_refused_in_words(
    counts: Array, before: int, population: Array | None, says: str
) -> None:
    with pytest.raises(BadQuestion, match=says):
        synthetic_did(counts, before, population)


@pytest.mark.parametrize(("panel", "says"), [(np.ones((3, 5)), "three similar"), (np.full((5, 5), np.inf), "missing")])
def test_an_impossible_panel_is_refused(panel: Array, says: str) -> None:
    with pytest.raises(BadQuestion, match=says):
        synthetic_differences(panel, 3)
