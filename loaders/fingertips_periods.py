"""Periods as the public health profiles write them: years of three kinds, pooled years, quarters and months."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from store.period import month_from_number

# Which year a label means: "2010/11" is a financial or an academic year, and some figures are of one day, 31 March.
Year = Literal["calendar", "financial", "academic", "day"]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR = r"(?P<year>(?:19|20)\d\d)(?:/(?P<second>\d\d))?"
_POINT = re.compile(rf"{_YEAR}(?: ?Q(?P<quarter>[1-4]))?|(?P<month>[A-Z][a-z]{{2}}) (?P<of>(?:19|20)\d\d)")
_DAY = re.compile(_YEAR)
# The first month of each kind of year, January being 0.
_FIRST = {"calendar": 0, "financial": 3, "academic": 8}
_LONGEST = 240


def _whole(end: str, start: str) -> str:
    """The end of a span in full: "22" after "2020", "17/18" after "2013/14", "Q2" after "2006/07 Q1"."""
    if re.fullmatch(r"Q[1-4]", end):
        return f"{start.split(' ')[0]} {end}"
    if re.fullmatch(r"\d\d(/\d\d)?", end):
        century = int(start[:2]) + (end[:2] < start[2:4])
        return f"{century}{end}"
    return end


def _follows(year: str, second: str) -> bool:
    return (int(year) + 1) % 100 == int(second)


def _point(text: str, year: Year) -> tuple[int, int] | None:
    """The month number a point of time begins in, and its months; None where it is no such point."""
    found = _POINT.fullmatch(text)
    if not found:
        return None
    if found["month"]:
        name = found["month"].lower()
        return (int(found["of"]) * 12 + _MONTHS.index(name), 1) if name in _MONTHS else None
    if bool(found["second"]) == (year == "calendar") or (
        found["second"] and not _follows(found["year"], found["second"])
    ):
        return None
    first = int(found["year"]) * 12 + _FIRST[year]
    if not found["quarter"]:
        return first, 12
    # Nobody has said in which month the quarters of an academic year begin.
    return (first + 3 * int(found["quarter"]) - 3, 3) if year != "academic" else None


def period_of(label: str, year: Year) -> tuple[date, int] | None:
    """First day and months of a period (0 months: on that day); None where the label is not one of ``year``.

    Labels as the publisher's own code writes them (fingertips-open, TimePeriodFormatterTest): "2017", "2020 - 22",
    "2010/11", "2013/14 - 17/18", "2019/20 Q1", "2019 Q1", "2006/07 Q1-Q2", "2006/07 Q2 - 2007/08 Q1", "Apr 2009",
    "Aug 2006 - Jul 2007".
    """
    text = label.strip()
    if year == "day":
        found = _DAY.fullmatch(text)
        if not found or (found["second"] and not _follows(found["year"], found["second"])):
            return None
        return date(int(found["year"]) + bool(found["second"]), 3, 31), 0
    start, *ends = re.split(r"\s*[-–]\s*", text)
    first = _point(start, year)
    if first is None or len(ends) > 1:
        return None
    last = _point(_whole(ends[0], start), year) if ends else first
    if last is None:
        return None
    months = last[0] + last[1] - first[0]
    return (month_from_number(first[0]), months) if 0 < months <= _LONGEST and last[0] >= first[0] else None


def first_year(label: str) -> str:
    """The year a label of years or quarters begins with, as the sortable period of its row does; else empty."""
    found = re.match(r"\d{4}", label.strip())
    return found[0] if found else ""
