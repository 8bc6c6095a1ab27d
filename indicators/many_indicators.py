"""Which of several indicators, chosen beforehand, still count once it is remembered that several were looked at."""

from __future__ import annotations

import math
from collections.abc import Sequence

from store.errors import BadQuestion

FALSE_DISCOVERY_RATE = 0.10


def surviving(p_values: Sequence[float | None], rate: float = FALSE_DISCOVERY_RATE) -> tuple[bool, ...]:
    """For each indicator whether it survives Benjamini & Hochberg's rule (1995) at ``rate``, in the order given.

    None, an indicator without an answer, never survives and counts as p = 1, so that choosing one that cannot be
    computed makes nothing easier for the others. A p outside 0–1 or NaN is a BadQuestion.
    """
    values = [1.0 if value is None else float(value) for value in p_values]
    if any(math.isnan(value) or not 0 <= value <= 1 for value in values):
        raise BadQuestion("A p-value lies outside 0 to 1", do="Leave it out where there is no answer.")
    passing = [p for rank, p in enumerate(sorted(values), start=1) if p <= rate * rank / len(values)]
    largest = max(passing, default=-1.0)
    return tuple(value is not None and value <= largest for value in p_values)
