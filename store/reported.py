"""What authorities reported, by measure: read once for a database, because every question asks several things about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from store.database import Store


class Reported:
    """The coverage table by measure: one frame each, ``measure, authority, kind`` (of the authority), ``first`` (a month
    number), ``months`` (0 = on one day in it), ``state, rows_placed, rows_unlocated, reason, file_id``, in order."""

    def __init__(self, table: pd.DataFrame) -> None:
        self._empty = table.iloc[:0]
        self._of = {str(name): rows for name, rows in table.groupby("measure", sort=False)}
        self._kinds = {name: frozenset(rows["kind"]) for name, rows in self._of.items()}
        self._monthly = {name: bool((rows["months"] == 1).any()) for name, rows in self._of.items()}
        self._ends = {name: rows["first"] + (rows["months"] - 1).clip(lower=0) for name, rows in self._of.items()}
        self._months: dict[str, dict[str, tuple[int, int]]] = {}
        single = table[table["months"] == 1].groupby(["measure", "authority"], sort=False)["first"]
        for (name, authority), months in single:
            self._months.setdefault(str(name), {})[str(authority)] = int(months.min()), int(months.max())

    def rows(self, measures: Sequence[str]) -> pd.DataFrame:
        """What was reported of these measures."""
        parts = [self._of[name] for name in sorted(set(measures)) if name in self._of]
        return pd.concat(parts) if len(parts) > 1 else (parts or [self._empty])[0]

    def monthly(self, measures: Sequence[str], authority: str) -> pd.DataFrame:
        """The single months of these measures reported by one authority."""
        rows = self.rows(measures)
        return rows[(rows["authority"] == authority) & (rows["months"] == 1)]

    def held(self, measures: Sequence[str], authority: str | None = None) -> tuple[str, ...]:
        """Those of the measures of which anything was reported, or single months by one authority."""
        if authority is None:
            return tuple(name for name in measures if name in self._of)
        return tuple(name for name in measures if authority in self._months.get(name, {}))

    def kinds(self, measures: Sequence[str]) -> tuple[str, ...]:
        """Kinds of authority that report on these measures, in order."""
        return tuple(sorted(frozenset().union(*(self._kinds.get(name, frozenset()) for name in measures))))

    def is_monthly(self, measures: Sequence[str]) -> bool:
        """Whether single months of any of these measures, or nothing at all, was reported."""
        held = [self._monthly[name] for name in measures if name in self._monthly]
        return not held or any(held)

    def first_and_last_month(self, measures: Sequence[str], authority: str | None) -> tuple[int, int] | None:
        """Month numbers from which and to which single months of all of these measures were reported (by one
        authority); None where of one there is none."""
        spans = []
        for measure in measures:
            held = self._months.get(measure, {})
            found = list(held.values()) if authority is None else [held[authority]] if authority in held else []
            if not found:
                return None
            spans.append((min(first for first, _ in found), max(last for _, last in found)))
        return max(first for first, _ in spans), min(last for _, last in spans)

    def first_and_last(self, measures: Sequence[str]) -> tuple[int, int] | None:
        """The same over periods of any length; the last month is that of the last period's end."""
        if not set(measures) <= self._of.keys():
            return None
        return (
            max(int(self._of[name]["first"].min()) for name in measures),
            min(int(self._ends[name].max()) for name in measures),
        )


def reported(store: Store) -> Reported:
    """What authorities reported, as far as this database knows."""
    if "reported" not in store.kept_for_all:
        table = store.frame(
            "SELECT m.name AS measure, a.code AS authority, a.kind, "
            "(year(c.period_start) * 12 + month(c.period_start) - 1)::INTEGER AS first, c.period_months AS months, "
            "c.state, c.rows_placed, c.rows_unlocated, c.reason, c.file_id "
            "FROM coverage c JOIN measure m USING (measure_id) JOIN area a ON a.area_id = c.authority_id "
            "ORDER BY m.name, a.code, first, months, c.state, c.file_id"
        )
        store.kept_for_all["reported"] = Reported(table)
    found: Reported = store.kept_for_all["reported"]
    return found
