"""People claiming unemployment-related benefits."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="claimants",
    title="People claiming unemployment-related benefits",
    question="How many people here claim benefits for being out of work?",
    why_it_matters="Work is money, company and a reason to get up; the Beacon Project counted it from the start.",
    measures=("claimants",),
    kind="stock",
    denominator="residents 16–64",
    per=100.0,
    unit="per 100 residents aged 16–64",
    better="lower",
    smallest_area="stable",
    suppress_below=0,
    breaks=(
        "universal-credit-rollout",
        "claimants-covid",
        "claimants-earnings-threshold-2022",
        "claimants-earnings-threshold-2023",
        "claimants-earnings-threshold-2024",
        "claimants-small-areas-2014",
    ),
    caveats=(
        "Not the same as unemployment: official statistics in development, counts rounded to the nearest 5.",
        "Rules about who must look for work changed several times, and not equally for every place.",
    ),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
