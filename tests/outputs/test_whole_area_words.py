"""The whole place in words and as JSON: counts beside every percentage, what it cannot say, and null for unknown."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from indicators.finding import Ratio
from indicators.whole_area import Part, WholeArea
from outputs.whole_area_words import NO_SCORE, sentence, whole_area_as_json
from outputs.words import FORBIDDEN
from store.period import Window

WHOLE = WholeArea(
    before=Window(date(2018, 8, 1), 24),
    after=Window(date(2021, 4, 1), 24),
    parts=(
        Part("burglary", 75, 34, 0.78, 0.25),
        Part("robbery", 51, 16, 0.43, 0.25),
        Part("violence", 917, 857, 0.91, 0.5),
    ),
    left_out=(("claimants", "it is a level, not a number of events"),),
    areas=tuple(((f"E{n}",), f"Place {n}") for n in range(40)),
    months_before=23,
    months_after=24,
    reading=Ratio(0.79, 0.62, 1.02, 0.068),
    z=-1.88,
    at_least=12,
    because="",
)
NOTHING = WholeArea(None, None, (), (("burglary", "no start date is known"),), (), 0, 0, None, None, 0, "too few")


def test_what_entered_is_counted_named_and_dated() -> None:
    text = sentence(WHOLE)
    assert text.startswith(
        "Taken together, three outcomes (break-ins, robberies and violent and sexual offences) were "
    )
    assert "recorded 1,043 times in 23 months before and 907 in two years after" in text
    assert (
        "about 21 % fewer than similar places would have led us to expect, somewhere between 38 % fewer and 2 % more"
        in text
    )
    assert text.endswith(NO_SCORE)


@pytest.mark.parametrize(
    ("reading", "at_least", "says"),
    [
        (Ratio(0.79, 0.62, 1.02, 0.068), 12, "We cannot tell that from chance: in 12 of 40 similar places"),
        (Ratio(0.79, 0.62, 1.02, 0.068), 1, "from chance, though in only one of 40 similar places was the gap"),
        (Ratio(0.79, 0.62, 1.02, 0.068), 0, "from chance, though in none of 40 similar places was the gap"),
        (Ratio(0.7, 0.5, 0.98, 0.04), 1, "at most 4 of 100 places; in one of 40 similar places the gap was at least"),
        (Ratio(0.7, 0.5, 0.98, 0.041), 12, "We cannot tell"),
        (Ratio(1.0, 0.8, 1.25, 0.9), 39, "about the same as similar places"),
        (Ratio(3.0, 2.0, 4.0, 0.001), 0, "about three times as many as similar places"),
        (Ratio(1.3, 1.1, 1.5, 0.001), 0, "about 30 % more than similar places"),
    ],
)  # fmt: skip
def test_a_gap_is_told_with_its_chance_and_its_rank(reading: Ratio, at_least: int, says: str) -> None:
    text = sentence(replace(WHOLE, reading=reading, at_least=at_least))
    assert says in text
    assert not [word for word in FORBIDDEN if word in text.lower()]


def test_nothing_to_take_together_says_why() -> None:
    assert sentence(NOTHING) == "We cannot take the outcomes together here: too few."


def test_the_document_holds_what_the_sentence_says() -> None:
    found = json.loads(json.dumps(whole_area_as_json(WHOLE), allow_nan=False))
    assert found["outcomes"][0] == {"indicator": "burglary", "before": 75, "after": 34, "ratio": 0.78, "share": 0.25}
    assert found["before"] == {"from": "2018-08", "to": "2020-07", "months": 23}
    assert (found["ratio"], found["lower"], found["upper"], found["p"], found["z"]) == (0.79, 0.62, 1.02, 0.068, -1.88)
    assert (found["placebo_rank"], found["number"], len(found["similar_places"])) == ("12 of 40", 40, 40)
    assert (found["p_asked"], found["stands_out"], found["because"]) == (0.04, False, None)
    assert found["left_out"] == [{"indicator": "claimants", "because": "it is a level, not a number of events"}]
    assert found["sentence"] == sentence(WHOLE)


def test_unknown_is_null() -> None:
    found = whole_area_as_json(NOTHING)
    assert set(found) == set(whole_area_as_json(WHOLE))
    for key in ("before", "after", "ratio", "lower", "upper", "p", "z", "placebo_at_least", "placebo_rank"):
        assert found[key] is None, key
    assert (found["outcomes"], found["number"], found["stands_out"], found["because"]) == ([], 0, False, "too few")
