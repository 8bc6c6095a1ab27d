"""What is known for the council, the schools and the surgeries around a place: background, told as what it is."""

from __future__ import annotations

from collections.abc import Sequence

from indicators.finding import Level
from indicators.study import Studied
from outputs import clauses, whose
from outputs.names import upper_first
from outputs.newest import newest
from outputs.period_words import period_words
from outputs.table import Table
from outputs.words import listed, span
from store.period import month_number

LINE = (
    "These figures are for a whole council, or for schools and surgeries that people from elsewhere use as well. They cannot "
    "show this neighbourhood by itself, and say nothing about what a project here did."
)
_HEADER = ("Outcome", "Whose figure", "What happened", "Newest figure")
# What is nearest to people's lives comes first.
_NEAREST_FIRST = ("at your schools", "at your GP practices", "in your ward")


def for_residents(studied: Sequence[Studied]) -> list[Studied]:
    """Those that may stand on the residents' page: sensitive things are left to the board."""
    return [item for item in studied if clauses.name(item.finding).page == "story"]


def background_table(studied: Sequence[Studied]) -> Table:
    """One row an outcome: whose figure it is, what happened over the place's two periods, and the newest figure."""

    def order(item: Studied) -> tuple[int, str]:
        where = whose.where(item.finding)
        near = _NEAREST_FIRST.index(where) if where in _NEAREST_FIRST else len(_NEAREST_FIRST)
        return near, item.finding.title

    rows = [
        (item.finding.title, _whose(item), _happened(item), newest(item.finding, item.series) or "not known") for item in sorted(studied, key=order)
    ]  # fmt: skip
    return Table(_HEADER, tuple(rows))


def _whose(item: Studied) -> str:
    finding = item.finding
    where = whose.where(finding)
    if where == "council-wide":
        return f"{whose.owner(finding, '')} (whole council)"
    named = [text for slug, text in finding.caveats if slug == "measured-in" or slug.startswith("practice-")]
    return " ".join([f"{upper_first(where)}.", *named])


def _happened(item: Studied) -> str:
    """``fell month for month: 465 in 2019/20 to 630 in 2021/22 and 2022/23``: the whole periods inside the place's two."""
    finding = item.finding
    numbers = clauses.pair(finding)
    if numbers is None or finding.before is None or finding.after is None:
        return "not known for both periods"
    how = clauses.how_moved(finding, numbers)
    if not clauses.is_average(finding) and not clauses.equal_months(numbers):
        how += " year for year" if item.series is not None and item.series.months_each % 12 == 0 else " month for month"
    sides = zip(numbers.shown, (finding.before, finding.after), strict=True)
    told = [f"{shown} in {_periods(item, level)}" for shown, level in sides]
    return f"{how}: {' to '.join(told)}"


def _periods(item: Studied, level: Level) -> str:
    """The known periods of the series that lie wholly inside a window; how many months, where some were left out."""
    series, first, last = item.series, month_number(level.window.first), month_number(level.window.last)
    known: list[str] = []
    if series is not None:
        known = [
            period_words(period, series.months_each)
            for period, value in zip(series.periods, series.counts, strict=True)
            if value is not None
            and first <= month_number(period)
            and month_number(period) + series.months_each - 1 <= last
        ]
    if series is None or len(known) * series.months_each != level.months_used:
        return f"{span(level.months_used)} of {period_words(level.window.first, level.window.months)}"
    return listed(known)
