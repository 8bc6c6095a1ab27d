"""One window of one place: the count, the people, the rate and its limits."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

from indicators.finding import Level
from indicators.indicator import Indicator
from indicators.rates import rate_limits
from store.period import Window

Array = npt.NDArray[np.float64]


def level(
    declared: Indicator,
    window: Window,
    months: Sequence[int],
    counts: Array,
    residents: Array,
    dropped: Collection[int],
) -> Level:
    """The level of one window from monthly ``counts`` and ``residents`` of the place (NaN = missing).

    Events: the sum over usable months and 1,000 × count / person-years, person-years being residents at mid-month ÷ 12
    summed. A stock: the mean count and its share of the mean residents; it has no limits, because a level is not a
    number of events. Months missing and months dropped for a recording break are not counted as zero.
    """
    position = {number: index for index, number in enumerate(months)}
    there = [position[n] for n in window.numbers if n in position and np.isfinite(counts[position[n]])]
    used = [index for index in there if months[index] not in dropped]
    missing = window.months - len(there)
    if not used:
        return Level(window, None, 0, missing, None, None, None, None)
    seen, people = counts[used], residents[used]
    years = float(people.sum() / 12) if np.isfinite(people).all() else None
    if declared.kind == "stock":
        mean = float(seen.mean())
        share = declared.per * mean / float(people.mean()) if years else None
        return Level(window, mean, len(used), missing, years, share, None, None)
    total = float(seen.sum())
    if not years:
        return Level(window, total, len(used), missing, None, None, None, None)
    rate, lower, upper = (float(value) for value in rate_limits(total, years, declared.per))
    return Level(window, total, len(used), missing, years, rate, lower, upper)
