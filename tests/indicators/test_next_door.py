"""What happened in the areas that touch a place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from indicators.finding import Finding
from indicators.next_door import next_door
from indicators.questions import question_of
from indicators.study import study
from store.database import Store

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def burglary(sample_store: Store) -> Finding:
    place = next(item for item in sample_store.places if item.slug == "north-stonehouse")
    return study(sample_store, question_of(sample_store, place, "burglary", today=TODAY))


def test_the_counts_are_those_of_the_areas_that_touch_the_place(burglary: Finding, sample_store: Store) -> None:
    ring = next_door(burglary)
    assert ring is not None
    assert burglary.comparison is not None
    question = burglary.question
    assert question.before is not None
    assert question.after is not None
    panel = sample_store.monthly(("burglary",), list(burglary.comparison.ring), burglary.comparison.authority)
    before, after = (panel[list(span.numbers)].to_numpy().sum() for span in (question.before, question.after))
    assert (ring.before, ring.after) == (before, after)
    assert ring.months == (24, 24)
    assert ring.change_percent == pytest.approx(100 * (after / before - 1))
    assert ring.change_lower is not None
    assert ring.change_upper is not None
    assert ring.change_lower < 100 * (after / before - 1) < ring.change_upper
    row = next(item for item in burglary.sensitivity if item["change"] == "the areas that touch it")
    assert (ring.ratio.ratio, ring.ratio.lower, ring.ratio.upper) == (row["ratio"], row["lower"], row["upper"])
    assert ring.verdict == row["verdict"]
    assert not ring.verdict.startswith(("Fell", "Rose"))


def other_counts(finding: Finding, before: float, after: float) -> Finding:
    rows = tuple(
        {**row, "before": before, "after": after} if row["change"] == "the areas that touch it" else row
        for row in finding.sensitivity
    )
    return replace(finding, sensitivity=rows)


def test_a_rise_from_nothing_has_no_percentage(burglary: Finding) -> None:
    ring = next_door(other_counts(burglary, 0.0, 4.0))
    assert ring is not None
    assert ring.change_percent is None
    assert ring.change_upper is None


def test_a_level_changes_without_limits(burglary: Finding) -> None:
    ring = next_door(replace(other_counts(burglary, 50.0, 60.0), kind="stock"))
    assert ring is not None
    assert ring.change_percent == pytest.approx(20)
    assert (ring.change_lower, ring.change_upper) == (None, None)
    empty = next_door(replace(other_counts(burglary, 0.0, 60.0), kind="stock"))
    assert empty is not None
    assert empty.change_percent is None


def test_where_it_was_not_asked_nothing_is_said(burglary: Finding) -> None:
    assert next_door(replace(burglary, sensitivity=())) is None
    assert next_door(replace(burglary, comparison=None)) is None
