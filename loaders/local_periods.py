"""When a figure is for, as communities write it: a month, a day, a year."""

from __future__ import annotations

import re
from datetime import date

from store.errors import BadQuestion
from store.period import month_from_number, month_number

_YEAR = re.compile(r"(20\d\d|19\d\d)")
_FINANCIAL = re.compile(r"(20\d\d|19\d\d)(?:/|-)(\d\d)")
_MONTH = re.compile(r"(20\d\d|19\d\d)-(0[1-9]|1[0-2])")
_DAY = re.compile(r"(20\d\d|19\d\d)-(\d\d)-(\d\d)")
LONGEST = 120


def read_period(start: str, months: str) -> tuple[date, int]:
    """First day and number of months (0: on that day) of what is written; BadQuestion says how to write it.

    2024 is the calendar year, 2024/25 and 2024-25 the year from April, 2024-01 the month, 2024-03-31 the day; a number
    of months makes any of them the first of a longer or shorter period. What could be read in two ways is refused.
    """
    if months and (not re.fullmatch(r"\d{1,3}", months) or int(months) > LONGEST):
        raise BadQuestion(
            "This is not a number of months", do=f"Write 0 for a single day, or 1 to {LONGEST}, or leave it blank."
        )
    first, usual = _start(start, bool(months))
    length = int(months) if months else usual
    if length is None:
        raise BadQuestion(
            "The first day of a month could mean the day or the whole month",
            do="Fill in period_months: 0 for the day, 1 for the month.",
        )
    if length and first.day != 1:
        raise BadQuestion("A period of whole months starts on the first day of one",
                          do="Write the first month, such as 2024-01, and the number of months.")  # fmt: skip
    if not length and not _DAY.fullmatch(start):
        raise BadQuestion("0 months means a single day, and no day is given", do="Write the day, such as 2024-03-31.")
    return first, length


def _start(start: str, has_months: bool) -> tuple[date, int | None]:
    """The first day, and how many months are meant where nothing else is said (None: that is not clear)."""
    if found := _DAY.fullmatch(start):
        try:
            day = date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError as error:
            raise BadQuestion("There is no such day", do="Write a day as 2024-03-31.") from error
        return day, 0 if day.day != 1 else None
    if _YEAR.fullmatch(start):
        return date(int(start), 1, 1), 12
    financial = _FINANCIAL.fullmatch(start)
    follows = bool(financial) and (int(start[:4]) + 1) % 100 == int(start[5:])
    if found := _MONTH.fullmatch(start):
        if follows and not has_months:
            raise BadQuestion("This could be a month or a year that begins in April",
                              do="Write the year with a stroke, such as 2011/12, or fill in period_months: 1 for the month.")  # fmt: skip
        return date(int(found[1]), int(found[2]), 1), 1
    if follows:
        return date(int(start[:4]), 4, 1), 12
    raise BadQuestion("This is not a period that can be read",
                      do="Write a month as 2024-01, a day as 2024-03-31, a year as 2024, a financial year as 2024/25.")  # fmt: skip


def has_ended(first: date, months: int, today: date) -> bool:
    """Whether a period is over on ``today``."""
    return first <= today if not months else month_from_number(month_number(first) + months) <= today
