"""Every small area of one authority at once: read once, matched against the others by the one door's own rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from indicators.asked import Asked
from indicators.finding import Question, Ratio, Verdict
from indicators.gaps import gap, second_of
from indicators.matching import FEWEST_UNITS, Profile, edition_for, eligible, nearest_rows
from indicators.quarters import Blocks, blocks
from indicators.units import profiles_of
from store.period import Window, month_from_number, month_number

Array = npt.NDArray[np.float64]
Marks = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]


class ScanPool:
    """The small areas of one authority and country, rows in the order of ``codes``, for a question about any of them.

    ``asked`` is the question about one of them, the anchor: whatever it says of what is loaded, the dates and the breaks
    holds for all. ``regular`` marks those about which nothing more needs to be known; what is said of the others is left to
    the one door.
    """

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.codes = asked.ground.codes

    @cached_property
    def counts(self) -> Array:
        """Monthly counts, areas × months; NaN where not reported."""
        return np.asarray(self.asked.evidence.panel.to_numpy(dtype=float))

    @cached_property
    def _row(self) -> dict[str, int]:
        return {code: number for number, code in enumerate(self.codes)}

    def row(self, code: str) -> int:
        """The row of a stable code."""
        return self._row[code]

    @cached_property
    def _pattern(self) -> Marks:
        """Months in which the anchor has a count."""
        return np.asarray(np.isfinite(self.asked.evidence.ours))

    @cached_property
    def comparable(self) -> Marks:
        """Areas that were not redrawn beyond comparison."""
        return self.asked.ground.pool["comparable"].reindex(list(self.codes)).eq(True).to_numpy(dtype=bool)

    @cached_property
    def regular(self) -> Marks:
        """Areas that have their counts in the very months in which the anchor has them, none of them suppressed."""
        if self.asked.evidence.hidden:
            return np.zeros(len(self.codes), dtype=bool)
        return np.asarray(self.comparable & (np.isfinite(self.counts) == self._pattern).all(axis=1))

    @cached_property
    def obstacle(self) -> tuple[Verdict, str]:
        """Why no regular area of this authority is compared, or two empty strings."""
        words, reason = self.asked.obstacle_before_choosing
        if reason:
            return words, reason
        store, country = self.asked.ground.store, self.asked.ground.country
        if not store.deprivation_editions(country) or not self._known.any():
            return "Cannot be compared", self.asked.chosen.cannot
        return "We cannot tell", ""

    @cached_property
    def started(self) -> dict[str, str]:
        """Areas that may not stand for “nothing was started”, with the reason."""
        asked = self.asked
        return asked.ground.taken(asked.question, asked.declared.measures, programmes=True)

    @cached_property
    def profile(self) -> Profile:
        """What the areas are matched on."""
        ground, question = self.asked.ground, self.asked.question
        assert question.before is not None
        editions = ground.store.deprivation_editions(ground.country)
        edition, _ = edition_for(month_from_number(month_number(question.before.last) + 1), list(editions))
        singles = [(code,) for code in self.codes]
        return profiles_of(ground, question, self.asked.evidence.panel, singles, edition, editions[edition])[1]

    @cached_property
    def _known(self) -> Marks:
        return np.asarray(np.isfinite(self.profile.rank) & np.isfinite(self.profile.residents))

    @cached_property
    def _features(self) -> tuple[Array, Array]:
        with np.errstate(divide="ignore", invalid="ignore"):  # a place without residents is never matched
            return self.profile.features

    @cached_property
    def _free(self) -> Rows:
        """Rows that may be compared with others."""
        taken = np.isin(np.array(self.codes), list(self.started))
        return np.flatnonzero(self.comparable & ~taken)

    @cached_property
    def _free_profile(self) -> Profile:
        return self.profile.take(self._free.tolist())

    @cached_property
    def _unfit(self) -> list[Rows]:
        """Per row the places in the list of free rows of itself and of whoever touches it."""
        near, free = self.asked.ground.neighbours, {row: at for at, row in enumerate(self._free.tolist())}
        around = ([self._row.get(other, -1) for other in (code, *near.get(code, ()))] for code in self.codes)
        return [np.array([free[row] for row in rows if row in free], dtype=int) for rows in around]

    def similar(self, row: int) -> tuple[list[int], tuple[str, ...]] | None:
        """Rows of the similar places of one area, nearest first, and how far the rule was widened.

        None where they are too few, or cannot be chosen: the one door has the words for it.
        """
        if not self._known[row]:
            return None
        # Whoever has no residents is not eligible: so the ring and the place itself are left out.
        residents = self._free_profile.residents.copy()
        residents[self._unfit[row]] = np.nan
        fits, widened = eligible(self.profile.take([row]), replace(self._free_profile, residents=residents))
        if fits.sum() < FEWEST_UNITS:
            return None
        rows = self._free[fits]
        values, weights = self._features
        return nearest_rows(rows, values[rows], values[row], weights, self.codes), widened

    # Series ----------------------------------------------------------------------------------------------------

    @cached_property
    def _usable(self) -> Marks:
        question, months = self.asked.question, np.asarray(self.asked.evidence.months)
        # Without both windows there is no ruling on breaks.
        dropped = self.asked.ruling.dropped if question.before and question.after else ()
        return self._pattern & ~np.isin(months, list(dropped))

    @cached_property
    def blocks(self) -> Blocks:
        """The quarters of the comparison; only where nothing stands in the way, which asks for a year on both sides."""
        usable = [bool(flag) for flag in self._usable]
        return blocks(list(self.asked.evidence.months), usable, *self.asked.windows)

    @cached_property
    def quarters(self) -> Array:
        """Counts by area and quarter; NaN where a month of the quarter is missing."""
        found = self.blocks.sums(self.counts)
        if self.asked.declared.kind == "stock":
            found = found / np.array([len(block) for block in self.blocks.before + self.blocks.after])
        return found

    @cached_property
    def whole(self) -> Marks:
        """Areas in which no month of a quarter is missing."""
        return np.asarray(np.isfinite(self.quarters).all(axis=1))

    @cached_property
    def windows(self) -> tuple[Array, Array]:
        """Per area the count of both windows, over the months that are used; NaN where there are none."""
        question = self.asked.question
        return self._counted(question.before), self._counted(question.after)

    def _counted(self, window: Window | None) -> Array:
        if window is None:
            return np.full(len(self.codes), np.nan)
        months = np.asarray(self.asked.evidence.months)
        inside = np.isin(months, list(window.numbers)) & self._usable
        if not inside.any():
            return np.full(len(self.codes), np.nan)
        add = np.mean if self.asked.declared.kind == "stock" else np.sum
        return np.asarray(add(self.counts[:, inside], axis=1))

    @cached_property
    def _people(self) -> Array:
        """Residents by area and month."""
        return np.asarray(self.asked.ground.monthly_people(self.asked.evidence.months).to_numpy(dtype=float))

    def second(self, row: int, units: Sequence[int]) -> Ratio | None:
        """What the second method says of one area against its similar places."""
        everyone = [row, *units]
        people = self._people[everyone]
        known = bool((np.isfinite(people) & (people > 0)).all())
        found = gap(
            self.counts[row], self.counts[list(units)], self.asked.evidence.months, *self.asked.windows, self.asked.ruling.dropped,
            people if known else None, stock=self.asked.declared.kind == "stock",
        )  # fmt: skip
        return second_of(found.second)

    # Names -----------------------------------------------------------------------------------------------------

    @cached_property
    def names(self) -> list[str]:
        """What each area is called."""
        return [str(name) for name in self.asked.ground.pool["name"]]

    @cached_property
    def councils(self) -> list[str]:
        """The council each area lies in."""
        return [str(name) for name in self.asked.ground.pool["council"]]

    def question(self, code: str) -> Question:
        """The question about one small area."""
        return replace(self.asked.question, area=code.lower(), members=(code,))
