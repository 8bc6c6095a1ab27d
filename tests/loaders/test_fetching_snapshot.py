"""A replica takes a snapshot whole and checked, or stays as it is."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from loaders import fetching_snapshot
from loaders.publishing import publish
from loaders.snapshot_in_use import STATE
from loaders.snapshot_manifest import MANIFEST
from store import switching
from store.database import open_store
from store.errors import OutcomesError, Unreachable
from store.folder import SHIPPED, Folder, seed
from tests.conftest import fingerprint
from tests.loaders.publishers import Asked, Reply, Script, publisher, ranged
from tests.loaders.snapshots import area, built, events, fetched, kinds, published, serving
from tests.loaders.test_command_line import document, run

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def editions(small_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two snapshots that followed one another: three burglaries and one area, then four and two."""
    root = tmp_path_factory.mktemp("editions")
    shutil.copytree(small_world, root / "publisher")
    folder = Folder(root / "publisher")
    area(folder, "here", "Here")
    published(folder, root / "published", 3)
    shutil.copytree(root / "published", root / "first")
    area(folder, "here", "Here, renamed")
    area(folder, "there", "There")
    published(folder, root / "published", 4, minutes=1)
    return root


@pytest.fixture
def target(editions: Path, tmp_path: Path) -> Path:
    """The first of them, where ``next_edition`` puts the second."""
    return Path(shutil.copytree(editions / "first", tmp_path / "published"))


@pytest.fixture
def next_edition(editions: Path, target: Path) -> Callable[[], object]:
    """Publish the second snapshot."""
    return lambda: shutil.copytree(editions / "published", target, dirs_exist_ok=True)


