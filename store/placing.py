"""Where a published code belongs: its stable area, and that area's police force and country."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from store.areas import area_rows
from store.lookups import Lookups
from store.stable_areas import one_meaning, stable_areas


@dataclass(frozen=True, slots=True)
class Placement:
    """``stable``: published LSOA code (either edition) → stable code; ``force`` and ``council``: of a stable code."""

    stable: dict[str, str]
    force: dict[str, str]
    council: dict[str, str]


@lru_cache(maxsize=2)
def placement(lookups: Lookups) -> Placement:
    """The placement these lookups give."""
    _, members = area_rows(lookups)

    def parents(relation: str) -> dict[str, str]:
        part = members[members["relation"] == relation]
        return dict(zip(part["member_code"], part["parent_code"], strict=True))

    return Placement(
        stable=one_meaning(stable_areas(lookups.exact_fit)),
        force=parents("in_police_force"),
        council=parents("in_council"),
    )
