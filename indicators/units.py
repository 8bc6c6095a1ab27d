"""Choosing the comparison units of one question, and what is known about each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from indicators.finding import Question
from indicators.ground import Ground
from indicators.indicator import Indicator
from indicators.matching import Profile, balance, decile_of, edition_for, eligible, nearest
from store.errors import BadQuestion
from store.period import month_from_number, month_number

Array = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The comparison units, nearest first, with their monthly counts (one row a unit) and how alike they are.

    ``cannot`` says why there is no comparison, or is empty. ``caveats`` are (slug, sentence).
    """

    units: tuple[tuple[str, ...], ...]
    names: Mapping[tuple[str, ...], str]
    counts: Array
    left_out: Mapping[str, str]
    widened: tuple[str, ...]
    balance: tuple[Mapping[str, float | str], ...]
    caveats: tuple[tuple[str, str], ...]
    cannot: str


def _nothing(why: str, left_out: Mapping[str, str]) -> Chosen:
    return Chosen((), {}, np.empty((0, 0)), left_out, (), (), (), why)


def choose(
    ground: Ground, question: Question, declared: Indicator, panel: pd.DataFrame, *, programmes: bool = True
) -> Chosen:
    """The units of ``question``: those it names, or the project's own rule (docs/decisions.md, 6).

    ``panel`` has the monthly counts of the pool and the place, one row a small area, one column a month number.
    """
    assert question.before is not None
    left_out = ground.left_out(question, declared.measures, programmes=programmes)
    if question.comparison is not None:
        return _given(ground, question, declared, panel, left_out)
    if len(question.members) > 1 and not ground.vertices:
        return _nothing("boundaries of small areas are not loaded (python -m loaders refresh ons_geography)", left_out)
    units = ground.units(left_out)
    start = month_from_number(month_number(question.before.last) + 1)
    editions = ground.store.deprivation_editions(ground.country)
    if not editions:
        return _nothing("deprivation ranks are not loaded (python -m loaders refresh deprivation)", left_out)
    if not units:
        return _nothing("no comparison neighbourhood of this size can be made here", left_out)
    edition, before_start = edition_for(start, list(editions))
    ours, profiles = profiles_of(ground, question, panel, units, edition, editions[edition])
    if not np.isfinite(ours.rank[0]) or not np.isfinite(ours.residents[0]):
        return _nothing("residents or deprivation ranks of this place are not loaded", left_out)
    fits, widened = eligible(ours, profiles)
    if not fits.any():
        return _nothing("no neighbourhood is similar enough", left_out)
    rows = nearest(ours, profiles, fits, ["|".join(unit) for unit in units])
    chosen = tuple(units[row] for row in rows)
    said = [(f"widened-{number}", f"To find enough similar places, the rule was widened: {words}.")
            for number, words in enumerate(widened, start=1)]  # fmt: skip
    if not before_start:
        said.append(
            ("deprivation-after-start", f"Similar places were chosen by the deprivation ranks of {edition}, published "
             "after the start, because none older is held.")
        )  # fmt: skip
    return Chosen(
        units=chosen,
        names=ground.names(chosen),
        counts=sums(panel, chosen),
        left_out=left_out,
        widened=widened,
        balance=balance(ours, profiles.take(rows), profiles, declared.unit, _per(declared)),
        caveats=tuple(said),
        cannot="",
    )


def _given(
    ground: Ground, question: Question, declared: Indicator, panel: pd.DataFrame, left_out: Mapping[str, str]
) -> Chosen:
    units = tuple(tuple(sorted(unit)) for unit in question.comparison or ())
    if not units:
        return _nothing("no comparison places were given", left_out)
    flat = [code for unit in units for code in unit]
    if len(flat) != len(set(flat)) or set(flat) & set(question.members):
        raise BadQuestion("A small area is used twice in the comparison", do="Use each small area once.")
    unknown = [code for code in flat if code not in ground.pool.index]
    if unknown:
        raise BadQuestion(f"{unknown[0]} is not a small area of the same authority", do="Choose others.")
    if any(len(unit) != len(question.members) for unit in units):
        raise BadQuestion("A comparison unit has another number of small areas than the place", do="Make them alike.")
    said = (("comparison-chosen", "The comparison places were chosen by hand, not by the project's rule."),)
    alike = _alike(ground, question, declared, panel, units, left_out)
    return Chosen(units, ground.names(units), sums(panel, units), left_out, (), alike, said, "")


