"""The verdict of a question about published periods, by the same ladder as every other."""

from __future__ import annotations

from indicators.finding import Level, Ratio, Verdict
from indicators.period_asked import PeriodAsked
from indicators.synthetic_did import SyntheticDid
from indicators.value_gap import ValueGap
from indicators.verdict import TOO_FEW_BEFORE, verdict


def ratio_of(found: ValueGap) -> Ratio:
    """The ratio, its limits and its p."""
    return Ratio(found.ratio, found.lower, found.upper, found.p)


def second_of(found: SyntheticDid | None) -> Ratio | None:
    """The second method's ratio; None where it could not be computed or has no limits."""
    if found is None or found.lower is None or found.upper is None:
        return None
    return Ratio(found.ratio, found.lower, found.upper, found.p)


def reached(asked: PeriodAsked) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict before the many-indicators rule, and why."""
    words, why = asked.obstacle
    if why:
        return words, (why,)
    found = asked.gap
    return verdict(
        cases_of(asked.levels[0]), ratio_of(found), second_of(found.second), -100 * found.detectable,
        capped=asked.ruling.capped,
    )  # fmt: skip


def cases_of(before: Level) -> float:
    """How many were counted, or stand behind a level; one without a known number cannot be too few: its range says how
    sure it is."""
    cases = before.count if before.count is not None else before.base
    return float(TOO_FEW_BEFORE) if cases is None else cases
