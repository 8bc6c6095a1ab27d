"""Interrupted time series: the published examples, and a second implementation with the sums written out."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.finding import Ratio
from indicators.interrupted_series import interrupted_counts, interrupted_levels
from store.errors import BadQuestion

Array = npt.NDArray[np.float64]
FIRST = 2002 * 12
BAN = FIRST + 36


@pytest.fixture(scope="module")
def sicily(benchmarks: Path) -> dict[str, Any]:
    """Monthly acute coronary events in Sicily 2002–2006, the standard population, and what must be reproduced."""
    with (benchmarks / "sicily.csv").open() as file:
        rows = list(csv.DictReader(file))
    return {
        "counts": [float(row["aces"]) for row in rows],
        "residents": [float(row["stdpop"]) for row in rows],
        "months": [int(row["year"]) * 12 + int(row["month"]) - 1 for row in rows],
        "must": json.loads((benchmarks / "sicily_smoking_ban.json").read_text())["must_reproduce"],
    }


def close(got: Ratio | None, ratio: float, limits: list[float]) -> bool:
    assert got is not None
    return [got.ratio, got.lower, got.upper] == pytest.approx([ratio, *limits], abs=5e-4)


@pytest.mark.published
def test_the_smoking_ban_in_sicily(sicily: dict[str, Any]) -> None:
    series = (sicily["counts"], sicily["residents"], sicily["months"], BAN)
    must = sicily["must"]
    poisson = interrupted_counts(*series, fourier_pairs=0, errors="poisson")
    assert close(poisson.level, must["m1_poisson"]["RR"], must["m1_poisson"]["ci"])
    assert poisson.dispersion == pytest.approx(must["m1_poisson"]["dispersion"], abs=5e-4)
    quasi = interrupted_counts(*series, fourier_pairs=0, errors="quasi-poisson")
    assert close(quasi.level, must["m2_quasipoisson"]["RR"], must["m2_quasipoisson"]["ci"])
    seasonal = interrupted_counts(*series, errors="quasi-poisson")
    assert close(seasonal.level, must["m3_quasi_seasonal"]["RR"], must["m3_quasi_seasonal"]["ci"])
    assert seasonal.dispersion == pytest.approx(must["m3_quasi_seasonal"]["dispersion"], abs=5e-4)
    assert seasonal.yearly_trend == pytest.approx(must["m3_quasi_seasonal"]["annual_trend"], abs=5e-4)
    assert seasonal.slope is None
    plain = interrupted_counts(*series, errors="poisson")
    assert close(plain.level, must["m3_poisson"]["RR"], must["m3_poisson"]["ci"])
    both = interrupted_counts(*series, changed_slope=True, errors="quasi-poisson")
    assert close(both.level, must["m4_level_slope"]["RR"], must["m4_level_slope"]["ci"])
    assert close(both.slope, must["m4_level_slope"]["slope_RR"], must["m4_level_slope"]["slope_ci"])
    assert both.slope is not None
    assert both.slope.p == pytest.approx(must["m4_level_slope"]["slope_p"], abs=1e-3)


@pytest.mark.published
def test_the_smoking_ban_as_this_project_would_put_it(sicily: dict[str, Any]) -> None:
    got = interrupted_counts(sicily["counts"], sicily["residents"], sicily["months"], BAN)
    assert close(got.level, sicily["must"]["m3_HAC6"]["RR"], sicily["must"]["m3_HAC6"]["ci"])
    assert got.level.p < 0.001


@pytest.mark.published
def test_cigarettes_in_california(benchmarks: Path) -> None:
    must = json.loads((benchmarks / "linden_prop99_single.json").read_text())["must_reproduce"]
    with (benchmarks / "prop99.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["State"] == "California"]
    packs = [float(row["PacksPerCapita"]) for row in sorted(rows, key=lambda row: row["Year"])]
    got = interrupted_levels(packs, 19)
    names = {"const": got.constant, "t": got.trend, "level_1989": got.level, "slope_1989": got.slope}
    for name, term in names.items():
        assert term.value == pytest.approx(must[name], abs=1e-4)
        assert term.standard_error == pytest.approx(must["nw_lag1_se"][name.removesuffix("_1989")], rel=1e-3)


def drawn(seed: int, before: int = 30, after: int = 20, level: float = 40.0) -> tuple[Array, Array, list[int]]:
    generator = np.random.default_rng(seed)
    time = np.arange(before + after)
    residents = np.asarray(5000.0 + 10 * time, dtype=float)
    rate = level / 5000 * np.exp(0.2 * np.sin(2 * np.pi * time / 12) + 0.003 * time - 0.3 * (time >= before))
    return generator.poisson(rate * residents).astype(float), residents, [FIRST + int(t) for t in time]


def newey_west(scores: Array, lags: int) -> Array:
    """Σ over pairs of months at most ``lags`` apart of Bartlett weight × score × score', one pair at a time."""
    width = scores.shape[1]
    total = np.zeros((width, width))
    for s in range(len(scores)):
        for t in range(len(scores)):
            if abs(s - t) <= lags:
                total += (1 - abs(s - t) / (lags + 1)) * np.outer(scores[s], scores[t])
    return total


