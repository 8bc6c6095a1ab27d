"""A place's gap to similar places, period by period around the start, as a chart with its sentence and table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from indicators.event_study import EventGap, EventStudy
from indicators.finding import Finding
from indicators.indicator import Better
from outputs import clauses, whose
from outputs.chart_plan import BreakSpan, Sign
from outputs.json_numbers import rounded
from outputs.levels import LEVELS
from outputs.period_words import how_often, period_words
from outputs.plans import break_spans, sign_of, start_of
from outputs.table import Cell, Table
from outputs.words import MINUS, number, small_number, tone_of
from store.period import month_from_number, month_number, month_words
from store.place import Place
from store.recording_break import RecordingBreak

# So few periods before the start that keeping step in them says nothing.
_ENOUGH_BEFORE = 4
_SIDES = {"before": "before the start", "astride": "across the start", "since": "since the start"}


@dataclass(frozen=True, slots=True)
class EventPlan:
    """The gaps of ``study``, drawn above and below “as similar places changed”; ``start`` is its first month.

    ``pair`` are the words for less and more. ``with_ratio`` is False where there are too few events for a ratio.
    """

    title: str
    place: str
    sentence: str
    counted: str
    study: EventStudy
    start: date
    better: Better
    pair: tuple[str, str]
    breaks: tuple[BreakSpan, ...] = ()
    sign: Sign = ""
    with_ratio: bool = True

    def middle(self, at: int) -> date:
        """The day in the middle of a period, where its point is drawn."""
        first = self.study.gaps[at].first
        return first + timedelta(days=(self.end_of(at) - first).days // 2)

    def end_of(self, at: int) -> date:
        """The first day after a period."""
        return month_from_number(month_number(self.study.gaps[at].first) + self.study.months_each)

    def shown(self, gap: float) -> str:
        """A gap as it is written in words: ``+4.2``, ``−4.2``, ``−£1,200``, ``+2.1 points``."""
        decimals = 0 if self.sign == "£" else 1
        told = number(abs(gap), decimals)
        lead = "" if float(told.replace(",", "")) == 0 else "+" if gap > 0 else MINUS
        return f"{lead}{'£' if self.sign == '£' else ''}{told}{' points' if self.sign == '%' else ''}"

    @property
    def alt(self) -> str:
        """What the chart shows, for people who do not see it."""
        known = [(at, item.gap) for at, item in enumerate(self.study.gaps) if item.gap is not None]
        highest, lowest = max(known, key=lambda pair: pair[1]), min(known, key=lambda pair: pair[1])
        told = [
            f"{_SIDES[side]} {self.study.outside(side)} of {self.study.known(side)} outside the room for chance"
            for side in ("before", "since")
            if self.study.known(side)
        ]
        return (
            f"Chart of gaps to similar places. {self.counted}, {self.place}: highest {self.shown(highest[1])} in "
            f"{self._when(highest[0])}, lowest {self.shown(lowest[1])} in {self._when(lowest[0])}; {'; '.join(told)}. "
            f"Start, {month_words(self.start)}."
        )

    def _when(self, at: int) -> str:
        return period_words(self.study.gaps[at].first, self.study.months_each)

    @property
    def table(self) -> Table:
        """Every number drawn, one row a period."""
        header = ["When", "Side", "Gap", "Room for chance, lowest", "Room for chance, highest", "Outside the room"]
        if self.with_ratio:
            header.append("Seen for each one expected")
        rows = tuple(self._row(at, item) for at, item in enumerate(self.study.gaps))
        return Table(tuple(header), rows)

    def _row(self, at: int, item: EventGap) -> tuple[Cell, ...]:
        outside = None if item.gap is None else "yes" if item.is_outside else "no"
        values = (rounded(item.gap, 1), rounded(item.lower, 1), rounded(item.upper, 1), outside)
        return (self._when(at), _SIDES[item.side], *values, *([rounded(item.ratio, 2)] if self.with_ratio else []))

    def csv(self) -> str:
        """The table as CSV text."""
        return self.table.csv()


def event_plan(finding: Finding, study: EventStudy, place: Place, breaks: tuple[RecordingBreak, ...]) -> EventPlan:
    """The plan of one finding's gaps; only of a finding with a start."""
    start = start_of(finding)
    assert start is not None
    pieces = how_often([item.first for item in study.gaps], study.months_each)[2]
    called = clauses.name(finding)
    unit = f" ({finding.unit})" if finding.kind in LEVELS and not finding.unit.startswith("pounds") else ""
    return EventPlan(
        title="Did the gap open when it began?",
        place=whose.owner(finding, place.name),
        sentence=_says(finding, study, pieces),
        counted=f"{called.formal}{unit}: seen, less what we would have seen",
        study=study,
        start=start,
        better=finding.better,
        pair=clauses.comparatives(finding),
        breaks=break_spans(breaks),
        sign=sign_of(finding),
        with_ratio=tone_of(finding) != "too_few",
    )


def _says(finding: Finding, study: EventStudy, pieces: str) -> str:
    what = "figure" if clauses.is_average(finding) else "count"
    piece = pieces.removesuffix("s")
    told = [
        f"Each dot is one {piece}: our {what}, less what it would have been had we changed as similar places did. On the "
        f"line the two are the same. About 95 in 100 {pieces} of places with no programme fall inside the pale band, so "
        "about one in 20 lies outside it by chance alone."
    ]
    before, since = study.known("before"), study.known("since")
    if before:
        told.append(f"Before the start {_of(study.outside('before'), before, pieces)} outside it.")
    if since:
        told.append(f"Since the start {_of(study.outside('since'), since, pieces)} outside it.")
    if study.was_out_of_step:
        told.append(
            "So we and similar places did not keep step even before anything had begun: read what came after with care."
        )
    elif before >= _ENOUGH_BEFORE:
        told.append("So we kept step with similar places before the start, as a fair comparison needs.")
    return " ".join(told)


def _of(outside: int, known: int, pieces: str) -> str:
    """``one of our ten quarters lay``, ``none of our 20 quarters lay``."""
    number_of = "none" if outside == 0 else small_number(outside)
    return f"{number_of} of our {small_number(known)} {pieces} lay"
