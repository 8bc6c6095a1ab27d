"""Publishing: the database under its hash, the manifest last, and nothing of a community's own."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock, Timeout

from loaders import publishing
from loaders.publishing import publish, publish_parquet
from loaders.snapshot_manifest import MANIFEST, read_manifest
from store import switching
from store.errors import NoDatabase, OutcomesError
from store.folder import SHIPPED, Folder
from tests.loaders.snapshots import area, built, published
from tests.loaders.test_command_line import document, run


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where to publish; it is made when it is needed."""
    return tmp_path / "published" / "snapshot"


def test_a_snapshot_is_the_database_by_its_hash_and_what_belongs_to_it(small_folder: Folder, target: Path) -> None:
    area(small_folder, "here", "Here")
    stamp = built(small_folder, 3)
    done = publish(small_folder, target)
    assert (done.changed, done.local_left_out) == (True, 0)
    (database,) = target.glob("*.duckdb")
    assert hashlib.sha256(database.read_bytes()).hexdigest() == database.stem
    said = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
    assert (said["name"], said["sha256"], said["bytes"]) == (database.name, database.stem, database.stat().st_size)
    assert (said["stamp"], said["built_at"], said["schema_version"]) == (stamp, "2026-01-01T12:00:00", 3)
    assert [one["name"] for one in said["files"]] == ["areas/here.toml", "breaks.toml", "suppression.toml"]
    for one in said["files"]:
        content = (small_folder.root / one["name"]).read_bytes()
        assert (one["text"].encode(), one["sha256"]) == (content, hashlib.sha256(content).hexdigest())
    assert read_manifest(target / MANIFEST) == done.manifest
    assert sorted(path.name for path in target.iterdir()) == sorted([database.name, MANIFEST])
    assert list(small_folder.outcomes.glob("publishing-*")) == []


def test_what_is_published_already_is_not_written_again(small_folder: Folder, target: Path) -> None:
    published(small_folder, target, 3)
    before = {path.name: path.stat().st_mtime_ns for path in target.iterdir()}
    again = publish(small_folder, target)
    assert (again.changed, again.local_left_out) == (False, None)
    assert {path.name: path.stat().st_mtime_ns for path in target.iterdir()} == before


def test_a_changed_area_file_goes_with_the_database_that_is_there(small_folder: Folder, target: Path) -> None:
    first = published(small_folder, target, 3)
    area(small_folder, "here", "Here")
    second = publish(small_folder, target)
    assert second.changed
    assert second.manifest.name == first.manifest.name
    assert set(second.manifest.files) - set(first.manifest.files) == {"areas/here.toml"}


def test_the_database_before_stays_for_whoever_is_fetching_it_and_older_ones_go(
    small_folder: Folder, target: Path
) -> None:
    names = [published(small_folder, target, number, minutes=number).manifest.name for number in (1, 2, 3)]
    assert {path.name for path in target.glob("*.duckdb")} == set(names[1:])


def test_a_database_that_was_not_published_is_nobodys_to_take_away(small_folder: Folder, target: Path) -> None:
    names = ["mine.duckdb", "outcomes-20260101T120000-0a1b2c3d.duckdb", f"{'a' * 63}.duckdb", f"{'A' * 64}.duckdb"]
    target.mkdir(parents=True)
    for name in names:
        (target / name).write_bytes(b"mine")
    for number in (1, 2, 3):
        published(small_folder, target, number, minutes=number)
    assert [name for name in names if not (target / name).is_file()] == []
    assert len(list(target.glob("*.duckdb"))) == len(names) + 2


@pytest.mark.parametrize("within", [".", "snapshot", "../outcomes"])
def test_nothing_is_published_among_the_databases_of_this_machine(small_folder: Folder, within: str) -> None:
    built(small_folder, 1)
    stamp = built(small_folder, 2, minutes=1)
    before = {path.name for path in small_folder.outcomes.glob("*.duckdb")}
    with pytest.raises(OutcomesError, match="published elsewhere"):
        publish(small_folder, small_folder.outcomes / within)
    assert {path.name for path in small_folder.outcomes.glob("*.duckdb")} == before
    assert (small_folder.stamp(), len(before)) == (stamp, 2)
    assert list(small_folder.outcomes.rglob(MANIFEST)) == []


