"""Comparison neighbourhoods: contiguous units of as many small areas as the place has, grown from geometry alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from store.outline import Point


class Boundaries:
    """Who touches whom, and what two areas share of their boundary: worked out once, though growth asks for the same pairs
    again and again, for every place and every set of areas that are left out.
    """

    def __init__(self, neighbours: Mapping[str, Sequence[str]], vertices: Mapping[str, frozenset[Point]]) -> None:
        self._neighbours, self._vertices = neighbours, vertices
        self._shared: dict[tuple[str, str], frozenset[Point]] = {}
        self._ordered: dict[str, tuple[str, ...]] = {}

    def shared(self, one: str, other: str) -> frozenset[Point]:
        """The vertices that both have; empty where the outline of one is not known."""
        pair = (one, other) if one < other else (other, one)
        if pair not in self._shared:
            nothing: frozenset[Point] = frozenset()
            self._shared[pair] = self._vertices.get(one, nothing) & self._vertices.get(other, nothing)
        return self._shared[pair]

    def beside(self, code: str) -> tuple[str, ...]:
        """The areas that touch one, those that share most vertices with it first (ties: the smaller code)."""
        if code not in self._ordered:
            touching = self._neighbours.get(code, ())
            self._ordered[code] = tuple(sorted(touching, key=lambda other: (-len(self.shared(code, other)), other)))
        return self._ordered[code]

    def beside_all(self, unit: Sequence[str], left: Collection[str]) -> str | None:
        """Of the areas in ``left`` that touch one of ``unit`` that which shares most vertices with all of it (ties: the
        smaller code); None where there is none.
        """
        if len(unit) == 1:
            return next((other for other in self.beside(unit[0]) if other in left), None)
        candidates = {other for code in unit for other in self._neighbours.get(code, ()) if other in left}

        def order(other: str) -> tuple[int, str]:
            return -len(frozenset().union(*(self.shared(code, other) for code in unit))), other

        return min(candidates, key=order, default=None)


def grow_units(free: Collection[str], size: int, boundaries: Boundaries) -> tuple[tuple[str, ...], ...]:
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
        unit = [seed]
        while len(unit) < size and (newest := boundaries.beside_all(unit, left)) is not None:
            left.discard(newest)
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
