"""Anxious yesterday."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="anxiety",
    title="Anxious yesterday",
    question="How anxious did people feel yesterday, from 0 to 10?",
    why_it_matters="Stress is on the list of things that change when a place begins to thrive.",
    measures=("anxiety",),
    kind="mean",
    denominator="people asked",
    per=1.0,
    unit="points, 0 to 10",
    better="lower",
    smallest_area="council",
    suppress_below=0,
    breaks=(),
    caveats=(
        "The figure is for the whole council and cannot show one neighbourhood by itself.",
        "A sample survey: in one council few people are asked, so the figure moves by chance.",
        "Here less is better: 0 is not anxious at all.",
    ),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
