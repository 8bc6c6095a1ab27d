"""Numbers and verdicts in plain words."""

from __future__ import annotations

import pytest

from indicators.finding import Verdict
from outputs import words


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1234.4, "1,234"), (-56.4, "−56"), (-0.3, "0"), (0.5, "1"), (None, "not known"), (float("nan"), "not known")],
)
def test_numbers_have_thousands_a_real_minus_and_no_invented_value(value: float | None, expected: str) -> None:
    assert words.number(value) == expected


def test_signed_percent_uses_a_real_minus_and_a_plus() -> None:
    assert words.signed_percent(-56.4) == "−56 %"
    assert words.signed_percent(8.2) == "+8 %"
    assert words.signed_percent(0.2) == "0 %"


@pytest.mark.parametrize(
    ("months", "expected"),
    [(24, "two years"), (12, "one year"), (19, "19 months"), (1, "one month"), (144, "12 years")],
)
def test_months_in_words(months: int, expected: str) -> None:
    assert words.span(months) == expected


@pytest.mark.parametrize(
    ("change", "before", "after", "expected"),
    [
        (-56.4, 78, 34, "fell 56 %"),
        (52.8, 53, 81, "rose 53 %"),
        (-0.3, 301, 300, "hardly changed"),
        (0.0, 34, 34, "did not change"),
        (None, 0, 3, "rose"),
        (-100.0, 5, 0, "fell"),
    ],
)
def test_changes_in_words(change: float | None, before: float, after: float, expected: str) -> None:
    assert words.moved(change, before, after) == expected


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [
        (0.688, "31 % fewer"),
        (1.326, "33 % more"),
        (1.0, "the same"),
        (0.999, "the same"),
        (3.0, "three times as many"),
        (4.5, "4.5 times as many"),
        (float("inf"), "more than 20 times as many"),
    ],
)
def test_ratios_in_words(ratio: float, expected: str) -> None:
    assert words.ratio_words(ratio) == expected


def test_range_names_both_ends_once_where_they_share_a_side() -> None:
    assert words.range_words(0.357, 1.326) == "somewhere between 64 % fewer and 33 % more"
    assert words.range_words(0.38, 0.8) == "somewhere between 62 % and 20 % fewer"


def test_tone_is_verdict_times_declared_direction() -> None:
    fell: Verdict = "Fell more than in similar places"
    rose: Verdict = "Rose more than in similar places"
    assert words.tone(fell, "lower") == words.tone(rose, "higher") == "better"
    assert words.tone(fell, "higher") == words.tone(rose, "lower") == "worse"
    assert words.tone(fell, "neither") == words.tone(rose, "neither") == "different"
    assert words.tone("Too few events to tell", "lower") == "too_few"
    assert [words.tone_colour(one) for one in ("better", "worse", "different", "cannot_tell")] == [
        "blue", "orange", "grey", "grey",
    ]  # fmt: skip


def test_lists_in_words() -> None:
    assert [words.listed(parts) for parts in ((), ("a",), ("a", "b"), ("a", "b", "c"))] == [
        "", "a", "a and b", "a, b and c",
    ]  # fmt: skip
