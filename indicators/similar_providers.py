"""GP practices and schools like those of a place: as large, at the same level, and schools of the same phase."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from indicators.matching import MOST_UNITS
from indicators.published_series import PublishedSeries
from indicators.units import Chosen
from store.database import Store
from store.proposals import propose_schools

Array: TypeAlias = npt.NDArray[np.float64]

# Under this share of its patients (or pupils) from the place, a provider's figure is context and gets no verdict.
LEAST_OF_ITS_PEOPLE = 0.25
_SIZE_WITHIN = (0.5, 2.0)


def phases_to_match(ours: Collection[str], phases: Mapping[str, str]) -> frozenset[str]:
    """The phases of our schools; empty where the phase of one of them is not known."""
    return frozenset(phases[code] for code in ours) if set(ours) <= phases.keys() else frozenset()


def no_schools(store: Store, members: Sequence[str]) -> str:
    """What to do where a place's file names no schools, with those that stand near: nobody has checked who goes there."""
    words = "no schools are named in the neighbourhood's file: name them there, by their numbers (URN)"
    near = ", ".join(f"{school.name} ({school.code})" for school in propose_schools(store, members))
    return f"{words}; near it lie {near}, proposed from location and not checked" if near else words


def similar_providers(
    series: PublishedSeries, ours: Collection[str], figures: Array, before: Sequence[int], after: Sequence[int],
    names: Mapping[str, str], phases: Mapping[str, str],
) -> Chosen:  # fmt: skip
    """Up to 60 other practices or schools with a figure in every period used, nearest in size and in level before.

    ``figures`` are providers × periods, as ``series``. Size is the denominator (patients, pupils) before, from half to
    twice ours where it is published; distance is over log size and log level, in z-scores. ``phases`` are those of schools,
    as far as they are known: where ours are, the others have one of them.
    """
    used = [*before, *after]
    mine = np.array([code in ours for code in series.codes])
    whole = np.isfinite(figures[:, used]).all(axis=1) & (figures[:, used] > 0).all(axis=1)
    size = series.denominator[:, list(before)].mean(axis=1)
    level = np.where(whole, figures[:, list(before)].mean(axis=1), np.nan)
    sized = np.isfinite(size).any() and np.isfinite(size[mine]).all()
    fits = whole & ~mine
    if of_ours := phases_to_match(ours, phases):
        fits &= np.array([phases.get(code) in of_ours for code in series.codes])
    if sized:
        own = float(size[mine].mean())
        fits &= (size >= _SIZE_WITHIN[0] * own) & (size <= _SIZE_WITHIN[1] * own)
    rows = np.flatnonzero(fits)
    features = [np.log(level)] + ([np.log(size)] if sized else [])
    distance = np.zeros(len(rows))
    for feature in features:
        spread = float(np.std(feature[rows])) if len(rows) else 1.0
        distance += ((feature[rows] - float(np.nanmean(feature[mine]))) / (spread or 1.0)) ** 2
    order = sorted(range(len(rows)), key=lambda at: (round(float(distance[at]), 9), series.codes[int(rows[at])]))
    units = tuple((series.codes[int(rows[at])],) for at in order[:MOST_UNITS])
    return Chosen(
        units=units, names={unit: names.get(unit[0], unit[0]) for unit in units}, counts=np.empty((0, 0)), left_out={},
        widened=(), balance=(), caveats=(), cannot="",
    )  # fmt: skip