def _alike(
    ground: Ground, question: Question, declared: Indicator, panel: pd.DataFrame, units: Sequence[tuple[str, ...]],
    left_out: Mapping[str, str],
) -> tuple[Mapping[str, float | str], ...]:  # fmt: skip
    """How alike units named by hand are, beside all that the project's own rule could choose from; empty where that
    cannot be known."""
    assert question.before is not None
    editions = ground.store.deprivation_editions(ground.country)
    everywhere = ground.units(left_out) if len(question.members) == 1 or ground.vertices else ()
    if not editions or not everywhere:
        return ()
    start = month_from_number(month_number(question.before.last) + 1)
    edition, _ = edition_for(start, list(editions))
    ours, profiles = profiles_of(ground, question, panel, [*units, *everywhere], edition, editions[edition])
    if not np.isfinite(ours.rank[0]) or not np.isfinite(ours.residents[0]):
        return ()
    given, pool = profiles.take(range(len(units))), profiles.take(range(len(units), len(units) + len(everywhere)))
    return balance(ours, given, pool, declared.unit, _per(declared))


def _per(declared: Indicator) -> float:
    """A level that stands for a month is counted once each month: twelve of them make a year's."""
    return declared.per / (12 if declared.kind == "stock" else 1)


def sums(panel: pd.DataFrame, units: Sequence[Sequence[str]]) -> Array:
    """Rows of ``panel`` added up by unit: one row a unit, one column a column of the panel."""
    return _added(panel.to_numpy(dtype=float), *_rows(panel.index, units))


def _rows(index: pd.Index, units: Sequence[Sequence[str]]) -> tuple[Numbers, Numbers]:
    """Positions in ``index`` of the members of all units, one unit after the other, and where each unit begins."""
    row = dict(zip(index.to_list(), range(len(index)), strict=True))
    flat = np.array([row[code] for unit in units for code in unit])
    return flat, np.cumsum([0, *map(len, units)])[:-1]


def _added(values: Array, flat: Numbers, starts: Numbers) -> Array:
    return np.asarray(np.add.reduceat(values[flat], starts, axis=0))


def profiles_of(
    ground: Ground, question: Question, panel: pd.DataFrame, units: Sequence[tuple[str, ...]], edition: int, ranked: int
) -> tuple[Profile, Profile]:
    """The profile of the place (one row) and of every unit, from all months before the start."""
    assert question.before is not None
    everyone = [question.members, *units]
    end = month_number(question.before.last)
    months = tuple(int(month) for month in panel.columns if int(month) <= end)
    rows = _rows(panel.index, everyone)
    counts = _added(panel.to_numpy(dtype=float)[:, [int(month) <= end for month in panel.columns]], *rows)
    usable = np.isfinite(counts[0])
    inside = np.isin(months, list(question.before.numbers))
    table = ground.matched_on(months, inside, usable, edition)
    added = _added(
        table.to_numpy(dtype=float), *(rows if table.index.equals(panel.index) else _rows(table.index, everyone))
    )
    residents = added[:, 0]
    ranks_of = added[:, 2:] / residents[:, None]
    whole = Profile(
        # A place that lacks a month ours has cannot be compared, and NaN keeps it out.
        events=counts[:, usable].sum(axis=1), person_years=added[:, 1], residents=residents, rank=ranks_of[:, 0],
        domains=ranks_of[:, 1:], decile=decile_of(ranks_of[:, 0], ranked),
    )  # fmt: skip
    return whole.take([0]), whole.take(range(1, len(everyone)))
