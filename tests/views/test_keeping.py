"""What pages keep is let go of with another day or other data, and not before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from indicators import Question
from store.database import Store
from store.folder import Folder
from store.place import Place
from tests.views import pages
from views import access, keeping


@dataclass(frozen=True)
class Asked:
    """A kept function, and the values it was really asked for."""

    double: Callable[[int], int]
    values: list[int]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Twice a number, kept of 1 and 2; nothing else is kept."""
    values: list[int] = []
    monkeypatch.setattr(keeping, "_LATEST", {})

    @keeping.kept(8)
    def double(value: int) -> int:
        values.append(value)
        return 2 * value

    # Streamlit knows a function by its name: an earlier test's answers are not this one's.
    keeping._CACHED[-1].clear()
    assert [double(1), double(1), double(2)] == [2, 2, 4]
    assert values == [1, 2]
    values.clear()
    return Asked(double, values)


def test_answers_are_kept_while_day_and_data_are_the_same(asked: Asked) -> None:
    for _ in range(3):
        keeping.drawn_from("data", "2026-03-01")
        assert asked.double(1) == 2
    assert asked.values == []


@pytest.mark.parametrize("now", [("data", "2026-03-02"), ("other data", "2026-03-01")])
def test_another_day_or_other_data_let_go_of_all(asked: Asked, now: tuple[str, str]) -> None:
    keeping.drawn_from("data", "2026-03-01")
    keeping.drawn_from(*now)
    assert [asked.double(value) for value in (1, 2, 1)] == [2, 4, 2]
    assert asked.values == [1, 2]


def test_a_visit_that_began_before_midnight_lets_go_of_nothing(asked: Asked) -> None:
    keeping.drawn_from("data", "2026-03-02")
    keeping.drawn_from("data", "2026-03-01")
    keeping.drawn_from("data", "2026-03-02")
    assert asked.double(1) == 2
    assert asked.values == []


def test_a_board_of_yesterday_is_not_held_today(sample_in_use: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "_LATEST", {})
    monkeypatch.setattr(keeping, "_CACHED", [access._board])
    studied: list[str] = []
    monkeypatch.setattr(access, "_names", lambda _store, _place: ("burglary",))
    study = access.study_starts

    def noted(store: Store, place: Place, questions: Sequence[Question], *, today: date, findings_only: bool) -> object:
        studied.append(f"{today}")
        return study(store, place, questions, today=today, findings_only=findings_only)

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
