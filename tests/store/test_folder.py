"""The data folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from store import folder as folders
from store.errors import NoDatabase
from store.folder import SHIPPED, Folder, data_folder, is_shipped_folder, seed


def test_an_empty_folder_is_given_everything_but_the_sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTCOMES_DATA", str(tmp_path / "new" / "place"))
    folder = data_folder()
    assert not is_shipped_folder()
    assert folder.root == (tmp_path / "new" / "place").resolve()
    assert folder.breaks.is_file()
    assert (folder.root / "suppression.toml").is_file()
    for place in (folder.areas, folder.programmes, folder.lookups):
        shipped = SHIPPED / place.name
        assert {p.name for p in place.iterdir()} == {p.name for p in shipped.iterdir()}
    assert not (folder.root / "sample").exists()
    assert folder.stamp() is None
    assert folder.raw.name == "raw"
    assert not [p for p in folder.root.iterdir() if p.name.startswith(".")]


def test_what_is_there_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "areas").mkdir()
    (tmp_path / "breaks.toml").write_text("# mine", encoding="utf-8")
    seed(tmp_path)
    seed(tmp_path)
    assert list((tmp_path / "areas").iterdir()) == []
    assert (tmp_path / "breaks.toml").read_text(encoding="utf-8") == "# mine"


def test_two_that_start_at_once_do_not_trip_over_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = folders.shutil.copytree

    def slower(source: Path, target: Path) -> Path:
        # The other one is done with this folder while we are still copying it.
        copy(source, tmp_path / Path(source).name)
        return Path(copy(source, target))

    monkeypatch.setattr(folders.shutil, "copytree", slower)
    seed(tmp_path)
    assert {p.name for p in (tmp_path / "areas").iterdir()} == {p.name for p in (SHIPPED / "areas").iterdir()}
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]


def test_a_folder_that_cannot_be_filled_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("read-only")

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(PermissionError, match="read-only"):
        seed(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_without_the_variable_the_projects_own_folder_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OUTCOMES_DATA", raising=False)
    assert is_shipped_folder()
    assert data_folder().root == SHIPPED


@pytest.mark.parametrize("content", ["", "nowhere.duckdb\n", "../outcomes/x.duckdb\n", "a/b.duckdb\n", "caf\u00e9\n"])
def test_a_pointer_to_nothing_is_no_database(tmp_path: Path, content: str) -> None:
    folder = Folder(tmp_path)
    folder.outcomes.mkdir()
    (folder.outcomes / "x.duckdb").touch()
    folder.pointer.write_text(content, encoding="utf-8")
    with pytest.raises(NoDatabase, match="There is no database yet"):
        folder.database()


def test_a_pointer_names_the_database_in_use(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    with pytest.raises(NoDatabase):
        folder.database()
    folder.outcomes.mkdir()
    (folder.outcomes / "x.duckdb").touch()
    folder.pointer.write_text("x.duckdb\n", encoding="ascii")
    assert folder.stamp() == "x.duckdb"
    assert folder.database() == folder.outcomes / "x.duckdb"
