"""Which comparison neighbourhoods are similar: eligibility, distance, and the table that shows how alike they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

MOST_UNITS = 60
ENOUGH_UNITS = 30
FEWEST_UNITS = 19
DOMAINS = ("income", "employment", "education", "health", "crime", "housing", "environment")
# When each edition of the English indices was published: matching must use what was known before the start.
EDITIONS_PUBLISHED = {2019: date(2019, 9, 26), 2025: date(2025, 10, 30)}
_RESIDENTS_WITHIN = (0.5, 2.0)
# Distances are put in order by nine decimals; further apart than this, rounding cannot change their order.
_ROUNDING = 2e-9


@dataclass(frozen=True, slots=True)
class Profile:
    """What places are matched on, one value a place: events and person-years over all months before the start,
    residents, population-weighted deprivation ranks (overall and by domain) and the overall decile."""

    events: Array
    person_years: Array
    residents: Array
    rank: Array
    domains: Array
    decile: Array

    def take(self, rows: Sequence[int]) -> Profile:
        """The profile of some of the places."""
        chosen = np.asarray(rows, dtype=int)
        return Profile(*(getattr(self, name)[chosen] for name in self.__slots__))

    @property
    def features(self) -> tuple[Array, Array]:
        """Matching variables, one column each, and their weights in the squared distance."""
        columns = [np.log((self.events + 0.5) / self.person_years), self.rank, np.log(self.residents)]
        return (
            np.column_stack([*columns, self.domains]),
            np.array([1.0, 1.0, 1.0] + [1.0 / self.domains.shape[1]] * self.domains.shape[1]),
        )


def decile_of(rank: Array, areas_ranked: int) -> Array:
    """The tenth a (weighted mean) rank lies in, 1 to 10."""
    return np.clip(np.ceil(rank * 10 / areas_ranked), 1, 10)


def edition_for(start: date | None, held: Sequence[int]) -> tuple[int, bool]:
    """The newest edition published before the start, and True; else the oldest held, and False."""
    known = sorted(held)
    before = [edition for edition in known if start is not None and EDITIONS_PUBLISHED.get(edition, date.max) < start]
    return (before[-1], True) if before else (known[0], False)


def eligible(place: Profile, units: Profile) -> tuple[Array, tuple[str, ...]]:
    """Which units may be compared with the place (row 0 of ``place``), and how far the rule had to be widened.

    Deprivation decile within ±1 of the place's and residents from half to twice its own; under 30 units the decile is
    widened to ±2, then ±3, and then the residents are left free.
    """
    whole = np.isfinite(units.rank) & np.isfinite(units.residents) & np.isfinite(units.events) & (units.residents > 0)
    apart = np.abs(units.decile - place.decile[0])
    low, high = (_RESIDENTS_WITHIN[0] * place.residents[0], _RESIDENTS_WITHIN[1] * place.residents[0])
    sized = (units.residents >= low) & (units.residents <= high)
    widened: list[str] = []
    for decile, anybody, words in (
        (1, False, ""), (2, False, "deprivation ±2 deciles"), (3, False, "deprivation ±3 deciles"),
        (3, True, "any number of residents"),
    ):  # fmt: skip
        if words:
            widened.append(words)
        fits = whole & (apart <= decile) & (sized | anybody)
        if fits.sum() >= ENOUGH_UNITS:
            break
    if len(widened) > 1:
        # ±3 contains ±2: only the widest of the deciles is worth saying.
        widened = [words for words in widened if words != "deprivation ±2 deciles"]
    return fits, tuple(widened)


def nearest(place: Profile, units: Profile, fits: Array, names: Sequence[str]) -> list[int]:
    """Rows of the nearest 60 eligible units, nearest first; ties by name.

    Distance is the weighted sum of squared differences in z-scores over the eligible units: log rate (½ event added),
    deprivation rank, the seven domain ranks (1/7 each), log residents.
    """
    rows = np.flatnonzero(fits)
    values, weights = units.take(list(rows)).features
    return nearest_rows(rows, values, place.features[0][0], weights, names)


def nearest_rows(
    rows: npt.NDArray[np.intp], values: Array, ours: Array, weights: Array, names: Sequence[str]
) -> list[int]:
    """Those of ``rows`` whose features (``values``, one row each) lie nearest to ``ours``, as ``nearest`` says."""
    spread = values.std(axis=0)
    spread[spread == 0] = 1.0
    distance = ((((values - ours) / spread) ** 2) * weights).sum(axis=1)
    near = np.arange(len(rows))
    if len(rows) > MOST_UNITS:
        # Only those that rounding could still bring among the nearest need to be put in order.
        furthest = np.partition(distance, MOST_UNITS - 1)[MOST_UNITS - 1] + _ROUNDING
        near = np.flatnonzero(~(distance > furthest))
    near = near[np.argsort(distance[near], kind="stable")]
    # Nearly always no two lie so close that rounding makes a tie.
    if not (np.diff(distance[near]) > _ROUNDING).all():
        near = np.array(sorted(near.tolist(), key=lambda at: (round(float(distance[at]), 9), names[int(rows[at])])))
    return [int(row) for row in rows[near[:MOST_UNITS]]]


def balance(
    place: Profile, chosen: Profile, everywhere: Profile, unit: str, per: float
) -> tuple[Mapping[str, float | str], ...]:
    """How alike: the place, the mean of the chosen units, and of all units, row by row."""

    def row(what: str, values: Sequence[Array]) -> Mapping[str, float | str]:
        ours, similar, everyone = (float(np.nanmean(value)) for value in values)
        return {"what": what, "place": ours, "similar": similar, "all": everyone}

    profiles = (place, chosen, everywhere)
    rows = [
        row(f"rate before, {unit}", [item.events / item.person_years * per for item in profiles]),
        row("residents", [item.residents for item in profiles]),
        row("deprivation rank, overall (1 is where most people have low incomes)", [item.rank for item in profiles]),
    ]
    rows += [
        row(f"{domain} rank", [item.domains[:, number] for item in profiles]) for number, domain in enumerate(DOMAINS)
    ]
    return tuple(rows)
