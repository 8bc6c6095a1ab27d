"""Which months stand for before and after, from what a neighbourhood's file says."""

from __future__ import annotations

from datetime import date

from store.errors import BadQuestion
from store.period import Window, month_from_number, month_number
from store.place import Place

LONGEST = 36
SHORTEST = 12


def start_of(place: Place) -> date | None:
    """The start to use: the one given, the middle of a range, or the first of several."""
    if place.start is not None:
        return place.start
    if place.start_range is not None:
        first, last = (month_number(day) for day in place.start_range)
        return month_from_number((first + last) // 2)
    return place.starts[0] if place.starts else None


def windows_from_start(
    start: date, settling_in_months: int, first: date, last: date
) -> tuple[Window | None, Window | None]:
    """Whole years up to 36 months on either side of a start, within the months of data from ``first`` to ``last``.

    Before ends the month before the start, after begins ``settling_in_months`` after it. A side with less than a year
    of data is returned as the months it has, or None where it has none: the study says that this is too short.
    """
    begin, settled = month_number(start), month_number(start) + settling_in_months
    return (
        _whole_years(begin - month_number(first), begin - 1, backwards=True),
        _whole_years(month_number(last) - settled + 1, settled, backwards=False),
    )


def _whole_years(months: int, edge: int, *, backwards: bool) -> Window | None:
    if months < 1:
        return None
    length = min(LONGEST, months // SHORTEST * SHORTEST) or months
    return Window(month_from_number(edge - length + 1 if backwards else edge), length)


def windows_for(
    place: Place, first: date, last: date, before: Window | None = None, after: Window | None = None,
    start: date | None = None,
) -> tuple[Window | None, Window | None]:  # fmt: skip
    """The windows of a question: those given, else from the start given, else the file's study, else its project.

    One window alone, with nothing known to complete it, is a BadQuestion.
    """
    if start is None and place.before is not None and place.after is not None:
        found: tuple[Window | None, Window | None] = (place.before, place.after)
    else:
        begin = start or start_of(place)
        found = windows_from_start(begin, place.settling_in_months, first, last) if begin else (None, None)
    if (before is None) != (after is None) and found == (None, None):
        raise BadQuestion("Only one of the two periods is given, and no start is known", do="Give both periods.")
    return before or found[0], after or found[1]
