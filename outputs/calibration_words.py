"""What was measured about the tool itself, in plain sentences: false alarms, falls found, ranges, and no answer at all.

Every number comes from the rows that a calibration saved; where a row is not there, its sentence is not said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from indicators.discovery import all_indicators
from outputs.names import lower_first
from outputs.words import listed, number

SIMULATED = "simulated"
ANY_OF_SIX = "any of six chosen beforehand"
_FALL = -30.0
_FIXED, _RANDOM = "fixed date, 4 small areas", "random date, 4 small areas"
_BAD_YEAR, _SMALL = "after a bad year, 4 small areas", "random date, 2 small areas"
_RARE = "or fewer before"
# Not an outcome of any board: every kind of record that the sample holds, added up.
_CALLED = {"all six together": "all six kinds together"}
# Those that the project's own bar for finding a fall is about: from plenty of events to few.
SHOWN = ("all six together", "violence", "anti-social-behaviour", "burglary")
_STEADINESS = (
    ("stable", "where counts are steady"),
    ("typical", "where they wander as they do in most places"),
    ("drifting", "where places drift apart for years"),
    ("chosen after a bad year and drifting", "where a drifting place was chosen after a bad year"),
)
_SHOULD_HOLD = 95
# With no answer in more than this many of 100 places, an outcome has none in most.
_MOSTLY = 50.0


@dataclass(frozen=True, slots=True)
class Measured:
    """One measured share of a rule: how often it raised a false alarm, or found a fall put into the counts."""

    indicator: str
    rule: str
    scenario: str
    effect_percent: float
    runs: int
    false_findings: float | None
    coverage: float | None
    power: float | None
    no_answer: float


Share = Literal["false_findings", "coverage", "power", "no_answer"]


def real_series(rows: Iterable[Measured]) -> list[Measured]:
    """Rows of single outcomes (and sums of them) on real counts: no simulation, no board of several, no part of another row."""
    return [row for row in rows if row.indicator not in (SIMULATED, ANY_OF_SIX) and not row.scenario.endswith(_RARE)]


def mean_share(
    rows: Iterable[Measured],
    what: Share,
    *,
    rule: str = "verdict",
    scenario: str | None = None,
    indicators: Sequence[str] | None = None,
    effect: float = 0.0,
) -> float | None:
    """The mean, in 100, over the rows of this rule and effect (of one scenario, of some indicators); None without any."""
    shares = [
        100 * share
        for row in rows
        if row.rule == rule
        and row.effect_percent == effect
        and scenario in (None, row.scenario)
        and (indicators is None or row.indicator in indicators)
        and (share := getattr(row, what)) is not None
    ]
    return sum(shares) / len(shares) if shares else None


def outcome(indicator: str) -> str:
    """What a measured indicator is called in a sentence."""
    declared = all_indicators().get(indicator)
    return lower_first(declared.title) if declared else _CALLED.get(indicator, indicator)


def _about(share: float | None) -> str:
    if share is not None and 0 < share < 1:
        return "fewer than 1"
    return "more than 99" if share is not None and 99 < share < 100 else number(share, 0)


def in_words(rows: Sequence[Measured]) -> tuple[str, ...]:
    """False alarms; empty where nothing has been measured yet."""
    asked = real_series(row for row in rows if row.scenario == _FIXED)
    alarms, plain = (mean_share(asked, "false_findings", rule=rule) for rule in ("verdict", "before and after alone"))
    if alarms is None:
        return ()
    said = [
        f"We asked the same question of {max(row.runs for row in asked)} made-up neighbourhoods in which nothing was started that "
        f"we know of. In about {_about(alarms)} of 100 the tool said that something had changed more or less than elsewhere."
    ]
    if plain is not None:
        said[0] += (
            f" Setting the years before against the years after, and looking at nothing else, said so in {_about(plain)} of 100."
        )
    bad = mean_share(real_series(rows), "false_findings", scenario=_BAD_YEAR)
    if bad is not None:
        said.append(
            f"Where a neighbourhood was chosen because it had just had its own highest year, it was about {_about(bad)} of 100, "
            "nearly all of them falls. Read a fall that follows a bad year with more care."
        )
    board = mean_share(rows, "false_findings", scenario=_FIXED, indicators=(ANY_OF_SIX,))
    if board is not None:
        said.append(
            f"A board shows several outcomes. With six chosen beforehand, about {_about(board)} of 100 boards raised at least one "
            "false alarm."
        )
    return tuple(said)


def found_in_words(rows: Sequence[Measured]) -> tuple[str, ...]:
    """What falls are found, by their size and by outcome, on real counts and on simulated ones."""
    real = real_series(rows)
    effects = sorted({row.effect_percent for row in real if row.power is not None}, reverse=True)
    found = {
        effect: share
        for effect in effects
        if (share := mean_share(real, "power", scenario=_FIXED, indicators=SHOWN, effect=effect)) is not None
    }
    said = []
    if found:
        kinds = listed([outcome(name) for name in SHOWN])
        sizes = listed([f"a fall of {number(-effect)} % in {_about(share)} of 100" for effect, share in found.items()])
        said.append(
            f"We then took events away on purpose, so that we knew the true fall, and asked again. The tool found {sizes}. "
            f"That is the mean over {kinds}."
        )
    by_outcome = _in_each(real, _FIXED)
    if by_outcome:
        said.append(f"A fall of {number(-_FALL)} % was found in {by_outcome}.")
    made_up = [
        f"{_about(share)} {words}"
        for name, words in _STEADINESS
        if (share := mean_share(rows, "power", scenario=name, indicators=(SIMULATED,), effect=_FALL)) is not None
    ]
    if made_up:
        said.append(
            f"In places made up by the computer a fall of {number(-_FALL)} % was found in this many of 100: {listed(made_up)}."
        )
    if said:
        said.append("Small falls are mostly missed. Where none is found, there may still have been one.")
    return tuple(said)


def _in_each(real: Sequence[Measured], scenario: str) -> str:
    """“78 of 100 for all six together, …”, at a fall of 30 %."""
    return listed(
        [
            f"{_about(share)} of 100 for {outcome(name)}"
            for name in SHOWN
            if (share := mean_share(real, "power", scenario=scenario, indicators=(name,), effect=_FALL)) is not None
        ]
    )


def ranges_in_words(rows: Sequence[Measured]) -> tuple[str, ...]:
    """How often the 95 % range held the truth."""
    real = [row for row in real_series(rows) if row.rule == "headline" and row.effect_percent == 0]
    held = [row for row in real if row.coverage is not None]
    mean = mean_share(held, "coverage", rule="headline")
    if mean is None:
        return ()
    scenarios = {
        row.scenario: mean_share(held, "coverage", rule="headline", scenario=row.scenario) or 0.0 for row in held
    }
    least = min(scenarios, key=lambda name: scenarios[name])
    lowest = min(held, key=lambda row: row.coverage or 0.0)
    return (
        f"The range beside each number should hold the truth in {_SHOULD_HOLD} of 100 places. Over {len(held)} sets of real counts "
        f"it did so in {number(mean, 1)} of 100. It did least well where a place was asked about {_dates(least)}: "
        f"{number(scenarios[least], 1)} of 100. The lowest of all was {outcome(lowest.indicator)}, asked about "
        f"{_dates(lowest.scenario)}: {number(100 * (lowest.coverage or 0.0), 1)} of 100.",
    )


def _dates(scenario: str) -> str:
    """A scenario's dates in words: ``after its own highest year (4 small areas)``."""
    dates, _, size = scenario.partition(", ")
    words = {
        "after a bad year": "after its own highest year",
        "fixed date": "one fixed date",
        "random date": "a random date",
    }
    return f"{words.get(dates, dates)} ({size})" if size else words.get(dates, dates)


