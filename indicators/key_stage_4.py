"""Secondary school results."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="key-stage-4",
    title="Secondary school results",
    question="How well do young people do in their exams at 16?",
    why_it_matters="Results open doors; they follow what happened in all the years before.",
    measures=("key-stage-4-attainment-8",),
    kind="mean",
    denominator="pupils at the end of key stage 4",
    per=1.0,
    unit="points a pupil, out of 90",
    better="higher",
    smallest_area="council",
    suppress_below=0,
    breaks=("gcse-grades-9-to-1", "gcse-teacher-grades", "gcse-midway-2022"),
    caveats=(
        "The figure is for the whole council and cannot show one neighbourhood by itself.",
        "Grades of 2020 and 2021 were given by teachers, and those of 2022 lay between; 2023 compares with 2019.",
    ),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
