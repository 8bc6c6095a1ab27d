"""Often away from school."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="persistent-absence",
    title="Often away from school",
    question="How many children miss a tenth of school or more?",
    why_it_matters="Children who are often away fall behind, and are often in trouble at home.",
    measures=("persistent-absence",),
    kind="proportion",
    denominator="pupils",
    per=100.0,
    unit="% of pupils",
    better="lower",
    smallest_area="council",
    suppress_below=0,
    breaks=("absence-covid",),
    caveats=("The figure is for the whole council and cannot show one neighbourhood by itself.",),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