@pytest.mark.parametrize("harm", ["database gone", "database cut", "one bit flipped", "manifest broken"])
def test_a_damaged_publication_is_written_anew(small_folder: Folder, target: Path, harm: str) -> None:
    first = published(small_folder, target, 3)
    database = target / first.manifest.name
    if harm == "database gone":
        database.unlink()
    elif harm == "database cut":
        database.write_bytes(database.read_bytes()[:1000])
    elif harm == "one bit flipped":
        body = bytearray(database.read_bytes())
        body[len(body) // 2] ^= 1
        database.write_bytes(body)
    else:
        (target / MANIFEST).write_text('{"name": ')
    second = publish(small_folder, target)
    assert second.changed
    assert hashlib.sha256((target / second.manifest.name).read_bytes()).hexdigest() == second.manifest.sha256
    assert read_manifest(target / MANIFEST) == second.manifest


@pytest.mark.parametrize("moment", ["sha256_of", "_place", "replace_whole", "check_small_files"])
def test_a_publication_that_is_cut_off_leaves_the_one_before(
    small_folder: Folder, target: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    first = published(small_folder, target, 3)
    built(small_folder, 4, minutes=1)

    def stop(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(publishing, moment, stop)
        with pytest.raises(KeyboardInterrupt):
            publish(small_folder, target)
    assert read_manifest(target / MANIFEST) == first.manifest
    assert (target / first.manifest.name).stat().st_size == first.manifest.bytes
    assert list(small_folder.outcomes.glob("publishing-*")) == []
    assert publish(small_folder, target).changed


@pytest.mark.parametrize("moment", ["small_files", "_published_before", "_place", "replace_whole", "remove_database"])
def test_one_publishes_at_a_time_from_reading_what_is_there_to_the_end(
    small_folder: Folder, target: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    for number in (1, 2):
        published(small_folder, target, number, minutes=number)
    built(small_folder, 3, minutes=3)
    does, refused = getattr(publishing, moment), []

    def another_comes(*given: Any) -> Any:
        with pytest.raises(Timeout):
            FileLock(small_folder.outcomes / "publish.lock").acquire(timeout=0)
        refused.append(moment)
        return does(*given)

    monkeypatch.setattr(publishing, moment, another_comes)
    assert publish(small_folder, target).changed
    assert refused


def test_an_area_file_that_no_replica_could_read_is_not_published(small_folder: Folder, target: Path) -> None:
    first = published(small_folder, target, 3)
    (small_folder.areas / "broken.toml").write_text("schema = ", encoding="utf-8")
    with pytest.raises(OutcomesError, match=r"cannot be used.*broken"):
        publish(small_folder, target)
    assert read_manifest(target / MANIFEST) == first.manifest


@pytest.mark.parametrize("again", [False, True], ids=["the database is there", "a new database"])
def test_a_file_of_a_name_that_no_replica_takes_is_not_published(
    small_folder: Folder, target: Path, again: bool
) -> None:
    published(small_folder, target, 3)
    before = (target / MANIFEST).read_bytes()
    small_folder.programmes.mkdir(exist_ok=True)
    shutil.copy(SHIPPED / "programmes" / "town-centre-patrols-2024.toml", small_folder.programmes / "Town_patrols.toml")
    if again:
        built(small_folder, 4, minutes=1)
    with pytest.raises(OutcomesError, match=r"Town_patrols\.toml\)\. Rename it"):
        publish(small_folder, target)
    assert (target / MANIFEST).read_bytes() == before


def test_a_file_that_is_not_utf_8_is_named(small_folder: Folder, target: Path) -> None:
    first = published(small_folder, target, 3)
    (small_folder.areas / "here.toml").write_bytes('name = "Café"'.encode("latin-1"))
    with pytest.raises(OutcomesError, match=r"not UTF-8 text \(areas/here\.toml\)"):
        publish(small_folder, target)
    assert read_manifest(target / MANIFEST) == first.manifest


def test_without_a_database_nothing_is_published(small_folder: Folder, target: Path) -> None:
    for publishing_it in (publish, publish_parquet):
        with pytest.raises(NoDatabase):
            publishing_it(small_folder, target)
    assert not target.exists()


def test_the_command_publishes_both_and_says_so(small_folder: Folder, target: Path, tmp_path: Path) -> None:
    area(small_folder, "here", "Here")
    built(small_folder, 3)
    parquet = tmp_path / "parquet"
    found = document(run("publish", "--to", target, "--parquet", parquet, "--json"))
    (name,) = (path.name for path in target.glob("*.duckdb"))
    assert (found["schema_version"], found["snapshot"]["state"], found["snapshot"]["name"]) == (1, "updated", name)
    assert found["parquet"] == {"folder": str(parquet), "local_left_out": 0}
    assert (parquet / "README.md").is_file()
    assert document(run("publish", "--to", target, "--json"))["snapshot"]["state"] == "unchanged"
    words = run("publish", "--to", target, "--parquet", parquet)
    assert words.exit_code == 0
    assert words.stdout == f"Snapshot {name} is published already.\nParquet files: {parquet}\n"
    first = run("publish", "--to", tmp_path / "other").stdout
    assert "1 area files with their stories" in first


def test_the_command_needs_to_be_told_where(small_folder: Folder) -> None:
    assert run("publish").exit_code == 2


@pytest.mark.parametrize("option", ["--to", "--parquet"])
def test_a_lock_that_is_kept_and_a_disk_that_refuses_are_said_in_one_sentence(
    small_folder: Folder, target: Path, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    built(small_folder, 3)
    target.parent.write_text("a file where a folder should be")
    refused = document(run("publish", option, target, "--json"))["error"]
    assert refused["message"].startswith("A file could not be read or written: ")
    assert str(target.parent) in refused["file"]
    monkeypatch.setattr(switching, "_LOCK_SECONDS", 0)
    with FileLock(small_folder.outcomes / "publish.lock"):
        busy = document(run("publish", option, target, "--json"))["error"]
    assert busy["message"] == "Another publication is at work in this data folder"


def test_the_command_refuses_in_one_sentence(small_folder: Folder, target: Path) -> None:
    result = run("publish", "--to", target, "--json")
    assert result.exit_code == 1
    assert document(result)["error"]["kind"] == "no-database"
