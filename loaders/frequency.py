"""Is what is held of a source older than it need be? Judged by how often and how late its publisher says it publishes."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from store.database import Store
from store.period import month_from_number, month_number, month_text
from store.source import Source

_MONTHS_BETWEEN = {
    "weekly": 1, "fortnightly": 1, "monthly": 1, "quarterly": 3, "termly": 4, "half-yearly": 6, "six-monthly": 6,
    "twice a year": 6, "yearly": 12, "annual": 12, "annually": 12, "every year": 12, "every two years": 24,
}  # fmt: skip
_OFTEN = re.compile(r"\b(" + "|".join(sorted(_MONTHS_BETWEEN, key=len, reverse=True)) + r")\b")
_ENDED = re.compile(r"\b(until|ended|no longer|once only)\b")
_NUMBERS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), start=1
    )
} | {"a": 1, "an": 1}
_NUMBER = "(" + "|".join([*_NUMBERS, r"\d+"]) + ")"
_LATE = re.compile(
    rf"\b{_NUMBER}(?: (?:to|or) {_NUMBER})? (day|week|month|year)s?( and a half)? (?:late|later|after|behind)\b"
)
_IN_MONTHS = {"day": 1 / 30, "week": 1 / 4, "month": 1.0, "year": 12.0}
# A release that is this share of a cycle overdue, but at least a month, is missed; publishers' calendars slip.
_PATIENCE = 0.25


@dataclass(frozen=True, slots=True)
class Cycle:
    """Months from one release's period to the next, and from the end of a period to its release."""

    between: int
    late: int


def cycle_of(frequency: str) -> Cycle | None:
    """A source's ``frequency`` ("Monthly, about two months late") as a cycle; None where no next release can be expected.

    The longer of two latenesses counts; where none is stated, a whole cycle is allowed for.
    """
    words = frequency.lower()
    often = _OFTEN.search(words)
    if often is None or _ENDED.search(words):
        return None
    between = _MONTHS_BETWEEN[often[1]]
    late = _LATE.search(words)
    if late is None:
        return Cycle(between, between)
    number = late[2] or late[1]
    amount = float(_NUMBERS.get(number) or number) + (0.5 if late[4] else 0.0)
    return Cycle(between, math.ceil(amount * _IN_MONTHS[late[3]]))


@dataclass(frozen=True, slots=True)
class Newest:
    """The end of what is held of a source: the last month covered, and how many months its period has (1 at least)."""

    source: str
    month: date
    months: int
    is_sample: bool


def newest_held(store: Store) -> dict[str, Newest]:
    """The newest period held of each source: of its series, its residents and ranks, or its lookups."""
    rows = store.rows(
        "WITH ends AS (SELECT s.name, (c.period_start + to_months(greatest(c.period_months, 1) - 1))::DATE AS month, "
        "greatest(c.period_months, 1) AS months, f.origin FROM coverage c JOIN fetched_file f USING (file_id) "
        "JOIN source s USING (source_id) UNION ALL "
        "SELECT s.name, make_date(p.mid_year, 6, 1), 12, f.origin FROM (SELECT DISTINCT mid_year, file_id FROM population) p "
        "JOIN fetched_file f USING (file_id) JOIN source s USING (source_id) UNION ALL "
        "SELECT s.name, make_date(d.edition, 12, 1), 12, f.origin FROM (SELECT DISTINCT edition, file_id FROM deprivation) d "
        "JOIN fetched_file f USING (file_id) JOIN source s USING (source_id) UNION ALL "
        "SELECT s.name, make_date(f.edition::INTEGER, 12, 1), 12, f.origin FROM fetched_file f JOIN source s USING (source_id) "
        "WHERE f.file_id < 0 AND regexp_full_match(f.edition, '[12][0-9]{3}')) "
        "SELECT name, month, months, origin = 'sample' FROM ends "
        "QUALIFY row_number() OVER (PARTITION BY name ORDER BY month DESC, months, origin) = 1 ORDER BY name"
    )
    return {row[0]: Newest(*row) for row in rows}


def due(newest: Newest, cycle: Cycle) -> date:
    """The month in which the next release should have come, with some patience."""
    between = max(cycle.between, newest.months)
    patience = max(1, math.ceil(_PATIENCE * between))
    # The end of the next period, and its publisher's usual lateness.
    return month_from_number(month_number(newest.month) + between + cycle.late + patience)


def stale_sources(store: Store, sources: Iterable[Source], today: date) -> list[dict[str, Any]]:
    """Sources of which a newer release should be there by ``today``: ``source, data_to, expected_by, is_sample, frequency``.

    A source with no regular releases, or of which nothing with a date is held, cannot be stale.
    """
    held = newest_held(store)
    found = []
    for source in sources:
        cycle = cycle_of(source.frequency)
        newest = held.get(source.name)
        if cycle is None or newest is None:
            continue
        expected = due(newest, cycle)
        if month_number(today) > month_number(expected):
            found.append({
                "source": source.name, "data_to": month_text(newest.month), "expected_by": month_text(expected),
                "is_sample": newest.is_sample, "frequency": source.frequency,
            })  # fmt: skip
    return found
