"""The full sentence, the story and the board's words."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.finding import Compared, Finding, Ratio, Verdict
from outputs import scorecard, sentence
from outputs.chart import sensitivity_plan
from outputs.names import NAMES
from outputs.words import FORBIDDEN
from store.period import Window
from tests.outputs import examples

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    """Any finding: every verdict and direction, zeros, missing counts, windows that differ or are absent."""
    verdict = draw(st.sampled_from(VERDICTS))
    counts = st.one_of(st.none(), st.integers(0, 5000).map(float))
    windows = [Window(date(2016, 1, 1), draw(st.integers(12, 36))), Window(date(2021, 4, 1), draw(st.integers(12, 36)))]
    levels = [
        examples.level(one, draw(counts), draw(st.sampled_from([None, 4.6])), draw(st.integers(0, 3)))
        for one in windows
    ]
    before, after = levels if draw(st.integers(0, 4)) else (None, None)
    change = None
    if before and after and before.count and after.count is not None:
        change = 100 * (after.count / after.months_used / (before.count / before.months_used) - 1)
    limits = sorted(draw(st.tuples(*[st.floats(0.001, 60)] * 3)))
    compared: Compared | None = examples.compared(
        Ratio(limits[1], limits[0], limits[2], draw(st.floats(0, 1))),
        before=float(draw(st.integers(0, 9000))),
        after=float(draw(st.integers(0, 9000))),
        expected=draw(st.floats(0, 900)),
        rank=draw(st.integers(0, 60)),
    )
    if before is None or verdict in ("Cannot be compared", "Not loaded"):
        compared = None
    if before is None and verdict != "Not loaded":
        verdict = "Cannot be compared"
    return replace(
        examples.burglary(),
        question=replace(examples.burglary().question, indicator=draw(st.sampled_from([*NAMES, "new-thing"]))),
        title="New thing",
        better=draw(st.sampled_from(["lower", "higher", "neither"])),
        before=before,
        after=after,
        change_percent=change,
        comparison=compared,
        verdict=verdict,
        verdict_because=draw(st.sampled_from([(), ("only 12 similar places, 19 are needed",)])),
        detectable_change_percent=draw(st.sampled_from([None, -20.0, -45.0, -70.0])),
    )


def rendered(one: Finding) -> list[str]:
    """Every text a finding is told in."""
    story = sentence.story([one, examples.rose_more()], "North Stonehouse")
    plan = sensitivity_plan(one)
    return [
        sentence.of(one),
        *[str(part) for part in story],
        sentence.headline_for_board([one]),
        sentence.next_step(one),
        sentence.what_can_be_seen([one]),
        plan.sentence,
        plan.alt,
        *[str(cell) for row in scorecard.scorecard_table([one]).rows for cell in row],
    ]


@settings(max_examples=30, deadline=None)
@given(findings())
def test_no_text_ever_uses_a_forbidden_word_or_prints_a_non_number(one: Finding) -> None:
    for text in rendered(one):
        assert not [word for word in FORBIDDEN if word in text.lower()], text
        assert not re.search(r"\b(nan|inf|None)\b|  |\.\.| -\d", text), text


def test_a_fall_that_stands_out_after_a_bad_year_says_so_in_the_same_breath() -> None:
    high = "Numbers were unusually high just before the start. They often come down again by themselves."
    plain = replace(examples.burglary(), verdict="Fell more than in similar places", caveats=())
    told = replace(plain, caveats=(("bad-year", high),))
    assert high in sentence.of(told)
    assert high not in sentence.of(plain)
    assert high in " ".join(part.text for part in sentence.story([plain, told], "Here"))


@settings(max_examples=30, deadline=None)
@given(findings())
def test_every_percentage_of_our_own_stands_with_both_counts(one: Finding) -> None:
    own = re.search(r"(fell|rose) [\d,]+ %", sentence.of(one))
    if own:
        assert one.before
        assert one.after
        assert re.search(r"(fell|rose) [\d,]+ %( month for month)? \([\d,.]+ (in .*?|)to [\d,.]+", sentence.of(one))
    for part in sentence.story([one], "Here"):
        if "%" in part.text:
            assert re.search(r"\([\d,.]+ (in .*?|)to [\d,.]+", part.text), part.text


@settings(max_examples=30, deadline=None)
@given(findings())
def test_the_story_has_three_to_six_paragraphs_with_words_in_each(one: Finding) -> None:
    story = sentence.story([one, examples.rose_more(), examples.same(), examples.not_loaded()], "Here")
    assert 3 <= len(story) <= 6
    assert all(part.lead and part.text for part in story)


def test_the_sentence_follows_the_pattern() -> None:
    assert sentence.of(examples.cannot_tell()) == (
        "Recorded burglary fell 56 % (78 to 34, two years each). In 60 similar places it fell 37 % (1,500 to 950). "
        "Had we changed as they did, about 49 would have been recorded; 34 were: 31 % fewer, somewhere between 64 % "
        "fewer and 33 % more. In 20 of 60 places with no programme the gap was at least this unusual. "
        "We cannot tell: it fits the programme having helped, and it fits chance."
    )


def test_only_a_better_finding_ends_with_the_programme_having_helped() -> None:
    close = "This fits the programme having helped; it does not prove it."
    assert sentence.of(examples.fell_more()).endswith(close)
    assert not [one for one in examples.every() if one != examples.fell_more() and close in sentence.of(one)]


def test_a_rise_gets_the_same_caution_as_a_fall() -> None:
    text = sentence.of(examples.rose_more())
    assert "rose 53 % (53 to 81, two years each)" in text
    assert text.endswith("it does not prove why.")


def test_too_few_hides_the_estimate_and_keeps_counts_falls_range_and_rank() -> None:
    text = sentence.of(examples.burglary())
    assert "31 %" not in text
    assert "about 49" not in text
    for kept in ("78 to 34", "fell 56 %", "fell 37 % (1,500 to 950)", "64 % fewer and 33 % more", "20 of 60"):
        assert kept in text


def test_cannot_tell_with_a_range_on_one_side_says_which_check_failed() -> None:
    one = replace(
        examples.cannot_tell(),
        comparison=examples.compared(Ratio(0.6, 0.4, 0.95, 0.03)),
        verdict_because=("the second method does not agree",),
    )
    assert "did not pass every check set beforehand (the second method does not agree)" in sentence.of(one)


def test_zero_after_is_told_without_a_hundred_percent() -> None:
    one = replace(examples.cannot_tell(), after=examples.level(examples.AFTER, 0), change_percent=-100.0)
    assert "Recorded burglary fell (78 to 0, two years each)." in sentence.of(one)


def test_a_missing_count_is_not_known_and_never_zero() -> None:
    one = replace(
        examples.not_comparable(), after=examples.level(examples.AFTER, None, missing=24), change_percent=None
    )
    text = sentence.of(one)
    assert "78 in the two years before" in text
    assert "not counted as zero: 24 of the 24 months after" in text
    assert "to 0" not in text


def test_windows_of_different_length_are_told_month_for_month() -> None:
    before = examples.level(Window(date(2017, 8, 1), 36), 117)
    one = replace(examples.cannot_tell(), before=before, change_percent=-56.4)
    assert "fell 56 % month for month (117 in three years to 34 in two years)" in sentence.of(one)


def test_rates_are_told_with_their_unit_where_there_are_no_counts() -> None:
    one = replace(
        examples.not_comparable(),
        before=examples.level(examples.BEFORE, None, 10.53),
        after=examples.level(examples.AFTER, None, 4.59),
    )
    assert "(10.5 to 4.6 per 1,000 residents a year, two years each)" in sentence.of(one)


def test_without_a_start_or_data_the_sentence_says_why_and_what_to_do() -> None:
    assert "there is no before and after (no start date is known)" in sentence.of(examples.no_start())
    assert sentence.of(examples.not_loaded()).endswith("python -m loaders refresh claimant_count")


def test_the_story_gives_doubt_in_the_same_sentence_as_the_natural_units() -> None:
    first = sentence.story([examples.cannot_tell()], "North Stonehouse")[0]
    assert first.lead == "In North Stonehouse, break-ins more than halved."
    assert "That is 44 fewer, about 2 a month, but we cannot tell whether that differs from elsewhere." in first.text


def test_the_story_leaves_sensitive_things_to_other_pages() -> None:
    one = replace(
        examples.rose_more(),
        question=replace(examples.rose_more().question, indicator="child-protection"),
        title="Plans",
    )
    assert "protection" not in " ".join(map(str, sentence.story([examples.cannot_tell(), one], "Here")))


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ([examples.fell_more()], "Burglary fell more than in similar places."),
        (
            [examples.cannot_tell(), examples.same()],
            "Both counts fell. For none can we yet say that it fell more than in similar places.",
        ),
        (
            [examples.cannot_tell(), examples.same(), examples.rose_more()],
            (
                "Of three counts two fell and one rose. Robbery rose more than in similar places. "
                "For the other two we cannot say so."
            ),
        ),
        ([examples.no_start()], "Nothing here can be compared yet."),
    ],
)
def test_the_headline_is_the_finding(chosen: list[Finding], expected: str) -> None:
    assert sentence.headline_for_board(chosen) == expected


def test_what_can_be_seen_counts_every_chosen_outcome_once() -> None:
    council = replace(
        examples.not_comparable(), measured_at="council-wide (it cannot show your neighbourhood by itself)"
    )
    school = replace(examples.cannot_tell(), measured_at="at your schools")
    text = sentence.what_can_be_seen([examples.burglary(), school, council, examples.not_loaded()], ("Feeling safe",))
    assert text == (
        "Of the five outcomes on this page, one can be seen in this neighbourhood, one can be seen through its schools and "
        "surgeries, one can be seen only council-wide, one is not loaded yet and one can be seen only if people here collect it."
    )


def test_what_only_people_here_can_collect_is_a_whole_sentence_by_itself() -> None:
    assert (
        sentence.what_can_be_seen([], ("Hope",))
        == "The one outcome on this page can be seen only if people here collect it."
    )
    assert sentence.what_can_be_seen([], ("Hope", "Belonging")) == (
        "All two outcomes on this page can be seen only if people here collect them."
    )


def test_next_steps_depend_on_what_the_numbers_could_show() -> None:
    starts = ("Watch", "Pool", "Count", "Ask", "No action")
    assert all(sentence.next_step(one).startswith(starts) for one in examples.every())
    steps = [
        sentence.next_step(replace(examples.cannot_tell(), detectable_change_percent=change))
        for change in (-30.0, -48.0, -59.0)
    ]
    assert [step.split(" ")[0] for step in steps] == ["No", "Watch", "Pool"]
