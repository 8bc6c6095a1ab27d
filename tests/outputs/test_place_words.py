"""A place is told with its town where it has one, and with what it chose beforehand and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from outputs.place_words import chosen_words, titled
from store.place import Place, place_from

_PLACE = place_from({"schema": 1, "name": "Our streets", "place": {"small_areas": ["E01015153"]}}, "our-streets")


@pytest.mark.parametrize(("town", "words"), [("", "Our streets"), ("Plymouth", "Our streets, Plymouth")])
def test_a_place_without_a_town_has_no_comma(town: str, words: str) -> None:
    assert titled(replace(_PLACE, town=town)) == words


@pytest.mark.parametrize(
    ("chosen", "day", "words"),
    [
        ((), None, "no outcomes chosen beforehand"),
        (("burglary",), date(2026, 11, 21), "1 outcome chosen beforehand, on 21 November 2026"),
        (("burglary", "robbery"), None, "2 outcomes chosen beforehand, with no date on record"),
    ],
)
def test_what_was_chosen_and_when(chosen: tuple[str, ...], day: date | None, words: str) -> None:
    place: Place = replace(_PLACE, chosen_beforehand=chosen, chosen_on=day)
    assert chosen_words(place) == words
