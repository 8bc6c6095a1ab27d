"""People on Universal Credit without work."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="universal-credit-out-of-work",
    title="People on Universal Credit without work",
    question="How many people here get Universal Credit and have no work?",
    why_it_matters="Work is money, company and a reason to get up.",
    measures=("people-on-universal-credit-out-of-work",),
    kind="stock",
    denominator="residents 16–64",
    per=100.0,
    unit="per 100 residents aged 16–64",
    better="lower",
    smallest_area="stable",
    suppress_below=0,
    breaks=("universal-credit-rollout", "universal-credit-moving-people-2022"),
    caveats=("The publisher changes small numbers at random by up to about 3, so parts do not add up.",),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
