"""Reliever inhalers prescribed."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="reliever-inhalers",
    title="Reliever inhalers prescribed",
    question="How many reliever inhalers were prescribed by the practices here?",
    why_it_matters="Asthma that is well looked after needs fewer of them.",
    measures=("reliever-inhalers",),
    kind="events",
    denominator="patients",
    per=1000.0,
    unit="items",
    better="neither",
    smallest_area="practice",
    suppress_below=0,
    breaks=("prescribing-file-2020",),
    caveats=("Prescriptions follow what doctors do as well as what people need.",),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
