"""Children in need."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="children-in-need",
    title="Children in need",
    question="How many children were getting help from children’s services?",
    why_it_matters="It says how many families are being supported, early or late.",
    measures=("children-in-need",),
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
        "More children in need can mean more need, or that families are found and helped earlier.",
    ),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
