"""False fire alarms."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="false-alarms",
    title="False fire alarms",
    question="How many false alarms did the fire service go to here?",
    why_it_matters="They cost the fire service time; a new building with alarms can bring many.",
    measures=("false-alarms",),
    kind="events",
    denominator="residents",
    per=1000.0,
    unit="per 1,000 residents a year",
    better="neither",
    smallest_area="stable",
    suppress_below=0,
    breaks=(),
    caveats=("One building with a nervous alarm can be most of them.",),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
