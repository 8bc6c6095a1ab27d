"""Robbery, as recorded by the police."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="robbery",
    title="Robbery",
    question="How many robberies did the police record here?",
    why_it_matters="Robbery is rare and frightening; it keeps people indoors.",
    measures=("robbery",),
    kind="events",
    denominator="residents",
    per=1000.0,
    unit="per 1,000 residents a year",
    better="lower",
    smallest_area="stable",
    suppress_below=0,
    breaks=(
        "devon-and-cornwall-recording",
        "greater-manchester-recording",
    ),
    caveats=("Numbers are small in any one neighbourhood.",),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
