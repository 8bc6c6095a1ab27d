"""Made-up neighbourhoods in the loaded data: places and dates at which nothing was started, and their comparison units."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from indicators.calibration_question import MadeUp
from indicators.discovery import indicator
from indicators.matching import MOST_UNITS
from indicators.neighbourhoods import Boundaries, grow_units, ring_of
from indicators.quarters import blocks
from store.database import Store
from store.period import Window, month_from_number

Array: TypeAlias = npt.NDArray[np.float64]
Choice: TypeAlias = Literal["fixed date", "random date", "after a bad year"]

MONTHS_BEFORE, MONTHS_AFTER = 36, 24
_YEAR = 12


@dataclass(frozen=True)
class Neighbourhoods:
    """Made-up contiguous neighbourhoods of one police force, disjoint, none of them a place with a programme or a page.

    ``units`` hold stable codes; ``near`` are, for each unit, the positions of those with an area that touches it.
    """

    store: Store
    authority: str
    size: int

    @cached_property
    def units(self) -> tuple[tuple[str, ...], ...]:
        """The neighbourhoods, grown from geometry alone."""
        areas = self.store.small_areas(police_force=self.authority)
        free = set(areas.index[areas["comparable"] & areas["has_outline"]]) - self._taken()
        codes = list(areas.index)
        return grow_units(
            free, self.size, Boundaries(self.store.neighbours(codes), self.store.boundary_vertices(codes))
        )

    def _taken(self) -> set[str]:
        """Areas in which something was started."""
        published = [code for place in self.store.places for code in place.small_areas]
        spots = [spot for item in self.store.programmes for spot in item.places]
        published += [code for spot in spots for code in spot.small_areas]
        return set(self.store.stable_codes(sorted(set(published))).values())

    @cached_property
    def near(self) -> tuple[frozenset[int], ...]:
        """Per unit the positions of the units that touch it, where change could spill over."""
        owner = {code: number for number, unit in enumerate(self.units) for code in unit}
        touching = self.store.neighbours(sorted(owner))
        return tuple(frozenset(owner[code] for code in ring_of(unit, touching) if code in owner) for unit in self.units)


@dataclass(frozen=True, slots=True, eq=False)
class UnitSeries:
    """Monthly counts of made-up neighbourhoods, units × months, NaN where a month is not held."""

    name: str
    neighbourhoods: Neighbourhoods
    months: tuple[int, ...]
    counts: Array

    @property
    def sha256(self) -> str:
        """The sha256 of the units, months and counts."""
        hasher = hashlib.sha256(repr((self.neighbourhoods.units, self.months)).encode())
        hasher.update(np.ascontiguousarray(self.counts, dtype="<f8").tobytes())
        return hasher.hexdigest()


def measures_of(names: Sequence[str]) -> tuple[str, ...]:
    """The measures behind these indicators, each once."""
    return tuple(sorted({measure for name in names for measure in indicator(name).measures}))


def unit_series(neighbourhoods: Neighbourhoods, name: str, measures: Sequence[str]) -> UnitSeries | None:
    """The summed measures of every made-up neighbourhood; None where one is not loaded or too short to be asked."""
    held = set(neighbourhoods.store.coverage(measures, neighbourhoods.authority)["measure"])
    if held != set(measures) or not neighbourhoods.units:
        return None
    codes = sorted(code for unit in neighbourhoods.units for code in unit)
    panel = neighbourhoods.store.monthly(measures, codes, neighbourhoods.authority)
    if panel.shape[1] < MONTHS_BEFORE + MONTHS_AFTER:
        return None
    row = {code: number for number, code in enumerate(codes)}
    values = panel.to_numpy(dtype=float)
    counts = np.vstack([values[[row[code] for code in unit]].sum(axis=0) for unit in neighbourhoods.units])
    return UnitSeries(name, neighbourhoods, tuple(int(month) for month in panel.columns), counts)


def starts(series: UnitSeries) -> range:
    """Positions of the months at which something could have started: 36 months before and 24 after are held."""
    return range(MONTHS_BEFORE, len(series.months) - MONTHS_AFTER + 1)


def _generator(series: UnitSeries, row: int, seed: int, what: str) -> np.random.Generator:
    """A generator of its own for each question, so that no answer depends on which others are asked."""
    unit = "|".join(series.neighbourhoods.units[row])
    return np.random.default_rng([seed, zlib.crc32(f"{series.name}|{unit}|{what}".encode())])


def start_of(series: UnitSeries, row: int, choice: Choice, seed: int) -> int:
    """Position of the month at which nothing started in this unit.

    The fixed date is the earliest possible; a random one is drawn from all that are possible; the bad year is the one
    with the highest count a month of all years that could end just before a start, the first among equals.
    """
    possible = starts(series)
    if choice == "fixed date":
        return possible[0]
    if choice == "random date":
        return int(_generator(series, row, seed, "date").choice(list(possible)))
    means = [np.nanmean(series.counts[row, at - _YEAR : at]) for at in possible]
    return possible[int(np.argmax(means))]


def compared_with(series: UnitSeries, row: int, seed: int) -> list[int]:
    """Sixty units drawn at random that do not touch this one (all of them where there are fewer)."""
    near: Collection[int] = series.neighbourhoods.near[row]
    others = [number for number in range(len(series.counts)) if number != row and number not in near]
    if len(others) <= MOST_UNITS:
        return others
    return sorted(_generator(series, row, seed, "units").choice(others, MOST_UNITS, replace=False).tolist())


def asked_rows(series: UnitSeries, areas: int | None, seed: int) -> list[int]:
    """The units that are asked about: all, or ``areas`` of them drawn at random."""
    number = len(series.counts)
    if areas is None or areas >= number:
        return list(range(number))
    return sorted(np.random.default_rng([seed, number]).choice(number, areas, replace=False).tolist())


def made_up_questions(series: UnitSeries, choice: Choice, areas: int | None, seed: int) -> Iterator[tuple[int, MadeUp]]:
    """(row, question) for each unit asked about. Recording breaks shared by all stay in, whatever date was drawn."""
    usable = [not bool(np.isnan(month).any()) for month in series.counts.T]
    for row in asked_rows(series, areas, seed):
        at = start_of(series, row, choice, seed)
        before, after = range(at - MONTHS_BEFORE, at), range(at, at + MONTHS_AFTER)
        earlier, later = (Window(month_from_number(series.months[span[0]]), len(span)) for span in (before, after))
        yield (
            row,
            MadeUp(
                ours=series.counts[row],
                units=series.counts[compared_with(series, row, seed)],
                blocks=blocks(series.months, usable, earlier, later),
                before=before,
                after=after,
            ),
        )
