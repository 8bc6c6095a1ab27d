"""Conditions by the numbers that areas and measures have in the tables: blocks without them are passed over."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

# More ranges than this are slower to look through than a list of numbers.
_MOST_RANGES = 100


def numbered(column: str, numbers: Iterable[int]) -> str:
    """The condition that ``column`` is one of these numbers, as ranges of them as far as they lie behind one another.

    Observations are sorted by area: a range is found by looking at a few blocks, a long list only by looking at all.
    """
    ordered = np.unique(np.fromiter(numbers, dtype=np.int64))
    if not len(ordered):
        return "false"
    runs = np.split(ordered, np.flatnonzero(np.diff(ordered) > 1) + 1)
    if len(runs) > _MOST_RANGES:
        listed = ", ".join(map(str, ordered))
        return f"{column} BETWEEN {ordered[0]} AND {ordered[-1]} AND {column} IN (SELECT unnest([{listed}]))"
    return "(" + " OR ".join(f"{column} BETWEEN {run[0]} AND {run[-1]}" for run in runs) + ")"
