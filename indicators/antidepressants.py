"""Antidepressants prescribed."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="antidepressants",
    title="Antidepressants prescribed",
    question="How many antidepressant items were prescribed by the practices here?",
    why_it_matters="It is the most frequent figure there is about stress and low mood.",
    measures=("antidepressants",),
    kind="events",
    denominator="patients",
    per=1000.0,
    unit="items",
    better="neither",
    smallest_area="practice",
    suppress_below=0,
    breaks=("prescribing-file-2020",),
    caveats=(
        "Prescriptions follow what doctors do as well as what people need.",
        "More items can mean more distress, or more people getting help, or shorter prescriptions.",
    ),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
