"""Shoplifting, as recorded by the police."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="shoplifting",
    title="Shoplifting",
    question="How many thefts from shops did the police record here?",
    why_it_matters="Shops that are stolen from close, and a street loses them.",
    measures=("shoplifting",),
    kind="events",
    denominator="residents",
    per=1000.0,
    unit="per 1,000 residents a year",
    better="neither",
    smallest_area="stable",
    suppress_below=0,
    breaks=(
        "devon-and-cornwall-recording",
        "greater-manchester-recording",
    ),
    caveats=("Shops differ in how much they report, so one shop opening or closing can move the number.",),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
