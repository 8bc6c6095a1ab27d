"""Suspensions from school."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="suspensions",
    title="Suspensions from school",
    question="How often were pupils sent home from school?",
    why_it_matters="A suspension is trouble for a child and often the start of more.",
    measures=("suspensions",),
    kind="events",
    denominator="pupils",
    per=100.0,
    unit="per 100 pupils a year",
    better="lower",
    smallest_area="council",
    suppress_below=0,
    breaks=(),
    caveats=("The figure is for the whole council and cannot show one neighbourhood by itself.",),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
