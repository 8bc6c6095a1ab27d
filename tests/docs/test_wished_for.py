"""What the documents say of the outcomes that the Beacon Project and COIN name is what the tool can say of them."""

from __future__ import annotations

from loaders.discovery import all_loaders
from store.database import Store
from tests.docs import reading
from tests.docs.wished_for import HEADER, ITEMS, PLACES, table

HEADING = "What the Beacon Project and COIN name"


def test_the_table_is_what_is_declared_and_held(sample_store: Store) -> None:
    source_of = {
        measure.name: name for name, module in all_loaders().items() for measure in getattr(module, "MEASURES", ())
    }
    words = reading.section("docs/indicators.md", HEADING)
    assert f"| {' | '.join(HEADER)} |" in words.splitlines()
    assert reading.rows(words) == table(sample_store, source_of)


def test_what_stands_above_the_table_is_right() -> None:
    words = " ".join(reading.section("docs/indicators.md", HEADING).split())
    counts = [
        sum(bool(official) for _, official, _ in ITEMS.values()),
        sum(not official for _, official, _ in ITEMS.values()),
    ]
    assert all(official or local for _, official, local in ITEMS.values())
    assert f"{reading.in_words(len(ITEMS)).capitalize()} outcomes" in words
    assert f"{reading.in_words(counts[0])} are published in some form" in words
    assert f"and {reading.in_words(counts[1])} nobody publishes" in words


def test_its_places_are_shipped(sample_store: Store) -> None:
    assert set(PLACES) <= {place.slug for place in sample_store.places}
