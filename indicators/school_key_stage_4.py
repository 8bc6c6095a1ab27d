"""Results at your secondary schools."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="school-key-stage-4",
    title="Results at your secondary schools",
    question="How well do young people at the schools named here do in their exams at 16?",
    why_it_matters="Schools are where a neighbourhood’s children spend their days.",
    measures=("key-stage-4-attainment-8-in-schools",),
    kind="mean",
    denominator="pupils at the end of key stage 4",
    per=1.0,
    unit="points a pupil, out of 90",
    better="higher",
    smallest_area="school",
    suppress_below=0,
    breaks=("gcse-teacher-grades", "gcse-midway-2022"),
    caveats=("Children here may go to other schools, and children from elsewhere come to these.",),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
