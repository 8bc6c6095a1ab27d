"""Indicators a community declares by bringing figures: what they are, which rule guards them, and where they are shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from indicators.local_indicators import STRICTEST, declared, local_indicators, local_names, rule_of
from indicators.questions import board_indicators, question_of
from store.building import build
from store.database import Store, open_store
from store.errors import BadQuestion
from store.folder import Folder
from store.place import Place
from tests.indicators.local_world import local_store, over_the_years
from tests.loaders.local_files import METRIC, MOTHERS, OWN, VOLUNTEERS
from tests.loaders.small_world import NOW

TODAY = date(2026, 11, 22)
CHAIRS = {**OWN, "indicator": "chairs", "title": "Chairs lent", "unit": "chairs", "area": "else"}


@pytest.fixture(scope="module")
def store(small_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    rows = [
        *over_the_years({**VOLUNTEERS, "area": "one", "source": "The hall"}, count=[24, 30, 12, 14]),
        {**OWN, "area": "E01019970", "note": "Counted in May."},
        {**MOTHERS, "area": "two", "count": "13", "out_of": "41"},
        {**METRIC, "area": "one"}, {**METRIC, "area": "E01019970", "people_answered": "60"},
        CHAIRS,
    ]  # fmt: skip
    later = {
        **OWN, "area": "E01019970", "period_start": "2025", "title": "Benches repaired", "better": "neither",
        "note": "Counted in June.",
    }  # fmt: skip
    return local_store(
        small_world,
        tmp_path_factory.mktemp("local") / "data",
        rows,
        [later, {**CHAIRS, "period_start": "2025", "about": "children or health"}],
    )


def place(store: Store, slug: str) -> Place:
    return next(item for item in store.places if item.slug == slug)


def test_what_a_community_brings_declares_itself(store: Store) -> None:
    assert list(local_indicators(store)) == [
        "local-benches",
        "local-chairs",
        "local-postnatal-depression",
        "local-swemwbs",
        "local-volunteers",
    ]
    volunteers = declared(store, "local-volunteers")
    assert (volunteers.title, volunteers.kind, volunteers.better, volunteers.smallest_area) == (
        "Volunteers", "stock", "higher", "place",
    )  # fmt: skip
    assert (volunteers.measures, volunteers.suppress_below) == (("local-volunteers",), 10)
    assert volunteers.caveats[0] == "Counted by The hall."
    assert volunteers.checked_by == "The hall"
    mothers = declared(store, "local-postnatal-depression")
    assert (mothers.kind, mothers.per, mothers.denominator, mothers.better) == ("proportion", 100, "people", "lower")
    assert mothers.unit == "% of mothers counted, out of mothers asked"
    average = declared(store, "local-swemwbs")
    assert (average.kind, average.denominator, average.per) == ("mean", "people asked", 1)


def test_the_newest_words_stand_and_every_note_is_told(store: Store) -> None:
    benches = declared(store, "local-benches")
    assert (benches.title, benches.better, benches.unit) == ("Benches repaired", "neither", "benches")
    assert benches.caveats == ("Counted by people here.", "Counted in May.", "Counted in June.")
    # Counted for small areas only, and of things, in which nobody can be recognised.
    assert (benches.smallest_area, benches.suppress_below, benches.checked_by) == ("stable", 0, "people here")


def test_a_figure_of_the_place_itself_makes_it_the_place_s(store: Store) -> None:
    assert declared(store, "local-swemwbs").smallest_area == "place"


def test_names_nobody_knows_are_refused_and_the_project_s_own_stand(store: Store) -> None:
    assert declared(store, "burglary").title == "Burglary"
    with pytest.raises(BadQuestion, match="no indicator"):
        declared(store, "local-dances")
    with pytest.raises(BadQuestion, match="no indicator"):
        question_of(store, place(store, "one"), "local-dances", today=TODAY)


def test_the_strictest_rule_guards_all_figures_of_an_indicator(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rule_of(store, "local-volunteers").source == "local"
    assert rule_of(store, "local-postnatal-depression").source == "local_sensitive"
    assert not rule_of(store, "local-benches").hides
    # First brought as things, later as something about children: an earlier figure is guarded like a later one.
    assert rule_of(store, "local-chairs").source == "local_sensitive"
    assert declared(store, "local-chairs").suppress_below == 10
    # Where the rules of data/suppression.toml are not to be had, or a figure names one that is not there.
    assert rule_of(store, "local-nothing") == STRICTEST
    monkeypatch.setattr(store, "suppression", {})
    assert rule_of(store, "local-benches") == STRICTEST
    assert (STRICTEST.is_small(0), STRICTEST.is_small(9), STRICTEST.rounding) == (True, True, 5)


def test_a_place_shows_what_is_held_of_it_or_of_its_small_areas(store: Store) -> None:
    assert local_names(store, place(store, "one")) == ("local-benches", "local-swemwbs", "local-volunteers")
    # “two” holds the small area the benches were counted in, and the mothers of the whole of it.
    assert local_names(store, place(store, "two")) == ("local-benches", "local-postnatal-depression", "local-swemwbs")
    assert local_names(store, place(store, "else")) == ("local-chairs",)
    assert local_names(store, replace(place(store, "else"), slug="nowhere", small_areas=("E01019972",))) == ()
    board = board_indicators(place(store, "one"), store.measures(), local_names(store, place(store, "one")))
    assert board[:4] == ("local-benches", "local-swemwbs", "local-volunteers", "crime")


def test_the_windows_of_a_local_indicator_follow_its_own_periods(store: Store) -> None:
    question = question_of(store, place(store, "one"), "local-volunteers", today=TODAY, start=date(2022, 1, 1))
    assert (str(question.before), str(question.after)) == ("2020-01:2021-12", "2022-01:2023-12")


def test_where_nothing_was_brought_there_is_none(small_folder: Folder) -> None:
    build(small_folder, [], {}, NOW)
    empty = open_store(small_folder)
    assert dict(local_indicators(empty)) == {}
    (small_folder.areas / "one.toml").write_text(
        'schema = 1\nname = "one"\n[place]\nsmall_areas = ["E01019970"]\n', encoding="utf-8"
    )
    assert local_names(empty, place(open_store(small_folder), "one")) == ()
