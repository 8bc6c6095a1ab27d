"""Depression, recorded by GPs."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="depression",
    title="Depression, recorded by GPs",
    question="How many patients have a record of depression?",
    why_it_matters="A long illness weighs on a whole life; the list of thriving signs names chronic disease.",
    measures=("depression-register",),
    kind="proportion",
    denominator="patients of the practice",
    per=100.0,
    unit="% of patients",
    better="neither",
    smallest_area="practice",
    suppress_below=0,
    breaks=("disease-registers-covid",),
    caveats=(
        "A register counts people with a recorded diagnosis, so it grows when doctors look harder.",
        "The depression register holds everybody with a record since April 2006, so it grows by the way it is made.",
    ),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
