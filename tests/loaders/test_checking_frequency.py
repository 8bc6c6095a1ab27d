"""Older than it need be: from a publisher's own words on how often and how late it publishes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from loaders.discovery import all_loaders
from loaders.frequency import Cycle, Newest, cycle_of, due, newest_held, stale_sources
from store.database import Store
from store.folder import Folder
from store.source import Source
from tests.store.contributions import SOURCE


@pytest.mark.parametrize(
    ("words", "cycle"),
    [
        ("Monthly, about two months late", Cycle(1, 2)),
        ("Monthly, about one month late", Cycle(1, 1)),
        ("Yearly, about a year and a half late", Cycle(12, 18)),
        ("Yearly, two to nine months after the school or financial year", Cycle(12, 9)),
        ("Quarterly, on the first day of January, April, July and October; about two weeks late", Cycle(3, 1)),
        ("Yearly (calendar years), about nine months late", Cycle(12, 9)),
        ("Yearly, 14 months late", Cycle(12, 14)),
        ("Lookups of wards yearly; small areas after each census", Cycle(12, 12)),
        ("Quarterly", Cycle(3, 3)),
        ("Twice a year", Cycle(6, 6)),
        ("Every few years", None),
        ("Yearly until April 2022 to March 2023", None),
        ("As the community counts", None),
        ("Daily; pupils are those of the latest school census", None),
    ],
)
def test_words_become_a_cycle(words: str, cycle: Cycle | None) -> None:
    assert cycle_of(words) == cycle


def test_most_sources_say_how_often_they_come() -> None:
    said = [cycle_of(item.SOURCE.frequency) for item in all_loaders().values() if item.SOURCE.address]
    assert sum(cycle is not None for cycle in said) > len(said) / 2


@pytest.mark.parametrize(
    ("newest", "cycle", "month"),
    [
        # August's figures are there, September's were due at the end of November, December is a month's patience.
        (Newest("x", date(2025, 8, 1), 1, False), Cycle(1, 2), date(2025, 12, 1)),
        (Newest("x", date(2022, 6, 1), 12, False), Cycle(12, 18), date(2025, 3, 1)),
        # Counted by whole years, whatever the publisher's own rhythm.
        (Newest("x", date(2024, 12, 1), 12, False), Cycle(1, 1), date(2026, 4, 1)),
    ],
)
def test_when_the_next_release_was_due(newest: Newest, cycle: Cycle, month: date) -> None:
    assert due(newest, cycle) == month


def test_the_sample_is_stale_from_a_month_on(sample_store: Store) -> None:
    held = newest_held(sample_store)
    assert (held["police_uk"].month, held["police_uk"].is_sample) == (date(2025, 8, 1), True)
    assert held["ons_population"].months == 12
    assert not held["ons_geography"].is_sample
    police = [item.SOURCE for item in all_loaders().values() if item.SOURCE.name == "police_uk"]
    assert stale_sources(sample_store, police, date(2025, 12, 31)) == []
    assert stale_sources(sample_store, police, date(2026, 1, 1)) == [
        {"source": "police_uk", "data_to": "2025-08", "expected_by": "2025-12", "is_sample": True,
         "frequency": "Monthly, about two months late"}
    ]  # fmt: skip


def test_what_has_no_rhythm_or_is_not_held_is_never_stale(sample_store: Store, sample_folder: Folder) -> None:
    assert sample_folder.stamp() == sample_store.stamp
    unheld: Source = replace(SOURCE, name="unheld")
    irregular = replace(SOURCE, name="police_uk", frequency="Now and then")
    assert stale_sources(sample_store, [unheld, irregular], date(2040, 1, 1)) == []
