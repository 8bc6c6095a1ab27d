"""Often lonely."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="loneliness",
    title="Often lonely",
    question="How many people feel lonely often or always?",
    why_it_matters="It is what a community is made of; only a survey can ask it.",
    measures=("feeling-lonely-often-or-always",),
    kind="proportion",
    denominator="people aged 16 and over",
    per=100.0,
    unit="% of people aged 16 and over",
    better="lower",
    smallest_area="council",
    suppress_below=0,
    breaks=(),
    caveats=(
        "The figure is for the whole council and cannot show one neighbourhood by itself.",
        "A sample survey: in one council few people are asked, so the figure moves by chance.",
    ),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
