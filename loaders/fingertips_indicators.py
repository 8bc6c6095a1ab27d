"""Which indicators of the public health profiles are used: how each is recognised, counted, dated and hidden."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from loaders.csv_table import AGAIN
from loaders.fingertips_periods import Year
from store.contribution import Measure, MeasureKind
from store.errors import SourceChanged

ENGLAND = "E92000001"


@dataclass(frozen=True, slots=True)
class Level:
    """A kind of area the profiles are published for. ``kind`` is the store's, ``suffix`` ends the measure's name.

    Each has a measure of its own: a slice is replaced whole, and a file of districts must not replace one of counties.
    Both tiers of councils cover all of England, so unitary councils stand in either. ``area_types`` are the beginnings
    of the service's names for it, in lower case; ``at_once`` is how many indicators are asked for in one request.
    """

    name: str
    kind: str
    suffix: str
    area_types: tuple[str, ...]
    at_once: int = 100


UPPER = Level("upper", "council", "", ("counties & ua", "county & ua", "upper tier"))
LOWER = Level("lower", "council", "-in-districts", ("districts & ua", "district & ua", "lower tier"))
REGION = Level("region", "region", "-in-regions", ("region", "government office region"))
COUNTRY = Level("country", "country", "-in-england", ("england", "country"))
# Thousands of areas over many years: one indicator an answer, so that none is too large to be read.
WARD = Level("ward", "ward", "-in-wards", ("ward", "electoral ward"), 1)
MIDDLE = Level("middle", "msoa", "-in-middle-layer-areas", ("msoa", "middle"), 1)
PRACTICE = Level("practice", "practice", "", ("gps", "gp practice", "general practice"), 1)
COUNCILS = (UPPER, LOWER, REGION, COUNTRY)
UPPER_COUNCILS = (UPPER, REGION, COUNTRY)


@dataclass(frozen=True, slots=True)
class ProfileIndicator:
    """An indicator of the profiles, configured by number and by the words of its name.

    ``number`` is the publisher's; its name must hold every one of ``words`` ("a|b" is either) and none of ``without``:
    a wrong number gives a full set of believable figures of something else. ``per`` is the base of the published
    rate, ``year`` what its periods are years of, ``sex`` and ``age`` those used (an age is needed only where the file
    holds several). ``hides`` is the range of a suppressed count, ``rounded_to`` what counts below England are rounded
    to (data/suppression.toml). ``crude`` says that the published rate is ``per`` × count ÷ denominator.
    """

    measure: str
    number: int
    words: tuple[str, ...]
    kind: MeasureKind
    unit: str
    per: float
    year: Year
    levels: tuple[Level, ...]
    without: tuple[str, ...] = ()
    sex: str = "Persons"
    age: str | None = None
    hides: tuple[float, float] | None = None
    rounded_to: int = 1
    crude: bool = True

    def fits(self, name: str) -> bool:
        """Whether an indicator of this ``name`` is this one."""
        text = f" {_plain(name)} "
        there = all(any(f" {word} " in text for word in choice.split("|")) for choice in self.words)
        return there and not any(f" {word} " in text for word in self.without)

    def measure_at(self, level: Level) -> str:
        """The name of this indicator's measure for areas of ``level``."""
        return self.measure + level.suffix

    @property
    def measure_of_former(self) -> str:
        """The name of its measure for councils that are no more.

        Each of them has slices to itself, so that a newer file without it does not take its years away.
        """
        return f"{self.measure}-in-former-councils"


def _plain(name: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", name.casefold()))


def measures_of(indicators: Iterable[ProfileIndicator]) -> tuple[Measure, ...]:
    """The measures of these indicators, one for each level and one for former councils."""
    found = []
    for item in indicators:
        names = [item.measure_at(level) for level in item.levels]
        former = [item.measure_of_former] if UPPER in item.levels else []
        found += [Measure(name, item.kind, item.unit) for name in (*names, *former)]
    return tuple(found)


def identify(
    indicators: Sequence[ProfileIndicator], named: Sequence[tuple[str, str]], file: str
) -> dict[tuple[str, str], int]:
    """Which of ``indicators`` (by position) these (number, name) of a file are; those not used here are left out.

    A number known here must bear the name expected; another number counts where its name fits one indicator only.
    Raises SourceChanged where a name does not fit its number, and where two numbers are the same indicator.
    """
    found: dict[tuple[str, str], int] = {}
    for number, name in named:
        own = [at for at, item in enumerate(indicators) if str(item.number) == number]
        fitting = [at for at, item in enumerate(indicators) if item.fits(name)]
        if own and own[0] not in fitting:
            words = ", ".join(f"“{word.replace('|', '” or “')}”" for word in indicators[own[0]].words)
            raise SourceChanged(
                f"Indicator {number} is called “{name}”, where a name with {words} was expected",
                file=file, column="Indicator Name", do=AGAIN,
            )  # fmt: skip
        if len(fitting) == 1 or own:
            found[number, name] = own[0] if own else fitting[0]
    taken: dict[int, str] = {}
    for (number, name), at in found.items():
        if taken.setdefault(at, number) != number:
            raise SourceChanged(
                f"Indicators {taken[at]} and {number} are both “{name}”, and only one of them can be used",
                file=file, column="Indicator ID", do="Import them one at a time, or leave one of them out.",
            )  # fmt: skip
    return found
