"""Pages of places that began in some month of several, and of places without a start."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from indicators.questions import question_of
from indicators.starts import study_starts
from indicators.whole_series import whole_series_of
from outputs.shift_words import shift_words
from outputs.starts_words import band_words
from store.database import Store
from store.folder import Folder
from store.place import read_place
from tests.views import pages
from tests.views.pages import TODAY, Open, chosen, drawn_well, refused, table

AREAS = Path(__file__).resolve().parents[1] / "fixtures" / "areas"


@pytest.fixture
def folder(own_folder: Folder) -> Folder:
    """The sample with a neighbourhood that has a range of starts."""
    shutil.copy(AREAS / "range-of-starts.toml", own_folder.areas)
    return own_folder


def test_explore_shows_every_month_of_a_range(folder: Folder, open_own_page: Open, sample_store: Store) -> None:
    app = drawn_well(open_own_page("explore", area="range-of-starts", indicator="burglary"))
    place = read_place(AREAS, "range-of-starts")
    (found,) = study_starts(
        sample_store, place, [question_of(sample_store, place, "burglary", today=TODAY)], today=TODAY
    )
    assert found.band is not None
    assert band_words(found.studied.finding, found.band) in pages.told(app)
    head, *rows = table(app, "The numbers: If it began in another month")
    assert head == ["Start", "Before", "After", "Best estimate", "Range", "Answer"]
    assert [row[0] for row in rows] == ["2020-06", "2020-07", "2020-08", "2020-09"]
    # A start of the visitor's own is one question with one answer.
    chosen(app, "start").set_value("2020-08").run()
    assert "If it began in another month" not in pages.told(drawn_well(app))


def test_the_story_says_that_the_month_is_not_known(folder: Folder, open_own_page: Open, sample_store: Store) -> None:
    text = pages.told(drawn_well(open_own_page("your-area", area="range-of-starts")))
    assert "Plymouth · programme from a month between June 2020 and September 2020" in text
    assert "Since it began, has our neighbourhood changed more" in text
    assert "We asked the question for each of these four months." in text


def test_too_wide_a_range_is_one_sentence(folder: Folder, open_own_page: Open) -> None:
    path = folder.areas / "range-of-starts.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("2020-09", "2023-09"), encoding="utf-8")
    for page in ("explore", "your-area"):
        message = refused(open_own_page(page, area="range-of-starts"))
        assert "leaves 40 months open as the start" in message
        assert "Narrow start" in message
    drawn_well(open_own_page("explore", area="north-stonehouse"))


def test_explore_without_a_start_shows_the_whole_series_and_the_shift(open_page: Open, sample_store: Store) -> None:
    app = drawn_well(open_page("explore", area="redruth-north", indicator="criminal-damage"))
    place = next(item for item in sample_store.places if item.slug == "redruth-north")
    question = question_of(sample_store, place, "criminal-damage", today=TODAY)
    (whole,) = whole_series_of(sample_store, [question])
    (studied,) = study_starts(sample_store, place, [question], today=TODAY)
    assert whole is not None
    assert whole.shift is not None
    text = pages.told(app)
    assert "Cannot be compared" in text
    assert shift_words(studied.studied.finding, whole) in text
    head, *rows = table(app, "The numbers: How common is a shift this large?")
    assert len(rows) == 1 + len(whole.areas)
    assert table(app, "Similar places")[1:] == [[name, ", ".join(codes)] for codes, name in whole.areas]
    head, *rows = table(app, "The numbers: Damage and arson, every three months")
    assert head[2] == "Had we changed as similar places did"
    assert all(row[2] for row in rows)
    # With a start of the visitor's own there is a before and after instead.
    chosen(app, "start").set_value("2020-08").run()
    assert "Did anything shift here and stay?" not in pages.told(drawn_well(app))


def test_explore_without_a_start_says_why_no_shift_can_be_looked_for(open_page: Open) -> None:
    text = pages.told(drawn_well(open_page("explore", area="redruth-north", indicator="robbery")))
    assert "No lasting shift beside similar places can be looked for: fewer than 25 were counted in all." in text
    assert "How common is a shift this large?" not in text
