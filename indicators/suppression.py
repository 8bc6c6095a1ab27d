"""Hiding small counts so that nothing hidden can be worked out from what is shown.

Small counts are hidden, and with them as many others as it takes: no count under the limit, shown or only implied by
subtraction across totals, areas, periods or answers, can be narrowed down to fewer than five numbers – as much as
rounding to 5 would give away.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from store.suppression_rule import SuppressionRule

Array: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]

FEWER = "fewer than {}"
NOT_SHOWN = "not shown, so that a smaller number cannot be worked out"
FEWEST_CHOICES = 5
# Beyond this many counts that hang together only those are shown that no other one contains a part of.
_MOST_TOGETHER = 120
_ROUNDING_ERROR = 1e-6


@dataclass(frozen=True, slots=True)
class Cell:
    """A count of people (or of what must be protected like people) in some areas, months and groups of answers.

    ``areas`` are the small areas it covers, so that a place contains its parts; ``months`` the month numbers;
    ``groups`` what of the people: ``{"counted"}`` of ``{"counted", "others"}``. Counts over sets that lie in one another
    add up. ``hidden_most`` is the most a count can be that whoever counted has hidden already; its ``count`` is NaN.
    """

    areas: frozenset[str]
    months: range
    count: float
    groups: frozenset[str] = frozenset({"counted"})
    hidden_most: float | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be shown of a cell: ``value``, or None and ``words``; the count lies from ``low`` to ``high``."""

    value: float | None
    low: float
    high: float
    words: str = ""


def suppress(cells: Sequence[Cell], rule: SuppressionRule, *, adds_up: bool = True) -> tuple[Shown, ...]:
    """What may be shown of each cell, in order, when all of them are shown to the same people.

    ``adds_up`` says whether counts add over months; levels do not, and each period stands for itself. Give every count
    that is or was ever shown of the same thing: what is not given cannot be guarded.
    """
    if not rule.hides:
        return tuple(_as_published(cell, rule) for cell in cells)
    found: dict[int, Shown] = {}
    for together in _hanging_together(cells, adds_up):
        guard = _Guard([cells[at] for at in together], rule)
        found |= dict(zip(together, guard.shown(), strict=True))
    return tuple(found[at] for at in range(len(cells)))


def _rounded(count: float, rule: SuppressionRule) -> float:
    return rule.rounding * math.floor(count / rule.rounding + 0.5)


def _as_published(cell: Cell, rule: SuppressionRule) -> Shown:
    """An open cell, rounded as the rule says, with the range its number stands for."""
    if cell.hidden_most is not None:
        return Shown(None, 0.0, cell.hidden_most, FEWER.format(f"{cell.hidden_most + 1:g}"))
    value = _rounded(cell.count, rule)
    half = (rule.rounding - 1) / 2
    least = rule.high + 1 if rule.hides and cell.count > rule.high else 0
    most = rule.low - 1 if rule.hides and cell.count < rule.low else math.inf
    return Shown(value, max(value - half, least, 0.0), min(value + half, most))


def _overlap(one: Cell, other: Cell) -> bool:
    months = max(one.months.start, other.months.start) < min(one.months.stop, other.months.stop)
    return months and bool(one.areas & other.areas) and bool(one.groups & other.groups)


def _hanging_together(cells: Sequence[Cell], adds_up: bool) -> list[list[int]]:
    """Positions of cells that can tell about one another: those that overlap, directly or over others."""
    root = list(range(len(cells)))

    def top(at: int) -> int:
        while root[at] != at:
            root[at] = root[root[at]]
            at = root[at]
        return at

    for at, cell in enumerate(cells):
        for before in range(at):
            if (adds_up or cells[before].months == cell.months) and _overlap(cells[before], cell):
                root[top(at)] = top(before)
    groups: dict[int, list[int]] = {}
    for at in range(len(cells)):
        groups.setdefault(top(at), []).append(at)
    return list(groups.values())


def _parts(cells: Sequence[Cell]) -> Mask:
    """Cells × the smallest parts they are unions of: which parts each covers."""
    borders = sorted({edge for cell in cells for edge in (cell.months.start, cell.months.stop)})
    spans = [np.array([cell.months.start <= first < cell.months.stop for cell in cells]) for first in borders[:-1]]
    areas = [np.array([area in cell.areas for cell in cells]) for area in sorted({a for c in cells for a in c.areas})]
    groups = [
        np.array([group in cell.groups for cell in cells]) for group in sorted({g for c in cells for g in c.groups})
    ]
    covered = {tuple(span & area & group) for span, area, group in product(*map(_distinct, (spans, areas, groups)))}
    return np.array(sorted(part for part in covered if any(part)), dtype=bool).T


def _distinct(masks: Sequence[Mask]) -> list[Mask]:
    return [np.array(mask) for mask in sorted({tuple(mask) for mask in masks})]


class _DoNotAgree(Exception):
    """The counts contradict one another – a part is larger than its whole – so nothing can be reckoned from them."""


