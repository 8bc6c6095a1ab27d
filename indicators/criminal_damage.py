"""Criminal damage and arson, as recorded by the police."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="criminal-damage",
    title="Criminal damage and arson",
    question="How much damage and fire-setting did the police record here?",
    why_it_matters="Broken windows and burnt bins are seen by everybody, every day.",
    measures=("criminal-damage",),
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
