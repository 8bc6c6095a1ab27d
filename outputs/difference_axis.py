"""The axis of differences from similar places: log ratio, right is always better, both ends named in words."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from indicators.indicator import Better
from outputs.look import tokens
from outputs.words import FEWER, LOWER, ratio_words

FURTHEST = 20.0  # a ratio beyond 20 times, or a twentieth, is drawn at the edge and said to lie beyond
_FINE = (4.0, 2.0, 1.5, 1.0, 0.75, 0.5, 0.25)
_COARSE = (16.0, 8.0, 4.0, 2.0, 1.0, 0.5, 0.25, 0.125, 0.0625)
# Those whose words have room side by side on a phone.
_ON_A_PHONE = (16.0, 4.0, 2.0, 1.0, 0.5, 0.25, 0.0625)


@dataclass(frozen=True, slots=True)
class End:
    """The words at one end of the axis, and the palette key they are written in."""

    words: str
    colour: str


@dataclass(frozen=True, slots=True)
class Axis:
    """Where ratios lie between ``left`` and ``right``, both in log units with the better side to the right."""

    better: Better
    left: float
    right: float
    pair: tuple[str, str] = FEWER

    def place(self, ratio: float) -> float:
        """The position of a ratio, at most as far as the edge."""
        log = math.log(min(max(ratio, 1 / FURTHEST), FURTHEST))
        return (-log if self.better == "lower" else log) + 0.0

    def share(self, ratio: float) -> float:
        """The position of a ratio from 0 (left end) to 1 (right end)."""
        return (self.place(ratio) - self.left) / (self.right - self.left)

    @property
    def ticks(self) -> tuple[tuple[float, str], ...]:
        """Ratios with their words, those inside the axis only."""
        wide = self.right - self.left > math.log(8.5)
        chosen = [one for one in (_COARSE if wide else _FINE) if self.left <= self.place(one) <= self.right]
        return tuple((one, tick_words(one, self.pair)) for one in chosen)

    @property
    def few_ticks(self) -> tuple[tuple[float, str], ...]:
        """Those of the ticks that have room on a phone."""
        return tuple(one for one in self.ticks if one[0] in _ON_A_PHONE)

    @property
    def same_zone(self) -> tuple[float, float]:
        """Both edges of the zone within 15 %, left first."""
        edges = [self.place(ratio) for ratio in tokens()["chart"]["same_zone"]]
        return min(edges), max(edges)

    @property
    def ends(self) -> tuple[End, End]:
        """The words at the left and at the right end."""
        less, more = (word.capitalize() for word in self.pair)
        if self.better == "neither":
            return End(less, "grey"), End(more, "grey")
        worse, good = (more, less) if self.better == "lower" else (less, more)
        return End(f"{worse} (worse)", "orange"), End(f"{good} (better)", "blue")


def tick_words(ratio: float, pair: tuple[str, str] = FEWER) -> str:
    """``twice as many``, ``50 % more``, ``the same``, ``half as many``."""
    many = "high" if pair == LOWER else "many"
    named = {1.0: "the same", 2.0: f"twice as {many}", 0.5: f"half as {many}"}
    return named.get(ratio) or ratio_words(ratio, pair)


def axis(ratios: Iterable[float | None], better: Better, pair: tuple[str, str] = FEWER) -> Axis:
    """An axis wide enough for every ratio, never narrower than from half to twice."""
    plain = Axis(better, -1, 1, pair)
    places = [plain.place(one) for one in ratios if one is not None and not math.isnan(one)]
    reach = [*places, math.log(2), -math.log(2)]
    return Axis(better, min(reach) - 0.12, max(reach) + 0.12, pair)


def beyond(ratio: float) -> bool:
    """True where a ratio lies further out than the axis goes."""
    return not 1 / FURTHEST <= ratio <= FURTHEST
