"""Small areas that mean the same thing in 2011 and 2021.

The ONS exact-fit lookup links 2011 and 2021 LSOAs; its connected components are exact unions in both editions, so a
series held on them shows neither a split nor a merge as a change.
"""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from store.errors import SourceChanged

CHANGES = ("U", "S", "M", "X")
_COLUMNS = ["lsoa11", "lsoa11_name", "lsoa21", "lsoa21_name", "change"]


def _components(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """The root of every code's component, by union-find over both editions' codes (``11:`` and ``21:``)."""
    parent: dict[str, str] = {}

    def root(code: str) -> str:
        while parent[code] != code:
            parent[code] = parent[parent[code]]
            code = parent[code]
        return code

    for old, new in pairs:
        left, right = "11:" + old, "21:" + new
        parent.setdefault(left, left)
        parent.setdefault(right, right)
        first, second = root(left), root(right)
        if first != second:
            parent[max(first, second)] = min(first, second)
    return {code: root(code) for code in parent}


def _stable_code(old: list[str], new: list[str], changes: set[str]) -> tuple[str, bool]:
    """The component's own code, and whether its two editions cover the same ground."""
    if "X" in changes:
        return min(old), False
    if len(old) == 1:
        return old[0], True
    if len(new) == 1:
        return new[0], True
    raise SourceChanged(
        f"LSOAs {', '.join(old)} became {', '.join(new)} without being marked as irregular",
        column="CHGIND",
        do="Check that the file is the ONS exact-fit lookup, 2011 to 2021, version 3.",
    )


class _Lookup:
    """A lookup that is known by what it holds."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self._content = pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes()

    def __hash__(self) -> int:
        return hash(self._content)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Lookup) and self._content == other._content


def stable_areas(exact_fit: pd.DataFrame) -> pd.DataFrame:
    """Every published code with its stable area.

    ``exact_fit`` has columns ``lsoa11, lsoa11_name, lsoa21, lsoa21_name, change`` (U unchanged, S split, M merged, X
    irregular). Returns one row per published code and edition: ``published, edition ("2011" or "2021"), name, stable,
    stable_name, comparable``, ordered by stable code, edition, code. A name is only ever shown with its edition in
    mind: 2,162 unchanged LSOAs were renamed. Raises SourceChanged where a many-to-many link is not marked X.
    """
    # Every loader of a build asks for the same lookup, and the answer takes a second.
    return _stable_areas(_Lookup(exact_fit[_COLUMNS])).copy()


@lru_cache(maxsize=2)
def _stable_areas(lookup: _Lookup) -> pd.DataFrame:
    links = list(lookup.frame.itertuples(index=False, name=None))
    roots = _components([(link[0], link[2]) for link in links])
    members: dict[str, tuple[dict[str, str], dict[str, str], set[str]]] = {}
    for old, old_name, new, new_name, change in links:
        olds, news, changes = members.setdefault(roots["11:" + old], ({}, {}, set()))
        olds[old] = old_name
        news[new] = new_name
        changes.add(change)
    rows: list[tuple[str, str, str, str, str, bool]] = []
    for olds, news, changes in members.values():
        code, comparable = _stable_code(sorted(olds), sorted(news), changes)
        name = news.get(code) or olds[code]
        rows += [(published, "2011", label, code, name, comparable) for published, label in olds.items()]
        rows += [(published, "2021", label, code, name, comparable) for published, label in news.items()]
    columns = ["published", "edition", "name", "stable", "stable_name", "comparable"]
    return pd.DataFrame(rows, columns=columns).sort_values(["stable", "edition", "published"], ignore_index=True)


def one_meaning(areas: pd.DataFrame) -> dict[str, str]:
    """Published code → stable code; a code that means two things between editions is a SourceChanged."""
    meanings = areas[["published", "stable"]].drop_duplicates()
    twice = meanings["published"][meanings["published"].duplicated()]
    if len(twice):
        raise SourceChanged(
            f"{twice.iloc[0]} belongs to two stable areas",
            column="LSOA21CD",
            do="Check that the file is the ONS exact-fit lookup, 2011 to 2021, version 3.",
        )
    return dict(zip(meanings["published"], meanings["stable"], strict=True))