class _Guard:
    """Cells that hang together: what each may show, and what somebody who knows all that could work out."""

    def __init__(self, cells: Sequence[Cell], rule: SuppressionRule) -> None:
        self.cells, self.rule = cells, rule
        self.parts = _parts(cells)
        self.open = np.array([cell.hidden_most is None and not rule.is_small(cell.count) for cell in cells])
        self.told_small = ~self.open
        self.regions = self._regions()
        # Counts that agree with all that is shown: hiding more never makes one of them impossible.
        self.possible: list[Array] = []

    def shown(self) -> list[Shown]:
        """What may be shown, once nothing leaks any more."""
        if len(self.cells) == 1:
            pass
        elif len(self.cells) > _MOST_TOGETHER:
            if self.told_small.any() or self._implies_small():
                self._keep_apart()
        else:
            try:
                while (at := self._leaking()) is not None:
                    # An open count is hidden; of one that was told to be small, that is no longer told.
                    self.open[at] = self.told_small[at] = False
            except _DoNotAgree:
                self._keep_apart()
        return [self._of(at) for at in range(len(self.cells))]

    def _of(self, at: int) -> Shown:
        cell, rule = self.cells[at], self.rule
        if self.open[at] or (self.told_small[at] and cell.hidden_most is not None):
            return _as_published(cell, rule)
        if self.told_small[at]:
            return Shown(None, float(rule.low), float(rule.high), FEWER.format(rule.high + 1))
        small = cell.hidden_most is not None or cell.count <= rule.high
        return Shown(None, 0.0 if small else rule.high + 1.0, math.inf, NOT_SHOWN)

    def _regions(self) -> Array:
        """Everything whose count could be asked for, as sums of parts: parts, cells, and what is left of a cell without
        another one, or without as many others as fit into it."""
        wholes = self.parts
        found = [*np.eye(self.parts.shape[1], dtype=bool), *wholes]
        for whole in wholes:
            inside = [part for part in wholes if (part <= whole).all() and (part != whole).any()]
            found += [whole & ~part for part in inside]
            rest = whole.copy()
            for part in sorted(inside, key=lambda mask: -int(mask.sum())):
                if (part <= rest).all():
                    rest = rest & ~part
            found.append(rest)
        distinct = {tuple(region): None for region in found if region.any()}
        return np.array(list(distinct), dtype=float)

    def _leaking(self) -> int | None:
        """The cell to hide next: the smallest of those from which a small count follows; None where none does."""
        shown = [self._of(at) for at in range(len(self.cells))]
        for region in self.regions:
            certainly_many = any(
                item.low > self.rule.high and (self.parts[at] <= (region > 0)).all() for at, item in enumerate(shown)
            )
            if certainly_many or self._is_wide(region):
                continue
            least, proof = self._extreme(region, shown, 1.0)
            most, other = self._extreme(region, shown, -1.0)
            if math.isinf(most):
                continue
            few = math.floor(most + _ROUNDING_ERROR) - math.ceil(least - _ROUNDING_ERROR) + 1 < FEWEST_CHOICES
            if few and least <= self.rule.high and most > self.rule.low - 1 + _ROUNDING_ERROR:
                used = sorted(
                    proof | other,
                    key=lambda at: (not self.open[at], self.cells[at].count == 0, self.cells[at].count, at),
                )
                return next(at for at in used if self.open[at] or self.told_small[at])
        return None

    def _is_wide(self, region: Array) -> bool:
        values = [float(region @ point) for point in self.possible]
        return bool(values) and max(values) - min(values) >= FEWEST_CHOICES - 1

    def _extreme(self, region: Array, shown: Sequence[Shown], sign: float) -> tuple[float, set[int]]:
        """The least (sign 1) or most (−1) that a region can count, by linear programming, and the cells that prove it."""
        from scipy.optimize import linprog

        rows, limits, cells = [], [], []
        for at, item in enumerate(shown):
            for side, limit in ((-1.0, -item.low), (1.0, item.high)):
                # That a count is not below nought is known anyway.
                if math.isfinite(limit) and (limit != 0 or side > 0):
                    rows.append(side * self.parts[at])
                    limits.append(limit)
                    cells.append(at)
        if not rows:
            return (0.0 if sign > 0 else math.inf), set()
        solved = linprog(sign * region, A_ub=np.array(rows), b_ub=np.array(limits), bounds=(0, None), method="highs")
        if solved.status == 3:
            return math.inf, set()
        if solved.status != 0:
            raise _DoNotAgree
        self.possible.append(np.asarray(solved.x, dtype=float))
        proof = {at for at, dual in zip(cells, solved.ineqlin.marginals, strict=True) if abs(dual) > _ROUNDING_ERROR}
        return sign * float(solved.fun), proof

    def _implies_small(self) -> bool:
        """Whether a small count follows from open ones, by solving for every region at once."""
        counts = np.array([cell.count for cell in self.cells])
        parts = self.parts.astype(float)
        solve = np.linalg.pinv(parts)
        settled = np.abs(self.regions - self.regions @ solve @ parts).max(axis=1) < _ROUNDING_ERROR
        values = np.round(self.regions @ solve @ counts)
        return any(self.rule.is_small(value) for value in values[settled])

    def _keep_apart(self) -> None:
        """Show only cells that contain no other and do not overlap: nothing can be subtracted, and no small one is told."""
        kept: list[Mask] = []
        for at in np.argsort(self.parts.sum(axis=1), kind="stable"):
            if any((self.parts[at] & mask).any() for mask in kept):
                self.open[at] = self.told_small[at] = False
            else:
                kept.append(self.parts[at])
