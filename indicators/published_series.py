"""Published values of areas by period – years, terms, single days – as arrays: areas or sets of areas × periods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from indicators.indicator import Indicator, Kind
from store.areas import COUNTRIES
from store.database import Ends, Store
from store.period import Window
from store.published_values import Period, periods_held, published, reported_periods

Array: TypeAlias = npt.NDArray[np.float64]
Numbers: TypeAlias = npt.NDArray[np.int_]

_NORMAL_95 = 1.959964
# Kinds of area of which many are set side by side; of councils and wards only the place's own are read.
_COMPARED = ("stable", "data_zone", "practice", "school")


@dataclass(frozen=True, slots=True, eq=False)
class PublishedSeries:
    """Areas × periods: ``numerator``, ``denominator``, ``value`` (in the measure's unit), ``error`` (the standard error
    of a value published with limits) and ``hidden`` (a suppressed cell). NaN is not known, never nought.

    ``periods`` do not overlap and are in order.
    """

    codes: tuple[str, ...]
    periods: tuple[Period, ...]
    numerator: Array
    denominator: Array
    value: Array
    error: Array
    hidden: npt.NDArray[np.bool_]

    def of(self, units: Sequence[Sequence[str]]) -> PublishedSeries:
        """One row a unit: counts are added up, values averaged by their denominators where all are known.

        A unit with an unknown part is unknown; one named after its first code.
        """
        row = {code: number for number, code in enumerate(self.codes)}
        parts = [[row[code] for code in unit] for unit in units]
        summed = [np.array([table[rows].sum(axis=0) for rows in parts]).reshape(len(units), len(self.periods))
                  for table in (self.numerator, self.denominator)]  # fmt: skip
        values = [_averaged(self, rows) for rows in parts]
        empty = np.empty((0, len(self.periods)))
        return PublishedSeries(
            codes=tuple(unit[0] for unit in units),
            periods=self.periods,
            numerator=summed[0],
            denominator=summed[1],
            value=np.array([value for value, _ in values]) if values else empty,
            error=np.array([error for _, error in values]) if values else empty,
            hidden=np.array([self.hidden[rows].any(axis=0) for rows in parts]).reshape(len(units), len(self.periods)),
        )

    def figures(self, kind: Kind) -> Array:
        """What an indicator of this kind is told by: counts of events and stocks, else published or computed values."""
        return self.numerator if kind in ("events", "stock") else self.value

    def inside(self, window: Window) -> tuple[int, ...]:
        """Positions of the periods that lie wholly inside ``window``."""
        first, last = window.numbers[0], window.numbers[-1]
        return tuple(at for at, period in enumerate(self.periods) if first <= period.first and period.last <= last)


def _averaged(series: PublishedSeries, rows: Sequence[int]) -> tuple[Array, Array]:
    """Value and standard error of several areas together: the mean, weighted by denominators where they are known."""
    value, error, cases = series.value[rows], series.error[rows], series.denominator[rows]
    weights = np.where(np.isfinite(cases).all(axis=0) & (cases.sum(axis=0) > 0), cases, 1.0)
    weights = weights / weights.sum(axis=0)
    return (weights * value).sum(axis=0), np.sqrt((weights**2 * error**2).sum(axis=0))


def _whole_periods(found: Sequence[tuple[Period, int]]) -> tuple[Period, ...]:
    """The periods of the commonest length, each beginning after the last one ended (the newest kept); ``found`` are
    periods, each with how many figures there are.

    One that nobody has a figure for, between two that are held, stands among them: it is missing and not forgotten.
    """
    if not found:
        return ()
    lengths: Counter[int] = Counter()
    for period, number in found:
        lengths[period.months] += number
    usual = max(sorted(lengths), key=lengths.__getitem__)
    kept: list[Period] = []
    for period in sorted({item for item, _ in found if item.months == usual}, reverse=True):
        while kept and usual and period.last < kept[-1].first - usual:
            kept.append(Period(kept[-1].first - usual, usual))
        if not kept or period.last < kept[-1].first:
            kept.append(period)
    return tuple(reversed(kept))


def series_of(
    store: Store, declared: Indicator, kind: str, codes: Sequence[str], ends: Ends = "unknown"
) -> PublishedSeries:
    """What is published on an indicator for areas of one kind, its measures added up.

    Pooled years overlap (2018–20, 2019–21): of such periods those are kept that do not, counted back from the newest.
    Events that a country reports without a row are nought in its small areas; everything else without a row is unknown.
    ``ends`` says what suppressed counts are taken for.
    """
    key = "series", declared, kind, tuple(codes), ends
    return store.once(key, lambda: _put_together(store, declared, kind, codes, ends))


def _put_together(store: Store, declared: Indicator, kind: str, codes: Sequence[str], ends: Ends) -> PublishedSeries:
    rows = published(store, declared.measures, kind, codes)
    reported = reported_periods(store, declared.measures)
    periods = _whole_periods(_met(store, declared, kind, rows, reported))
    shape = (len(declared.measures), len(codes), len(periods))
    tables = {name: np.full(shape, np.nan) for name in ("numerator", "denominator", "value", "error")}
    hidden = np.zeros(shape, dtype=bool)
    _fill_noughts(tables["numerator"], declared, kind, codes, reported, periods)
    # Another area's figure, inherited, is not an observation of this one.
    rows = rows[rows["status"] != "inherited"]
    layer = pd.Index(declared.measures).get_indexer(pd.Index(rows["measure"]))
    line = pd.Index(codes).get_indexer(pd.Index(rows["code"]))
    column = _positions(periods, rows["first"].to_numpy(dtype=int), rows["months"].to_numpy(dtype=int))
    kept = (column >= 0) & (line >= 0)
    cell = (layer[kept], line[kept], column[kept])
    given = {
        name: rows[name].to_numpy(dtype=float)[kept] for name in ("numerator", "denominator", "value", "low", "high")
    }
    hidden[cell] = (rows["status"] == "suppressed").to_numpy(dtype=bool)[kept]
    low, high = given["low"], given["high"]
    if ends != "unknown":
        given["numerator"] = np.where(hidden[cell], given[ends], given["numerator"])
    for name in ("numerator", "denominator", "value"):
        tables[name][cell] = given[name]
    tables["error"][cell] = np.where(np.isfinite(given["value"]), (high - low) / (2 * _NORMAL_95), np.nan)
    numerator = tables["numerator"].sum(axis=0)
    denominator, value = tables["denominator"][0], tables["value"][0]
    if declared.kind == "proportion":
        counted = np.isfinite(numerator) & (denominator > 0)
        share = np.divide(declared.per * numerator, denominator, where=counted, out=np.full_like(value, np.nan))
        value = np.where(counted, share, value)
    error = np.nan_to_num(tables["error"][0])
    covered: npt.NDArray[np.bool_] = np.asarray(hidden.any(axis=0))
    return PublishedSeries(tuple(codes), periods, numerator, denominator, value, error, covered)


def _positions(periods: Sequence[Period], first: Numbers, months: Numbers) -> Numbers:
    """Where each period, given by its first month and its months, stands among ``periods``; −1 where it does not."""
    known = np.array([(period.first, period.months) for period in periods] or [(0, -1)])
    at = np.minimum(np.searchsorted(known[:, 0], first), len(known) - 1)
    return np.where((known[at, 0] == first) & (known[at, 1] == months), at, -1)


def _met(
    store: Store, declared: Indicator, kind: str, rows: pd.DataFrame, reported: pd.DataFrame
) -> list[tuple[Period, int]]:
    """The periods to choose from, each with a number of figures.

    Areas that are compared with one another share theirs, whichever of them an area itself has a figure for: those of
    all areas of their kind, and of events those reported on, in which there may have been none.
    """
    held = periods_held(store, declared.measures, kind) if kind in _COMPARED else []
    if held and not (declared.kind == "events" and kind == "stable"):
        return held
    met = reported if held or rows.empty else rows
    spans = {(int(first), int(months)) for first, months in zip(met["first"], met["months"], strict=True)}
    return [*held, *((Period(first, months), 0 if held else 1) for first, months in sorted(spans))]


def _fill_noughts(
    numerator: Array, declared: Indicator, kind: str, codes: Sequence[str], reported: pd.DataFrame, periods: Sequence[Period]
) -> None:  # fmt: skip
    """Nought wherever a country reported on the events in its small areas, until a row says otherwise.

    What a community counted in some small areas says nothing about all others.
    """
    if declared.kind != "events" or kind != "stable":
        return
    letters = np.array([code[:1] for code in codes])
    whole = reported[reported["state"] == "reported"]
    for layer, measure in enumerate(declared.measures):
        for letter, (country, _) in COUNTRIES.items():
            mine = whole[(whole["measure"] == measure) & (whole["authority"] == country)]
            spans = {
                Period(int(first), int(months)) for first, months in zip(mine["first"], mine["months"], strict=True)
            }
            inside = [at for at, period in enumerate(periods) if period in spans]
            numerator[layer][np.ix_(letters == letter, inside)] = 0.0
