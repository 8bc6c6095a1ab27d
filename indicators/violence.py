"""Violence and sexual offences, as recorded by the police."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="violence",
    title="Violence and sexual offences",
    question="How much violence did the police record here?",
    why_it_matters="It covers everything from threats at home to assault in the street.",
    measures=("violence",),
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
    caveats=("Recorded violence can rise because more people dare to report, and because recording improved.",),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
