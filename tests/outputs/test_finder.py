"""What somebody types is answered with areas and places, and a postcode is in no answer."""

from __future__ import annotations

import pytest

from outputs.finder import answer
from store.database import Store
from store.folder import Folder

_STONEHOUSE = "E01015153"


@pytest.fixture(scope="module")
def postcode(sample_store: Store) -> str:
    """A postcode that lies in the worked example."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from store.folder import SHIPPED

    table = pq.read_table(SHIPPED / "sample" / "postcodes.parquet")
    inside = table.filter(pc.and_(pc.equal(table["stable"], _STONEHOUSE), pc.invert(table["ended"])))
    return str(inside["postcode"][0].as_py())


def test_a_postcode_leads_to_the_neighbourhood_around_it(
    sample_store: Store, sample_folder: Folder, postcode: str
) -> None:
    for typed in (postcode, postcode.lower(), f" {postcode[:-3]} {postcode[-3:]} "):
        found = answer(sample_store, sample_folder, typed, sample_store.places)
        assert [place.slug for place in found.places] == ["north-stonehouse"]
        assert found.code == _STONEHOUSE
        assert postcode not in repr(found).upper().replace(" ", "")


def test_a_postcode_where_nobody_drew_anything_gives_its_small_area(
    sample_store: Store, sample_folder: Folder, postcode: str
) -> None:
    found = answer(sample_store, sample_folder, postcode, ())
    assert (found.code, found.places) == (_STONEHOUSE, ())
    assert found.name


@pytest.mark.parametrize("typed", ["PL1", "PL1 3", "EX4 6"])
def test_half_a_postcode_asks_for_the_other_half(sample_store: Store, sample_folder: Folder, typed: str) -> None:
    found = answer(sample_store, sample_folder, typed, ())
    assert found.sentence == "That is not a whole postcode. Write both halves, as on a letter."
    assert found.hits == ()


def test_a_name_finds_neighbourhoods_wards_and_councils(sample_store: Store, sample_folder: Folder) -> None:
    found = answer(sample_store, sample_folder, "stonehouse", sample_store.places)
    assert found.hits[0].code == "north-stonehouse"
    assert "council" in {hit.kind for hit in answer(sample_store, sample_folder, "Plymouth", ()).hits}


def test_what_has_no_name_here_gets_a_sentence(sample_store: Store, sample_folder: Folder) -> None:
    found = answer(sample_store, sample_folder, "zzzzzz'; DROP TABLE area; --", ())
    assert found.sentence.startswith("Nothing here has that name")
    assert found.hits == ()


def test_a_small_area_the_database_does_not_know(
    sample_store: Store, sample_folder: Folder, monkeypatch: pytest.MonkeyPatch, postcode: str
) -> None:
    empty = sample_store.small_areas(codes=["E01000000"])
    monkeypatch.setattr(Store, "small_areas", lambda *_args, **_options: empty)
    assert "knows nothing about" in answer(sample_store, sample_folder, postcode, ()).sentence
