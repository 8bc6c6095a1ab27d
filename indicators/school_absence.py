"""Missed school."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="school-absence",
    title="Missed school",
    question="How much school do children miss?",
    why_it_matters="A child who is at school is safe and learning; absence often shows trouble early.",
    measures=("absence",),
    kind="proportion",
    denominator="possible half days",
    per=100.0,
    unit="% of half days",
    better="lower",
    smallest_area="council",
    suppress_below=0,
    breaks=("absence-covid",),
    caveats=("The figure is for the whole council and cannot show one neighbourhood by itself.",),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
