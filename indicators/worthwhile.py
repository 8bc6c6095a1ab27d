"""Feeling that life is worthwhile."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="worthwhile",
    title="Feeling that life is worthwhile",
    question="How worthwhile do people feel the things they do are, from 0 to 10?",
    why_it_matters="Hope and a good life are what all the rest is for.",
    measures=("worthwhile",),
    kind="mean",
    denominator="people asked",
    per=1.0,
    unit="points, 0 to 10",
    better="higher",
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
