"""What was measured about the tool in words: the numbers are those of the rows, and nothing is said without rows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import fields, replace

import pytest

from outputs import calibration_words as words
from outputs.calibration_words import ANY_OF_SIX, SIMULATED, Measured, mean_share, outcome, real_series
from outputs.words import FORBIDDEN
from tests.conftest import REPOSITORY

FIXED, RANDOM = "fixed date, 4 small areas", "random date, 4 small areas"
BAD_YEAR, SMALL = "after a bad year, 4 small areas", "random date, 2 small areas"
EVERY: tuple[Callable[[Sequence[Measured]], tuple[str, ...]], ...] = (
    words.in_words, words.found_in_words, words.ranges_in_words, words.no_answer_in_words, words.less_well,
)  # fmt: skip


def row(indicator: str, rule: str = "verdict", scenario: str = FIXED, effect: float = 0.0, false: float | None = None,
        power: float | None = None, coverage: float | None = None, no_answer: float = 0.0) -> Measured:  # fmt: skip
    """One measured row."""
    return Measured(indicator, rule, scenario, effect, 208, false, coverage, power, no_answer)


ALARMS = [
    row("violence", false=0.04),
    row("burglary", false=0.02, no_answer=0.98),
    row("violence", "before and after alone", false=0.5),
    row("burglary", "before and after alone", false=0.3),
    row("violence", scenario=BAD_YEAR, false=0.05),
]
# What must not count as another set of real counts: the rare ones are asked about above already.
ASIDE = [
    row("burglary", scenario=f"{FIXED}, 12 or fewer before", false=0.9, no_answer=1.0),
    row(SIMULATED, scenario="typical", false=0.9),
]
FOUND = [
    row("violence", effect=-10.0, power=0.08),
    row("violence", effect=-30.0, power=0.66),
    row("burglary", effect=-30.0, power=0.004),
    row("all six together", effect=-30.0, power=0.998),
    row(SIMULATED, scenario="stable", effect=-30.0, power=1.0),
    row(SIMULATED, scenario="drifting", effect=-30.0, power=0.57),
]
RANGES = [
    row("violence", "headline", false=0.04, coverage=0.96),
    row("burglary", "headline", false=0.05, coverage=0.95),
    row("violence", "headline", BAD_YEAR, false=0.1, coverage=0.9),
    row("burglary", "headline", BAD_YEAR, false=0.06, coverage=0.94),
    row("violence", "headline", SMALL, coverage=None),
]


@pytest.mark.parametrize("say", EVERY)
def test_nothing_measured_says_nothing(say: Callable[[Sequence[Measured]], tuple[str, ...]]) -> None:
    assert say([]) == ()


def test_false_alarms_are_the_means_over_outcomes() -> None:
    alarms, bad_year = words.in_words(ALARMS + ASIDE)
    assert "208 made-up neighbourhoods" in alarms
    assert "In about 3 of 100" in alarms
    assert "said so in 40 of 100" in alarms
    assert "about 5 of 100" in bad_year


def test_only_what_was_measured_is_said_of_false_alarms() -> None:
    assert words.in_words(ALARMS[:1]) == (words.in_words(ALARMS)[0].split(" Setting")[0].replace("about 3", "about 4"),)
    said = words.in_words([*ALARMS, row(ANY_OF_SIX, false=0.067)])
    assert "about 7 of 100 boards raised at least one false alarm" in said[2]
    assert "In about 3 of 100" in said[0]


def test_falls_found_are_told_by_size_by_outcome_and_simulated() -> None:
    by_size, by_outcome, simulated, small = words.found_in_words(FOUND)
    assert "a fall of 10 % in 8 of 100 and a fall of 30 % in 55 of 100" in by_size
    assert (
        "more than 99 of 100 for all six kinds together, 66 of 100 for violence and sexual offences and fewer than 1 of 100 for burglary"
        in by_outcome
    )
    assert "100 where counts are steady and 57 where places drift apart for years" in simulated
    assert "there may still have been one" in small
    assert len(words.found_in_words(FOUND[-2:])) == 2
    assert len(words.found_in_words(FOUND[:1])) == 2


def test_ranges_name_the_mean_the_worst_dates_and_the_lowest_outcome() -> None:
    (said,) = words.ranges_in_words(RANGES)
    assert "should hold the truth in 95 of 100" in said
    assert "Over 4 sets of real counts it did so in 93.8 of 100" in said
    assert "after its own highest year (4 small areas): 92.0 of 100" in said
    assert (
        "The lowest of all was violence and sexual offences, asked about after its own highest year (4 small areas): 90.0"
        in said
    )
    (other,) = words.ranges_in_words([row("violence", "headline", "a made-up scenario", coverage=0.9)])
    assert "asked about a made-up scenario: 90.0 of 100" in other


def test_no_answer_names_who_mostly_has_none() -> None:
    rows = [*ALARMS, row("violence", scenario=SMALL, no_answer=0.4), row("burglary", scenario=SMALL, no_answer=0.6)]
    (said,) = words.no_answer_in_words(rows)
    assert "That was 98 of 100 for burglary." in said
    assert "For every other outcome it was at most 0 of 100." in said
    assert said.endswith("In places of only two small areas there was no answer in 50 of 100, over all outcomes.")
    (beside,) = words.no_answer_in_words([*rows, row("violence", scenario=RANDOM, no_answer=0.25)])
    assert beside.endswith("In places of four it was 25 of 100.")
    (only,) = words.no_answer_in_words([row("violence", no_answer=0.1)])
    assert only == "For every outcome it was at most 10 of 100."


def test_where_it_does_less_well_is_told_with_its_numbers() -> None:
    weaker = [
        row("violence", scenario=RANDOM, effect=-30.0, power=0.5),
        row("violence", scenario=SMALL, effect=-30.0, power=0.2),
    ]
    bad, random, small, burglary, most = words.less_well(ALARMS + FOUND + RANGES + weaker + ASIDE)
    assert (
        "in 8.0 of 100, where it should be 5, and the range holds the truth in 92.0 of 100, where it should be 95"
        in bad
    )
    assert "Asked about random dates a fall of 30 % is found in 50 of 100, not in 55" in random
    assert "two small areas a fall of 30 % is found in 20 of 100, not in 55: 20 of 100 for violence" in small
    assert "in 98 of 100 places the tool cannot tell" in burglary
    assert "violence and sexual offences, asked about after its own highest year (4 small areas), 5.0 of 100" in most
    better = [replace(one, power=0.9) for one in weaker]
    assert len(words.less_well(ALARMS + FOUND + RANGES + better)) == 3


def test_means_are_over_the_rows_that_match() -> None:
    assert mean_share(ALARMS, "false_findings") == pytest.approx(100 * (0.04 + 0.02 + 0.05) / 3)
    assert mean_share(ALARMS, "false_findings", scenario=FIXED, indicators=("burglary",)) == pytest.approx(2)
    assert mean_share(ALARMS, "coverage") is None
    assert real_series([*ALARMS, *ASIDE, row(ANY_OF_SIX, false=0.067)]) == ALARMS
    assert (outcome("burglary"), outcome("all six together")) == ("burglary", "all six kinds together")


# What is shipped ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped() -> list[Measured]:
    """The rows that the project's own calibration saved."""
    names = [field.name for field in fields(Measured)]
    return [
        Measured(**{name: one[name] for name in names})
        for file in ("real", "simulated")
        for one in json.loads((REPOSITORY / "data" / "calibration" / f"{file}.json").read_text(encoding="utf-8"))
    ]


def test_what_is_said_of_the_shipped_calibration_is_plain(shipped: list[Measured]) -> None:
    said = [sentence for say in EVERY for sentence in say(shipped)]
    assert len(said) == 14
    text = " ".join(said)
    assert not [word for word in FORBIDDEN if word in text.lower()]
    assert "not known" not in text
    lengths = [len(one.split()) for one in re.split(r"(?<=[.:;]) ", text)]
    assert sum(lengths) / len(lengths) < 20


def test_where_the_shipped_tool_does_less_well_is_not_hidden(shipped: list[Measured]) -> None:
    text = " ".join(words.less_well(shipped))
    assert "7.8 of 100, where it should be 5, and the range holds the truth in 92.2 of 100" in text
    assert (
        "Asked about random dates a fall of 30 % is found in 41 of 100, not in 47: 67 of 100 for all six kinds together"
        in text
    )
    assert "two small areas a fall of 30 % is found in 24 of 100" in text
    assert "Burglary is so rare that in 98 of 100 places" in text
