"""Ready for school, children with free meals."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="school-readiness-free-meals",
    title="Ready for school, children with free meals",
    question="How many children with free school meals reach a good level of development in their first school year?",
    why_it_matters="A good start carries a child a long way, and children with little money start behind.",
    measures=("good-level-of-development-free-school-meals",),
    kind="proportion",
    denominator="children in reception with free school meals",
    per=100.0,
    unit="% of children",
    better="higher",
    smallest_area="council",
    suppress_below=0,
    breaks=("early-development-2021",),
    caveats=(
        "The figure is for the whole council and cannot show one neighbourhood by itself.",
        "The way it is judged changed in 2021/22.",
    ),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
