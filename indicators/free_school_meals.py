"""Free school meals."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="free-school-meals",
    title="Free school meals",
    question="How many pupils can have free school meals?",
    why_it_matters="It says how many families have little money.",
    measures=("free-school-meals",),
    kind="proportion",
    denominator="pupils",
    per=100.0,
    unit="% of pupils",
    better="neither",
    smallest_area="council",
    suppress_below=0,
    breaks=(),
    caveats=(
        "The figure is for the whole council and cannot show one neighbourhood by itself.",
        "Since 2018 children keep their free meals when families earn more, so the share rises by itself.",
    ),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