@pytest.fixture
def replica(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """A new data folder, with what the project ships."""
    root = tmp_path / "replica"
    seed(root)
    monkeypatch.setenv("OUTCOMES_DATA", str(root))
    return Folder(root)


def areas(folder: Folder) -> list[str]:
    return sorted(path.stem for path in folder.areas.glob("*.toml"))


def everything(folder: Folder) -> dict[str, str]:
    """Hashes of the databases and pointer, and the texts of the small files."""
    kept = {name: held for name, held in fingerprint(folder).items() if not name.startswith(".")}
    return kept | {path.name: path.read_text("utf-8") for path in folder.root.rglob("*.toml")}


def test_a_new_replica_becomes_the_publisher(editions: Path, target: Path, replica: Folder) -> None:
    with publisher(serving(target)) as playing:
        done, waits = fetched(replica, playing)
        assert kinds(playing) == ["manifest", "database"]
    assert (done.changed, done.swapped, waits) == (True, True, [])
    assert events(replica) == [(3.0,)]
    # Shipped areas that the publisher does not have are gone, as they are there.
    assert areas(replica) == ["here"]
    assert replica.breaks.read_bytes() == (editions / "publisher" / "breaks.toml").read_bytes()
    assert replica.stamp() == done.stamp
    assert done.stamp.startswith("outcomes-20260101T120000-")


def test_what_is_in_use_already_is_not_fetched_again(target: Path, replica: Folder) -> None:
    with publisher(serving(target)) as playing:
        fetched(replica, playing)
        before = everything(replica)
        done, _ = fetched(replica, playing)
        assert kinds(playing) == ["manifest", "database", "manifest"]
        assert "if-none-match" in playing.asked[-1].headers
    assert (done.changed, done.swapped, done.stamp) == (False, False, replica.stamp())
    assert everything(replica) == before


def test_the_next_snapshot_is_switched_to_and_an_open_reader_keeps_its_own(
    target: Path, next_edition: Callable[[], object], replica: Folder
) -> None:
    fetched(replica, target)
    reader = open_store(replica)
    next_edition()
    done, _ = fetched(replica, target)
    assert done.swapped
    assert reader.rows("SELECT numerator FROM observation") == [(3.0,)]
    assert open_store(replica).rows("SELECT numerator FROM observation") == [(4.0,)]


def test_a_withdrawn_text_is_nowhere_on_the_replica_any_more(
    small_folder: Folder, tmp_path: Path, replica: Folder
) -> None:
    target = tmp_path / "published"
    area(small_folder, "there", "Widerruf")
    published(small_folder, target, 3)
    with publisher(serving(target)) as playing:
        fetched(replica, playing)
        assert "Widerruf" in (replica.areas / "there.toml").read_text("utf-8")
        (small_folder.areas / "there.toml").unlink()
        publish(small_folder, target)
        done, _ = fetched(replica, playing)
        assert kinds(playing).count("database") == 1
    assert (done.swapped, done.files_written, done.files_gone) == (False, 0, 1)
    held = [path for path in replica.root.rglob("*") if path.is_file() and path.suffix != ".duckdb"]
    assert [path.name for path in held if b"Widerruf" in path.read_bytes()] == []


def test_a_folder_serves_as_well_as_an_address(target: Path, replica: Folder) -> None:
    assert fetched(replica, target)[0].swapped
    assert not fetched(replica, target)[0].changed
    assert events(replica) == [(3.0,)]


# What can be wrong with what comes ---------------------------------------------------------------------------------


def _altered(target: Path, change: Callable[[dict[str, Any]], object]) -> Script:
    said = json.loads((target / MANIFEST).read_text("utf-8"))
    change(said)
    whole = serving(target)
    body = json.dumps(said).encode()
    return lambda asked: Reply(body) if asked.path.endswith(MANIFEST) else whole(asked)


def _database(target: Path, otherwise: Callable[[Reply], Reply]) -> Script:
    whole = serving(target)
    return lambda asked: whole(asked) if asked.path.endswith(MANIFEST) else otherwise(whole(asked))


def _flipped(reply: Reply) -> Reply:
    middle = len(reply.body) // 2
    return replace(reply, body=reply.body[:middle] + bytes([reply.body[middle] ^ 1]) + reply.body[middle + 1 :])


def _no_database(target: Path) -> Script:
    """A file that is whole and is what the manifest promises, and is no database."""
    body = b"no database at all, but as promised" * 1000
    sha256 = hashlib.sha256(body).hexdigest()
    change = {"sha256": sha256, "name": f"{sha256}.duckdb", "bytes": len(body)}
    manifest = _altered(target, lambda said: said.update(change))
    return lambda asked: manifest(asked) if asked.path.endswith(MANIFEST) else Reply(body)


HARMFUL: dict[str, tuple[Callable[[Path], Script], str]] = {
    "one bit flipped": (lambda target: _database(target, _flipped), "not the one that was published"),
    "shorter than promised": (
        lambda target: _database(target, lambda reply: replace(reply, body=reply.body[:-4096])), "not the one that was published",
    ),
    "longer than promised": (
        lambda target: _database(target, lambda reply: replace(reply, body=reply.body + b"more")), "at most",
    ),
    "cut and never whole": (lambda target: _database(target, lambda reply: replace(reply, cut=5000, headers={})), "connection broke"),
    "no database": (_no_database, "no database of this project"),
    "not there": (lambda target: _database(target, lambda reply: Reply(b"gone", 404)), "404"),
    "a page in its place": (lambda target: _database(target, lambda reply: Reply(b"<!DOCTYPE html>Sorry")), "web page"),
    "another host": (
        lambda target: lambda asked: Reply(status=302, headers={"Location": "http://elsewhere.example/snapshot.json"}), "elsewhere.example",
    ),
    "a manifest cut short": (lambda target: lambda asked: Reply(b'{"name": "'), "cannot be read"),
    "a list for a manifest": (lambda target: lambda asked: Reply(b"[]"), "cannot be read"),
    "a manifest without end": (lambda target: lambda asked: Reply(b"[" * 200_000), "cannot be read"),
    "a text that is none": (lambda target: _altered(target, lambda said: said["files"][0].update(text=None)), "cannot be read"),
    "a hash in numbers": (lambda target: _altered(target, lambda said: said.update(sha256=5, name="5.duckdb")), "cannot be read"),
    "a key missing": (lambda target: _altered(target, lambda said: said.pop("stamp")), "cannot be read"),
    "a number in words": (lambda target: _altered(target, lambda said: said.update(bytes="12")), "cannot be read"),
    "a date that is none": (lambda target: _altered(target, lambda said: said.update(built_at="soon")), "cannot be read"),
    "a path for a name": (lambda target: _altered(target, lambda said: said.update(name="../../x.duckdb")), "by its hash"),
    "a hash that is none": (
        lambda target: _altered(target, lambda said: said.update(sha256="../x", name="../x.duckdb")), "by its hash",
    ),
    "too large": (lambda target: _altered(target, lambda said: said.update(bytes=10**12)), "at most"),
    "another schema": (lambda target: _altered(target, lambda said: said.update(schema_version=99)), "schema version 99"),
    "another schema inside": (lambda target: _altered(target, lambda said: said.update(schema_version=2)), "not the one its manifest"),
    "another manifest version": (lambda target: _altered(target, lambda said: said.update(manifest_version=2)), "does not read"),
    "an area altered": (
        lambda target: _altered(target, lambda said: said["files"][0].update(text="schema = 1")), "not as it was published",
    ),
    "a file outside": (
        lambda target: _altered(target, lambda said: said["files"][0].update(name="areas/../../outside.toml")), "belongs to no snapshot",
    ),
    "no rules": (lambda target: _altered(target, lambda said: said["files"].pop()), "cannot be used"),
}  # fmt: skip


@pytest.mark.parametrize("harm", HARMFUL)
def test_anything_wrong_leaves_yesterdays_data_and_the_next_fetch_mends_it(
    target: Path, next_edition: Callable[[], object], replica: Folder, harm: str
) -> None:
    fetched(replica, target)
    before = everything(replica)
    next_edition()
    script, words = HARMFUL[harm]
    with publisher(script(target)) as playing, pytest.raises(OutcomesError, match=words):
        fetched(replica, playing)
    assert everything(replica) == before
    assert not (replica.root.parent / "outside.toml").exists()
    with publisher(serving(target)) as playing:
        assert fetched(replica, playing)[0].swapped
    assert (events(replica), areas(replica)) == ([(4.0,)], ["here", "there"])


def test_nobody_there_is_said_with_its_own_exit_code(target: Path, replica: Folder) -> None:
    fetched(replica, target)
    before = everything(replica)
    with publisher([Reply()]) as playing:
        address = playing.address
    with pytest.raises(Unreachable) as caught:
        fetched(replica, address)
    assert caught.value.exit_code == 4
    with pytest.raises(Unreachable):
        fetched(replica, target.parent / "nowhere")
    assert everything(replica) == before


def test_a_busy_publisher_is_asked_again_when_it_says(target: Path, replica: Folder) -> None:
    whole, busy = serving(target), [Reply(status=429, headers={"Retry-After": "7"})]
    with publisher(lambda asked: busy.pop() if busy else whole(asked)) as playing:
        done, waits = fetched(replica, playing)
    assert done.swapped
    assert waits == [1.0] * 7


def test_only_https_is_asked_for_elsewhere(replica: Folder) -> None:
    with pytest.raises(OutcomesError, match="https only"):
        fetched(replica, "http://publisher.example/snapshot/")
    with pytest.raises(OutcomesError, match="no address"):
        fetched(replica, "https://[publisher/")


def test_a_folder_whose_manifest_is_too_large_is_refused(target: Path, replica: Folder, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr(fetching_snapshot, "LARGEST_MANIFEST", 100)
    with pytest.raises(OutcomesError, match="larger than it may be"):
        fetched(replica, target)


# What is cut off ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", ["remember", "_put", "switch", "_tidy", "_check_database"])
def test_a_fetch_cut_off_at_any_moment_is_readable_and_done_by_the_next(
    target: Path, next_edition: Callable[[], object], replica: Folder, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    fetched(replica, target)
    next_edition()

    def stop(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(fetching_snapshot, moment, stop)
        with pytest.raises(KeyboardInterrupt):
            fetched(replica, target)
    assert open_store(replica).rows("SELECT numerator FROM observation") in ([(3.0,)], [(4.0,)])
    fetched(replica, target)
    assert (events(replica), areas(replica)) == ([(4.0,)], ["here", "there"])
    assert "renamed" in (replica.areas / "here.toml").read_text("utf-8")


@pytest.mark.parametrize("moment", ["a file is written", "a file takes its place", "the database takes its place"])
def test_a_fetch_that_the_disk_refuses_halfway_leaves_rules_and_database_together(
    target: Path, next_edition: Callable[[], object], replica: Folder, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    fetched(replica, target)
    before = everything(replica)
    next_edition()
    write, put = Path.write_bytes, os.replace

    def full(*given: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        # The first of the two files, “here”, has been dealt with by then.
        if moment == "a file is written":
            patched.setattr(
                Path,
                "write_bytes",
                lambda path, words: (full if path.name.startswith(".there") else write)(path, words),
            )
        elif moment == "a file takes its place":
            patched.setattr(os, "replace", lambda part, path: (full if Path(path).stem == "there" else put)(part, path))
        else:
            patched.setattr(fetching_snapshot, "switch", full)
        with pytest.raises(OutcomesError, match="No space left on device"):
            fetched(replica, target)
    assert everything(replica) == before
    assert list(replica.areas.glob(".*")) == []
    fetched(replica, target)
    assert (events(replica), areas(replica)) == ([(4.0,)], ["here", "there"])


def test_files_that_went_come_back_where_the_database_cannot_take_its_place(
    target: Path, replica: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(replica)

    def stop(*given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(fetching_snapshot, "switch", stop)
        with pytest.raises(KeyboardInterrupt):
            fetched(replica, target)
    assert len(areas(replica)) > 1
    assert everything(replica) == before


def test_once_the_database_is_in_use_its_files_stay(
    target: Path, next_edition: Callable[[], object], replica: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched(replica, target)
    next_edition()
    switch = fetching_snapshot.switch

    def switched_and_stopped(*given: Any) -> None:
        switch(*given)
        raise KeyboardInterrupt

    monkeypatch.setattr(fetching_snapshot, "switch", switched_and_stopped)
    with pytest.raises(KeyboardInterrupt):
        fetched(replica, target)
    assert (events(replica), areas(replica)) == ([(4.0,)], ["here", "there"])


def test_a_fetch_that_is_killed_goes_on_where_it_was(target: Path, replica: Folder) -> None:
    (path,) = target.glob("*.duckdb")
    body = path.read_bytes()
    slow = ranged(body, '"one"')

    def answer(asked: Asked) -> Reply:
        if asked.path.endswith(MANIFEST):
            return Reply((target / MANIFEST).read_bytes())
        return replace(slow(asked), seconds=0 if asked.headers.get("range") else 60)

    part = replica.outcomes / "snapshot" / ".snapshot-database.part"
    with publisher(answer) as playing:
        command = [sys.executable, "-m", "loaders", "fetch-snapshot", "--from", playing.address]
        process = subprocess.Popen(command, cwd=REPOSITORY, env=os.environ, stderr=subprocess.PIPE)
        try:
            for _ in range(600):
                if part.is_file() and part.stat().st_size:
                    break
                time.sleep(0.1)
        finally:
            process.send_signal(signal.SIGKILL)
            process.communicate()
        came = part.stat().st_size
        assert 0 < came < len(body)
        assert replica.stamp() is None
        fetched(replica, playing)
        assert playing.asked[-1].headers["range"] == f"bytes={came}-"
    assert events(replica) == [(3.0,)]


# What belongs to the replica ------------------------------------------------------------------------------------------


def test_a_database_built_here_is_never_replaced_unasked(target: Path, replica: Folder) -> None:
    fetched(replica, target)
    own = built(replica, 9, minutes=5)
    with pytest.raises(OutcomesError, match="was built here"):
        fetched(replica, target)
    assert replica.stamp() == own
    assert fetched(replica, target, take_over=True)[0].swapped
    assert events(replica) == [(3.0,)]


def _meanwhile(patched: pytest.MonkeyPatch, moment: str, happens: Callable[[], object]) -> None:
    """Let this happen while the snapshot is on its way."""
    does = getattr(fetching_snapshot, moment)

    def then(*given: object) -> object:
        happens()
        return does(*given)

    patched.setattr(fetching_snapshot, moment, then)


def test_a_database_built_here_while_the_snapshot_came_is_not_replaced_unasked(
    target: Path, next_edition: Callable[[], object], replica: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched(replica, target)
    next_edition()
    with monkeypatch.context() as patched:
        _meanwhile(patched, "_check_database", lambda: built(replica, 9, minutes=5))
        with pytest.raises(OutcomesError, match="was built here"):
            fetched(replica, target)
    assert (events(replica), areas(replica)) == ([(9.0,)], ["here"])
    assert fetched(replica, target, take_over=True)[0].swapped
    assert events(replica) == [(4.0,)]


def test_a_file_edited_while_the_snapshot_came_is_not_replaced_unasked(
    target: Path, next_edition: Callable[[], object], replica: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched(replica, target)
    next_edition()
    with monkeypatch.context() as patched:
        _meanwhile(patched, "_check_database", lambda: area(replica, "here", "Mine"))
        with pytest.raises(OutcomesError, match=r"not the publisher's.*areas/here\.toml"):
            fetched(replica, target)
    assert "Mine" in (replica.areas / "here.toml").read_text("utf-8")
    assert events(replica) == [(3.0,)]


def test_a_file_added_while_the_snapshot_came_goes_with_the_rest_if_it_may(
    target: Path, replica: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        _meanwhile(patched, "_check_database", lambda: area(replica, "mine", "Mine"))
        fetched(replica, target, take_over=True)
    assert areas(replica) == ["here"]


def test_files_of_a_snapshot_are_not_put_beside_a_database_built_meanwhile(
    target: Path, replica: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched(replica, target)
    area(replica, "mine", "Mine")
    with monkeypatch.context() as patched:
        _meanwhile(patched, "check_small_files", lambda: built(replica, 9, minutes=5))
        with pytest.raises(OutcomesError, match="Repeat the fetch"):
            fetched(replica, target, take_over=True)
    assert (events(replica), areas(replica)) == ([(9.0,)], ["here", "mine"])


@pytest.mark.parametrize("slug", ["mine", "here", "north-stonehouse"])
def test_an_area_file_written_here_is_never_lost_unasked(target: Path, replica: Folder, slug: str) -> None:
    area(replica, slug, "Mine")
    with pytest.raises(OutcomesError, match=rf"not the publisher's.*areas/{slug}.toml"):
        fetched(replica, target)
    assert "Mine" in (replica.areas / f"{slug}.toml").read_text("utf-8")
    assert replica.stamp() is None
    fetched(replica, target, take_over=True)
    assert areas(replica) == ["here"]


def test_a_file_that_is_not_utf_8_is_named_and_stays(target: Path, replica: Folder) -> None:
    mine = replica.areas / "mine.toml"
    mine.write_bytes('name = "Café"'.encode("latin-1"))
    with pytest.raises(OutcomesError, match=r"not UTF-8 text \(areas/mine\.toml\)"):
        fetched(replica, target)
    assert (mine.is_file(), replica.stamp()) == (True, None)


def test_a_file_changed_on_the_replica_is_noticed_without_a_new_snapshot(target: Path, replica: Folder) -> None:
    fetched(replica, target)
    area(replica, "here", "Changed here")
    with pytest.raises(OutcomesError, match=r"areas/here\.toml"):
        fetched(replica, target)


def test_a_damaged_database_is_taken_for_the_operators_own(target: Path, replica: Folder) -> None:
    replica.outcomes.mkdir()
    (replica.outcomes / "outcomes-x.duckdb").write_bytes(b"damaged")
    replica.pointer.write_text("outcomes-x.duckdb\n")
    with pytest.raises(OutcomesError, match="was built here"):
        fetched(replica, target)


def test_a_pointer_to_nothing_and_a_note_of_nothing_are_no_obstacle(target: Path, replica: Folder) -> None:
    (replica.outcomes / "snapshot").mkdir(parents=True)
    (replica.outcomes / "snapshot" / STATE).write_text("[]")
    replica.pointer.write_text("outcomes-gone.duckdb\n")
    assert fetched(replica, target)[0].swapped


def test_a_database_that_is_gone_is_fetched_again(target: Path, replica: Folder) -> None:
    done, _ = fetched(replica, target)
    (replica.outcomes / done.stamp).unlink()
    assert fetched(replica, target)[0].swapped
    assert events(replica) == [(3.0,)]


def test_the_projects_own_folder_is_no_replica(target: Path) -> None:
    with pytest.raises(OutcomesError, match="cannot be a replica"):
        fetched(Folder(SHIPPED), target)


# The command ----------------------------------------------------------------------------------------------------------


def test_the_command_says_what_it_did(target: Path, replica: Folder) -> None:
    with publisher(serving(target)) as playing:
        found = document(run("fetch-snapshot", "--from", playing.address, "--json"))
        words = run("fetch-snapshot", "--from", playing.address)
    shipped = len(list((SHIPPED / "areas").glob("*.toml"))) + len(list((SHIPPED / "programmes").glob("*.toml")))
    assert found == {
        "schema_version": 1, "state": "updated", "files": {"written": 2, "gone": shipped},
        "database": {"swapped": True, "stamp": replica.stamp()},
    }  # fmt: skip
    assert (words.exit_code, words.stdout) == (0, "The published snapshot is in use already.\n")


def test_the_command_in_words(small_folder: Folder, tmp_path: Path, replica: Folder) -> None:
    target = tmp_path / "published"
    area(small_folder, "here", "Here")
    published(small_folder, target, 3)
    first = run("fetch-snapshot", "--from", target).stdout
    assert first.endswith(f"Database in use: {replica.stamp()}\n")
    area(small_folder, "here", "Renamed")
    publish(small_folder, target)
    assert run("fetch-snapshot", "--from", target).stdout == (
        "1 area files and rules written, 0 taken away.\nThe database is as it was.\n"
    )


@pytest.mark.parametrize(("lock", "words"), [("snapshot", "Another fetch of a snapshot"), ("build", "Another build")])
def test_a_lock_that_is_kept_is_said_in_one_sentence(
    target: Path, replica: Folder, monkeypatch: pytest.MonkeyPatch, lock: str, words: str
) -> None:
    monkeypatch.setattr(switching, "_LOCK_SECONDS", 0)
    replica.outcomes.mkdir()
    with FileLock(replica.outcomes / f"{lock}.lock"):
        found = document(run("fetch-snapshot", "--from", target, "--json"))
    assert found["error"]["message"] == f"{words} is at work in this data folder"
    assert found["database"] == {"swapped": False, "stamp": None}
    assert run("fetch-snapshot", "--from", target).exit_code == 0


def test_a_disk_that_refuses_is_said_in_one_sentence(target: Path, replica: Folder) -> None:
    replica.outcomes.mkdir()
    (replica.outcomes / "snapshot").write_text("a file where a folder should be")
    found = document(run("fetch-snapshot", "--from", target, "--json"))
    assert found["error"]["message"].startswith("A file could not be read or written: ")


def test_the_command_refuses_in_one_sentence_and_keeps_what_is_there(target: Path, replica: Folder) -> None:
    run("fetch-snapshot", "--from", target)
    shutil.copy(target / MANIFEST, target / "kept")
    (target / MANIFEST).write_text("{}")
    refused = run("fetch-snapshot", "--from", target, "--json")
    assert refused.exit_code == 1
    found = document(refused)
    assert found["error"]["kind"] == "source-changed"
    assert found["database"] == {"swapped": False, "stamp": replica.stamp()}
    assert run("fetch-snapshot", "--from", target / "nowhere").exit_code == 4
    assert run("fetch-snapshot").exit_code == 2
