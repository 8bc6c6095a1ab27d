"""The monthly figures of one measure in some small areas, read once as arrays for all that is asked about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from store.numbered import numbered

if TYPE_CHECKING:
    from store.database import Store

Array: TypeAlias = npt.NDArray[np.float64]
Numbers: TypeAlias = npt.NDArray[np.int64]
Marks: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class MonthlyFigures:
    """What all authorities counted of one measure, added up: ``known`` is areas × months from month number ``first``
    on, nought where there is no figure.

    Figures without a number are apart, an entry each: ``row`` and ``month`` (a month number), whether they are
    ``suppressed``, and the least and most (``low, high``) they can stand for. ``by_authority`` has what each counted:
    ``authority_id, month, file_id, events``, in order.
    """

    first: int
    known: Array
    row: Numbers
    month: Numbers
    suppressed: Marks
    low: Array
    high: Array
    by_authority: pd.DataFrame

    def hidden(self, months: Sequence[int]) -> int:
        """How many of the figures of these month numbers are suppressed."""
        return int((self.suppressed & np.isin(self.month, list(months))).sum())

    def between(self, months: range, ends: str) -> Array:
        """Areas × ``months``: NaN where a figure is without a number, which is no zero. ``ends`` ("low", "high") is what a
        suppressed one is taken for, or leaves it unknown."""
        found = np.zeros((len(self.known), len(months)))
        last = self.first + self.known.shape[1]
        shared = range(max(months.start, self.first), min(months.stop, last))
        if len(shared):
            found[:, shared.start - months.start : shared.stop - months.start] = self.known[
                :, shared.start - self.first : shared.stop - self.first
            ]
        inside = (self.month >= months.start) & (self.month < months.stop)
        taken = {"low": self.low, "high": self.high}.get(ends, np.full(len(self.row), np.nan))
        values = np.where(self.suppressed, taken, np.nan)
        np.add.at(found, (self.row[inside], self.month[inside] - months.start), values[inside])
        return found


def monthly_figures(store: Store, measure: str, codes: Sequence[str]) -> MonthlyFigures:
    """The monthly figures of ``measure`` in these small areas, one row each."""
    held = _held(store, codes)
    if measure not in held:
        held |= _read(store, [measure], codes)
    return held[measure]


def read_ahead(store: Store, measures: Sequence[str], codes: Sequence[str]) -> None:
    """Read what a sitting will ask of these measures with one look at the areas instead of one for each measure."""
    held = _held(store, codes)
    if new := [name for name in dict.fromkeys(measures) if name not in held]:
        held |= _read(store, new, codes)


def _held(store: Store, codes: Sequence[str]) -> dict[str, MonthlyFigures]:
    return store.once(("monthly figures", tuple(codes)), dict)


def _read(store: Store, measures: Sequence[str], codes: Sequence[str]) -> dict[str, MonthlyFigures]:
    rows = {number: row for row, number in enumerate(numbers_of_areas(store, codes)) if number >= 0}
    known = numbers_of_measures(store)
    wanted = {name: known.get(name, -1) for name in measures}
    found = store.frame(
        "SELECT o.measure_id, o.area_id, year(o.period_start) * 12 + month(o.period_start) - 1 AS month, o.numerator, "
        "o.status = 'suppressed' AS suppressed, o.low, o.high, o.authority_id, o.file_id FROM observation o "
        f"WHERE {numbered('o.area_id', rows)} AND {numbered('o.measure_id', wanted.values())} AND o.period_months = 1"
    )
    found["row"] = found.pop("area_id").map(rows)
    of = found.pop("measure_id").to_numpy()
    if len(wanted) == 1:
        return {name: _figures(found, len(codes)) for name in wanted}
    return {name: _figures(found[of == number], len(codes)) for name, number in wanted.items()}


def _figures(found: pd.DataFrame, areas: int) -> MonthlyFigures:
    row, month = found["row"].to_numpy(dtype=np.int64), found["month"].to_numpy(dtype=np.int64)
    number = found["numerator"].to_numpy(dtype=float)
    first, months = (int(month.min()), int(np.ptp(month)) + 1) if len(month) else (0, 0)
    there = np.isfinite(number)
    cells = row[there] * months + month[there] - first
    added = np.bincount(cells, weights=number[there], minlength=areas * months)
    known = np.asarray(added, dtype=float).reshape(areas, months)
    low, high = (found[name].to_numpy(dtype=float)[~there] for name in ("low", "high"))
    keys = ["authority_id", "month", "file_id"]
    events = found.groupby(keys, sort=True)["numerator"].sum(min_count=1).rename("events").reset_index()
    suppressed = found["suppressed"].to_numpy(dtype=bool)[~there]
    return MonthlyFigures(first, known, row[~there], month[~there], suppressed, low, high, events)


def numbers_of_measures(store: Store) -> dict[str, int]:
    """The number of each measure in the tables, by its name."""
    return store.once("numbers of measures", lambda: dict(store.rows("SELECT name, measure_id FROM measure")))


def numbers_of_areas(store: Store, codes: Sequence[str]) -> Sequence[int]:
    """The number of each of these small areas in the tables; −1 for one that is not among them."""

    def numbers() -> list[int]:
        known = dict(
            store.rows(
                "SELECT code, area_id FROM area WHERE kind = 'stable' AND code IN (SELECT unnest(?))", [list(codes)]
            )
        )
        return [known.get(code, -1) for code in codes]

    return store.once(("numbers of areas", tuple(codes)), numbers)
