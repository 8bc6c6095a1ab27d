"""Primary school results."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="key-stage-2",
    title="Primary school results",
    question="How many children reach the expected standard in reading, writing and maths at 11?",
    why_it_matters="The Beacon Project counted it: results of boys of 10 and 11 doubled.",
    measures=("key-stage-2-expected-standard",),
    kind="proportion",
    denominator="pupils at the end of key stage 2",
    per=100.0,
    unit="% of pupils",
    better="higher",
    smallest_area="council",
    suppress_below=0,
    breaks=("primary-tests-2016", "primary-tests-cancelled"),
    caveats=(
        "The figure is for the whole council and cannot show one neighbourhood by itself.",
        "No tests were held in 2020 and 2021.",
    ),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
