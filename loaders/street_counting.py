"""What street files hold by stable area and crime type: the account of a file, and its cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from loaders.street_rows import CATEGORIES
from loaders.street_text import StreetText, TextCells, known_codes
from store.cells import CELL_TYPES
from store.placing import Placement


@dataclass(frozen=True, slots=True)
class Counted:
    """What a street file holds: rows placed, without a place and refused in all, the first two by measure as well.

    ``rows_outside`` are those placed in another force's area.
    """

    placed: tuple[int, ...]
    unlocated: tuple[int, ...]
    rows_outside: int
    rows_refused: int = 0

    @property
    def rows_read(self) -> int:
        """All rows of the file."""
        return sum(self.placed) + sum(self.unlocated) + self.rows_refused


class Counter:
    """Counts street files by stable area and crime type, for any thread."""

    def __init__(self, placement: Placement) -> None:
        self.areas = tuple(sorted({*placement.stable.values()}))
        position = {area: number for number, area in enumerate(self.areas)}
        self._codes = known_codes({code: position[area] for code, area in placement.stable.items()}, len(self.areas))
        homes = [placement.force.get(area, "") for area in self.areas]
        self._forces = {force: number for number, force in enumerate(sorted({*homes}))}
        self._home = np.array([self._forces[force] for force in homes])

    def text(self, month: str, force: str) -> StreetText:
        """What counts a file while its bytes pass by; its name promises the month (YYYY-MM) and force."""
        return StreetText(self._codes, month, force)

    def account(self, found: TextCells, force: str) -> Counted:
        """The account of a file that was counted."""
        placed = found.area < len(self.areas)
        at_home = self._home[found.area[placed]] == self._forces.get(force, -1)
        return Counted(_by_kind(found, placed), _by_kind(found, ~placed), int(found.events[placed].sum(where=~at_home)))

    def cells(self, found: Mapping[int, TextCells]) -> pa.Table:
        """The cells of files that were counted; ``file`` is each one's number."""
        if not found:
            return CELL_TYPES.empty_table()
        file = np.repeat([*found], [len(each.area) for each in found.values()])
        area, kind, events = (
            np.concatenate([getattr(each, name) for each in found.values()]) for name in ("area", "kind", "events")
        )
        placed = area < len(self.areas)
        columns = zip(CELL_TYPES, (file, area, kind, events), strict=True)
        return pa.table([pa.array(column[placed], field.type) for field, column in columns], schema=CELL_TYPES)


def _by_kind(found: TextCells, which: NDArray[np.bool_]) -> tuple[int, ...]:
    totals = np.bincount(found.kind[which], weights=found.events[which], minlength=len(CATEGORIES))
    return tuple(int(number) for number in totals)