def no_answer_in_words(rows: Sequence[Measured]) -> tuple[str, ...]:
    """How often the tool says that there are too few events, by outcome."""
    real = real_series(rows)
    at_fixed = {
        row.indicator: 100 * row.no_answer
        for row in real
        if (row.rule, row.scenario, row.effect_percent) == ("verdict", _FIXED, 0.0)
    }
    if not at_fixed:
        return ()
    mostly = [f"{_about(share)} of 100 for {outcome(name)}" for name, share in at_fixed.items() if share > _MOSTLY]
    rest = [share for share in at_fixed.values() if share <= _MOSTLY]
    said = []
    if mostly:
        said.append(f"Often there are too few events to tell, and then the page says so. That was {listed(mostly)}.")
    if rest:
        said.append(f"For every {'other ' if mostly else ''}outcome it was at most {_about(max(rest))} of 100.")
    small = mean_share(real, "no_answer", scenario=_SMALL)
    if small is not None:
        mean = mean_share(real, "no_answer", scenario=_RANDOM)
        beside = "" if mean is None else f" In places of four it was {_about(mean)} of 100."
        said.append(
            f"In places of only two small areas there was no answer in {_about(small)} of 100, over all outcomes.{beside}"
        )
    return (" ".join(said),) if said else ()


def less_well(rows: Sequence[Measured]) -> tuple[str, ...]:
    """Where the tool does less well than it should, each in one sentence with its numbers."""
    real = real_series(rows)
    said = []
    alarms = mean_share(real, "false_findings", rule="headline", scenario=_BAD_YEAR)
    held = mean_share(real, "coverage", rule="headline", scenario=_BAD_YEAR)
    if alarms is not None and held is not None:
        said.append(
            f"After a place's own highest year the main method alone sees a change that is not there in {number(alarms, 1)} of 100, "
            f"where it should be 5, and the range holds the truth in {number(held, 1)} of 100, where it should be {_SHOULD_HOLD}. "
            "Falls that follow such a year are found more often than others, partly because numbers come down by themselves."
        )
    for scenario, words in ((_RANDOM, "Asked about random dates"), (_SMALL, "In places of only two small areas")):
        share, usual = (
            mean_share(real, "power", scenario=name, indicators=SHOWN, effect=_FALL) for name in (scenario, _FIXED)
        )
        each = _in_each(real, scenario)
        if share is not None and usual is not None and share < usual:
            said.append(
                f"{words} a fall of {number(-_FALL)} % is found in {_about(share)} of 100, not in {_about(usual)}: {each}."
            )
    burglary = mean_share(real, "no_answer", scenario=_FIXED, indicators=("burglary",))
    if burglary is not None and burglary > _MOSTLY:
        said.append(
            f"Burglary is so rare that in {_about(burglary)} of 100 places the tool cannot tell about it alone. Taken together with "
            "other outcomes, or with other communities, it may."
        )
    highest = max(
        (row for row in real if row.rule == "verdict" and row.false_findings is not None),
        key=lambda row: row.false_findings or 0.0,
        default=None,
    )
    if highest is not None:
        said.append(
            f"The most false alarms of any outcome: {outcome(highest.indicator)}, asked about {_dates(highest.scenario)}, "
            f"{number(100 * (highest.false_findings or 0.0), 1)} of 100."
        )
    return tuple(said)
