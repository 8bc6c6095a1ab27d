"""Children in care."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="children-in-care",
    title="Children in care",
    question="How many children are looked after by the council?",
    why_it_matters="It says how many children live away from home.",
    measures=("children-in-care",),
    kind="stock",
    denominator="children under 18",
    per=10000.0,
    unit="children on 31 March",
    better="neither",
    smallest_area="council",
    suppress_below=0,
    breaks=(),
    caveats=("The figure is for the whole council and cannot show one neighbourhood by itself.",),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
