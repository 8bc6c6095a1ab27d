"""Rules that other dashboards use to say that a place has changed, ported so that they can be asked the same questions.

Each answers −1 (fell, or improved faster), 1 (rose), 0 (no change to speak of), or None where it has no answer. Counts
are monthly, one column a month, NaN where a month is left out; rates are a month, so that left-out months do not count.
"""

from __future__ import annotations

import math
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from indicators.before_after import change
from indicators.rates import exact_poisson_limits

Array: TypeAlias = npt.NDArray[np.float64]
Answer: TypeAlias = Literal[-1, 0, 1] | None

YEAR = 12
RAW_CHANGE = 0.10
# The upper 0.2 % point of chi-square with one degree of freedom, as the Fingertips trend marker uses it.
TREND_CHI_SQUARE = 9.55
TREND_YEARS = 5
ALPHA = 0.05


def sign(value: float) -> Literal[-1, 0, 1]:
    """−1, 0 or 1."""
    return 1 if value > 0 else -1 if value < 0 else 0


def _events(months: Array) -> tuple[float, int]:
    """Events, and the number of months they were counted in."""
    return float(np.nansum(months)), int(np.isfinite(months).sum())


def _year_changes(counts: Array) -> Array:
    """Per row the change of the monthly rate from the first year to the last, as a fraction; NaN after an empty year."""
    first, last = np.nanmean(counts[:, :YEAR], axis=1), np.nanmean(counts[:, -YEAR:], axis=1)
    return np.asarray(np.divide(last, first, out=np.full(len(first), np.nan), where=first > 0) - 1)


def before_and_after(ours: Array, months_before: int) -> Answer:
    """Whether the exact 95 % limits of the change from before to after leave out no change at all."""
    earlier, later = _events(ours[:months_before]), _events(ours[months_before:])
    found = change(*earlier, *later, alpha=ALPHA)
    if found.lower is None:
        return None
    if found.upper is not None and found.upper < 0:
        return -1
    return 1 if found.lower > 0 else 0


def first_to_last(ours: Array) -> Answer:
    """Whether the last year's rate differs from the first year's by more than 10 %; None after an empty first year."""
    moved = float(_year_changes(ours[None, :])[0])
    if math.isnan(moved):
        return None
    return sign(moved) if abs(moved) > RAW_CHANGE else 0


def z_score_within_type(ours: Array, units: Array) -> Answer:
    """Whether the place's change has a negative z-score among similar places: then it “improved faster” than they.

    Changes are of the first year to the last. Dashboards that print it have no threshold, so it never says 1.
    """
    mine, theirs = float(_year_changes(ours[None, :])[0]), _year_changes(units)
    theirs = theirs[np.isfinite(theirs)]
    if math.isnan(mine) or len(theirs) < 2 or not theirs.std(ddof=1):
        return None
    return -1 if (mine - theirs.mean()) / theirs.std(ddof=1) < 0 else 0


def exact_baseline(ours: Array, months_before: int) -> Answer:
    """Whether the later year's 95 % limits leave out the year before the start, taken as free of any chance."""
    baseline, months = _events(ours[months_before - YEAR : months_before])
    later, later_months = _events(ours[-YEAR:])
    if not months or not later_months:
        return None
    expected = baseline / months * later_months
    lower, upper = exact_poisson_limits(later, ALPHA)
    return 1 if float(lower) > expected else -1 if float(upper) < expected else 0


def _trend(year: Array, logs: Array, weights: Array) -> float:
    """Signed chi-square of a weighted line through the years' log rates: slope² over its variance, 1/Σw(x−x̄)²."""
    apart = year - (weights @ year) / weights.sum()
    moved = float((weights * apart) @ logs)
    return math.copysign(moved**2 / float(weights @ apart**2), moved)


def weighted_trend(ours: Array) -> Answer:
    """Whether the last five years' weighted trend has χ² > 9.55, and the same direction whichever year is left out.

    Log rates with weights of one over their counting variance; ½ event is added to a year so that none weighs nothing.
    None with fewer than five years.
    """
    if len(ours) < TREND_YEARS * YEAR:
        return None
    years = ours[-TREND_YEARS * YEAR :].reshape(TREND_YEARS, YEAR)
    months = np.isfinite(years).sum(axis=1)
    if not months.all():
        return None
    weights = np.nansum(years, axis=1) + 0.5
    year, logs = np.arange(TREND_YEARS, dtype=float), np.log(weights / months)
    found = _trend(year, logs, weights)
    kept = [year != left_out for left_out in year]
    parts = [_trend(year[keep], logs[keep], weights[keep]) for keep in kept]
    stable = all(sign(part) == sign(found) for part in parts)
    return sign(found) if abs(found) > TREND_CHI_SQUARE and stable else 0


def clustered_differences(counts: Array, quarters_before: int) -> Answer:
    """Two-way fixed effects on log(count + ½) with errors clustered by place (CR1) and t with places − 1 degrees.

    ``counts`` are places × quarters, row 0 ours. With one place on the treated side its own residuals add up to nought
    by construction, so only the others' reach the variance: that is why the rule finds so much.
    """
    from scipy.special import stdtr

    logs = np.log(counts + 0.5)
    places, quarters = logs.shape
    after = (np.arange(quarters) >= quarters_before).astype(float)
    treated = np.zeros(places)
    treated[0] = 1
    left = np.outer(treated - treated.mean(), after - after.mean())
    within = logs - logs.mean(axis=1, keepdims=True) - logs.mean(axis=0) + logs.mean()
    size = float((left**2).sum())
    effect = float((left * within).sum()) / size
    scores = (left * (within - effect * left)).sum(axis=1)
    observed, columns = places * quarters, places + quarters
    correction = places / (places - 1) * (observed - 1) / (observed - columns)
    error = math.sqrt(correction * float(scores @ scores)) / size
    if error == 0:
        return None
    p = 2 * float(stdtr(places - 1, -abs(effect / error)))
    return sign(effect) if p <= ALPHA else 0
