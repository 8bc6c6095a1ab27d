"""The answers of every possible start as a chart of ranges with its table."""

from __future__ import annotations

from dataclasses import dataclass, replace

from indicators.finding import Finding
from indicators.starts import StartAnswer, StartBand
from outputs import clauses
from outputs.chart_plan import RangePlan, RangeRow
from outputs.sensitivity_plan import main_row
from outputs.starts_words import band_words, numbers_of
from outputs.table import Table
from outputs.words import range_words, span, tone, verdict_words
from store.period import month_text, month_words


@dataclass(frozen=True, slots=True)
class StartsPlan:
    """One range a start, drawn as ``ranges``, and a table of its own that also says each verdict."""

    title: str
    sentence: str
    ranges: RangePlan
    table: Table

    @property
    def alt(self) -> str:
        """What the chart shows, for people who do not see it."""
        return self.ranges.alt

    def csv(self) -> str:
        """The table as CSV text."""
        return self.table.csv()


def starts_plan(finding: Finding, band: StartBand) -> StartsPlan:
    """Every start in the order of the file; the main question leads where its periods are none of theirs."""
    pair = clauses.comparatives(finding)
    title = "If it began in another month" if band.is_range else "If it is counted from another start"
    rows = [_range(finding, answer, band) for answer in band.answers]
    if band.main is None:
        rows.insert(0, main_row(finding, "The two periods in its file"))
    sentence = band_words(finding, band)
    cells = tuple(
        _cells(finding, answer, row.words(pair))
        for answer, row in zip(band.answers, rows[-len(band.answers) :], strict=True)
    )
    table = Table(("Start", "Before", "After", "Best estimate", "Range", "Answer"), cells)
    return StartsPlan(title, sentence, RangePlan(title, sentence, finding.better, tuple(rows), pair), table)


def _range(finding: Finding, answer: StartAnswer, band: StartBand) -> RangeRow:
    ratio, is_main, numbers = answer.ratio, answer.start == band.main, numbers_of(finding, answer)
    return RangeRow(
        label=f"{month_words(answer.start)}{', the main question' if is_main else ''}",
        ratio=ratio.ratio if ratio else None,
        lower=ratio.lower if ratio else None,
        upper=ratio.upper if ratio else None,
        tone=tone(answer.verdict, finding.better),
        counts=" to ".join(numbers.shown) if numbers else "",
        bold=is_main,
    )


def _cells(finding: Finding, answer: StartAnswer, estimate: str) -> tuple[str, ...]:
    pair, numbers = clauses.comparatives(finding), numbers_of(finding, answer)
    limits = range_words(answer.ratio.lower, answer.ratio.upper, pair) if answer.ratio else ""
    counts = (
        [f"{shown} in {span(months)}" for shown, months in zip(numbers.shown, numbers.months, strict=True)]
        if numbers
        else ["", ""]
    )
    return month_text(answer.start), *counts, estimate, limits, verdict_words(replace(finding, verdict=answer.verdict))
