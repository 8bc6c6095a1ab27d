"""Comparison neighbourhoods: contiguous units of as many small areas as the place has, grown from geometry alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from store.outline import Point


def grow_units(
    free: Collection[str],
    size: int,
    neighbours: Mapping[str, Sequence[str]],
    vertices: Mapping[str, frozenset[Point]],
) -> tuple[tuple[str, ...], ...]:
    """Disjoint contiguous units of ``size`` areas out of ``free``, each sorted, in the order of their first area.

    In code order each area still free starts a unit; the free neighbour that shares most boundary vertices with the
    unit joins it (ties: the smaller code) until it is complete; incomplete units are dropped. Deterministic, because
    random growth moves the answer (docs/decisions.md, 6).
    """
    left = set(free)
    units: list[tuple[str, ...]] = []
    for seed in sorted(free):
        if seed not in left:
            continue
        left.discard(seed)
        unit, newest = [seed], seed
        border: frozenset[Point] = frozenset()
        candidates: set[str] = set()
        while len(unit) < size:
            border |= vertices.get(newest, frozenset())
            candidates |= left.intersection(neighbours.get(newest, ()))
            if not candidates:
                break
            newest = min(candidates, key=lambda code: (-len(border & vertices[code]), code))
            left.discard(newest)
            candidates.discard(newest)
            unit.append(newest)
        if len(unit) == size:
            units.append(tuple(sorted(unit)))
    return tuple(sorted(units))


def ring_of(members: Collection[str], neighbours: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Areas that share a boundary vertex with the place and are not in it."""
    return tuple(sorted({other for member in members for other in neighbours.get(member, ())} - set(members)))


def unit_name(members: Sequence[str], names: Mapping[str, str], councils: Mapping[str, str]) -> str:
    """Council and short names: “Plymouth 012A with 012C”."""
    council = councils[members[0]]
    short = [names[code].rsplit(" ", 1)[-1] for code in members]
    return f"{council} {short[0]}" + (f" with {', '.join(short[1:])}" if len(short) > 1 else "")
