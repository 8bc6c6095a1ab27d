"""Dying where they lived."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="deaths-in-usual-place",
    title="Dying where they lived",
    question="How many people of 65 and over died at home or in the care home they lived in?",
    why_it_matters="Many people wish to die where they live; we do not know who did.",
    measures=("deaths-in-usual-place-of-residence",),
    kind="proportion",
    denominator="deaths of people of 65 and over",
    per=100.0,
    unit="% of deaths",
    better="neither",
    smallest_area="council",
    suppress_below=0,
    breaks=("deaths-at-home-2020",),
    caveats=(
        "The figure is for the whole council and cannot show one neighbourhood by itself.",
        "A care home counts as home here. We do not know whether it was their wish.",
    ),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
