"""What pages keep is let go of with another day or other data, and not before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.folder import Folder
from tests.views import pages
from views import access, keeping


@pytest.fixture
def worked_out(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What a kept function was really asked for, where nothing else is kept; ``double`` of ``keeping`` asks it."""
    asked: list[int] = []
    monkeypatch.setattr(keeping, "_LATEST", {})

    @keeping.kept(8)
    def double(value: int) -> int:
        asked.append(value)
        return 2 * value

    # Streamlit knows a function by its name: an earlier test's answers are not this one's.
    keeping._CACHED[-1].clear()
    monkeypatch.setattr(keeping, "double", double, raising=False)
    assert [double(1), double(1), double(2)] == [2, 2, 4]
    assert asked == [1, 2]
    asked.clear()
    return asked


def ask(value: int) -> int:
    found: int = keeping.double(value)  # type: ignore[attr-defined]  # put there by the fixture
    return found


def test_answers_are_kept_while_day_and_data_are_the_same(worked_out: list[int]) -> None:
    for _ in range(3):
        keeping.in_use("data", "2026-03-01")
        assert ask(1) == 2
    assert worked_out == []


@pytest.mark.parametrize("now", [("data", "2026-03-02"), ("other data", "2026-03-01")])
def test_another_day_or_other_data_let_go_of_all(worked_out: list[int], now: tuple[str, str]) -> None:
    keeping.in_use("data", "2026-03-01")
    keeping.in_use(*now)
    assert [ask(1), ask(2), ask(1)] == [2, 4, 2]
    assert worked_out == [1, 2]


def test_a_visit_that_began_before_midnight_lets_go_of_nothing(worked_out: list[int]) -> None:
    keeping.in_use("data", "2026-03-02")
    keeping.in_use("data", "2026-03-01")
    keeping.in_use("data", "2026-03-02")
    assert ask(1) == 2
    assert worked_out == []


def test_a_board_of_yesterday_is_not_held_today(sample_in_use: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "_LATEST", {})
    monkeypatch.setattr(keeping, "_CACHED", [access._board])
    studied: list[str] = []
    monkeypatch.setattr(access, "_names", lambda _store, _place: ("burglary",))
    study = access.study_starts

    def noted(*given: object, **named: object) -> object:
        studied.append(f"{named['today']}")
        return study(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(access, "study_starts", noted)
    # Days of their own: other tests have whole boards of theirs.
    first = pages.TODAY + timedelta(days=100)
    place = access.places()["north-stonehouse"]
    for day in (first, first, first + timedelta(days=1), first + timedelta(days=1)):
        monkeypatch.setattr(access, "today", lambda day=day: day)
        access.board(place)
    assert studied == [f"{first}", f"{first + timedelta(days=1)}"]
    # What was worked out on the first day is gone.
    access._board(key=access.store().key, slug=place.slug, day=f"{first}", _store_in_use=access.store())
    assert studied[2:] == [f"{first}"]
