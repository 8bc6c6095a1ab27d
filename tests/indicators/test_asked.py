"""A question on its way: what stands in the way is said, and nothing beyond it is handed out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indicators.asked import Asked
from indicators.discovery import indicator
from indicators.finding import Question
from indicators.gaps import Gap
from indicators.ground import Ground
from store.database import Store
from store.errors import BadQuestion
from store.period import parse_window

PLACE = ("E01015153", "E01015155")
QUESTION = Question(
    "north-stonehouse", PLACE, "burglary", parse_window("2018-08:2020-07"), parse_window("2021-04:2023-03")
)


def asked(store: Store, question: Question = QUESTION) -> Asked:
    return Asked(question, indicator(question.indicator), Ground(store, question.members, "police_force"))


def test_without_windows_there_are_none_to_ask_for(sample_store: Store) -> None:
    without = asked(sample_store, replace(QUESTION, before=None, after=None))
    assert without.obstacle == ("Cannot be compared", "no start date is known")
    with pytest.raises(BadQuestion, match="no before and after"):
        _ = without.windows


def test_without_ranks_the_reason_is_said_and_there_is_no_p(
    sample_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Store, "deprivation_editions", lambda *_: {})
    found = asked(sample_store)
    assert "deprivation ranks are not loaded" in found.obstacle[1]
    assert found.p is None


def test_a_gap_that_cannot_be_computed_is_never_handed_out(
    sample_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*given: object, **more: object) -> Gap:
        raise BadQuestion("A quarter is bare")

    monkeypatch.setattr("indicators.asked.gap", refused)
    found = asked(sample_store)
    assert found.obstacle == ("Cannot be compared", "a quarter is bare")
    assert found.own_course() == []
    with pytest.raises(BadQuestion):
        _ = found.gap
