"""Other theft, as recorded by the police."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="other-theft",
    title="Other theft",
    question="How many other thefts did the police record here?",
    why_it_matters="It covers thefts that are not from a person, a shop or a vehicle.",
    measures=("other-theft",),
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
