"""Published values of areas by period – years, terms, single days – as arrays: areas or sets of areas × periods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from indicators.indicator import Indicator, Kind
from store.database import Ends, Store
from store.period import Window
from store.published_values import Period, published, reported_periods

Array: TypeAlias = npt.NDArray[np.float64]

_NORMAL_95 = 1.959964


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


def _whole_periods(found: Sequence[Period]) -> tuple[Period, ...]:
    """The periods of the commonest length, each beginning after the last one ended (the newest kept).

    One that nobody has a figure for, between two that are held, stands among them: it is missing and not forgotten.
    """
    if not found:
        return ()
    lengths = [period.months for period in found]
    usual = max(sorted(set(lengths)), key=lengths.count)
    kept: list[Period] = []
    for period in sorted({item for item in found if item.months == usual}, reverse=True):
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
    Events that a reported period has no row for are nought in small areas; everything else without a row is unknown.
    ``ends`` says what suppressed counts are taken for.
    """
    rows = published(store, declared.measures, kind, codes)
    reported = reported_periods(store, declared.measures)
    met = rows if len(rows) else reported
    periods = _whole_periods(
        [Period(int(first), int(months)) for first, months in zip(met["first"], met["months"], strict=True)]
    )
    shape = (len(declared.measures), len(codes), len(periods))
    tables = {name: np.full(shape, np.nan) for name in ("numerator", "denominator", "value", "error")}
    hidden = np.zeros(shape, dtype=bool)
    _fill_noughts(tables["numerator"], declared, kind, reported, periods)
    # Another area's figure, inherited, is not an observation of this one.
    rows = rows[rows["status"] != "inherited"]
    layer = pd.Index(declared.measures).get_indexer(pd.Index(rows["measure"]))
    line = pd.Index(codes).get_indexer(pd.Index(rows["code"]))
    starts = pd.MultiIndex.from_tuples([(period.first, period.months) for period in periods] or [(0, -1)])
    column = starts.get_indexer(pd.MultiIndex.from_arrays([rows["first"], rows["months"]]))
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


def _fill_noughts(
    numerator: Array, declared: Indicator, kind: str, reported: pd.DataFrame, periods: Sequence[Period]
) -> None:
    """Nought wherever a small area's events were reported on, until a row says otherwise."""
    if declared.kind != "events" or kind != "stable":
        return
    for layer, measure in enumerate(declared.measures):
        mine = reported[(reported["measure"] == measure) & (reported["state"] == "reported")]
        spans = {Period(int(first), int(months)) for first, months in zip(mine["first"], mine["months"], strict=True)}
        for at, period in enumerate(periods):
            if period in spans:
                numerator[layer, :, at] = 0.0
