"""Figures that stand far off their neighbours in time: worth a look before anybody believes them.

A figure is far off when it lies more than six scaled median absolute deviations from the median of up to six periods
before it and six after, itself left out, at least six of them being held. The deviation is scaled by 1.4826, which makes
it the standard deviation of a normal series (Rousseeuw and Croux, J Am Stat Assoc 1993;88:1273), and is taken to be at
least the square root of the median, which is the noise of a count of that size: otherwise any move in a calm series, or
one of many zeros, would stand out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

NEIGHBOURS = 6
FEWEST = 6
FAR = 6.0
_TO_STANDARD_DEVIATION = 1.4826


def far_off(counts: Sequence[float] | npt.NDArray[np.float64]) -> pd.DataFrame:
    """``median`` and ``scale`` of each figure's neighbours, and whether it is ``far`` off them; NaN is not held."""
    series = np.asarray(counts, dtype=float)
    edge = np.full(NEIGHBOURS, np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(np.concatenate([edge, series, edge]), 2 * NEIGHBOURS + 1)
    around = np.delete(windows, NEIGHBOURS, axis=1)
    held = (~np.isnan(around)).sum(axis=1)
    around[held == 0] = 0.0  # nothing to compare with, and no complaint about a median of nothing
    median = np.nanmedian(around, axis=1)
    scale = _TO_STANDARD_DEVIATION * np.nanmedian(np.abs(around - median[:, None]), axis=1)
    scale = np.maximum(scale, np.sqrt(np.maximum(median, 1.0)))
    far = (held >= FEWEST) & (np.abs(series - median) > FAR * scale)
    return pd.DataFrame({"median": median, "scale": scale, "far": far})


def spikes(figures: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """The rows of ``figures`` (``*by, period, count``, in order of time within each series) that are far off, with ``usual``,
    the median of their neighbours, and ``far`` in scaled deviations (negative: below)."""
    found = []
    for _, series in figures.groupby(list(by), sort=False):
        if len(series) <= FEWEST:
            continue
        judged = far_off(series["count"].to_numpy(dtype=float)).set_index(series.index)
        far = (series["count"] - judged["median"]) / judged["scale"]
        found.append(series.assign(usual=judged["median"], far=far)[judged["far"]])
    return pd.concat(found, ignore_index=True) if found else figures.iloc[:0].assign(usual=[], far=[])
