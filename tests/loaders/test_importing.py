"""Importing: files in, a new database out, or nothing changed at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from loaders import importing
from loaders.importing import build_with, ensure_database, held_files, import_files, sources
from loaders.reading import LookupFile, Reading
from store.database import open_store
from store.errors import OutcomesError
from store.folder import Folder, data_folder
from store.lookups import PROVENANCE, RESIDENTS, read_lookups

NOW = datetime.fromisoformat("2026-11-22T09:30")
Street = Callable[..., Path]


def test_a_street_file_can_be_imported_into_an_empty_folder_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, street: Street
) -> None:
    monkeypatch.setenv("OUTCOMES_DATA", str(tmp_path / "new"))
    done = import_files(data_folder(), "police_uk", [street()], now=NOW)
    assert done.built is not None
    store = open_store(data_folder())
    assert store.rows("SELECT sum(numerator) FROM observation") == [(1.0,)]
    assert not store.is_sample()
    assert len(store.small_areas()) == 34_630
    assert {place.slug for place in store.places} >= {"north-stonehouse", "redruth-north"}


def test_the_same_file_again_changes_nothing(
    small_folder: Folder, street: Street, untouched: Callable[[Folder], None]
) -> None:
    path = street()
    import_files(small_folder, "police_uk", [path], now=NOW)
    untouched(small_folder)
    again = import_files(small_folder, "police_uk", [path], now=NOW)
    assert again.built is None
    assert [item.state for item in again.reading.accounts] == ["unchanged"]


def test_a_refused_file_beside_good_ones_changes_nothing(
    small_folder: Folder, street: Street, untouched: Callable[[Folder], None]
) -> None:
    import_files(small_folder, "police_uk", [street()], now=NOW)
    untouched(small_folder)
    bad = street("2018-12", rows=[("E01999999", "Burglary")])
    done = import_files(small_folder, "police_uk", [street("2018-11"), bad], now=NOW)
    assert done.built is None
    assert [problem.file for problem in done.reading.errors] == [bad.name]


def test_the_sample_twice_changes_nothing(own_folder: Folder, untouched: Callable[[Folder], None]) -> None:
    untouched(own_folder)
    done = import_files(own_folder, "sample", (), now=NOW)
    assert done.built is None
    assert {item.state for item in done.reading.accounts} == {"unchanged"}
    assert ensure_database(own_folder) is False


def test_a_first_start_builds_the_sample_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(importing, "import_files", lambda *given: asked.append(given))
    folder = Folder(tmp_path)
    assert ensure_database(folder) is True
    assert asked == [(folder, "sample", ())]


def test_an_unknown_source_names_those_there_are(small_folder: Folder) -> None:
    with pytest.raises(OutcomesError, match="no source called “polis”") as error:
        import_files(small_folder, "polis", [], now=NOW)
    assert "police_uk" in (error.value.do or "")
    assert held_files(small_folder) == frozenset()


def test_every_source_declares_itself() -> None:
    names = {source.name for source in sources()}
    assert {"police_uk", "ons_geography", "ons_population", "deprivation", "nomis_claimants"} <= names
    measures = [measure.name for brought in sources().values() for measure in brought]
    assert len(measures) == len(set(measures))


def test_every_measure_of_an_indicator_is_brought_by_some_source() -> None:
    from indicators.discovery import all_indicators

    brought = {measure.name for measures in sources().values() for measure in measures}
    for name, declared in all_indicators().items():
        assert set(declared.measures) <= brought, name


def lookup(folder: Folder) -> Reading:
    frame = read_lookups(folder.lookups).residents.assign(residents=7)
    said: dict[str, str | int] = {
        "publisher_file": "new.csv",
        "sha256": "0" * 64,
        "edition": "2022",
        "rows": len(frame),
    }
    return Reading((), (), (), (LookupFile(RESIDENTS, frame, said),))


def test_a_new_lookup_is_put_in_place_and_built_with(small_folder: Folder) -> None:
    build_with(small_folder, lookup(small_folder), NOW)
    assert set(read_lookups(small_folder.lookups).residents["residents"]) == {7}


def test_a_new_lookup_is_taken_back_when_the_build_fails(small_folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {name: (small_folder.lookups / name).read_bytes() for name in (RESIDENTS, PROVENANCE)}

    def broken(folder: Folder, *_: object) -> None:
        assert set(pd.read_parquet(folder.lookups / RESIDENTS)["residents"]) == {7}
        raise KeyboardInterrupt

    monkeypatch.setattr(importing, "build", broken)
    with pytest.raises(KeyboardInterrupt):
        build_with(small_folder, lookup(small_folder), NOW)
    assert {name: (small_folder.lookups / name).read_bytes() for name in before} == before


@pytest.mark.published
def test_real_months_replace_the_samples_whole(own_folder: Folder, published: Path) -> None:
    path = published / "data" / "police_uk" / "street" / "2018-11" / "2018-11-devon-and-cornwall-street.csv"
    before = open_store(own_folder)
    done = import_files(own_folder, "police_uk", [path], now=NOW)
    assert done.built is not None
    store = open_store(own_folder)
    (account,) = done.reading.accounts
    assert (account.rows_read, account.rows_unlocated) == (11_682, 463)
    query = "SELECT sum(numerator) FROM observation WHERE period_start = '2018-11-01'"
    assert store.rows(query) == [(account.rows_placed,)]
    others = "SELECT sum(numerator) FROM observation WHERE period_start <> '2018-11-01'"
    assert store.rows(others) == before.rows(others)
    files = store.rows(
        "SELECT DISTINCT f.origin FROM coverage c JOIN fetched_file f USING (file_id) WHERE c.period_start = '2018-11-01'"
    )
    assert files == [("publisher",)]
    assert store.is_sample()
    was, held = before.measures(), store.measures()
    assert sum(source == "police_uk" for source in held.values()) == 14
    # What other sources brought is what it was.
    assert {name: source for name, source in held.items() if source != "police_uk"} == {
        name: source for name, source in was.items() if source != "police_uk"
    }
    # Few cells moved: the sample was compiled from the same publisher.
    assert all(abs(float(row["is"]) - float(row["was"])) < 60 for row in done.built.revisions)
    # A month of the eight other categories does not make an indicator of all thirteen anywhere else.
    crime = store.monthly(["burglary", "drugs"], ["E01015153"], "devon-and-cornwall")
    assert crime.notna().sum(axis=1).tolist() == [1]
