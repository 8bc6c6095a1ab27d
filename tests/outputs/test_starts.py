"""Several possible starts in words, as a chart with its table, and as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from indicators.finding import Finding, Ratio, Verdict
from indicators.starts import StartAnswer, StartBand
from indicators.study import Studied
from outputs.chart import ranges_html
from outputs.finding_json import board_as_json, studied_as_json
from outputs.starts_json import starts_as_json
from outputs.starts_plan import starts_plan
from outputs.starts_words import band_words, began, since, told
from outputs.story import story, told_in_full
from outputs.words import FORBIDDEN
from store.period import parse_month
from store.place import read_place
from tests.outputs import examples

AREAS = Path(__file__).resolve().parents[1] / "fixtures" / "areas"
UNSURE: Verdict = "We cannot tell"
FELL: Verdict = "Fell more than in similar places"
FEW: Verdict = "Too few events to tell"
CANNOT: Verdict = "Cannot be compared"


def answer(month: int, verdict: Verdict, ratio: float | None, before: float = 80, after: float = 40) -> StartAnswer:
    """A start in 2020 with limits a third below and half above its ratio."""
    found = None if ratio is None else Ratio(ratio, ratio * 2 / 3, ratio * 1.5, 0.2)
    return StartAnswer(
        date(2020, month, 1),
        examples.level(examples.BEFORE, before),
        examples.level(examples.AFTER, after),
        found,
        verdict,
        (),
    )


def band(*answers: StartAnswer, verdict: Verdict = UNSURE, is_range: bool = True, main: int | None = 8) -> StartBand:
    return StartBand(is_range, date(2020, main, 1) if main else None, verdict, answers)


THREE = band(answer(7, UNSURE, 0.9, 78, 50), answer(8, UNSURE, 0.7, 79, 41), answer(9, FELL, 0.6, 80, 34))


# In words --------------------------------------------------------------------------------------------------------


def test_the_band_in_words_names_both_ends_with_their_counts() -> None:
    assert band_words(examples.cannot_tell(), THREE) == (
        "The exact month it began is not known: some time between July 2020 and September 2020. The main answer is that of "
        "August 2020, the middle. The best estimate runs from 40 % fewer (September 2020: 80 to 34) to 10 % fewer "
        "(July 2020: 78 to 50). All ranges together lie somewhere between 60 % fewer and 35 % more. One of the three "
        "gives another answer than the main one."
    )


def test_several_starts_are_named() -> None:
    two = band(answer(7, UNSURE, 0.9), answer(8, UNSURE, 0.7), is_range=False, main=7)
    words = band_words(examples.cannot_tell(), two)
    assert words.startswith("It may be counted from two starts: July 2020 and August 2020. The main answer is that of")
    assert "July 2020, the first." in words
    assert words.endswith("Both give the same answer.")


def test_the_files_own_periods_are_named_as_the_main_answer() -> None:
    assert "that of the two periods in its file." in band_words(examples.cannot_tell(), replace(THREE, main=None))


def test_with_too_few_events_no_best_estimate_is_told() -> None:
    few = band(answer(7, FEW, 0.9), answer(8, FEW, 0.7), answer(9, FEW, 0.6), verdict=FEW)
    words = band_words(examples.burglary(), few)
    assert "best estimate" not in words
    assert "All ranges together lie somewhere between 60 % fewer and 35 % more." in words
    some = band(answer(7, FEW, 0.9), answer(8, UNSURE, 0.7), answer(9, FEW, 0.6))
    words = band_words(examples.cannot_tell(), some)
    assert "Where there are enough events, the best estimate is 30 % fewer (August 2020: 80 to 40). All" in words
    assert "40 % fewer" not in words


def test_starts_that_cannot_be_compared_are_counted() -> None:
    some = band(answer(7, CANNOT, None), answer(8, UNSURE, 0.7), answer(9, CANNOT, None))
    assert "Two of the three give another answer than the main one; two cannot be compared." in band_words(
        examples.cannot_tell(), some
    )
    none = band(answer(7, CANNOT, None), answer(8, CANNOT, None), verdict=CANNOT)
    words = band_words(examples.not_comparable(), none)
    assert "No start can be compared with similar places." in words
    assert words.endswith("Both give the same answer.")


def test_residents_are_told_what_was_asked_and_whether_it_matters() -> None:
    assert told(THREE) == (
        "The exact month it began is not known: some time between July 2020 and September 2020. We asked the question for "
        "each of these three months. One of the three gives another answer than the main one."
    )
    same = band(*(answer(month, UNSURE, 0.9) for month in (7, 8, 9)), is_range=False)
    assert told(same).endswith("for each of these three starts. All three give the same answer.")


@pytest.mark.parametrize("finding", examples.every(), ids=lambda one: one.verdict)
def test_no_forbidden_word_and_no_bare_percentage(finding: Finding) -> None:
    for one in (THREE, replace(THREE, is_range=False), replace(THREE, main=None, verdict=FELL)):
        for text in (band_words(finding, one), told(one), starts_plan(finding, one).alt):
            assert not [word for word in FORBIDDEN if word in text.lower()]


@pytest.mark.parametrize(
    ("changes", "words", "question"),
    [
        ({"start": parse_month("2020-08")}, "programme from August 2020", "Since August 2020, has"),
        ({}, "no start date on record", "Has"),
        ({"start_range": (parse_month("2020-07"), parse_month("2020-12"))},
         "programme from a month between July 2020 and December 2020", "Since it began, has"),
        ({"start_range": (parse_month("2020-07"),) * 2}, "programme from July 2020", "Since it began, has"),
        ({"starts": (parse_month("2019-01"), parse_month("2020-01"))},
         "programme from January 2019 and January 2020", "Since it began, has"),
    ],
)  # fmt: skip
def test_a_place_says_when_it_began(changes: dict[str, Any], words: str, question: str) -> None:
    place = replace(read_place(AREAS, "range-of-starts"), **({"start_range": None} | changes))
    assert (began(place), since(place)) == (words, question)


def test_the_story_says_it_where_it_doubts() -> None:
    findings = [examples.no_start(), examples.cannot_tell(), examples.rose_more()]
    assert told_in_full(findings) == findings[1]
    assert told_in_full([examples.no_start()]) is None
    plain, with_starts = story(findings, "Here"), story(findings, "Here", told(THREE))
    assert len(with_starts) == len(plain) <= 6
    changed = [(a, b) for a, b in zip(plain, with_starts, strict=True) if a != b]
    assert len(changed) == 1
    assert changed[0][1].text == f"{changed[0][0].text} {told(THREE)}"


# As a chart with its table ---------------------------------------------------------------------------------------


def test_the_chart_has_a_row_a_start_and_marks_the_main_one() -> None:
    plan = starts_plan(examples.cannot_tell(), THREE)
    assert plan.title == "If it began in another month"
    assert [(row.label, row.bold) for row in plan.ranges.rows] == [
        ("July 2020", False), ("August 2020, the main question", True), ("September 2020", False),
    ]  # fmt: skip
    assert plan.sentence == band_words(examples.cannot_tell(), THREE)
    assert "September 2020: 40 % fewer" in plan.alt
    assert '<b class="name">August 2020, the main question</b>' in ranges_html(plan.ranges)


def test_the_table_holds_every_number_and_the_answer() -> None:
    plan = starts_plan(examples.cannot_tell(), THREE)
    assert plan.table.header == ("Start", "Before", "After", "Best estimate", "Range", "Answer")
    assert plan.table.rows[2] == (
        "2020-09", "80 in two years", "34 in two years", "40 % fewer", "somewhere between 60 % and 10 % fewer",
        "Fell more than in similar places (better)",
    )  # fmt: skip
    assert plan.csv().splitlines()[1].startswith("2020-07,78 in two years,50 in two years,10 % fewer,")


def test_the_two_periods_of_a_file_lead_the_chart_and_not_the_table() -> None:
    plan = starts_plan(examples.cannot_tell(), replace(THREE, main=None))
    assert plan.ranges.rows[0].label == "The two periods in its file"
    assert len(plan.ranges.rows) == 4
    assert [row[0] for row in plan.table.rows] == ["2020-07", "2020-08", "2020-09"]
    assert plan.table.rows[0][3] == "10 % fewer"


def test_what_cannot_be_compared_has_an_empty_range() -> None:
    gone = replace(answer(7, CANNOT, None), before=None, after=None)
    plan = starts_plan(examples.cannot_tell(), band(gone, answer(8, FEW, 0.7), is_range=False))
    assert plan.title == "If it is counted from another start"
    assert plan.table.rows[0] == ("2020-07", "", "", "cannot be compared", "", "Cannot be compared")
    assert plan.table.rows[1][3] == "too few events"


# As JSON ---------------------------------------------------------------------------------------------------------


def test_one_start_is_null() -> None:
    assert starts_as_json(None) is None


def test_the_document_holds_every_start_and_the_band() -> None:
    found = starts_as_json(THREE)
    assert found is not None
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert [item["start"] for item in found["list"]] == ["2020-07", "2020-08", "2020-09"]
    first = found["list"][0]
    assert list(first) == ["start", "before", "after", "ratio", "lower", "upper", "verdict", "verdict_because"]
    assert (first["before"]["count"], first["after"]["count"], first["after"]["from"]) == (78, 50, "2021-04")
    assert (first["ratio"], first["lower"], first["upper"]) == (0.9, 0.6, 1.35)
    assert found["band"] == {
        "main": "2020-08", "main_verdict": UNSURE, "lowest": {"start": "2020-09", "ratio": 0.6},
        "highest": {"start": "2020-07", "ratio": 0.9}, "lower": 0.4, "upper": 1.35, "starts": 3, "another_verdict": 1,
    }  # fmt: skip


def test_without_a_comparison_the_band_is_null() -> None:
    gone = replace(answer(7, CANNOT, None), before=None, after=None)
    found = starts_as_json(band(gone, gone, verdict=CANNOT, main=None))
    assert found is not None
    assert found["list"][0]["ratio"] is found["list"][0]["before"] is None
    assert found["band"]["lowest"] is found["band"]["upper"] is found["band"]["main"] is None


def test_starts_stand_in_the_document_of_a_finding_and_of_a_board() -> None:
    studied = Studied(examples.cannot_tell(), None)
    assert studied_as_json(studied, area_name="X")["starts"] is None
    starts = starts_as_json(THREE)
    assert studied_as_json(studied, area_name="X", starts=starts)["starts"] == starts
    board = board_as_json([studied], area="x", area_name="X", dated=[{"starts": starts, "shift": None}])
    assert board["findings"][0]["starts"] == starts
    assert board_as_json([studied], area="x", area_name="X")["findings"][0]["starts"] is None


def test_a_sum_over_more_months_that_fell_is_told_with_its_months() -> None:
    later = examples.level(examples.AFTER, 90, 4.1)
    longer = replace(later, months_used=36, window=replace(examples.AFTER, months=36))
    violence = replace(examples.same(), after=longer, change_percent=100 * (90 / 36 / (957 / 24) - 1))
    text = " ".join(str(one) for one in story([examples.cannot_tell(), violence], "Here"))
    assert "offences fell month for month, from 957 in two years to 90 in three years" in text
