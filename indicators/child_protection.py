"""Children on a protection plan."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="child-protection",
    title="Children on a protection plan",
    question="How many children have a child protection plan?",
    why_it_matters="The Beacon Project counted its register. A plan means that a family is being supported.",
    measures=("child-protection-plans",),
    kind="stock",
    denominator="children under 18",
    per=10000.0,
    unit="children on 31 March",
    better="neither",
    smallest_area="council",
    suppress_below=0,
    breaks=(),
    caveats=(
        "The figure is for the whole council and cannot show one neighbourhood by itself.",
        "More families supported under plans can mean more need, or better help.",
    ),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
