"""A store for one sitting: what was read once is not read again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from store.database import Store


class ReadOnce(Store):
    """The same database behind the same doors, each query run once; for many questions about one place asked together.

    It keeps every answer, so it is made for one sitting and let go with it.
    """

    def __init__(self, store: Store) -> None:
        # Everything of the open store is shared: no file is opened again, and its connection stays its own.
        self.__dict__.update(store.__dict__)
        self._read: dict[tuple[str, str], list[tuple[Any, ...]]] = {}
        self._framed: dict[tuple[str, str], pd.DataFrame] = {}

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query with bound values."""
        key = query, repr(values)
        if key not in self._read:
            self._read[key] = super().rows(query, values)
        return list(self._read[key])

    def frame(self, query: str, values: Sequence[Any] = ()) -> pd.DataFrame:
        """The rows of a query with bound values, as a frame of the caller's own."""
        key = query, repr(values)
        if key not in self._framed:
            self._framed[key] = super().frame(query, values)
        return self._framed[key].copy(deep=False)
