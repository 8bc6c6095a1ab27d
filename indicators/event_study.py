"""A place's gap to similar places period by period, before the start and since it.

The gap is read off the series the finding was computed from: what was seen less what would have been seen had the place
changed as similar places did, and the room in which about 95 in 100 such gaps of similar places lie. Gaps before the
start say whether the places kept step when nothing had begun. Description, never a test: the finding's own range and
verdict look at all later months together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from indicators.finding import Finding
from indicators.quarter_series import QuarterSeries
from store.period import Window, month_number

Side = Literal["before", "astride", "since"]

# Of a place that keeps step one period in twenty lies outside; twice as many, and two at least, is out of step.
_OUT_OF_STEP = 0.1
_FEWEST_OUT = 2


@dataclass(frozen=True, slots=True)
class EventGap:
    """One period from the month ``first`` on: ``gap`` in the series' own unit, between ``lower`` and ``upper`` the room
    for chance, ``ratio`` seen for each one expected (None where none was expected). None is missing, never nought.

    A period that holds months on both sides of the start lies ``astride`` it.
    """

    first: date
    side: Side
    gap: float | None
    lower: float | None
    upper: float | None
    ratio: float | None

    @property
    def is_outside(self) -> bool:
        """Whether the gap lies outside the room for chance."""
        if self.gap is None or self.lower is None or self.upper is None:
            return False
        return not self.lower <= self.gap <= self.upper


@dataclass(frozen=True, slots=True)
class EventStudy:
    """Every gap of a place, oldest first, in periods of ``months_each`` months."""

    months_each: int
    gaps: tuple[EventGap, ...]

    def known(self, side: Side) -> int:
        """How many periods of a side have a gap."""
        return sum(item.side == side and item.gap is not None for item in self.gaps)

    def outside(self, side: Side) -> int:
        """How many gaps of a side lie outside the room for chance."""
        return sum(item.side == side and item.is_outside for item in self.gaps)

    @property
    def was_out_of_step(self) -> bool:
        """Whether more gaps lay outside before the start than places that keep step would show."""
        out = self.outside("before")
        return out >= _FEWEST_OUT and out > _OUT_OF_STEP * self.known("before")


def event_study(finding: Finding, series: QuarterSeries) -> EventStudy | None:
    """The gaps of a finding's own series; None without a start, or where nothing is compared."""
    before = finding.question.before
    if before is None or finding.comparison is None or not series.expected:
        return None
    lines = zip(series.periods, series.counts, series.expected, series.lower, series.upper, strict=True)
    gaps = tuple(_gap(first, _side(first, series.months_each, before), *values) for first, *values in lines)
    return EventStudy(series.months_each, gaps) if any(item.gap is not None for item in gaps) else None


def _side(first: date, months: int, before: Window) -> Side:
    end, start = month_number(before.last), month_number(first)
    if start > end:
        return "since"
    return "before" if start + months - 1 <= end else "astride"


def _gap(
    first: date, side: Side, seen: float | None, expected: float | None, lower: float | None, upper: float | None
) -> EventGap:
    if seen is None or expected is None or lower is None or upper is None:
        return EventGap(first, side, None, None, None, None)
    ratio = seen / expected if expected > 0 else None
    return EventGap(first, side, seen - expected, lower - expected, upper - expected, ratio)
