"""Fires set on purpose."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="deliberate-fires",
    title="Fires set on purpose",
    question="How many small fires were set on purpose here?",
    why_it_matters="Bins and rubbish set alight are close to disorder, and nobody’s recording habit changes them.",
    measures=("deliberate-secondary-fires",),
    kind="events",
    denominator="residents",
    per=1000.0,
    unit="per 1,000 residents a year",
    better="lower",
    smallest_area="stable",
    suppress_below=0,
    breaks=(),
    caveats=("Whole financial years only, published some months late.",),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
