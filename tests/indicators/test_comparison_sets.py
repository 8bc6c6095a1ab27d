"""Parts of the set of similar places, each by one fixed rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from indicators.comparison_sets import NEAREST, SETS, compared_with, sets_for
from indicators.finding import Question
from indicators.questions import question_of
from indicators.study import study
from store.database import Store

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def question(sample_store: Store) -> Question:
    place = next(item for item in sample_store.places if item.slug == "north-stonehouse")
    return question_of(sample_store, place, "burglary", today=TODAY)


@pytest.fixture(scope="module")
def everyone(sample_store: Store, question: Question) -> tuple[tuple[str, ...], ...]:
    compared = study(sample_store, question).comparison
    assert compared is not None
    return tuple(codes for codes, _ in compared.areas)


def test_the_set_chosen_beforehand_leaves_the_question_alone(sample_store: Store, question: Question) -> None:
    assert compared_with(sample_store, question, "chosen") == question


def test_the_nearest_are_the_first_of_all(
    sample_store: Store, question: Question, everyone: tuple[tuple[str, ...], ...]
) -> None:
    asked = compared_with(sample_store, question, "nearest")
    assert asked == replace(question, comparison=everyone[:NEAREST])
    finding = study(sample_store, asked)
    assert finding.comparison is not None
    assert [codes for codes, _ in finding.comparison.areas] == list(everyone[:NEAREST])
    assert finding.plan_hash != study(sample_store, question).plan_hash
    assert dict(finding.caveats)["comparison-chosen"]


def test_councils_part_the_set(sample_store: Store, question: Question, everyone: tuple[tuple[str, ...], ...]) -> None:
    own = compared_with(sample_store, question, "same-council").comparison or ()
    other = compared_with(sample_store, question, "other-councils").comparison or ()
    council = sample_store.small_areas(codes=sorted({code for unit in everyone for code in unit}))["council"]
    home = set(sample_store.small_areas(codes=question.members)["council"])
    assert {council[code] for unit in own for code in unit} == home
    assert not {council[code] for unit in other for code in unit} & home
    mixed = [unit for unit in everyone if len({council[code] in home for code in unit}) == 2]
    assert sorted([*own, *other, *mixed]) == sorted(everyone)
    # Nearest first, as in the whole set.
    assert [unit for unit in everyone if unit in own] == list(own)


def test_too_small_a_set_cannot_be_compared(sample_store: Store, question: Question) -> None:
    asked = compared_with(sample_store, question, "same-council")
    assert asked.comparison is not None
    assert len(asked.comparison) < 19
    finding = study(sample_store, asked)
    assert finding.verdict == "Cannot be compared"
    assert finding.verdict_because == (
        f"only {len(asked.comparison)} similar places can be made here, and 19 are needed",
    )


def test_what_makes_no_comparison_stays_as_it_is(sample_store: Store, question: Question) -> None:
    for other in (replace(question, before=None, after=None), replace(question, indicator="claimants")):
        assert compared_with(sample_store, other, "nearest") == other


def test_published_years_have_the_one_set_only(years_store: Store, question: Question) -> None:
    assert sets_for(years_store, "burglary") == SETS
    assert sets_for(years_store, "house-prices") == ("chosen",)
    prices = replace(question, indicator="house-prices")
    assert compared_with(years_store, prices, "nearest") == prices
