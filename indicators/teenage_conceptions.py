"""Conceptions under 18."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="teenage-conceptions",
    title="Conceptions under 18",
    question="How many girls under 18 became pregnant?",
    why_it_matters="The Beacon Project counted none. Numbers this small come and go.",
    measures=("conceptions-under-18",),
    kind="events",
    denominator="girls aged 15–17",
    per=1000.0,
    unit="per 1,000 girls a year",
    better="neither",
    smallest_area="council",
    suppress_below=0,
    breaks=(),
    caveats=(
        "The figure is for the whole council and cannot show one neighbourhood by itself.",
        "Published three years late.",
        "Never shown for a neighbourhood: the numbers are too small.",
    ),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
