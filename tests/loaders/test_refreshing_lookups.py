"""New lookups and the database built from them: both or neither, also after a kill between any two steps."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.importing import build_with, import_files
from loaders.lookup_changes import forget, mend_lookups, remember, restore
from loaders.reading import Reading
from store.errors import SourceChanged
from store.folder import Folder
from store.lookups import PROVENANCE, WARDS_AND_COUNCILS
from tests.loaders.small_world import NOW, small_data_folder

NAMES = (WARDS_AND_COUNCILS, PROVENANCE)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    found = small_data_folder(tmp_path / "data")
    found.outcomes.mkdir()
    found.pointer.write_text("yesterday\n")
    monkeypatch.setenv("OUTCOMES_DATA", str(found.root))
    return found


def lookups(folder: Folder) -> dict[str, bytes]:
    return {name: (folder.lookups / name).read_bytes() for name in NAMES}


def hidden(folder: Folder) -> list[str]:
    return [path.name for path in folder.lookups.glob(".*")]


def test_a_kill_before_the_database_was_in_use_takes_the_lookups_back(folder: Folder) -> None:
    before = lookups(folder)
    remember(folder, NAMES)
    (folder.lookups / WARDS_AND_COUNCILS).write_bytes(b"half of the new ones")
    mend_lookups(folder)
    assert lookups(folder) == before
    assert hidden(folder) == []


def test_a_kill_after_the_database_was_in_use_leaves_the_new_ones(folder: Folder) -> None:
    remember(folder, NAMES)
    (folder.lookups / WARDS_AND_COUNCILS).write_bytes(b"the new ones")
    folder.pointer.write_text("today\n")
    mend_lookups(folder)
    assert lookups(folder)[WARDS_AND_COUNCILS] == b"the new ones"
    assert hidden(folder) == []


def test_a_lookup_that_was_not_there_is_taken_away_again(folder: Folder) -> None:
    remember(folder, ["postcodes.parquet", PROVENANCE])
    (folder.lookups / "postcodes.parquet").write_bytes(b"new")
    restore(folder)
    assert not (folder.lookups / "postcodes.parquet").exists()


def test_what_an_earlier_kill_left_is_cleared_away(folder: Folder) -> None:
    before = lookups(folder)
    (folder.lookups / ".before.12345").mkdir()
    (folder.lookups / ".before.12345" / "note.json").write_text("{")
    remember(folder, NAMES)
    assert hidden(folder) == [".before"]
    forget(folder)
    assert (lookups(folder), hidden(folder)) == (before, [])


def test_nothing_to_mend_changes_nothing(folder: Folder) -> None:
    before = lookups(folder)
    mend_lookups(folder)
    restore(folder)
    assert (lookups(folder), hidden(folder)) == (before, [])
    assert sorted(path.name for path in folder.outcomes.iterdir()) == ["current"]


def test_the_next_import_mends_what_a_kill_left(folder: Folder) -> None:
    folder.pointer.unlink()
    build_with(folder, Reading((), ()), NOW)
    before = lookups(folder)
    remember(folder, NAMES)
    (folder.lookups / WARDS_AND_COUNCILS).write_bytes(b"half")
    with pytest.raises(SourceChanged, match="no such file"):
        import_files(folder, "nomis_claimants", [folder.root / "nowhere.csv"], now=NOW)
    assert lookups(folder) == before
