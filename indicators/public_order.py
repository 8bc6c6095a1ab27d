"""Public order, as recorded by the police."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="public-order",
    title="Public order",
    question="How many public order offences did the police record here?",
    why_it_matters="It counts threats, affray and abuse in public places.",
    measures=("public-order",),
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
        "counting-rules-2023",
    ),
    caveats=("Recording grew across the country as rules changed; more records can mean better recording.",),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
