"""Rules that others use, each against a slow and obvious second way to compute it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from indicators import calibration_rules as rules


def series(rng: np.random.Generator, months: int = 60, rows: int = 1) -> np.ndarray:
    level = rng.uniform(0.5, 12, (rows, 1)) * np.exp(rng.normal(0, 0.012, (rows, 1)) * np.arange(months))
    return rng.poisson(level, (rows, months)).astype(float)


def slow_before_and_after(ours: np.ndarray, before: int) -> int | None:
    """Two one-sided exact tests at 2.5 % of the later count given the total."""
    earlier, later = int(ours[:before].sum()), int(ours[before:].sum())
    if earlier + later == 0:
        return None
    share = (len(ours) - before) / len(ours)
    fell = stats.binomtest(later, earlier + later, share, "less").pvalue
    rose = stats.binomtest(later, earlier + later, share, "greater").pvalue
    return -1 if fell < 0.025 else 1 if rose < 0.025 else 0


def slow_first_to_last(ours: np.ndarray) -> int | None:
    first, last = sum(ours[:12]), sum(ours[-12:])
    if first == 0:
        return None
    return 1 if last / first > 1.10 else -1 if last / first < 0.90 else 0


def slow_z_score(ours: np.ndarray, units: np.ndarray) -> int | None:
    def moved(row: np.ndarray) -> float | None:
        return sum(row[-12:]) / sum(row[:12]) - 1 if sum(row[:12]) else None

    mine, theirs = moved(ours), [moved(row) for row in units]
    theirs = [value for value in theirs if value is not None]
    if mine is None or len(theirs) < 2:
        return None
    return -1 if stats.zscore([mine, *theirs], ddof=1)[0] < 0 else 0


def slow_exact_baseline(ours: np.ndarray, before: int) -> int:
    expected, seen = ours[before - 12 : before].sum(), ours[-12:].sum()
    lower = stats.chi2.ppf(0.025, 2 * seen) / 2 if seen else 0.0
    upper = stats.chi2.ppf(0.975, 2 * (seen + 1)) / 2
    return 1 if lower > expected else -1 if upper < expected else 0


def slow_trend(ours: np.ndarray) -> int:
    def chi_square(years: list[int]) -> tuple[float, float]:
        counts = np.array([ours[12 * year : 12 * year + 12].sum() + 0.5 for year in years])
        design = np.column_stack([np.ones(len(years)), years])
        covariance = np.linalg.inv(design.T @ np.diag(counts) @ design)
        slope = (covariance @ design.T @ np.diag(counts) @ np.log(counts / 12))[1]
        return slope**2 / covariance[1, 1], slope

    whole, slope = chi_square([0, 1, 2, 3, 4])
    parts = [chi_square([year for year in range(5) if year != left_out]) for left_out in range(5)]
    holds = whole > 9.55 and all(part_slope * slope > 0 for _, part_slope in parts)
    return int(np.sign(slope)) if holds else 0


def slow_clustered(counts: np.ndarray, before: int) -> int:
    """Least squares with a dummy for every place and quarter, and the sandwich written out."""
    import statsmodels.api as statsmodels

    places, quarters = counts.shape
    place, quarter = np.repeat(np.arange(places), quarters), np.tile(np.arange(quarters), places)
    columns = [(place == 0) & (quarter >= before)]
    columns += [place == number for number in range(places)]
    columns += [quarter == number for number in range(1, quarters)]
    design = np.column_stack(columns).astype(float)
    fit = statsmodels.OLS(np.log(counts.ravel() + 0.5), design).fit(
        cov_type="cluster", cov_kwds={"groups": place, "df_correction": True}, use_t=True
    )
    p = 2 * stats.t.sf(abs(fit.params[0] / fit.bse[0]), places - 1)
    return int(np.sign(fit.params[0])) if p <= 0.05 else 0


def test_the_rules_agree_with_slow_ones() -> None:
    rng = np.random.default_rng(11)
    said: dict[str, set[int | None]] = {}
    for _ in range(150):
        ours, units = series(rng)[0], series(rng, rows=12)
        pairs = {
            "before and after": (rules.before_and_after(ours, 36), slow_before_and_after(ours, 36)),
            "first to last": (rules.first_to_last(ours), slow_first_to_last(ours)),
            "z-score": (rules.z_score_within_type(ours, units), slow_z_score(ours, units)),
            "exact baseline": (rules.exact_baseline(ours, 36), slow_exact_baseline(ours, 36)),
            "trend": (rules.weighted_trend(ours), slow_trend(ours)),
        }
        for name, (fast, slow) in pairs.items():
            assert fast == slow, (name, ours)
            said.setdefault(name, set()).add(fast)
    # Every answer must have come up, or the agreement says little.
    for name in ("before and after", "first to last", "exact baseline", "trend"):
        assert said[name] >= {-1, 0, 1}, name
    assert said["z-score"] >= {-1, 0}


def test_clustered_differences_agree_with_dummies() -> None:
    rng = np.random.default_rng(12)
    said = set()
    for _ in range(25):
        counts = rng.poisson(rng.uniform(5, 20, (9, 1)), (9, 14)).astype(float)
        counts[0, 8:] *= rng.choice([0.7, 1.0, 1.4])
        fast = rules.clustered_differences(counts, 8)
        assert fast == slow_clustered(counts, 8)
        said.add(fast)
    assert said == {-1, 0, 1}


def test_trend_is_not_stable_when_one_year_makes_it() -> None:
    """Four years that fall a little and one far above: the line is steep, and turns without that year."""
    ours = np.repeat([10.0, 10.0, 10.0, 9.0, 30.0], 12)
    assert rules.weighted_trend(ours) == 0
    assert rules.weighted_trend(np.repeat([10.0, 14.0, 18.0, 24.0, 30.0], 12)) == 1


def test_trend_needs_five_years_with_months_in_each() -> None:
    assert rules.weighted_trend(np.ones(59)) is None
    ours = np.ones(60)
    ours[12:24] = math.nan
    assert rules.weighted_trend(ours) is None


def test_left_out_months_do_not_count() -> None:
    """Half of the last year is missing: at the same monthly rate nothing has changed."""
    ours = np.full(60, 20.0)
    ours[54:] = math.nan
    units = np.full((3, 60), 20.0) * np.linspace(1, 1.1, 3)[:, None]
    units[:, 48:] *= np.array([[0.9], [1.0], [1.2]])
    assert rules.before_and_after(ours, 36) == 0
    assert rules.first_to_last(ours) == 0
    assert rules.exact_baseline(ours, 36) == 0
    assert rules.weighted_trend(ours) == 0
    assert rules.z_score_within_type(ours, units) == -1


@pytest.mark.parametrize("rule", [rules.first_to_last, lambda ours: rules.z_score_within_type(ours, np.ones((3, 60)))])
def test_no_answer_after_an_empty_first_year(rule: object) -> None:
    ours = np.ones(60)
    ours[:12] = 0
    assert rule(ours) is None  # type: ignore[operator]
    assert rules.before_and_after(np.zeros(60), 36) is None


def test_places_that_never_differ_have_no_clustered_answer() -> None:
    assert rules.clustered_differences(np.full((5, 8), 3.0), 4) is None


def test_an_exact_baseline_needs_months_on_both_sides() -> None:
    ours = np.ones(60)
    ours[-12:] = np.nan
    assert rules.exact_baseline(ours, 36) is None
