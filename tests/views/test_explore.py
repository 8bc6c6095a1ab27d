"""Explore: every part is there, says what the finding says, and the link gives the same view."""

from __future__ import annotations

import pytest

from indicators.comparison_sets import compared_with
from indicators.event_study import event_study
from indicators.next_door import next_door
from indicators.questions import question_of
from indicators.study import Studied, study_all
from outputs import sentence
from outputs.comparison_words import other_set_words
from outputs.event_plan import event_plan
from outputs.guards import guards
from outputs.markup import escape, kept_together
from outputs.methods_plan import methods_plan
from outputs.next_door_plan import next_door_plan
from store.database import Store
from store.place import Place
from tests.views.pages import TODAY, Open, bodies, chosen, drawn_well, table, told
from views.access import breaks_of


@pytest.fixture(scope="module")
def place(sample_store: Store) -> Place:
    return next(item for item in sample_store.places if item.slug == "north-stonehouse")


@pytest.fixture(scope="module")
def violence(sample_store: Store, place: Place) -> Studied:
    """Violence in North Stonehouse, computed without any page."""
    return study_all(sample_store, [question_of(sample_store, place, "violence", today=TODAY)])[0]


def test_every_part_says_what_the_finding_says(open_page: Open, violence: Studied, place: Place) -> None:
    app = drawn_well(open_page("explore", area="north-stonehouse", indicator="violence"))
    text, finding = told(app), violence.finding
    assert violence.series is not None
    gaps, ring = event_study(finding, violence.series), next_door(finding)
    assert gaps is not None
    assert ring is not None
    around, methods = event_plan(finding, gaps, place, breaks_of(finding)), methods_plan(finding)
    assert methods is not None
    beside, checked = next_door_plan(finding, ring, place), guards(finding)
    assert checked is not None
    for plan in (around, methods, beside):
        assert plan.sentence in text
        shown = table(app, f"The numbers: {plan.title}")
        assert shown[0] == list(plan.table.header)
        assert len(shown) == 1 + len(plan.table.rows)
    assert [row[2] for row in table(app, f"The numbers: {methods.title}")[1:]] == [row.words() for row in methods.rows]
    assert table(app, "What was checked")[1:] == [[str(cell) for cell in row] for row in checked.rows]
    # A living chart is drawn for a wide page and for a phone, with the same words for those who do not see it; ranges fit both.
    alts = [item.proto.alt for item in app.get("plotly_chart")]
    assert alts.count(around.alt) == 2
    for ranges in (methods, beside):
        assert bodies(app).count(f'role="img" aria-label="{kept_together(escape(ranges.alt))}"') == 1


def test_another_comparison_set_lives_in_the_link_and_is_told(
    open_page: Open, violence: Studied, sample_store: Store
) -> None:
    app = drawn_well(open_page("explore", area="north-stonehouse", indicator="violence"))
    before = told(app)
    assert "another comparison set" not in before
    assert sentence.of(violence.finding) in before
    chosen(app, "compare").set_value("nearest").run()
    swapped = told(drawn_well(app))
    assert app.query_params["compare"] in ("nearest", ["nearest"])
    (other,) = study_all(sample_store, [compared_with(sample_store, violence.finding.question, "nearest")])
    assert sentence.of(other.finding) in swapped
    assert other.finding.plan_hash in swapped
    assert other_set_words(other.finding, "nearest", violence.finding) in swapped
    assert sentence.of(violence.finding) not in swapped
    link = drawn_well(open_page("explore", area="north-stonehouse", indicator="violence", compare="nearest"))
    assert chosen(link, "compare").value == "nearest"
    assert told(link) == swapped


def test_too_small_a_set_cannot_be_compared_and_says_why(open_page: Open) -> None:
    app = drawn_well(open_page("explore", area="north-stonehouse", indicator="violence", compare="same-council"))
    text = told(app)
    assert "Cannot be compared" in text
    assert "only 17 similar places can be made here, and 19 are needed" in text
    assert "With the one chosen beforehand the answer is: We cannot tell" in text
    assert "Did the gap open when it began?" not in text


def test_an_unknown_set_is_left_aside(open_page: Open, violence: Studied) -> None:
    app = drawn_well(open_page("explore", area="north-stonehouse", indicator="violence", compare="<b>mine</b>"))
    assert chosen(app, "compare").value == "chosen"
    assert sentence.of(violence.finding) in told(app)


def test_where_there_is_one_set_only_there_is_nothing_to_choose(open_page: Open) -> None:
    app = drawn_well(open_page("explore", area="north-stonehouse", indicator="free-school-meals", compare="nearest"))
    assert chosen(app, "compare").options == ["All similar places, as chosen beforehand"]
    assert "another comparison set" not in told(app)
    assert "compare" not in app.query_params


def test_with_too_few_events_no_ratio_is_shown_around_the_start(open_page: Open) -> None:
    app = drawn_well(open_page("explore", area="north-stonehouse", indicator="burglary"))
    assert "Seen for each one expected" not in table(app, "The numbers: Did the gap open when it began?")[0]
    assert "The counts are too small for a best estimate by any method" in told(app)


def test_without_a_start_there_is_no_gap_around_it(open_page: Open) -> None:
    text = told(drawn_well(open_page("explore", area="redruth-north", indicator="violence", compare="nearest")))
    assert "Did the gap open when it began?" not in text
    assert "another comparison set" not in text
