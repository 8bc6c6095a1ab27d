"""Dying at home."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="deaths-at-home",
    title="Dying at home",
    question="How many people who died were at home?",
    why_it_matters="Many people wish to die at home; we do not know who did.",
    measures=("deaths-at-home",),
    kind="proportion",
    denominator="deaths",
    per=100.0,
    unit="% of deaths",
    better="neither",
    smallest_area="council",
    suppress_below=0,
    breaks=("deaths-at-home-2020",),
    caveats=(
        "The figure is for the whole council and cannot show one neighbourhood by itself.",
        "We do not know whether it was their wish.",
    ),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
