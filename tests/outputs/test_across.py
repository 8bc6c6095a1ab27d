"""Communities side by side in words: alphabetical, never ranked, and who cannot be compared says why."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date

import pytest

from indicators import Studied
from indicators.finding import Finding
from indicators.quarter_series import QuarterSeries
from outputs.across import (
    NOT_A_LEAGUE_TABLE,
    Community,
    across_table,
    dates_words,
    did_html,
    in_order,
    row_words,
    sentence_on_top,
    visits,
)
from outputs.words import FORBIDDEN
from store.place import Milestone, Place, place_from
from tests.outputs import examples

SERIES = QuarterSeries((date(2018, 1, 1),), (3.0,), (), (), ())


def place(slug: str, name: str, **changed: object) -> Place:
    """A place as its shortest file makes it."""
    made = place_from({"schema": 1, "name": name, "town": "Exeter", "place": {"small_areas": ["E01019970"]}}, slug)
    return replace(made, **changed)  # type: ignore[arg-type]


def community(name: str, finding: Finding, series: QuarterSeries | None = SERIES, **changed: object) -> Community:
    """A community called ``name`` with this answer."""
    return Community(place(name.lower(), name, **changed), Studied(finding, series))


FELL = community("Cedar", examples.fell_more(), start=date(2020, 8, 1), chosen_beforehand=("burglary",))
FEW = community("alder", examples.burglary(), start=date(2020, 8, 1))
NONE = community("Birch", examples.no_start())
REFUSED = Community(place("dogwood", "Dogwood"), None, "40 months are open as the start. Narrow it down.")


def test_the_order_is_the_alphabets_whatever_was_found() -> None:
    for shuffled in itertools.permutations((FELL, FEW, NONE, REFUSED)):
        assert [one.place.name for one in in_order(shuffled)] == ["alder", "Birch", "Cedar", "Dogwood"]


def test_a_row_has_counts_the_range_of_the_change_and_similar_places() -> None:
    text = row_words(FELL)
    assert text.startswith("Recorded burglary fell 56 % (78 to 34, two years each).")
    assert "leave that change a range of −72 % to −34 %." in text
    assert "In 60 similar places it fell 37 % (1,500 to 950)." in text
    assert text.endswith("Set beside them: 45 % fewer, somewhere between 62 % and 20 % fewer.")


def test_too_few_hides_the_estimate_in_row_and_table() -> None:
    for text in (row_words(FEW), str(across_table([FEW]).rows)):
        assert "78" in text
        assert "somewhere between 64 % fewer and 33 % more" in text
        assert "31 % fewer" not in text


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (NONE, "Recorded burglary cannot be compared: there is no before and after (no start date is known)."),
        (community("Xanthe", examples.not_comparable()), "only 12 similar places, 19 are needed"),
        (community("Xanthe", examples.not_loaded(), None), "No data are loaded for"),
        (REFUSED, "40 months are open as the start. Narrow it down."),
    ],
)
def test_who_cannot_be_compared_says_why(one: Community, why: str) -> None:
    assert why in row_words(one)
    assert "similar places it" not in row_words(one)
    assert across_table([one]).rows[0][8] == ""


def test_a_share_has_no_percentage_of_a_percentage() -> None:
    levels = [
        replace(level, rate=rate, base=base)
        for level, rate, base in zip(
            (examples.level(examples.BEFORE, 120), examples.level(examples.AFTER, 150)),
            (57.1, 75.0),
            (210, 200),
            strict=True,
        )
    ]
    share = community("Xanthe", replace(examples.fell_more(), kind="proportion", before=levels[0], after=levels[1]))
    assert "By chance alone" not in row_words(share)
    cells = across_table([share]).rows[0]
    assert cells[3:7] == (
        "120 of 210 (57.1 %) in two years (August 2018 to July 2020)",
        "150 of 200 (75.0 %) in two years (April 2021 to March 2023)",
        "rose",
        "",
    )


def test_the_table_has_a_row_for_everybody() -> None:
    rows = across_table([FEW, NONE, FELL, REFUSED]).rows
    assert [row[0] for row in rows] == ["alder", "Birch", "Cedar", "Dogwood"]
    assert rows[0][2] == "programme from August 2020"
    assert rows[0][3:7] == (
        "78 in two years (August 2018 to July 2020)", "34 in two years (April 2021 to March 2023)", "−56 %", "−72 % to −34 %",
    )  # fmt: skip
    assert rows[1][2:9] == ("no start date on record", "", "", "", "", "", "")
    assert rows[1][9] == "Cannot be compared: no start date is known"
    assert rows[2][9] == "Fell more than in similar places (better)"
    assert rows[3][9] == REFUSED.refused


def test_dates_are_said_where_there_are_any() -> None:
    assert dates_words(FELL.finding) == "Before: August 2018 to July 2020. After: April 2021 to March 2023."
    assert dates_words(NONE.finding) == dates_words(None) == ""


def test_what_they_did_is_their_own_and_harmless() -> None:
    steps = (
        Milestone(date(2020, 2, 1), None, True, 3, "", "A <b>listening</b> event"),
        Milestone(date(2020, 3, 1), date(2021, 7, 1), False, 0, "else", "Pandemic restrictions"),
    )
    html = did_html(place("ash", "Ash", summary="Neighbours & friends", milestones=steps, drawn_by="residents"))
    assert html == (
        "<p>Neighbours &amp; friends</p><ul><li><strong>about February 2020</strong>: A &lt;b&gt;listening&lt;/b&gt; event "
        "(step 3 of seven)</li></ul><p>Drawn by residents.</p>"
    )
    assert did_html(place("ash", "Ash")) == "<p>No dated step is on record yet.</p>"


def test_visits_name_those_that_counted_the_same() -> None:
    both = visits([FEW, NONE, FELL, REFUSED], "break-ins")
    assert both.startswith("alder and Cedar have counts of break-ins before and after a start of their own")
    assert "Birch has counts of the same, without a before and after." in both
    assert "Cedar chose this outcome beforehand as its own." in both
    assert "Dogwood" not in both
    assert visits([FELL], "break-ins").startswith(
        "Only Cedar has counts of break-ins before and after a start of its own."
    )
    two = visits([NONE, replace(NONE, place=place("elm", "Elm"))], "break-ins")
    assert two.startswith("No community here has counts of break-ins before and after")
    assert "Birch and Elm have counts of the same" in two
    assert "beforehand" not in two


def test_the_sentence_on_top_counts_who_can_be_set_beside_others() -> None:
    assert sentence_on_top([FEW, NONE, FELL], "break-ins").startswith(
        "Of three communities here, two can be set beside similar places on break-ins."
    )
    assert sentence_on_top([NONE], "break-ins").startswith("Of one community here, none can be")
    assert sentence_on_top([], "break-ins") == "No community has written its file yet."


def test_no_word_that_hurts() -> None:
    everybody = [FEW, NONE, FELL, REFUSED, *(community("Xanthe", one) for one in examples.every())]
    text = " ".join(
        [NOT_A_LEAGUE_TABLE, visits(everybody, "break-ins"), across_table(everybody).csv(), *map(row_words, everybody)]
    ).lower()
    assert not [word for word in FORBIDDEN if word in text]
    assert not [word for word in ("rank", "best performing", "behind") if word in text]
