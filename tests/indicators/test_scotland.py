"""A neighbourhood in Scotland: it builds, and every indicator says that its source does not exist there."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from indicators.discovery import all_indicators
from indicators.ground import NOT_PUBLISHED, Ground
from indicators.questions import question_of
from indicators.study import study_all
from loaders.importing import sources
from outputs import sentence
from store.building import build
from store.database import Store, open_store
from store.folder import Folder

TODAY = date(2026, 11, 21)
SLUG = "culter"


def with_culter(folder: Folder) -> Store:
    (folder.areas / f"{SLUG}.toml").write_text(
        'schema = 1\nname = "Culter"\ntown = "Aberdeen"\n[place]\nsmall_areas = ["S01006506", "S01006507"]\n'
        '[project]\nstart = "2020-08"\n',
        encoding="utf-8",
    )
    build(folder, [], sources(), datetime.fromisoformat("2026-11-21T09:00"))
    return open_store(folder)


@pytest.fixture
def scottish(small_folder: Folder) -> Store:
    """A store that knows a Scottish neighbourhood and no figures at all."""
    return with_culter(small_folder)


def test_every_indicator_says_so_in_one_sentence_and_asks_nobody_to_load_it(scottish: Store) -> None:
    (place,) = scottish.places
    names = [name for name, item in all_indicators().items() if item.smallest_area != "place"]
    found = study_all(scottish, [question_of(scottish, place, name, today=TODAY) for name in names])
    for studied in found:
        assert studied.series is None
        assert studied.finding.verdict == "Not loaded"
        assert studied.finding.verdict_because == ("The source of these figures does not exist for Scotland",)
        words = sentence.of(studied.finding)
        assert words.endswith("The source of these figures does not exist for Scotland.")
        assert "python" not in words


def test_figures_of_england_change_nothing_in_scotland(own_folder: Folder) -> None:
    store = with_culter(own_folder)
    place = next(place for place in store.places if place.slug == SLUG)
    names = ("burglary", "crime", "claimants", "house-prices", "depression", "school-key-stage-2", "children-in-care")
    assert store.is_sample()
    for studied in study_all(store, [question_of(store, place, name, today=TODAY) for name in names]):
        assert studied.series is None
        assert studied.finding.verdict_because == (NOT_PUBLISHED,)
        assert sentence.of(studied.finding).endswith("The source of these figures does not exist for Scotland.")


@pytest.mark.parametrize("kind", ["country", "police_force"])
def test_the_ground_of_a_scottish_place_is_scotland(scottish: Store, kind: str) -> None:
    ground = Ground(scottish, ("S01006506", "S01006507"), kind)
    assert (ground.country, ground.authority) == ("Scotland", "S92000003")
    assert ground.not_published


def test_an_english_place_has_its_sources(sample_store: Store) -> None:
    assert Ground(sample_store, ("E01015153",), "country").not_published == ""
