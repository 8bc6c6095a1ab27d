"""The map to tick small areas on: the chosen ones, those around them, and a mark large enough for a finger."""

from __future__ import annotations

from typing import Any

import pytest

from outputs import pick_map
from outputs.drawn_words import drawn_words, fit_rows, fit_words, practice_words, school_words
from outputs.pick_map import around, pick_figure, pick_plan
from store.database import Store
from store.drawn_area import DrawnFit, FittedArea
from store.proposals import ProposedPractice, ProposedSchool

_OURS = ("E01015153", "E01015155")


def _slow_around(store: Store, codes: tuple[str, ...], steps: int) -> set[str]:
    """Areas reached by walking from neighbour to neighbour, one at a time."""
    found = set(codes)
    for _ in range(steps):
        for code in sorted(found):
            found |= set(store.neighbours([code])[code])
    return found


def test_around_are_those_within_three_steps(sample_store: Store) -> None:
    found = around(sample_store, _OURS)
    assert set(found) == _slow_around(sample_store, _OURS, 3)
    assert found[:2] == _OURS


def test_a_crowd_of_neighbours_is_bounded(sample_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pick_map, "_MOST_AROUND", 12)
    found = around(sample_store, _OURS)
    assert set(found) == _slow_around(sample_store, _OURS, 1)


def test_the_map_marks_what_is_chosen(sample_store: Store) -> None:
    plan = pick_plan(sample_store, _OURS)
    assert [one.code for one in plan.areas if one.chosen] == list(_OURS)
    figure: Any = pick_figure(plan)
    marks = figure.data[-1]
    assert list(marks.customdata) == [one.code for one in plan.areas if one.geometry]
    assert marks.marker.size >= 24
    assert [symbol == "circle" for symbol in marks.marker.symbol] == [one.chosen for one in plan.areas if one.geometry]
    assert figure.layout.dragmode is False
    # Every mark is in sight, and zero degrees are not: with them, all marks would be one.
    for axis, places in ((figure.layout.xaxis, marks.x), (figure.layout.yaxis, marks.y)):
        first, last = axis.range
        assert first < min(places) < max(places) < last
        assert last - first < 1.3 * (max(places) - min(places))
    assert pick_figure(plan, lasso=True).layout.dragmode == "lasso"
    assert plan.alt.startswith("Map of small areas. two chosen: ")
    assert len(plan.table.rows) == len(plan.areas)
    assert "people" in plan.areas[0].words


def test_a_mark_stands_inside_its_area(sample_store: Store) -> None:
    from shapely.geometry import Point, shape

    plan = pick_plan(sample_store, _OURS)
    marks = pick_figure(plan).data[-1]
    drawn = [one for one in plan.areas if one.geometry]
    for one, x, y in zip(drawn, marks.x, marks.y, strict=True):
        assert shape(dict(one.geometry)).contains(Point(x, y))


def test_what_an_area_is_made_of(sample_store: Store) -> None:
    words = drawn_words(sample_store, _OURS)
    assert words.startswith("Two small areas, about 3,")
    assert "in Plymouth" in words
    assert drawn_words(sample_store, _OURS[:1]).startswith("One small area, about ")


def test_how_a_line_fits_and_who_serves_the_people() -> None:
    used, left = FittedArea("E1", "One", 0.94, 1500.0), FittedArea("E2", "Two", 0.1, None)
    fit = DrawnFit((used,), (left,), 0.94, 0.9, "It fits.")
    assert fit_words(fit).startswith("It fits. The small areas used cover 90 % of the land you drew")
    assert fit_words(DrawnFit((), (left,), None, 0.0, "Nothing fits.")) == "Nothing fits."
    rows = fit_rows(fit)
    assert rows == (("One", "E1", "94 %", "yes"), ("Two", "E2", "10 %", "no"))
    assert (
        school_words(ProposedSchool("1", "Hill School", "primary", 1.24, inside=False))
        == "Hill School, primary · 1.2 km away"
    )
    assert school_words(ProposedSchool("1", "Hill", "", 0.0, inside=True)) == "Hill · in the neighbourhood"
    assert (
        practice_words(ProposedPractice("L8", "Harbour Surgery", 0.41, 0.09))
        == "Harbour Surgery · 41 % of people here are with it; 9 % of its patients live here"
    )
    assert practice_words(ProposedPractice("L8", "Harbour", 0.41, None)) == "Harbour · 41 % of people here are with it"
