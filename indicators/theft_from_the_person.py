"""Theft from the person, as recorded by the police."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="theft-from-the-person",
    title="Theft from the person",
    question="How many people had something stolen from them here?",
    why_it_matters="Bag and phone snatching makes people keep away from a place.",
    measures=("theft-from-the-person",),
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
    caveats=("Numbers are small in most neighbourhoods.",),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
