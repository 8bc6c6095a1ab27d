"""Admissions after self-harm."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="self-harm-admissions",
    title="Admissions after self-harm",
    question="How many times were people admitted to hospital after harming themselves?",
    why_it_matters="It is a sign of distress, and of help being reached as well.",
    measures=("hospital-admissions-for-self-harm",),
    kind="events",
    denominator="residents",
    per=100000.0,
    unit="per 100,000 residents a year",
    better="neither",
    smallest_area="council",
    suppress_below=0,
    breaks=(),
    caveats=(
        "The figure is for the whole council and cannot show one neighbourhood by itself.",
        "Admissions of 1 to 7 people are hidden by the publisher, and others are rounded to 5.",
        "More admissions can mean more distress, or more people getting help.",
    ),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
