"""A store for one sitting: what was read once is not read again."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from store.database import Ends, Membership, Store
from store.outline import Point
from store.schema import ALL_AGES

_Made = TypeVar("_Made")


class ReadOnce(Store):
    """The same database behind the same doors, each query run once; for many questions about one place asked together.

    It keeps every answer, so it is made for one sitting and let go with it. What takes longer to put together than to read
    (who touches whom, the counts of a whole police force, residents of a whole country) is put together once too.
    """

    def __init__(self, store: Store) -> None:
        # Everything of the open store is shared: no file is opened again, and its connection stays its own.
        self.__dict__.update(store.__dict__)
        # A sitting inside another one goes on with what that has read.
        outer = store if isinstance(store, ReadOnce) else None
        self._read: dict[Hashable, list[tuple[Any, ...]]] = outer._read if outer else {}
        self._framed: dict[Hashable, pd.DataFrame] = outer._framed if outer else {}
        self._together: dict[Hashable, Any] = outer._together if outer else {}

    def once(self, key: Hashable, make: Callable[[], _Made]) -> _Made:
        """What ``make`` puts together, kept under ``key``: nobody may change it."""
        if key not in self._together:
            self._together[key] = make()
        found: _Made = self._together[key]
        return found

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query with bound values."""
        key = _key(query, values)
        if key not in self._read:
            self._read[key] = super().rows(query, values)
        return list(self._read[key])

    def frame(self, query: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> pd.DataFrame:
        """The rows of a query with bound values, as a frame of the caller's own."""
        key = _key(query, values)
        if key not in self._framed:
            self._framed[key] = super().frame(query, values)
        return self._framed[key].copy(deep=False)

    def small_areas(self, police_force: str | None = None, codes: Sequence[str] | None = None) -> pd.DataFrame:
        """Small areas as ``Store.small_areas`` has them, out of all there are, as a frame of the caller's own."""
        found = self.once("small areas", super().small_areas)
        if codes is not None:
            rows = found.index.get_indexer(pd.Index(codes))
            found = found.take(np.unique(rows[rows >= 0]))
        return (found if police_force is None else found[found["police_force"] == police_force]).copy(deep=False)

    def memberships(self, relations: Sequence[str], codes: Sequence[str] | None = None) -> list[Membership]:
        """The areas in which stable areas lie, out of all there are."""
        whole = super().memberships

        def by_area() -> dict[str, list[Membership]]:
            found: dict[str, list[Membership]] = {}
            for row in whole(relations):
                found.setdefault(row[0], []).append(row)
            return found

        known = self.once(("memberships", tuple(relations)), by_area)
        return [row for code in sorted(known if codes is None else set(codes)) for row in known.get(code, ())]

    def outlines(self, codes: Sequence[str]) -> dict[str, str]:
        """GeoJSON geometry of each stable area that has one, sorted."""
        known: dict[str, str | None] = self.once("outlines", dict)
        if new := [code for code in codes if code not in known]:
            known |= dict.fromkeys(new) | super().outlines(new)
        return {code: found for code in sorted(set(codes)) if (found := known[code]) is not None}

    def boundary_vertices(self, codes: Sequence[str]) -> dict[str, frozenset[Point]]:
        """Boundary vertices of each stable area that has an outline."""
        known: dict[str, frozenset[Point] | None] = self.once("vertices", dict)
        if new := [code for code in codes if code not in known]:
            known |= dict.fromkeys(new) | super().boundary_vertices(new)
        return {code: found for code in codes if (found := known[code]) is not None}

    def neighbours(self, codes: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Stable areas that share a boundary vertex with each of ``codes``, sorted."""
        known: dict[str, tuple[str, ...]] = self.once("neighbours", dict)
        if new := [code for code in codes if code not in known]:
            known |= super().neighbours(new)
        return {code: known[code] for code in codes}

    def monthly(
        self, measures: Sequence[str], codes: Sequence[str], authority: str, ends: Ends = "unknown"
    ) -> pd.DataFrame:
        """Monthly counts as ``Store.monthly`` has them, as a frame of the caller's own."""
        key = "monthly", tuple(measures), tuple(codes), authority, ends
        return self.once(key, lambda: super(ReadOnce, self).monthly(measures, codes, authority, ends)).copy(deep=False)

    def residents(self, codes: Sequence[str], ages: tuple[int, int] = ALL_AGES) -> pd.DataFrame:
        """Mid-year residents as ``Store.residents`` has them, as a frame of the caller's own."""
        key, plain = ("residents", tuple(codes), ages), super().residents
        return self.once(key, lambda: self._residents(codes, ages, plain)).copy(deep=False)

    def _residents(
        self, codes: Sequence[str], ages: tuple[int, int], plain: Callable[..., pd.DataFrame]
    ) -> pd.DataFrame:
        """Out of the largest frame that was read before if it has all of these areas; otherwise read, and kept if larger."""
        largest: dict[tuple[int, int], pd.DataFrame] = self.once("largest frame of residents", dict)
        held = largest.get(ages)
        if held is not None:
            rows = held.index.get_indexer(pd.Index(list(codes), dtype="object"))
            if (rows >= 0).all():
                # A year that is known of others only is no column here.
                return held.take(rows).dropna(axis=1, how="all")
        found = plain(codes, ages)
        if (held is None or len(found) > len(held)) and found.index.is_unique:
            largest[ages] = found
        return found

    def deprivation(self, codes: Sequence[str], edition: int) -> pd.DataFrame:
        """Ranks as ``Store.deprivation`` has them, as a frame of the caller's own."""
        key = "deprivation", tuple(codes), edition
        return self.once(key, lambda: super(ReadOnce, self).deprivation(codes, edition)).copy(deep=False)


def _key(query: str, values: Sequence[Any] | Mapping[str, Any]) -> Hashable:
    """A query with its values; lists of tens of thousands of codes are many times faster hashed than written out."""
    names, given = (tuple(values), values.values()) if isinstance(values, Mapping) else ((), values)
    hashed = tuple((type(value).__name__, tuple(value) if isinstance(value, list) else value) for value in given)
    return query, names, hashed
