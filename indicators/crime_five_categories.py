"""Five kinds of crime together, as recorded by the police."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="crime-five-categories",
    title="Five kinds of crime together",
    question="How many crimes of five kinds did the police record here?",
    why_it_matters="Where only five kinds are loaded, their sum is the nearest there is to all crime, and it is not all crime.",
    measures=(
        "burglary",
        "criminal-damage",
        "public-order",
        "robbery",
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
        "The sum of burglary, criminal damage and arson, public order, robbery, and violence and sexual offences: never all crime. Most of it is violence.",
    ),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
