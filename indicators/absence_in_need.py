"""Missed school, children in need."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="absence-in-need",
    title="Missed school, children in need",
    question="How much school do children in need miss?",
    why_it_matters="Absence often shows trouble early.",
    measures=("absence-children-in-need",),
    kind="proportion",
    denominator="possible half days",
    per=100.0,
    unit="% of half days",
    better="lower",
    smallest_area="council",
    suppress_below=0,
    breaks=("absence-covid",),
    caveats=(
        "The figure is for the whole council and cannot show one neighbourhood by itself.",
        "These are children in need who have no protection plan and are not in care, not all pupils.",
    ),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
