"""Charts as data and words, before anything is drawn: what is shown, what it says, and the table behind it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Literal

from indicators.indicator import Better
from outputs.period_words import period_words
from outputs.table import Cell, Table
from outputs.words import FEWER, Tone, count, listed, number, range_words, ratio_words
from store.period import month_from_number, month_number, month_words

Sign = Literal["", "£", "%"]


@dataclass(frozen=True, slots=True)
class BreakSpan:
    """Months in which the counting changed; ``reason`` is written above them. Both months are inside."""

    first: date
    last: date
    reason: str


@dataclass(frozen=True, slots=True)
class WindowBar:
    """A window drawn as a thick bar under the axis, with its count; both months are inside.

    ``shown`` is written where a window has no count of its own: ``57.1 %``, ``£137,575``, ``too small``.
    """

    label: str
    first: date
    last: date
    count: float | None
    shown: str = ""

    @property
    def figure(self) -> str:
        """What stands at the bar."""
        return self.shown or count(self.count)

    @property
    def words(self) -> str:
        """``Before, 24 months: 78``, without the number's emphasis."""
        return f"{self.label}: {self.figure}"


@dataclass(frozen=True, slots=True)
class Milestone:
    """A dated event; ``else_lane`` for what else happened, ``uncertain`` where the date is not sure."""

    on: date
    text: str
    until: date | None = None
    uncertain: bool = False
    else_lane: bool = False


@dataclass(frozen=True, slots=True)
class PointNote:
    """The one annotation a chart may have, on the point that would mislead if left alone."""

    at: int
    text: str


def alone(values: tuple[float | None, ...]) -> bool:
    """True where no figure has a neighbour, so that no line can be drawn between any two."""
    return not any(one is not None and other is not None for one, other in itertools.pairwise(values))


