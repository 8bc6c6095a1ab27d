"""Interrupted time series: one place's own months, only where nothing can be compared, and then only suggestive."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from indicators.finding import Ratio
from store.errors import BadQuestion

Array: TypeAlias = npt.NDArray[np.float64]
Errors: TypeAlias = Literal["hac", "quasi-poisson", "poisson"]

FEWEST_MONTHS_BEFORE = 24
FEWEST_MONTHS_AFTER = 12
FEWEST_EVENTS_BEFORE = 25
FOURIER_PAIRS = 2
LAGS = 6


@dataclass(frozen=True, slots=True)
class InterruptedCounts:
    """Months after against the course of the months before, as ratios with 95 % limits (normal) and p.

    ``level`` is the step at the start, ``slope`` the change of the monthly trend or None where none was asked for,
    ``yearly_trend`` the underlying ratio a year and ``dispersion`` Pearson's (1 = no more than counting noise).
    """

    level: Ratio
    slope: Ratio | None
    yearly_trend: float
    dispersion: float


@dataclass(frozen=True, slots=True)
class Term:
    """An estimate and its standard error, in the units of the series."""

    value: float
    standard_error: float


@dataclass(frozen=True, slots=True)
class InterruptedLevels:
    """A straight line before, a step at the start and a change of slope from there on."""

    constant: Term
    trend: Term
    level: Term
    slope: Term


def interrupted_counts(
    counts: npt.ArrayLike,
    residents: npt.ArrayLike,
    months: Sequence[int],
    start: int,
    *,
    changed_slope: bool = False,
    fourier_pairs: int = FOURIER_PAIRS,
    errors: Errors = "hac",
) -> InterruptedCounts:
    """Segmented Poisson regression of monthly counts with seasons (Lopez Bernal, Cummins & Gasparrini 2017).

    ``months`` are month numbers (store.period), rising, one a count; ``start`` is the month number of the first month
    after; ``residents`` (one number, or one a count) is the offset. A changed slope is counted from the last month
    before. ``errors`` are Newey–West with six lags, or scaled by the dispersion, or neither. Too few months (24
    before, 12 after), missing values, under 25 events before, none after or a fit that fails are BadQuestions.
    """
    import statsmodels.api as statsmodels
    from statsmodels.tools.sm_exceptions import ConvergenceWarning, PerfectSeparationWarning

    seen, time = np.asarray(counts, dtype=float), np.asarray(months, dtype=float)
    after = time >= start
    _refuse_bad_series(seen, np.asarray(residents, dtype=float), time, after)
    people = np.broadcast_to(np.asarray(residents, dtype=float), seen.shape)
    columns = [np.ones_like(time), after.astype(float), time - time[0]]
    if changed_slope:
        columns.append(after * (time - start + 1))
    for pair in range(1, fourier_pairs + 1):
        angle = 2 * np.pi * pair * (time % 12 + 1) / 12
        columns += [np.sin(angle), np.cos(angle)]
    model = statsmodels.GLM(
        seen, np.column_stack(columns), family=statsmodels.families.Poisson(), offset=np.log(people)
    )
    how: dict[str, dict[str, Any]] = {
        "hac": {"cov_type": "HAC", "cov_kwds": {"maxlags": LAGS}},
        "quasi-poisson": {"scale": "X2"},
        "poisson": {},
    }
    with warnings.catch_warnings():
        for category in (ConvergenceWarning, RuntimeWarning):
            warnings.simplefilter("error", category)
        # A series in which every month is alike is fitted exactly, and that is an answer: no step.
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        try:
            fit = model.fit(**how[errors])
        except (Warning, np.linalg.LinAlgError):
            fit = None
    # A month expected to hold next to nothing means that a season is explained by never having been seen: the fit then
    # runs away while its errors look small.
    if fit is None or fit.mu.min() < 1e-6 * seen.mean():
        raise BadQuestion("Too few events month by month to draw a line through them", do="Choose longer periods.")
    return InterruptedCounts(
        level=_ratio(fit, 1),
        slope=_ratio(fit, 3) if changed_slope else None,
        yearly_trend=math.exp(12 * float(fit.params[2])),
        dispersion=float(fit.pearson_chi2 / fit.df_resid),
    )


def _refuse_bad_series(seen: Array, residents: Array, time: Array, after: npt.NDArray[np.bool_]) -> None:
    if seen.ndim != 1 or time.shape != seen.shape or residents.shape not in {(), seen.shape}:
        raise BadQuestion("Counts, months and residents are not equally long", do="Give one of each a month.")
    if bool((np.diff(time) <= 0).any()):
        raise BadQuestion("The months are not in order", do="Sort the months, each once.")
    if (~after).sum() < FEWEST_MONTHS_BEFORE or after.sum() < FEWEST_MONTHS_AFTER:
        raise BadQuestion(
            f"A line through one place's own months needs {FEWEST_MONTHS_BEFORE} months before and "
            f"{FEWEST_MONTHS_AFTER} after",
            do="Load more months.",
        )
    if not bool((np.isfinite(seen) & (seen >= 0)).all()):
        raise BadQuestion("A count is missing or below nought", do="Leave out the month.")
    if not bool((np.isfinite(residents) & (residents > 0)).all()):
        raise BadQuestion("A number of residents is missing or nought", do="Load the population.")
    if seen[~after].sum() < FEWEST_EVENTS_BEFORE or not seen[after].any():
        raise BadQuestion(
            f"Fewer than {FEWEST_EVENTS_BEFORE} events were counted before, or none after", do="Show the counts only."
        )


def _ratio(fit: Any, position: int) -> Ratio:
    middle, half = float(fit.params[position]), 1.959963984540054 * float(fit.bse[position])
    return Ratio(math.exp(middle), math.exp(middle - half), math.exp(middle + half), float(fit.pvalues[position]))


def interrupted_levels(values: npt.ArrayLike, start: int, lags: int = 1) -> InterruptedLevels:
    """Segmented straight lines through a series of levels, with Newey–West errors (Linden 2015).

    ``start`` is the position of the first value after; the changed slope is counted from there. Missing values or
    fewer than three on a side are BadQuestions.
    """
    import statsmodels.api as statsmodels

    seen = np.asarray(values, dtype=float)
    if seen.ndim != 1 or start < 3 or len(seen) - start < 3 or not bool(np.isfinite(seen).all()):
        raise BadQuestion(
            "A line through levels needs three values before and three after, none missing", do="Load more values."
        )
    time = np.arange(len(seen), dtype=float)
    after = (time >= start).astype(float)
    design = np.column_stack([np.ones_like(time), time, after, after * (time - start)])
    fit = statsmodels.OLS(seen, design).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True})
    return InterruptedLevels(
        *(Term(float(value), float(error)) for value, error in zip(fit.params, fit.bse, strict=True))
    )
