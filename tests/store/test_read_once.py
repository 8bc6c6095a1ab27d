"""One sitting: the same answers as the store's, each read once, and nobody's frame is somebody else's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest

from store.database import Store
from store.published_values import published
from store.read_once import ReadOnce


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The queries that reach the database."""
    heard: list[str] = []
    run = Store._run

    def listening(self: Store, query: str, values: Sequence[Any]) -> Any:
        heard.append(query)
        return run(self, query, values)

    monkeypatch.setattr(Store, "_run", listening)
    return heard


def test_the_same_answers_read_once(sample_store: Store, counted: list[str]) -> None:
    once = ReadOnce(sample_store)
    codes = ["E01015153", "E01015155"]
    for _ in range(3):
        pd.testing.assert_frame_equal(
            once.monthly(("burglary",), codes, "devon-and-cornwall"),
            sample_store.monthly(("burglary",), codes, "devon-and-cornwall"),
        )
        assert once.measures() == sample_store.measures()
    through = len(counted)
    once.monthly(("burglary",), codes, "devon-and-cornwall")
    once.measures()
    assert len(counted) == through
    once.monthly(("robbery",), codes, "devon-and-cornwall")
    assert len(counted) > through
    assert (once.key, once.stamp, once.places) == (sample_store.key, sample_store.stamp, sample_store.places)


def test_what_is_handed_out_can_be_changed(sample_store: Store) -> None:
    once = ReadOnce(sample_store)
    query = "SELECT code, name FROM area WHERE kind = 'police_force' ORDER BY code"
    first = once.frame(query)
    first.pop("name")
    first.loc[0, "code"] = "changed"
    pd.testing.assert_frame_equal(once.frame(query), sample_store.frame(query))
    rows = once.rows(query)
    rows.clear()
    assert once.rows(query) == sample_store.rows(query)


def test_other_values_are_another_question(sample_store: Store) -> None:
    once = ReadOnce(sample_store)
    query = "SELECT ?"
    assert (once.rows(query, [1]), once.rows(query, [2]), once.rows(query, ["1"])) == ([(1,)], [(2,)], [("1",)])


def test_a_sitting_inside_another_goes_on_with_what_it_read(sample_store: Store, counted: list[str]) -> None:
    outer = ReadOnce(sample_store)
    codes = ["E01015153", "E01015155"]
    told = outer.monthly(("burglary",), codes, "devon-and-cornwall")
    touching, corners = outer.neighbours(codes), outer.boundary_vertices(codes)
    through = len(counted)
    inner = ReadOnce(outer)
    pd.testing.assert_frame_equal(inner.monthly(("burglary",), codes, "devon-and-cornwall"), told)
    assert (inner.neighbours(codes), inner.boundary_vertices(codes)) == (touching, corners)
    assert len(counted) == through
    assert ReadOnce(sample_store).neighbours(codes) == touching == sample_store.neighbours(codes)
    assert len(counted) > through


def test_what_was_put_together_can_be_changed_too(sample_store: Store) -> None:
    once = ReadOnce(sample_store)
    codes = ["E01015153"]
    once.neighbours(codes).clear()
    once.boundary_vertices(codes).clear()
    own = once.monthly(("burglary",), codes, "devon-and-cornwall")
    own.iloc[:, :] = -1
    residents, ranks = once.residents(codes), once.deprivation(codes, 2019)
    residents.iloc[:, :] = -1
    ranks.iloc[:, :] = -1
    pd.testing.assert_frame_equal(once.residents(codes), sample_store.residents(codes))
    pd.testing.assert_frame_equal(once.deprivation(codes, 2019), sample_store.deprivation(codes, 2019))
    assert once.neighbours(codes) == sample_store.neighbours(codes)
    assert once.boundary_vertices(codes) == sample_store.boundary_vertices(codes)
    pd.testing.assert_frame_equal(
        once.monthly(("burglary",), codes, "devon-and-cornwall"),
        sample_store.monthly(("burglary",), codes, "devon-and-cornwall"),
    )


def test_small_areas_are_the_same_however_they_are_asked_for(sample_store: Store) -> None:
    once = ReadOnce(sample_store)
    codes = ["E01015155", "E01999999", "E01015153"]
    for force, some in ((None, None), ("devon-and-cornwall", None), (None, codes), ("devon-and-cornwall", codes)):
        pd.testing.assert_frame_equal(once.small_areas(force, some), sample_store.small_areas(force, some))
    changed = once.small_areas(codes=codes)
    changed["council"] = "nowhere"
    pd.testing.assert_frame_equal(once.small_areas(codes=codes), sample_store.small_areas(codes=codes))


def test_what_is_put_together_is_put_together_once_a_sitting(sample_store: Store) -> None:
    made: list[int] = []

    def make() -> list[int]:
        made.append(1)
        return made

    once = ReadOnce(sample_store)
    assert once.once("key", make) is ReadOnce(once).once("key", make)
    assert len(made) == 1
    sample_store.once("key", make)
    sample_store.once("key", make)
    assert len(made) == 3


def test_codes_of_all_files_are_looked_up_together(sample_store: Store, counted: list[str]) -> None:
    once = ReadOnce(sample_store)
    once._stable = {}
    for place in once.places:
        assert set(once.stable_codes(place.small_areas)) == set(place.small_areas)
    assert len([query for query in counted if "'contains'" in query]) == 1


def test_a_part_of_what_was_read_is_what_would_have_been_read(sample_store: Store, counted: list[str]) -> None:
    once = ReadOnce(sample_store)
    pool = list(sample_store.small_areas(police_force="devon-and-cornwall").index)
    here = ["E01015155", "E01015153"]
    once.residents(pool), once.outlines(pool), published(once, ["house-price-median"], "stable", pool)
    once.memberships(("in_council",))
    told = sample_store.residents(here), sample_store.outlines(here), sample_store.memberships(("in_council",), here)
    prices = published(sample_store, ["house-price-median"], "stable", here)
    through = len(counted)
    # Whole numbers may have become others where somebody else's are missing.
    pd.testing.assert_frame_equal(once.residents(here), told[0], check_dtype=False)
    assert once.outlines(here) == told[1]
    assert once.memberships(("in_council",), here) == told[2]
    pd.testing.assert_frame_equal(published(once, ["house-price-median"], "stable", here), prices)
    assert len(counted) == through
    with_a_stranger = ["E01015153", "E01999999"]
    pd.testing.assert_frame_equal(
        once.residents(with_a_stranger), sample_store.residents(with_a_stranger), check_dtype=False
    )
    assert once.outlines(["E01999999"]) == {}
    assert once.memberships(("in_council",), ["E01999999"]) == []


def test_a_year_that_only_others_have_is_no_year_of_a_place(
    sample_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = pd.DataFrame({2019: [5.0, 6.0], 2020: [float("nan"), 7.0]}, index=pd.Index(["a", "b"], dtype="object"))
    monkeypatch.setattr(Store, "residents", lambda _store, codes, _ages: held.loc[list(codes)])
    once = ReadOnce(sample_store)
    assert list(once.residents(["a", "b"]).columns) == [2019, 2020]
    assert list(once.residents(["a"]).columns) == [2019]


def test_memberships_of_all_are_those_of_each(sample_store: Store) -> None:
    every = ReadOnce(sample_store).memberships(("in_council", "in_county"))
    assert every == sample_store.memberships(("in_council", "in_county"))
    assert len(every) > 1000
