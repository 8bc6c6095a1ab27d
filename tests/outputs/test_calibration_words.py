"""The tool's own false-alarm rate in words: the numbers are those of the rows, and nothing is said without rows."""

from __future__ import annotations

from outputs.calibration_words import Measured, false_alarms, in_words

FIXED = "fixed date, 4 small areas"


def row(indicator: str, rule: str, scenario: str = FIXED, effect: float = 0.0, false: float | None = None,
        power: float | None = None) -> Measured:  # fmt: skip
    """One measured row."""
    return Measured(indicator, rule, scenario, effect, 208, false, None, power, 0.0)


ROWS = [
    row("violence", "verdict", false=0.04),
    row("burglary", "verdict", false=0.02),
    row("violence", "before and after alone", false=0.5),
    row("burglary", "before and after alone", false=0.3),
    row("violence", "verdict", "after a bad year, 4 small areas", false=0.05),
    row("violence", "verdict", effect=-30.0, power=0.66),
    row("burglary", "verdict", effect=-30.0, power=0.004),
]


def test_nothing_measured_says_nothing() -> None:
    assert in_words([]) == ()
    assert false_alarms([]).rows == ()


def test_sentences_carry_the_means_and_what_would_be_found() -> None:
    alarms, bad_year, found = in_words(ROWS)
    assert "208 made-up neighbourhoods" in alarms
    assert "In about 3 of 100" in alarms
    assert "said so in 40 of 100" in alarms
    assert "about 5 of 100" in bad_year
    assert "66 of 100 for violence and fewer than 1 of 100 for burglary" in found


def test_without_a_bad_year_or_an_effect_only_the_first_sentence_stands() -> None:
    assert len(in_words(ROWS[:4])) == 1


def test_the_table_gives_mean_lowest_and_highest_of_each_rule() -> None:
    table = false_alarms(ROWS)
    assert (FIXED, "verdict", 208, 3.0, 2.0, 4.0) in table.rows
    assert (FIXED, "before and after alone", 208, 40.0, 30.0, 50.0) in table.rows
    assert len(table.rows) == 3
