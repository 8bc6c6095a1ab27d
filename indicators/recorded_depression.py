"""Depression recorded by GPs, council-wide."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="recorded-depression",
    title="Depression recorded by GPs, council-wide",
    question="How many adults in the council’s area have a record of depression?",
    why_it_matters="Stress and low mood weigh on a whole life.",
    measures=("recorded-depression",),
    kind="proportion",
    denominator="patients aged 18 and over",
    per=100.0,
    unit="% of patients",
    better="neither",
    smallest_area="council",
    suppress_below=0,
    breaks=("disease-registers-covid",),
    caveats=(
        "The figure is for the whole council and cannot show one neighbourhood by itself.",
        "A register counts people with a recorded diagnosis, so it grows when doctors look harder.",
        "The register holds everybody with a record since April 2006, so it grows by the way it is made.",
    ),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
