"""All crime, as recorded by the police."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="crime",
    title="All crime",
    question="How many crimes of any kind did the police record here?",
    why_it_matters="It is the one number everybody asks for, and it mixes very different things.",
    measures=(
        "bicycle-theft",
        "burglary",
        "criminal-damage",
        "drugs",
        "other-crime",
        "other-theft",
        "possession-of-weapons",
        "public-order",
        "robbery",
        "shoplifting",
        "theft-from-the-person",
        "vehicle-crime",
        "violence",
    ),
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
        "burglary-definition-2017",
    ),
    caveats=(
        "The sum of thirteen kinds of crime, without anti-social behaviour. A month is missing where any one kind is missing.",
    ),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
