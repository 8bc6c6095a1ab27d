"""What homes are sold for."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="house-prices",
    title="House prices",
    question="What are homes here sold for?",
    why_it_matters="A dearer home can mean that people want to live here, and that people who live here cannot stay.",
    measures=("house-price-median",),
    kind="median",
    denominator="sales",
    per=1.0,
    unit="pounds",
    better="neither",
    smallest_area="stable",
    suppress_below=0,
    breaks=(),
    caveats=(
        "The middle price of the homes that happened to be sold: what kind of homes they are changes from year to year.",
        "Small areas with fewer than five sales in a year have no figure.",
    ),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
