"""The long list of outcomes to choose from, in an order a person can follow, each saying what kind of figure it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from indicators.indicator import Indicator, SmallestArea

# Nearest first; what is measured in the neighbourhood itself, or counted by people there, comes before all of these.
_AROUND: Mapping[SmallestArea, str] = {
    "school": "schools",
    "practice": "surgeries",
    "ward": "ward",
    "council": "council-wide",
}
NOT_LOADED = "not loaded"


def choices(board: Sequence[str], known: Mapping[str, Indicator], held: Collection[str]) -> dict[str, str]:
    """Name → words: what is loaded first (the board in its own order, then what else is measured here, then schools,
    surgeries, ward and council), then what is not loaded, by title. ``known`` holds every indicator of ``board``.
    """

    def order(name: str) -> tuple[bool, int, int, str]:
        item = known[name]
        on_board = board.index(name) if name in board and name in held else len(board)
        near = list(_AROUND).index(item.smallest_area) if item.smallest_area in _AROUND else -1
        return name not in held, near, on_board, item.title

    return {name: _words(known[name], name in held) for name in sorted(known, key=order)}


def _words(item: Indicator, loaded: bool) -> str:
    around = _AROUND.get(item.smallest_area, "")
    said = around if around and around not in item.title else ""
    return " · ".join(part for part in (item.title, said, "" if loaded else NOT_LOADED) if part)
