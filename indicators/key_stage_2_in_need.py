"""Primary results of children in need."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="key-stage-2-in-need",
    title="Primary results of children in need",
    question="How many children in need reach the expected standard at 11?",
    why_it_matters="Children with the hardest start show first whether help arrives.",
    measures=("key-stage-2-expected-standard-children-in-need",),
    kind="proportion",
    denominator="children in need at the end of key stage 2",
    per=100.0,
    unit="% of pupils",
    better="higher",
    smallest_area="council",
    suppress_below=0,
    breaks=("primary-tests-cancelled",),
    caveats=(
        "The figure is for the whole council and cannot show one neighbourhood by itself.",
        "These are children in need who have no protection plan and are not in care, not all pupils.",
    ),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