@dataclass(frozen=True)
class SeriesPlan:
    """A series over time: ``periods`` are first days of periods of ``months_each`` months, oldest first.

    ``counts``, ``expected`` (had we changed as similar places did), ``lower`` and ``upper`` (room for chance) are as
    long as ``periods`` or empty; None is missing and breaks the line. ``sign`` goes with every number.
    """

    title: str
    place: str
    counted: str
    sentence: str
    periods: tuple[date, ...]
    counts: tuple[float | None, ...]
    expected: tuple[float | None, ...] = ()
    lower: tuple[float | None, ...] = ()
    upper: tuple[float | None, ...] = ()
    months_each: int = 3
    start: date | None = None
    start_label: str = "Start"
    breaks: tuple[BreakSpan, ...] = ()
    windows: tuple[WindowBar, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    note: PointNote | None = None
    sign: Sign = ""

    @property
    def is_empty(self) -> bool:
        """True where there is not one figure to draw."""
        return all(value is None for value in self.counts)

    @cached_property
    def is_sparse(self) -> bool:
        """True where figures come so rarely that a row for every month would be mostly blank."""
        known = sum(value is not None for value in self.counts)
        return self.months_each == 1 and not self.expected and known * 2 < len(self.counts)

    def shown(self, value: float) -> str:
        """A figure as it is written in words: ``78``, ``£137,575``, ``57.1 %``."""
        if self.sign == "£":
            return f"£{number(value)}"
        return f"{number(value, 1)} %" if self.sign == "%" else count(value)

    def middle(self, at: int) -> date:
        """The day in the middle of a period, where its point is drawn."""
        first = self.periods[at]
        end = month_from_number(month_number(first) + self.months_each)
        return first + timedelta(days=(end - first).days // 2)

    def period_words(self, at: int) -> str:
        """``April to June 2020``, ``June 2020``, ``2020`` or ``2020/21``."""
        return period_words(self.periods[at], self.months_each)

    @property
    def alt(self) -> str:
        """What the chart shows, for people who do not see it."""
        known = [(at, value) for at, value in enumerate(self.counts) if value is not None]
        if not known:
            return f"Line chart of {self.title} in {self.place}: no counts."
        (first, begin), (last, end) = known[0], known[-1]
        highest = max(known, key=lambda pair: pair[1])
        lowest = min(known, key=lambda pair: pair[1])
        told = (
            f"Line chart. {self.counted}, {self.place}: {self.shown(begin)} in {self.period_words(first)}, "
            f"{self.shown(end)} in {self.period_words(last)}; highest {self.shown(highest[1])} in "
            f"{self.period_words(highest[0])}, lowest {self.shown(lowest[1])} in {self.period_words(lowest[0])}."
        )
        parts = [told]
        gaps = len(self.counts) - len(known)
        if gaps and not self.is_sparse:
            parts.append(f"Missing and left blank: {gaps} of {len(self.counts)}.")
        if self.start:
            parts.append(f"{self.start_label}, {month_words(self.start)}.")
        if self.windows:
            parts.append(" ".join(f"{bar.words}." for bar in self.windows))
        if self.breaks:
            parts.append("Hatched: " + listed([f"{one.reason}, {_months(one)}" for one in self.breaks]) + ".")
        return " ".join(parts)

    @property
    def table(self) -> Table:
        """Every number drawn, one row a period; of a sparse series only the periods that have one."""
        ours = f"{self.place} ({self.sign})" if self.sign else self.place
        columns: list[tuple[str, tuple[float | None, ...]]] = [(ours, self.counts)]
        if self.expected:
            columns.append(("Had we changed as similar places did", self.expected))
        if self.lower and self.upper:
            columns += [("Room for chance, lowest", self.lower), ("Room for chance, highest", self.upper)]
        rows: list[tuple[Cell, ...]] = []
        for at in range(len(self.periods)):
            if self.is_sparse and self.counts[at] is None:
                continue
            values = (None if column[at] is None else round(float(column[at] or 0), 1) for _, column in columns)
            rows.append((self.period_words(at), *values))
        return Table(("When", *(name for name, _ in columns)), tuple(rows))

    def csv(self) -> str:
        """The table as CSV text."""
        return self.table.csv()


def _months(span: BreakSpan) -> str:
    return f"{month_words(span.first)} to {month_words(span.last)}"


@dataclass(frozen=True, slots=True)
class Dot:
    """One made-up neighbourhood: its ratio, and whether its gap is at least as unusual as ours."""

    name: str
    ratio: float
    at_least: bool


@dataclass(frozen=True, slots=True)
class PlaceboPlan:
    """Our ratio among those of places with no programme; at most ``needed`` may be filled for ours to stand out."""

    title: str
    place: str
    sentence: str
    better: Better
    ours: float
    dots: tuple[Dot, ...]
    needed: int
    pair: tuple[str, str] = FEWER

    @property
    def filled(self) -> int:
        """How many places have a gap at least as unusual as ours."""
        return sum(dot.at_least for dot in self.dots)

    @property
    def alt(self) -> str:
        """What the chart shows, for people who do not see it."""
        return (
            f"Dot chart. {self.place}: {ratio_words(self.ours, self.pair)}. {self.filled} of {len(self.dots)} places "
            f"with no programme have a gap at least as unusual. For ours to stand out, {self.needed} or fewer would."
        )

    @property
    def table(self) -> Table:
        """Our place first, then every other, from fewest to most."""
        rows: list[tuple[Cell, ...]] = [(self.place, round(self.ours, 3), "ours")]
        for dot in sorted(self.dots, key=lambda one: one.ratio):
            rows.append((dot.name, round(dot.ratio, 3), "yes" if dot.at_least else "no"))
        return Table(("Place", "Seen for each one expected", "Gap at least as unusual as ours"), tuple(rows))

    def csv(self) -> str:
        """The table as CSV text."""
        return self.table.csv()


@dataclass(frozen=True, slots=True)
class RangeRow:
    """One estimate with its 95 % range; ratio None where there is none to draw, and ``reason`` says why.

    ``group`` heads a run of rows, ``counts`` are the two counts in words.
    """

    label: str
    ratio: float | None
    lower: float | None
    upper: float | None
    tone: Tone
    group: str = ""
    counts: str = ""
    bold: bool = False
    reason: str = ""

    def words(self, pair: tuple[str, str] = FEWER) -> str:
        """The best estimate in words; with too few events there is none."""
        if self.ratio is None:
            return self.reason or "cannot be compared"
        return "too few events" if self.tone == "too_few" else ratio_words(self.ratio, pair)

    def limits(self, pair: tuple[str, str] = FEWER) -> str:
        """The range in words, empty where there is none."""
        return "" if self.lower is None or self.upper is None else range_words(self.lower, self.upper, pair)


@dataclass(frozen=True, slots=True)
class RangePlan:
    """Differences from similar places on one axis, right always the better side where a direction is declared."""

    title: str
    sentence: str
    better: Better
    rows: tuple[RangeRow, ...]
    pair: tuple[str, str] = FEWER

    @property
    def alt(self) -> str:
        """What the chart shows, for people who do not see it."""
        told = [f"{row.label}: {row.words(self.pair)}{_comma(row.limits(self.pair))}" for row in self.rows]
        return "Chart of differences from similar places. " + "; ".join(told) + "."

    @property
    def table(self) -> Table:
        """One row an estimate."""
        rows = tuple((row.label, row.counts, row.words(self.pair), row.limits(self.pair)) for row in self.rows)
        return Table(("Question asked", "Before and after", "Best estimate", "Range"), rows)

    def csv(self) -> str:
        """The table as CSV text."""
        return self.table.csv()


def _comma(text: str) -> str:
    return f", {text}" if text else ""
