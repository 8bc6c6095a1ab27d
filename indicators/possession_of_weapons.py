"""Possession of weapons, as recorded by the police."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="possession-of-weapons",
    title="Possession of weapons",
    question="How often did the police record somebody carrying a weapon here?",
    why_it_matters="Carrying a knife puts the carrier and everybody near at risk.",
    measures=("possession-of-weapons",),
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
    caveats=("The number follows how often the police search.",),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
