"""People hurt on the road."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="road-injuries",
    title="People hurt on the road",
    question="How many people were hurt or killed on the roads here?",
    why_it_matters="Safe streets let children out and older people across.",
    measures=("road-casualties",),
    kind="events",
    denominator="residents",
    per=1000.0,
    unit="per 1,000 residents a year",
    better="lower",
    smallest_area="stable",
    suppress_below=0,
    breaks=(),
    caveats=("Counted where it happened, not where people live. A busy road can be most of it.",),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
