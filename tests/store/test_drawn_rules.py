"""Areas chosen by visitors: large enough, not too large, and never a few people away from a saved one."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

import store.drawn_rules
from store.database import Store
from store.drawn_rules import check_drawn
from store.place import Place, place_from
from store.residents import newest_residents

HERE = ["E01015153", "E01015155"]
NEXT = "E01015158"


def saved(*codes: str) -> tuple[Place, ...]:
    """A saved neighbourhood of these small areas."""
    return (place_from({"schema": 1, "name": "Saved", "place": {"small_areas": list(codes)}}, "saved"),)


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Say how many people live in each small area."""

    def live(**residents: float) -> None:
        monkeypatch.setattr(
            store.drawn_rules,
            "newest_residents",
            lambda _, codes: {code: residents[code] for code in codes if code in residents},
        )

    return live


def test_ordinary_areas_may_be_drawn(sample_store: Store) -> None:
    assert check_drawn(sample_store, HERE, sample_store.places) == ""
    assert check_drawn(sample_store, [*HERE, NEXT], sample_store.places) == ""


def test_an_area_is_neither_empty_nor_unknown_nor_endless(sample_store: Store) -> None:
    assert check_drawn(sample_store, [], ()) == "Choose at least one small area."
    assert "E01999999 is in no lookup" in check_drawn(sample_store, ["E01999999"], ())
    many = list(sample_store.small_areas(police_force="devon-and-cornwall").index[:61])
    assert check_drawn(sample_store, many, ()).startswith("These are 61 small areas")
    assert check_drawn(sample_store, many[:60], ()) == ""
    # Both parts of an area that was split are one small area.
    assert check_drawn(sample_store, [*many[:60], many[0]], ()) == ""


def test_a_thousand_people_live_in_it(sample_store: Store, people: Callable[..., None]) -> None:
    people(E01015153=999.0)
    assert check_drawn(sample_store, HERE[:1], ()).startswith("About 999 people live here")
    people(E01015153=1000.0)
    assert check_drawn(sample_store, HERE[:1], ()) == ""


@pytest.mark.parametrize(("between", "refused"), [(499.0, True), (500.0, False)])
def test_no_few_people_lie_between_it_and_a_saved_area(
    sample_store: Store, people: Callable[..., None], between: float, refused: bool
) -> None:
    people(E01015153=2000.0, E01015155=2000.0, E01015158=between)
    for mine, theirs in (([*HERE, NEXT], HERE), (HERE, [*HERE, NEXT])):
        sentence = check_drawn(sample_store, mine, saved(*theirs))
        assert bool(sentence) == refused
        assert not refused or "Only about 499 people" in sentence
        assert not refused or "“Saved”" in sentence
    assert check_drawn(sample_store, [*HERE, NEXT], saved(*HERE, NEXT)) == ""


def test_areas_apart_are_not_compared(sample_store: Store, people: Callable[..., None]) -> None:
    people(E01015153=1000.0, E01015155=-800.0)
    assert check_drawn(sample_store, HERE[:1], saved(HERE[1])) == ""


def test_unknown_residents_refuse_nothing(sample_store: Store, people: Callable[..., None]) -> None:
    people(E01015153=10.0)
    assert check_drawn(sample_store, HERE, saved(HERE[0])) == ""


def test_a_saved_area_this_database_does_not_know_is_passed_over(sample_store: Store) -> None:
    assert check_drawn(sample_store, HERE, saved("E01999999")) == ""


def test_residents_are_those_of_the_newest_year(sample_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert newest_residents(sample_store, HERE) == {"E01015153": 1899.0, "E01015155": 2017.0}
    years = pd.DataFrame({2023: [1.0, 2.0], 2024: [3.0, None]}, index=HERE)
    monkeypatch.setattr(Store, "residents", lambda *_: years)
    assert newest_residents(sample_store, HERE) == {"E01015153": 3.0}
    monkeypatch.setattr(Store, "residents", lambda *_: pd.DataFrame(index=HERE))
    assert newest_residents(sample_store, HERE) == {}
