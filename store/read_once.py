"""A store for one sitting: what was read once is not read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from store.database import Ends, Store
from store.outline import Point
from store.schema import ALL_AGES


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
        self._read: dict[tuple[str, str], list[tuple[Any, ...]]] = outer._read if outer else {}
        self._framed: dict[tuple[str, str], pd.DataFrame] = outer._framed if outer else {}
        self._vertices: dict[tuple[str, ...], dict[str, frozenset[Point]]] = outer._vertices if outer else {}
        self._touching: dict[tuple[str, ...], dict[str, tuple[str, ...]]] = outer._touching if outer else {}
        self._tables: dict[tuple[Any, ...], pd.DataFrame] = outer._tables if outer else {}

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query with bound values."""
        key = query, repr(values)
        if key not in self._read:
            self._read[key] = super().rows(query, values)
        return list(self._read[key])

    def frame(self, query: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> pd.DataFrame:
        """The rows of a query with bound values, as a frame of the caller's own."""
        key = query, repr(values)
        if key not in self._framed:
            self._framed[key] = super().frame(query, values)
        return self._framed[key].copy(deep=False)

    def boundary_vertices(self, codes: Sequence[str]) -> dict[str, frozenset[Point]]:
        """Boundary vertices of each stable area that has an outline."""
        key = tuple(codes)
        if key not in self._vertices:
            self._vertices[key] = super().boundary_vertices(codes)
        return dict(self._vertices[key])

    def neighbours(self, codes: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Stable areas that share a boundary vertex with each of ``codes``, sorted."""
        key = tuple(codes)
        if key not in self._touching:
            self._touching[key] = super().neighbours(codes)
        return dict(self._touching[key])

    def monthly(
        self, measures: Sequence[str], codes: Sequence[str], authority: str, ends: Ends = "unknown"
    ) -> pd.DataFrame:
        """Monthly counts as ``Store.monthly`` has them, as a frame of the caller's own."""
        key = "monthly", tuple(measures), tuple(codes), authority, ends
        if key not in self._tables:
            self._tables[key] = super().monthly(measures, codes, authority, ends)
        return self._tables[key].copy(deep=False)

    def residents(self, codes: Sequence[str], ages: tuple[int, int] = ALL_AGES) -> pd.DataFrame:
        """Mid-year residents as ``Store.residents`` has them, as a frame of the caller's own."""
        key = "residents", tuple(codes), ages
        if key not in self._tables:
            self._tables[key] = super().residents(codes, ages)
        return self._tables[key].copy(deep=False)

    def deprivation(self, codes: Sequence[str], edition: int) -> pd.DataFrame:
        """Ranks as ``Store.deprivation`` has them, as a frame of the caller's own."""
        key = "deprivation", tuple(codes), edition
        if key not in self._tables:
            self._tables[key] = super().deprivation(codes, edition)
        return self._tables[key].copy(deep=False)
