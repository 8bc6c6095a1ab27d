"""GP practices and schools like those of a place, and how much of a practice's work is for people of the place."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from indicators.matching import MOST_UNITS
from indicators.published_series import PublishedSeries
from indicators.units import Chosen
from store.database import Store
from store.published_values import latest_stock, member_shares

Array: TypeAlias = npt.NDArray[np.float64]

# Under this share of its patients (or pupils) from the place, a provider's figure is context and gets no verdict.
LEAST_OF_ITS_PEOPLE = 0.25
PATIENTS_HERE, PATIENTS_OF_PRACTICES = "registered-patients-living-here", "registered-patients"
_SIZE_WITHIN = (0.5, 2.0)


def share_of_its_patients(store: Store, members: Sequence[str], practices: Sequence[str]) -> Mapping[str, float]:
    """Of each practice's patients the share (0–1) that lives in ``members``; practices of unknown size are left out.

    A small area's patients with a practice are its share of that area's registered patients.
    """
    here = latest_stock(store, PATIENTS_HERE, "stable", members)
    sizes = latest_stock(store, PATIENTS_OF_PRACTICES, "practice", practices)
    patients: dict[str, float] = {}
    for practice, member, share in member_shares(store, members, "patients"):
        patients[practice] = patients.get(practice, 0.0) + share * here.get(member, 0.0)
    return {code: patients.get(code, 0.0) / sizes[code] for code in practices if sizes.get(code)}


def similar_providers(
    series: PublishedSeries, ours: Collection[str], figures: Array, before: Sequence[int], after: Sequence[int],
    names: Mapping[str, str],
) -> Chosen:  # fmt: skip
    """Up to 60 other practices or schools with a figure in every period used, nearest in size and in level before.

    ``figures`` are providers × periods, as ``series``. Size is the denominator (patients, pupils) before, from half to
    twice ours where it is published; distance is over log size and log level, in z-scores.
    """
    used = [*before, *after]
    mine = np.array([code in ours for code in series.codes])
    whole = np.isfinite(figures[:, used]).all(axis=1) & (figures[:, used] > 0).all(axis=1)
    size = series.denominator[:, list(before)].mean(axis=1)
    level = np.where(whole, figures[:, list(before)].mean(axis=1), np.nan)
    sized = np.isfinite(size).any() and np.isfinite(size[mine]).all()
    fits = whole & ~mine
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
