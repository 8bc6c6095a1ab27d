"""Drugs, as recorded by the police."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="drugs",
    title="Drugs",
    question="How many drug offences did the police record here?",
    why_it_matters="Drug dealing changes how safe a street feels.",
    measures=("drugs",),
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
    caveats=("The number follows how often the police look, more than how much there is.",),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
