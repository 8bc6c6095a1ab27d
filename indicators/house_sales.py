"""Homes sold."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="house-sales",
    title="Homes sold",
    question="How many homes here were sold?",
    why_it_matters="It says how much people move, and gives the number behind the price.",
    measures=("house-sales",),
    kind="events",
    denominator="residents",
    per=1000.0,
    unit="per 1,000 residents a year",
    better="neither",
    smallest_area="stable",
    suppress_below=0,
    breaks=(),
    caveats=(),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
