"""Vehicle crime, as recorded by the police."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="vehicle-crime",
    title="Vehicle crime",
    question="How many thefts of and from vehicles did the police record here?",
    why_it_matters="A car or van broken into can cost a week's wages.",
    measures=("vehicle-crime",),
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
    caveats=("Recorded crime is what was reported and written down, not all that happened.",),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
