"""Anti-social behaviour, as recorded by the police."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="anti-social-behaviour",
    title="Anti-social behaviour",
    question="How many calls about anti-social behaviour did the police record here?",
    why_it_matters="It is what residents raise most often, and what neighbours can change together.",
    measures=("anti-social-behaviour",),
    kind="events",
    denominator="residents",
    per=1000.0,
    unit="per 1,000 residents a year",
    better="neither",
    smallest_area="stable",
    suppress_below=0,
    breaks=(
        "devon-and-cornwall-recording",
        "greater-manchester-recording",
        "anti-social-behaviour-covid",
    ),
    caveats=(
        "These are incidents, recorded to each force's own policy. The number can rise because people trust the police enough to call.",
    ),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
