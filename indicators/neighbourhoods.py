"""Comparison neighbourhoods: contiguous units of as many small areas as the place has, grown from geometry alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from store.outline import Point


class SharedBoundary:
    """The boundary vertices that two areas share, worked out once for each pair: growth asks for the same pairs again and
    again, for every place and every set of areas that are left out.
    """

    def __init__(self, vertices: Mapping[str, frozenset[Point]]) -> None:
        self._vertices = vertices
        self._found: dict[tuple[str, str], frozenset[Point]] = {}

    def between(self, one: str, other: str) -> frozenset[Point]:
        """What both have; empty where the outline of one is not known."""
        pair = (one, other) if one < other else (other, one)
        found = self._found.get(pair)
        if found is None:
            nothing: frozenset[Point] = frozenset()
            found = self._vertices.get(one, nothing) & self._vertices.get(other, nothing)
            self._found[pair] = found
        return found


def grow_units(
    free: Collection[str],
    size: int,
    neighbours: Mapping[str, Sequence[str]],
    boundary: SharedBoundary,
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
        # By candidate, what it shares with the whole unit.
        shared: dict[str, frozenset[Point]] = {}
        while len(unit) < size:
            for code in left.intersection(neighbours.get(newest, ())):
                if code not in shared:
                    shared[code] = frozenset().union(*(boundary.between(member, code) for member in unit[:-1]))
            if not shared:
                break
            for code in shared:
                shared[code] |= boundary.between(newest, code)
            newest = min(shared, key=lambda code: (-len(shared[code]), code))
            left.discard(newest)
            del shared[newest]
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
