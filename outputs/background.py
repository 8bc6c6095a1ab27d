"""What is known for the council, the schools and the surgeries around a place: background, told as what it is."""

from __future__ import annotations

from collections.abc import Sequence

from indicators.study import Studied
from outputs import clauses
from outputs.names import upper_first
from outputs.table import Table
from outputs.words import count
from store.period import month_from_number, month_number, month_words

LINE = (
    "These figures are for a whole council, or for schools and surgeries that people from elsewhere use as well. They cannot "
    "show this neighbourhood by itself, and say nothing about what a project here did."
)
_HEADER = ("Outcome", "Whose figure", "What happened", "Newest figure")


def background_table(studied: Sequence[Studied]) -> Table:
    """One row an outcome: whose figure it is, what happened over the place's two periods, and the newest figure."""
    rows = [
        (upper_first(clauses.name(item.finding).plain), _whose(item), _happened(item), _newest(item))
        for item in studied
    ]
    return Table(_HEADER, tuple(rows))


def _whose(item: Studied) -> str:
    measured = item.finding.measured_at.split(" (")[0]
    named = [text for slug, text in item.finding.caveats if slug == "measured-in" or slug.startswith("practice-")]
    return " ".join([f"{upper_first(measured)}.", *named])


def _happened(item: Studied) -> str:
    finding = item.finding
    numbers = clauses.pair(finding)
    if numbers is None or finding.before is None or finding.after is None:
        return "not known for both periods"
    how = clauses.how_moved(finding, numbers)
    years = " and ".join(
        f"{month_words(level.window.first)} to {month_words(level.window.last)}"
        for level in (finding.before, finding.after)
    )
    return f"{how}: {numbers.shown[0]} to {numbers.shown[1]}, whole years in {years}"


def _newest(item: Studied) -> str:
    series = item.series
    known = [at for at, value in enumerate(series.counts) if value is not None] if series else []
    if series is None or not known:
        return ""
    value, first = series.counts[known[-1]], series.periods[known[-1]]
    shown = clauses.figure(item.finding, value) if item.finding.kind in clauses.LEVELS else count(value)
    last = month_from_number(month_number(first) + series.months_each - 1)
    when = month_words(first) if first == last else f"{month_words(first)} to {month_words(last)}"
    return f"{shown} ({when})"
