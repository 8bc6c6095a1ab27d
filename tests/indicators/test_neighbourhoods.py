"""Growing comparison neighbourhoods."""

from __future__ import annotations

import numpy as np
import pytest

from indicators.neighbourhoods import Boundaries, grow_units, ring_of, unit_name

Point = tuple[float, float]


def grid(width: int, height: int) -> tuple[dict[str, frozenset[Point]], dict[str, tuple[str, ...]]]:
    """Square areas side by side, named by row and column; corners touch too."""
    corners = {
        f"{y}{x}": frozenset({(x, y), (x + 1, y), (x, y + 1), (x + 1, y + 1)})
        for y in range(height)
        for x in range(width)
    }
    near = {
        code: tuple(sorted(other for other in corners if other != code and mine & corners[other]))
        for code, mine in corners.items()
    }
    return {code: frozenset((float(x), float(y)) for x, y in mine) for code, mine in corners.items()}, near


def slow(
    free: set[str], size: int, near: dict[str, tuple[str, ...]], corners: dict[str, frozenset[Point]]
) -> list[list[str]]:
    """A second way: look at every free area at every step."""
    left, units = sorted(free), []
    while left:
        unit = [left.pop(0)]
        while len(unit) < size:
            border = {point for member in unit for point in corners[member]}
            ranked = sorted(
                (-sum(point in border for point in corners[code]), code)
                for code in left
                if any(code in near[m] for m in unit)
            )
            if not ranked:
                break
            left.remove(ranked[0][1])
            unit.append(ranked[0][1])
        if len(unit) == size:
            units.append(sorted(unit))
    return sorted(units)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8])
@pytest.mark.parametrize("seed", range(4))
def test_units_are_those_of_a_slow_search(size: int, seed: int) -> None:
    corners, near = grid(6, 6)
    free = set(np.random.default_rng(seed).permutation(sorted(corners))[:28].tolist())
    assert [list(unit) for unit in grow_units(free, size, Boundaries(near, corners))] == slow(free, size, near, corners)


@pytest.mark.parametrize("size", [2, 3, 4])
def test_units_are_disjoint_contiguous_and_whole(size: int) -> None:
    corners, near = grid(7, 5)
    units = grow_units(corners, size, Boundaries(near, corners))
    flat = [code for unit in units for code in unit]
    assert len(flat) == len(set(flat))
    assert all(len(unit) == size and unit == tuple(sorted(unit)) for unit in units)
    for unit in units:
        reached = {unit[0]}
        for _ in unit:
            reached |= {code for code in unit if any(code in near[other] for other in reached)}
        assert reached == set(unit)


def test_the_order_of_what_is_free_changes_nothing() -> None:
    corners, near = grid(5, 5)
    codes = sorted(corners)
    shuffled = np.random.default_rng(1).permutation(codes).tolist()
    assert grow_units(codes, 3, Boundaries(near, corners)) == grow_units(shuffled, 3, Boundaries(near, corners))


def test_incomplete_units_are_dropped_and_single_areas_need_no_boundary() -> None:
    corners, near = grid(3, 1)
    assert grow_units(corners, 2, Boundaries(near, corners)) == (("00", "01"),)
    assert grow_units({"a", "b"}, 1, Boundaries({}, {})) == (("a",), ("b",))
    assert grow_units(set(), 2, Boundaries({}, {})) == ()


def test_the_ring_touches_the_place_and_is_not_in_it() -> None:
    _, near = grid(4, 4)
    assert ring_of(["11"], near) == ("00", "01", "02", "10", "12", "20", "21", "22")
    assert ring_of(["00", "01"], near) == ("02", "10", "11", "12")


def test_a_unit_is_called_by_its_council_and_short_names() -> None:
    names = {"a": "Plymouth 012A", "b": "Plymouth 012C", "c": "Plymouth 013B"}
    councils = dict.fromkeys(names, "Plymouth")
    assert unit_name(["a"], names, councils) == "Plymouth 012A"
    assert unit_name(["a", "b"], names, councils) == "Plymouth 012A with 012C"
    assert unit_name(["a", "b", "c"], names, councils) == "Plymouth 012A with 012C, 013B"
