"""Other crime, as recorded by the police."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="other-crime",
    title="Other crime",
    question="How many other crimes did the police record here?",
    why_it_matters="It gathers what fits no other heading.",
    measures=("other-crime",),
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
    caveats=("A mixed group, from fraud to perverting justice; what it holds changed over the years.",),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
