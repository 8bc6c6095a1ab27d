"""Children admitted for asthma."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="asthma-admissions",
    title="Children admitted for asthma",
    question="How many children went into hospital because of asthma?",
    why_it_matters="Warm, dry homes and good care keep children out of hospital; the Beacon Project counted it.",
    measures=("hospital-admissions-of-children-for-asthma",),
    kind="events",
    denominator="children under 19",
    per=100000.0,
    unit="per 100,000 children a year",
    better="lower",
    smallest_area="council",
    suppress_below=0,
    breaks=(),
    caveats=(
        "The figure is for the whole council and cannot show one neighbourhood by itself.",
        "Admissions of 1 to 7 people are hidden by the publisher, and others are rounded to 5.",
    ),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
