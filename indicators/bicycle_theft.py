"""Bicycle theft, as recorded by the police."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="bicycle-theft",
    title="Bicycle theft",
    question="How many bicycles did people report stolen here?",
    why_it_matters="For many people a bicycle is the way to work or school.",
    measures=("bicycle-theft",),
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
    caveats=("Many thefts are never reported.",),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
