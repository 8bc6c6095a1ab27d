"""What a period is called, and how often figures come: years by their number, school and financial years as 2018/19."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date

from store.period import month_from_number, month_number, month_words

_YEAR = 12
# Months in which the years begin that people write with a stroke: the financial year and the school year.
_APRIL, _SEPTEMBER = 4, 9
_OFTEN = {
    1: ("each month", "every month", "months"),
    3: ("each quarter", "every three months", "quarters"),
    _YEAR: ("each year", "every year", "years"),
}
_BEGINS = {_APRIL: "every year from April to March", _SEPTEMBER: "every school year"}


def period_words(first: date, months: int) -> str:
    """``April to June 2020``, ``June 2020``, ``2020``, or ``2020/21`` for a year from April or September."""
    last = month_from_number(month_number(first) + months - 1)
    if months == 1:
        return month_words(first)
    if months == _YEAR and first.month == 1:
        return str(first.year)
    if months == _YEAR and first.month in _BEGINS:
        return f"{first.year}/{last.year % 100:02d}"
    shown = month_words(first) if first.year != last.year else month_words(first).split(" ")[0]
    return f"{shown} to {month_words(last)}"


def how_often(periods: Sequence[date], months: int) -> tuple[str, str, str]:
    """How often a series has a figure: for one figure, for a title, and what its pieces are called.

    A count of one day in a year stands for a month and comes once a year, so the step between periods decides.
    """
    steps = [month_number(later) - month_number(earlier) for earlier, later in itertools.pairwise(periods)]
    step = max(min(steps, default=months), months)
    if step == months == _YEAR and periods[0].month in _BEGINS:
        return "each year", _BEGINS[periods[0].month], "years"
    return _OFTEN.get(step, (f"every {step} months", f"every {step} months", "periods"))
