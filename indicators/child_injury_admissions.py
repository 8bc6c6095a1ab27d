"""Children admitted for injuries."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="child-injury-admissions",
    title="Children admitted for injuries",
    question="How many children went into hospital with an injury?",
    why_it_matters="The Beacon Project counted accidents to children; safe homes, streets and play spaces show here.",
    measures=("hospital-admissions-of-children-for-injuries",),
    kind="events",
    denominator="children aged 0–14",
    per=10000.0,
    unit="per 10,000 children a year",
    better="lower",
    smallest_area="council",
    suppress_below=0,
    breaks=(),
    caveats=(
        "The figure is for the whole council and cannot show one neighbourhood by itself.",
        "Admissions of 1 to 7 people are hidden by the publisher, and others are rounded to 5.",
    ),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
