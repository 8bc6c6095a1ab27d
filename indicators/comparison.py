"""Comparing one place's change with similar places': the numbers alone, without a database.

``compare`` is the front door for researchers and tests; ``indicators.study`` uses the same computation.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from indicators.before_after import Change, change
from indicators.finding import Ratio
from indicators.matching import FEWEST_UNITS
from indicators.quarters import Blocks, blocks
from indicators.weighted_baseline import WeightedBaseline, weighted_baseline
from store.errors import BadQuestion
from store.period import Window

Array = npt.NDArray[np.float64]

TOO_FEW_BEFORE = 25
TOO_LARGE_A_CHANGE = 60.0


@dataclass(frozen=True, slots=True)
class Gap:
    """The place against its comparison units over two windows.

    Counts are sums over the windows' usable months: ``before`` and ``after`` of the place, ``unit_before`` and
    ``unit_after`` of each unit; ``months_before`` and ``months_after`` say over how many. ``headline`` and
    ``equal_weights`` are None where fewer than 19 units stand.
    """

    blocks: Blocks
    before: float
    after: float
    months_before: int
    months_after: int
    unit_before: Array
    unit_after: Array
    headline: WeightedBaseline | None
    equal_weights: WeightedBaseline | None

    @property
    def change(self) -> Change:
        """The place's own change a month, with exact limits."""
        return change(self.before, self.months_before, self.after, self.months_after)

    @property
    def units_change_percent(self) -> float:
        """The units' change a month, in percent; NaN where they counted nothing before."""
        earlier = float(self.unit_before.sum()) / self.months_before
        later = float(self.unit_after.sum()) / self.months_after
        return 100 * (later / earlier - 1) if earlier else float("nan")


def gap(
    ours: Array, units: Array, months: Sequence[int], before: Window, after: Window, dropped: Collection[int] = ()
) -> Gap:
    """Compare ``ours`` (one value a month) with ``units`` (one row a unit) over ``months`` (rising month numbers).

    A month missing (NaN) for the place, or among ``dropped`` month numbers, is left out for all alike. BadQuestion
    when a unit is missing in a month that is used, or when a window has no usable month at all.
    """
    usable = np.isfinite(ours) & ~np.isin(np.asarray(months), list(dropped))
    parts = blocks(list(months), [bool(flag) for flag in usable], before, after)
    position = {number: index for index, number in enumerate(months) if usable[index]}
    inside = {
        side: [position[n] for n in span.numbers if n in position] for side, span in (("b", before), ("a", after))
    }
    if not inside["b"] or not inside["a"]:
        raise BadQuestion("A period has no month with data", do="Choose periods that the data cover.")
    table = np.vstack([ours[None, :], units]) if len(units) else ours[None, :]
    used = [index for block in (*parts.before, *parts.after) for index in block]
    if not np.isfinite(table[:, used]).all():
        raise BadQuestion("A comparison place misses a month that is used", do="Leave that place out.")
    headline = equal = None
    if len(units) >= FEWEST_UNITS:
        counts = parts.sums(table)
        headline = weighted_baseline(counts, len(parts.before))
        equal = weighted_baseline(counts, len(parts.before), weights="equal")
    return Gap(
        blocks=parts,
        before=float(ours[inside["b"]].sum()),
        after=float(ours[inside["a"]].sum()),
        months_before=len(inside["b"]),
        months_after=len(inside["a"]),
        unit_before=units[:, inside["b"]].sum(axis=1),
        unit_after=units[:, inside["a"]].sum(axis=1),
        headline=headline,
        equal_weights=equal,
    )


def ratio_of(result: WeightedBaseline) -> Ratio:
    """The ratio, its limits and its p."""
    return Ratio(result.ratio, result.lower, result.upper, result.p)


def detectable_percent(result: WeightedBaseline) -> float:
    """The smallest fall that would be found with 80 % power, as a negative percentage."""
    return -100 * result.detectable