@pytest.mark.parametrize("seed", [1, 2])
def test_counts_agree_with_newtons_method_written_out(seed: int) -> None:
    counts, residents, months = drawn(seed)
    design = np.array(
        [
            [1, t >= 30, t, max(0, t - 29)]
            + [f(2 * math.pi * k * (t + 1) / 12) for k in (1, 2) for f in (math.sin, math.cos)]
            for t in range(50)
        ]
    )  # fmt: skip
    beta = np.zeros(8)
    beta[0] = math.log(counts.sum() / residents.sum())
    for _ in range(50):
        mean = residents * np.exp(design @ beta)
        bread = np.linalg.inv((design * mean[:, None]).T @ design)
        beta = beta + bread @ design.T @ (counts - mean)
    errors = np.sqrt(np.diag(bread @ newey_west(design * (counts - mean)[:, None], 6) @ bread))
    got = interrupted_counts(counts, residents, months, FIRST + 30, changed_slope=True)
    assert got.slope is not None
    for ratio, k in ((got.level, 1), (got.slope, 3)):
        assert ratio.ratio == pytest.approx(math.exp(beta[k]), rel=1e-6)
        assert math.log(ratio.upper / ratio.ratio) == pytest.approx(1.959964 * errors[k], rel=1e-5)
        assert math.log(ratio.ratio / ratio.lower) == pytest.approx(1.959964 * errors[k], rel=1e-5)
        assert ratio.p == pytest.approx(math.erfc(abs(beta[k]) / errors[k] / math.sqrt(2)), rel=1e-4, abs=1e-12)
    assert got.yearly_trend == pytest.approx(math.exp(12 * beta[2]), rel=1e-6)
    assert got.dispersion == pytest.approx(((counts - mean) ** 2 / mean).sum() / 42, rel=1e-6)


def test_levels_agree_with_least_squares_written_out() -> None:
    values = np.random.default_rng(3).normal(100, 3, 20).cumsum()
    design = np.array([[1, t, t >= 12, max(0, t - 12)] for t in range(20)], dtype=float)
    bread = np.linalg.inv(design.T @ design)
    beta = bread @ design.T @ values
    scores = design * (values - design @ beta)[:, None]
    errors = np.sqrt(np.diag(bread @ newey_west(scores, 2) @ bread) * 20 / 16)
    got = interrupted_levels(values, 12, lags=2)
    terms = [got.constant, got.trend, got.level, got.slope]
    np.testing.assert_allclose([term.value for term in terms], beta, rtol=1e-6)
    np.testing.assert_allclose([term.standard_error for term in terms], errors, rtol=1e-6)


@given(st.integers(0, 1000), st.floats(0.01, 100))
@settings(max_examples=8, deadline=None)
def test_the_unit_of_residents_does_not_matter(seed: int, scale: float) -> None:
    counts, residents, months = drawn(seed)
    got = interrupted_counts(counts, residents, months, FIRST + 30)
    again = interrupted_counts(counts, residents * scale, months, FIRST + 30)
    assert again.level.ratio == pytest.approx(got.level.ratio, rel=1e-6)
    assert again.level.p == pytest.approx(got.level.p, rel=1e-4, abs=1e-9)


def test_residents_may_be_one_number_and_months_may_be_left_out() -> None:
    counts, _, months = drawn(4)
    one = interrupted_counts(counts, 5000.0, months, FIRST + 30)
    each = interrupted_counts(counts, np.full(50, 5000.0), months, FIRST + 30)
    assert one == each
    kept = [t for t in range(50) if t not in (5, 40)]
    fewer = interrupted_counts(counts[kept], 5000.0, [months[t] for t in kept], FIRST + 30)
    assert fewer.level.ratio == pytest.approx(one.level.ratio, rel=0.2)
    assert fewer != one


COUNTS, RESIDENTS, MONTHS = drawn(5)


@pytest.mark.parametrize(
    ("counts", "residents", "months", "start", "says"),
    [
        (COUNTS[1:], 1, MONTHS, 30, "equally long"),
        (COUNTS, RESIDENTS[1:], MONTHS, 30, "equally long"),
        (COUNTS, 1, MONTHS[::-1], 30, "not in order"),
        (COUNTS, 1, MONTHS, 23, "24 months before"),
        (COUNTS, 1, MONTHS, 39, "12 after"),
        (np.where(np.arange(50) == 3, np.nan, COUNTS), 1, MONTHS, 30, "missing or below"),
        (COUNTS - 1000, 1, MONTHS, 30, "missing or below"),
        (COUNTS, 0, MONTHS, 30, "residents"),
        (COUNTS * (np.arange(50) < 30), 1, MONTHS, 30, "Fewer than 25 events"),
        (COUNTS * (np.arange(50) >= 30), 1, MONTHS, 30, "Fewer than 25 events"),
        (20.0 * (np.arange(50) % 12 == 5), 1, MONTHS, 30, "Too few events"),
        (np.where(np.arange(50) == 3, 1e300, COUNTS), 1, MONTHS, 30, "Too few events"),
    ],
)
def test_impossible_questions_are_refused_in_words(
    counts: Array, residents: Any, months: list[int], start: int, says: str
) -> None:
    with pytest.raises(BadQuestion, match=says):
        interrupted_counts(counts, residents, months, FIRST + start)


@pytest.mark.parametrize(("values", "start"), [([1.0] * 6, 2), ([1.0] * 6, 4), ([1.0, math.nan, *[1.0] * 6], 4)])
def test_too_short_a_line_is_refused(values: list[float], start: int) -> None:
    with pytest.raises(BadQuestion):
        interrupted_levels(values, start)
