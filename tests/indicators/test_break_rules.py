"""What recording breaks do to a question."""

from __future__ import annotations

import pytest

from indicators.break_rules import judge, label, shared_caveat, span_words, step_caveat
from store.period import month_number, parse_month, parse_window
from store.recording_break import RecordingBreak

BEFORE, AFTER = parse_window("2018-08:2020-07"), parse_window("2021-04:2023-03")


def a_break(
    months: str, kind: str = "gap", shared_by: str = "authority", reason: str = "The break: words."
) -> RecordingBreak:
    return RecordingBreak("a-break", "", "", ("burglary",), parse_window(months), kind, shared_by, reason, "News.")


def ruling(*breaks: RecordingBreak, same_authority: bool = True, without_breaks: bool = False):  # type: ignore[no-untyped-def]
    return judge(breaks, BEFORE, AFTER, same_authority=same_authority, without_breaks=without_breaks)


def months(text: str) -> set[int]:
    return set(parse_window(text).numbers)


def test_a_gap_shared_by_all_stays_in_with_a_caveat() -> None:
    found = ruling(a_break("2022-11:2023-11"))
    assert (found.dropped, found.cannot, found.capped) == (frozenset(), "", "")
    (gap,) = found.shared
    assert set(gap.after) == months("2022-11:2023-03")
    assert gap.before == ()
    slug, words = shared_caveat(gap, BEFORE, AFTER, 60, "Without those months: 78 in 24 months, 27 in 19.")
    assert slug == "break-shared"
    assert words == (
        "5 of the 24 later months (November 2022 to March 2023) lie in The break. All 60 similar places share it. "
        "Without those months: 78 in 24 months, 27 in 19."
    )
    assert shared_caveat(gap, BEFORE, AFTER, 0, "")[1].endswith("Places of the same authority share it.")


def test_a_gap_in_both_windows_is_said_for_both() -> None:
    (gap,) = ruling(a_break("2020-06:2021-06")).shared
    words = shared_caveat(gap, BEFORE, AFTER, 1, "")[1]
    assert words.startswith(
        "2 of the 24 earlier months (June 2020 to July 2020) and 3 of the 24 later months (April 2021"
    )


@pytest.mark.parametrize(
    ("shared_by", "same_authority", "without", "dropped"),
    [
        ("authority", True, False, False), ("authority", False, False, True), ("everyone", False, False, False),
        ("everyone", False, True, True), ("authority", True, True, True),
    ],
)  # fmt: skip
def test_a_gap_not_shared_by_all_or_not_wanted_is_dropped_for_all(
    shared_by: str, same_authority: bool, without: bool, dropped: bool
) -> None:
    found = ruling(
        a_break("2022-11:2023-11", shared_by=shared_by), same_authority=same_authority, without_breaks=without
    )
    assert set(found.dropped) == (months("2022-11:2023-03") if dropped else set())
    assert bool(found.shared) is not dropped


def test_a_gap_outside_the_windows_says_nothing() -> None:
    found = ruling(a_break("2020-10:2021-03"), a_break("2010-01:2011-01"))
    assert (found.dropped, found.shared, found.cannot, found.capped) == (frozenset(), (), "", "")


def test_a_start_inside_a_gap_cannot_be_compared() -> None:
    found = ruling(a_break("2020-08:2020-08"))
    assert found.cannot == "the start lies inside The break (August 2020)"


@pytest.mark.parametrize(
    ("gap", "side"), [("2018-01:2019-08", "before"), ("2022-03:2023-03", "after"), ("2021-04:2022-04", "after")]
)
def test_fewer_than_twelve_clean_months_cannot_be_compared(gap: str, side: str) -> None:
    assert (
        ruling(a_break(gap)).cannot
        == f"only 11 months {side} the start are free of recording breaks, and 12 are needed"
    )


def test_twelve_clean_months_are_enough() -> None:
    assert ruling(a_break("2022-04:2023-03")).cannot == ""


@pytest.mark.parametrize(
    ("step", "capped"),
    [
        ("2018-07:2018-07", False), ("2018-09:2018-09", True), ("2020-10:2020-10", True), ("2023-03:2023-03", True),
        ("2023-04:2023-04", False),
    ],
)  # fmt: skip
def test_a_step_between_the_windows_caps_the_verdict(step: str, capped: bool) -> None:
    found = ruling(a_break(step, kind="step", shared_by="everyone", reason="the counting changed; other words. More."))
    assert bool(found.capped) is capped
    assert (found.dropped, found.shared, found.cannot) == (frozenset(), (), "")
    if capped:
        slug, words = step_caveat(found)
        assert slug == "break-step"
        assert "the counting changed" in words


def test_a_gap_shared_unequally_counts_as_a_step() -> None:
    found = ruling(a_break("2020-03:2021-08", shared_by="unequally"))
    assert found.capped == "The break (March 2020 to August 2021)"
    assert found.shared == ()


def test_labels_and_spans() -> None:
    assert label(a_break("2020-01:2020-01", reason="A name: and why.")) == "A name"
    assert (
        label(a_break("2020-01:2020-01", reason="it moved. More; yet more.")) == "a break in the recording (it moved)"
    )
    numbers = [month_number(parse_month(text)) for text in ("2023-01", "2022-11")]
    assert span_words(numbers) == "November 2022 to January 2023"
    assert span_words(numbers[:1]) == "January 2023"


def test_a_gap_that_is_left_out_is_left_out_of_the_baseline_too() -> None:
    behind = a_break("2016-01:2017-12")
    assert ruling(behind).dropped == frozenset()
    assert ruling(behind, without_breaks=True).dropped == months("2016-01:2017-12")
    assert ruling(behind, same_authority=False).dropped == months("2016-01:2017-12")
    assert ruling(a_break("2010-01:2015-12"), without_breaks=True).dropped == months("2015-08:2015-12")


def test_a_step_in_the_first_month_before_leaves_both_windows_after_it() -> None:
    assert ruling(a_break("2018-08:2018-08", kind="step")).capped == ""
    assert ruling(a_break("2018-09:2018-09", kind="step")).capped
    assert ruling(a_break("2018-07:2018-08", shared_by="unequally")).capped
