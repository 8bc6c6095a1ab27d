"""People on Universal Credit."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="universal-credit",
    title="People on Universal Credit",
    question="How many people here get Universal Credit?",
    why_it_matters="It says how many people have little money, in work or out of it.",
    measures=("people-on-universal-credit",),
    kind="stock",
    denominator="residents 16–64",
    per=100.0,
    unit="per 100 residents aged 16–64",
    better="neither",
    smallest_area="stable",
    suppress_below=0,
    breaks=("universal-credit-rollout", "universal-credit-moving-people-2022"),
    caveats=(
        "The publisher changes small numbers at random by up to about 3, so parts do not add up.",
        "People were moved to Universal Credit from other benefits over many years, so the number rose by itself.",
    ),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
