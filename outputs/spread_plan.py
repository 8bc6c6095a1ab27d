"""How answers spread over made-up neighbourhoods, with ours marked: a picture of chance, never a list of places."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

from indicators.finding import Finding
from indicators.indicator import Better
from outputs import clauses
from outputs.table import Cell, Table
from outputs.words import FEWER, number, ratio_words, tone_of
from store.place import Place
from store.scans import Spread

# Fewer answers than this say little about how answers spread.
FEWEST = 100
# A bin of fewer places could tell one of them.
FEWEST_IN_A_BIN = 10
_FEWEST_BINS = 3
# Bins are equally wide in the logarithm of the ratio: four from the same to twice as many.
_STEP = math.log(2) / 4
_EDGES = tuple(math.exp(_STEP * at) for at in range(-8, 9))


@dataclass(frozen=True, slots=True)
class Bin:
    """Made-up neighbourhoods with a ratio from ``low`` to below ``high``; 0 and infinity at the ends."""

    low: float
    high: float
    places: int

    def words(self, pair: tuple[str, str]) -> str:
        """``29 % fewer to 16 % fewer``."""
        if self.low == 0:
            return f"{ratio_words(self.high, pair)} or beyond" if self.high < math.inf else "any"
        if self.high == math.inf:
            return f"{ratio_words(self.low, pair)} or beyond"
        return f"{ratio_words(self.low, pair)} to {ratio_words(self.high, pair)}"


@dataclass(frozen=True, slots=True)
class SpreadPlan:
    """``bins`` from fewest to most; ``ours`` is our ratio, None where it is not shown (too few events)."""

    title: str
    place: str
    sentence: str
    better: Better
    bins: tuple[Bin, ...]
    ours: float | None
    pair: tuple[str, str] = FEWER

    @property
    def places(self) -> int:
        """How many made-up neighbourhoods are drawn."""
        return sum(one.places for one in self.bins)

    @property
    def alt(self) -> str:
        """What the chart shows, for people who do not see it."""
        fullest = max(self.bins, key=lambda one: one.places)
        told = (
            f"Bar chart of {number(self.places)} made-up neighbourhoods by their difference from similar places. Most, "
            f"{number(fullest.places)}, lie in the bin {fullest.words(self.pair)}."
        )
        return told if self.ours is None else f"{told} {self.place}: {ratio_words(self.ours, self.pair)}."

    @property
    def table(self) -> Table:
        """One row a bin; bins of under ten places are merged with their neighbour."""
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (one.words(self.pair), one.places, self.place if self._holds_ours(one) else "") for one in self.bins
        )
        return Table(("Difference from similar places", "Made-up neighbourhoods", "Ours"), rows)

    def csv(self) -> str:
        """The table as CSV text."""
        return self.table.csv()

    def _holds_ours(self, one: Bin) -> bool:
        return self.ours is not None and one.low <= self.ours < one.high


def spread_plan(finding: Finding, spread: Spread | None, place: Place) -> SpreadPlan | None:
    """The plan; None where nothing is compared, no host has made a scan with these windows that is large enough, or its
    answers lie so close together that bins would not tell them apart."""
    if spread is None or finding.comparison is None or len(spread.ratios) < FEWEST:
        return None
    bins = bins_of(spread.ratios)
    # Merged so far that an end reaches over “the same”, bins would say nothing, and say it wrongly.
    if len(bins) < _FEWEST_BINS or bins[0].high > 1 or bins[-1].low < 1:
        return None
    ours = None if tone_of(finding) == "too_few" else finding.comparison.headline.ratio
    return SpreadPlan(
        title="How far do places wander by themselves?",
        place=place.name,
        sentence=_sentence(spread, ours, len(finding.question.members)),
        better=finding.better,
        bins=bins,
        ours=ours,
        pair=clauses.comparatives(finding),
    )


def bins_of(ratios: tuple[float, ...]) -> tuple[Bin, ...]:
    """The ratios by bin, merged until no bin holds fewer than ten: always the smallest with its smaller neighbour."""
    edges = (0.0, *_EDGES, math.inf)
    found = [Bin(low, high, sum(low <= ratio < high for ratio in ratios)) for low, high in itertools.pairwise(edges)]
    while len(found) > 1 and min(one.places for one in found) < FEWEST_IN_A_BIN:
        at = min(range(len(found)), key=lambda number: found[number].places)
        beside = [other for other in (at - 1, at + 1) if 0 <= other < len(found)]
        first, second = sorted((at, min(beside, key=lambda number: found[number].places)))
        merged = Bin(found[first].low, found[second].high, found[first].places + found[second].places)
        found[first : second + 1] = [merged]
    return tuple(found)


def _sentence(spread: Spread, ours: float | None, small_areas: int) -> str:
    said = [
        f"{number(len(spread.ratios))} small areas, each taken as a made-up neighbourhood in which nothing is known to have been "
        "started, were asked the same question with the same two periods."
    ]
    if spread.too_few:
        said.append(f"{number(spread.too_few)} more had too few events to tell and are not drawn.")
    if ours is None:
        said.append("Here are too few events to tell, so this place is not drawn either.")
        return " ".join(said)
    reach = abs(math.log(ours)) - 1e-12
    beyond = sum(ratio <= 0 or abs(math.log(ratio)) >= reach for ratio in spread.ratios)
    many = number(beyond) if beyond >= FEWEST_IN_A_BIN else f"fewer than {FEWEST_IN_A_BIN}"
    said.append(f"In {many} of them the difference was at least as large as here, in either direction.")
    if small_areas > 1:
        said.append(f"This place is made of {small_areas} small areas, and larger places wander less.")
    said.append("This is no test: the answer above comes from places that are alike.")
    return " ".join(said)
