"""Results at your primary schools."""

from __future__ import annotations

from datetime import date

from indicators.indicator import Indicator

INDICATOR = Indicator(
    name="school-key-stage-2",
    title="Results at your primary schools",
    question="How many children at the schools named here reach the expected standard at 11?",
    why_it_matters="Schools are where a neighbourhood’s children spend their days.",
    measures=("key-stage-2-expected-standard-in-schools",),
    kind="proportion",
    denominator="pupils at the end of key stage 2",
    per=100.0,
    unit="% of pupils",
    better="higher",
    smallest_area="school",
    suppress_below=0,
    breaks=("primary-results-missing",),
    caveats=("Children here may go to other schools, and children from elsewhere come to these.",),
    checked_by="the project",
    reviewed=date(2026, 11, 22),
)
