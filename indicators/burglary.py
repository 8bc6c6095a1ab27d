"""Burglary, as recorded by the police."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="burglary",
    title="Burglary",
    question="How many break-ins did the police record here?",
    why_it_matters="Being burgled leaves people afraid in their own homes; programmes for homes, locks and lighting aim at it.",
    measures=("burglary",),
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
        "burglary-definition-2017",
    ),
    caveats=("Recorded crime is what was reported and written down, not all that happened.",),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
