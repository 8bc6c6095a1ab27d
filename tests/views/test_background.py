"""What is known around a place, on the pages: told as background, whole on the board and without sensitive things for residents."""

from __future__ import annotations

import pytest

from indicators.questions import background_indicators, question_of
from indicators.study import Studied, study_all
from outputs.background import LINE, background_table, for_residents
from store.database import Store
from tests.views.pages import TODAY, Open, drawn_well, table, told
from views import access

AROUND = "Outcomes measured around the neighbourhood"
HEADING = "Around us: the council, schools and surgeries"


@pytest.fixture(scope="module")
def studied(sample_store: Store) -> list[Studied]:
    """What the sample holds of Plymouth, asked without any page."""
    place = next(item for item in sample_store.places if item.slug == "north-stonehouse")
    names = background_indicators(sample_store.measures())
    found = study_all(sample_store, [question_of(sample_store, place, name, today=TODAY) for name in names])
    return [item for item in found if item.series is not None]


def rows(studied: list[Studied]) -> list[list[str]]:
    return [[" ".join(str(cell).split()) for cell in row] for row in background_table(studied).rows]


def test_the_board_shows_all_that_is_known_around_a_place(open_page: Open, studied: list[Studied]) -> None:
    app = drawn_well(open_page("board", area="north-stonehouse"))
    assert HEADING in told(app)
    assert LINE in told(app)
    head, *shown = table(app, AROUND)
    assert head == ["Outcome", "Whose figure", "What happened", "Newest figure"]
    assert shown == rows(studied)
    assert len(shown) >= 10
    assert all("Plymouth" in whose for _, whose, _, _ in shown)


def test_residents_read_what_is_not_sensitive(open_page: Open, studied: list[Studied]) -> None:
    app = drawn_well(open_page("your-area", area="north-stonehouse"))
    _, *shown = table(app, AROUND)
    assert shown == rows(for_residents(studied))
    assert 0 < len(shown) < len(studied)
    assert not any("protection" in outcome for outcome, *_ in shown)
    assert f"{LINE} The board page has more of them." in told(app)


def test_without_a_start_the_newest_figures_stand_alone(open_page: Open) -> None:
    _, *shown = table(drawn_well(open_page("board", area="redruth-north")), AROUND)
    assert shown
    assert {happened for _, _, happened, _ in shown} == {"not known for both periods"}
    assert all("Cornwall" in whose for _, whose, _, _ in shown)


@pytest.mark.parametrize("page", ["your-area", "board"])
def test_where_nothing_is_held_nothing_is_said(open_page: Open, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    monkeypatch.setattr(access, "background", lambda _: [])
    assert HEADING not in told(drawn_well(open_page(page, area="north-stonehouse")))


def test_where_only_sensitive_things_are_held_residents_read_nothing(
    open_page: Open, studied: list[Studied], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = next(item for item in studied if item.finding.question.indicator == "child-protection")
    monkeypatch.setattr(access, "background", lambda _: [one])
    assert HEADING not in told(drawn_well(open_page("your-area", area="north-stonehouse")))
    assert len(table(drawn_well(open_page("board", area="north-stonehouse")), AROUND)) == 2
