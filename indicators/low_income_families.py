"""Children in low-income families."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="low-income-families",
    title="Children in low-income families",
    question="How many children live in families with a low income?",
    why_it_matters="Money is behind much of what happens to a child.",
    measures=("children-in-low-income-families",),
    kind="stock",
    denominator="children",
    per=100.0,
    unit="children",
    better="lower",
    smallest_area="stable",
    suppress_below=0,
    breaks=("children-in-low-income-2021",),
    caveats=(
        "The publisher changes small numbers at random by up to about 3, so parts do not add up.",
        "Figures before 2021/22 do not compare: the sums were done again in another way.",
    ),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
