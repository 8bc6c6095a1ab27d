"""Exam results of children in need."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="key-stage-4-in-need",
    title="Exam results of children in need",
    question="How well do children in need do in their exams at 16?",
    why_it_matters="Children with the hardest start show first whether help arrives.",
    measures=("key-stage-4-attainment-8-children-in-need",),
    kind="mean",
    denominator="children in need at the end of key stage 4",
    per=1.0,
    unit="points a pupil, out of 90",
    better="higher",
    smallest_area="council",
    suppress_below=0,
    breaks=("gcse-teacher-grades", "gcse-midway-2022"),
    caveats=(
        "The figure is for the whole council and cannot show one neighbourhood by itself.",
        "These are children in need who have no protection plan and are not in care, not all pupils.",
    ),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
