"""One place's change against comparison units': the computation that ``study`` and ``compare`` both use."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from indicators.before_after import Change, change
from indicators.finding import Ratio
from indicators.matching import FEWEST_UNITS
from indicators.quarters import MOST_QUARTERS_BEFORE, Blocks, blocks
from indicators.synthetic_did import SyntheticDid, synthetic_did
from indicators.weighted_baseline import WeightedBaseline, weighted_baseline
from store.errors import BadQuestion
from store.period import Window

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Gap:
    """The place against its comparison units over two windows.

    ``counts`` are by place (ours first) and block. The others are sums over the windows' usable months: ``before`` and ``after`` of the place, ``unit_before`` and
    ``unit_after`` of each unit; ``months_before`` and ``months_after`` say over how many. ``headline``,
    ``equal_weights`` and ``second`` are None where fewer than 19 units stand; ``second`` also with a single earlier
    quarter.
    """

    blocks: Blocks
    counts: Array
    stock: bool
    before: float
    after: float
    months_before: int
    months_after: int
    unit_before: Array
    unit_after: Array
    headline: WeightedBaseline | None
    equal_weights: WeightedBaseline | None
    second: SyntheticDid | None

    @property
    def expected_after(self) -> float | None:
        """What was to be expected over the later window: a sum of events, or the mean level of a stock."""
        if self.headline is None:
            return None
        return self.headline.expected / (len(self.blocks.after) if self.stock else 1)

    @property
    def change(self) -> Change:
        """The place's own change a month, with exact limits."""
        return change(self.before, self.months_before, self.after, self.months_after)

    @property
    def units_change_percent(self) -> float:
        """The units' change a month, in percent; NaN where they counted nothing before."""
        months = (1, 1) if self.stock else (self.months_before, self.months_after)
        earlier = float(self.unit_before.sum()) / months[0]
        later = float(self.unit_after.sum()) / months[1]
        return 100 * (later / earlier - 1) if earlier else float("nan")


def gap(
    ours: Array,
    units: Array,
    months: Sequence[int],
    before: Window,
    after: Window,
    dropped: Collection[int] = (),
    people: Array | None = None,
    *,
    stock: bool = False,
    second_method: bool = True,
    most: int = MOST_QUARTERS_BEFORE,
) -> Gap:
    """Compare ``ours`` (one value a month) with ``units`` (one row a unit) over ``months`` (rising month numbers).

    ``people`` are residents, the place first, one value a place or one a place and month; they are the second
    method's exposure, and without them everybody's stays the same. ``most`` bounds the quarters of the baseline.
    A ``stock`` is a level: it is averaged over blocks and windows, where events are added.

    A month missing (NaN) for the place, or among ``dropped`` month numbers, is left out for all alike. BadQuestion
    when a unit is missing in a month that is used, or when a window has no usable month at all.
    """
    usable = np.isfinite(ours) & ~np.isin(np.asarray(months), list(dropped))
    parts = blocks(list(months), [bool(flag) for flag in usable], before, after, most)
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
    headline = equal = second = None
    counts = parts.sums(table)
    if stock:
        counts = counts / np.array([len(block) for block in parts.before + parts.after])
    add = np.mean if stock else np.sum
    if len(units) >= FEWEST_UNITS:
        headline = weighted_baseline(counts, len(parts.before))
        equal = weighted_baseline(counts, len(parts.before), weights="equal")
        if second_method and len(parts.before) > 1:
            second = synthetic_did(counts, len(parts.before), _block_residents(parts, people))
    return Gap(
        blocks=parts,
        counts=counts,
        stock=stock,
        before=float(add(ours[inside["b"]])),
        after=float(add(ours[inside["a"]])),
        months_before=len(inside["b"]),
        months_after=len(inside["a"]),
        unit_before=np.asarray(add(units[:, inside["b"]], axis=1)),
        unit_after=np.asarray(add(units[:, inside["a"]], axis=1)),
        headline=headline,
        equal_weights=equal,
        second=second,
    )


def _block_residents(parts: Blocks, people: Array | None) -> Array | None:
    """Mean residents by place and block, from residents by place and month."""
    if people is None or people.ndim == 1:
        return people
    return np.stack([people[:, list(block)].mean(axis=1) for block in parts.before + parts.after], axis=1)


def ratio_of(result: WeightedBaseline) -> Ratio:
    """The ratio, its limits and its p."""
    return Ratio(result.ratio, result.lower, result.upper, result.p)


def second_of(result: SyntheticDid | None) -> Ratio | None:
    """The second method's ratio, its limits and its p; None where it could not be computed or has no limits."""
    if result is None or result.lower is None or result.upper is None:
        return None
    return Ratio(result.ratio, result.lower, result.upper, result.p)


def detectable_percent(result: WeightedBaseline) -> float:
    """The smallest fall that would be found with 80 % power, as a negative percentage."""
    return -100 * result.detectable
