"""Months and windows of whole months: how the project counts time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from store.errors import BadQuestion

_MONTH = re.compile(r"([12][0-9]{3})-(0[1-9]|1[0-2])")
_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def month_number(day: date) -> int:
    """Months since year 0, so that months subtract like numbers."""
    return day.year * 12 + day.month - 1


def month_from_number(number: int) -> date:
    """The first day of the month with this number."""
    return date(number // 12, number % 12 + 1, 1)


def parse_month(text: str) -> date:
    """``YYYY-MM`` as the first day of that month; anything else is a BadQuestion."""
    found = _MONTH.fullmatch(text.strip()) if isinstance(text, str) else None
    if not found or not int(found[1]):
        raise BadQuestion(f"“{text}” is not a month", do="Write months as YYYY-MM, for example 2020-08.")
    return date(int(found[1]), int(found[2]), 1)


def month_text(day: date) -> str:
    """``YYYY-MM``."""
    return f"{day.year:04d}-{day.month:02d}"


def month_words(day: date) -> str:
    """``November 2022``."""
    return f"{_NAMES[day.month - 1]} {day.year}"


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A run of whole months, both ends included."""

    first: date
    months: int

    def __post_init__(self) -> None:
        if self.months < 1:
            raise BadQuestion("A window must hold at least one month", do="Write FIRST:LAST with FIRST not after LAST.")

    @property
    def last(self) -> date:
        """First day of the last month."""
        return month_from_number(month_number(self.first) + self.months - 1)

    @property
    def numbers(self) -> range:
        """The month numbers inside the window."""
        first = month_number(self.first)
        return range(first, first + self.months)

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and month_number(day) in self.numbers

    def __str__(self) -> str:
        return f"{month_text(self.first)}:{month_text(self.last)}"


def window(first: date, last: date) -> Window:
    """The window from the month of ``first`` to the month of ``last``."""
    if month_number(last) < month_number(first):
        raise BadQuestion(
            f"{month_text(first)} comes after {month_text(last)}", do="Write the earlier month first, as FIRST:LAST."
        )
    return Window(date(first.year, first.month, 1), month_number(last) - month_number(first) + 1)


def parse_window(text: str) -> Window:
    """``YYYY-MM:YYYY-MM`` as a window; anything else is a BadQuestion."""
    first, colon, last = text.partition(":")
    if not colon:
        raise BadQuestion(f"“{text}” is not a span of months", do="Write it as YYYY-MM:YYYY-MM, both ends included.")
    return window(parse_month(first), parse_month(last))
