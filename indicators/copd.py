"""Chronic lung disease, recorded by GPs."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="copd",
    title="Chronic lung disease, recorded by GPs",
    question="How many patients have a record of chronic lung disease (COPD)?",
    why_it_matters="A long illness weighs on a whole life; the list of thriving signs names chronic disease.",
    measures=("copd-register",),
    kind="proportion",
    denominator="patients of the practice",
    per=100.0,
    unit="% of patients",
    better="neither",
    smallest_area="practice",
    suppress_below=0,
    breaks=("disease-registers-covid", "disease-registers-protected-2024", "disease-registers-retired-2025"),
    caveats=(
        "A register counts people with a recorded diagnosis, so it grows when doctors look harder.",
        "Practices were paid for keeping this register until April 2025, and no longer: later figures do not compare.",
    ),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
