"""Finding a place by what people type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.database import Store
from store.place import place_from
from store.place_search import Hit, search, small_areas_of
from store.plain_text import folded

STONEHOUSE = Hit("place", "north-stonehouse", "Stronger North Stonehouse", "Plymouth")


def test_neighbourhoods_come_first_then_names_that_begin_with_it(sample_store: Store) -> None:
    hits = search(sample_store, "plym")
    assert hits[:2] == (STONEHOUSE, Hit("council", "E06000026", "Plymouth", ""))
    assert len(hits) == 12
    assert len(search(sample_store, "plym", limit=3)) == 3
    assert search(sample_store, "plym", limit=1) == (STONEHOUSE,)
    inside = search(sample_store, "ash", limit=10_000)
    ranks = [0 if folded(hit.name).startswith("ash") else 1 if " ash" in folded(hit.name) else 2 for hit in inside]
    assert ranks == sorted(ranks)
    assert set(ranks) == {0, 1, 2}


@pytest.mark.parametrize("text", ["north stonehouse", "NORTH  Stonehouse", "Nörth-Stonehouse", " stronger north "])
def test_case_accents_and_punctuation_do_not_matter(sample_store: Store, text: str) -> None:
    assert search(sample_store, text)[0] == STONEHOUSE


def test_wards_say_in_which_council_they_lie(sample_store: Store) -> None:
    assert search(sample_store, "st. peter & the waterfront") == ()
    assert search(sample_store, "St Peter and the W") == (
        Hit("ward", "E05002094", "St Peter and the Waterfront", "Plymouth"),
    )
    assert Hit("ward", "E05001168", "St Peter's", "Sunderland") in search(sample_store, "st peters")


def test_small_areas_are_found_by_name_and_by_the_codes_of_both_editions(sample_store: Store) -> None:
    hit = Hit("small area", "E01015153", "Plymouth 033C", "St Peter and the Waterfront, Plymouth")
    assert search(sample_store, "plymouth 033c") == search(sample_store, "e01015153") == (hit,)
    assert [one.code for one in search(sample_store, "E01034866")] == ["E01018867"]
    assert hit in search(sample_store, "E0101515")
    assert search(sample_store, "E09999999") == ()


@pytest.mark.parametrize(
    "text", ["", " ", "p", "%", "_", "'; DROP TABLE area; --", "x" * 10_000, "\x00\x00", "<script>"]
)
def test_odd_words_find_nothing_and_break_nothing(sample_store: Store, text: str) -> None:
    assert search(sample_store, text) == ()


def test_only_the_first_sixty_characters_are_used(sample_store: Store) -> None:
    assert search(sample_store, "Plymouth" + " " * 52 + "Exeter")[0] == STONEHOUSE


def test_a_postcode_reaches_no_query(sample_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(self: Store, query: str, values: Sequence[Any] = ()) -> Any:
        raise AssertionError("the database was asked")

    sample_store.kept_for_all.pop("names", None)
    monkeypatch.setattr(Store, "_run", asked)
    assert search(sample_store, "pl1 3ab") == ()


@given(st.text(max_size=20))
def test_whatever_is_typed_hits_hold_only_what_is_on_record(sample_store: Store, text: str) -> None:
    for hit in search(sample_store, text):
        assert hit.kind == "place" or small_areas_of(sample_store, hit.kind, hit.code)


def test_the_small_areas_of_what_was_found(sample_store: Store) -> None:
    ward = small_areas_of(sample_store, "ward", "E05002094")
    assert {"E01015153", "E01015155"} <= set(ward)
    assert list(ward) == sorted(ward)
    council = small_areas_of(sample_store, "council", "E06000026")
    assert len(council) == 161
    assert set(ward) <= set(council)
    assert small_areas_of(sample_store, "place", "north-stonehouse") == ("E01015153", "E01015155")
    assert small_areas_of(sample_store, "small area", "E01015153") == ("E01015153",)
    for kind, code in (
        ("ward", "E06000026"),
        ("small area", "E01999999"),
        ("place", "nowhere"),
        ("planet", "E06000026"),
    ):
        assert small_areas_of(sample_store, kind, code) == ()


def test_a_county_council_has_the_small_areas_of_its_districts(sample_store: Store) -> None:
    county = next(hit for hit in search(sample_store, "Devon") if hit.name == "Devon")
    members = small_areas_of(sample_store, "council", county.code)
    district = small_areas_of(sample_store, "council", "E07000041")
    assert county.kind == "council"
    assert len(district) > 50
    assert set(district) < set(members)


def test_a_visitors_own_place_is_found_in_their_view_alone(sample_store: Store) -> None:
    draft = place_from({"schema": 1, "name": "Our Quay", "place": {"small_areas": ["E01034866"]}}, "our-quay")
    view = sample_store.with_place(draft)
    assert search(view, "our quay") == (Hit("place", "our-quay", "Our Quay", ""),)
    assert small_areas_of(view, "place", "our-quay") == ("E01018867",)
    assert search(sample_store, "our quay") == ()
    assert view.kept_for_all is sample_store.kept_for_all
