"""Older people admitted after a fall."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="falls-admissions",
    title="Older people admitted after a fall",
    question="How many people of 65 and over went into hospital after a fall?",
    why_it_matters="A fall can end a life of one’s own; company, light and safe pavements help.",
    measures=("hospital-admissions-for-falls",),
    kind="events",
    denominator="residents aged 65 and over",
    per=100000.0,
    unit="per 100,000 residents of 65 and over a year",
    better="lower",
    smallest_area="council",
    suppress_below=0,
    breaks=(),
    caveats=(
        "The figure is for the whole council and cannot show one neighbourhood by itself.",
        "Admissions of 1 to 7 people are hidden by the publisher, and others are rounded to 5.",
        "The published rate allows for age; the counts shown here do not.",
    ),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
