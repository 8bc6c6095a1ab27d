"""Fires."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="fires",
    title="Fires",
    question="How many fires did the fire service go to here?",
    why_it_matters="Fires are counted by the fire service and not by the police, so they say something else about a place.",
    measures=("fires",),
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
