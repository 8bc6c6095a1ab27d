"""Children in low-income families, council-wide."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="low-income-families-council-wide",
    title="Children in low-income families, council-wide",
    question="How many children live in families with a low income?",
    why_it_matters="Money is behind much of what happens to a child.",
    measures=("children-in-relative-low-income",),
    kind="proportion",
    denominator="children under 16",
    per=100.0,
    unit="% of children",
    better="lower",
    smallest_area="council",
    suppress_below=0,
    breaks=("children-in-low-income-2021",),
    caveats=(
        "The figure is for the whole council and cannot show one neighbourhood by itself.",
        "Figures before and after 2021/22 do not compare: the sums were done again in another way.",
    ),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
