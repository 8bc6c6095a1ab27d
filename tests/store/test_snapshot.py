"""A copy that may leave: every publisher's row, and nothing that a community brought."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from filelock import FileLock

from store import snapshot, switching
from store.building import build
from store.errors import OutcomesError
from store.folder import Folder
from store.schema import SCHEMA_VERSION
from store.snapshot import TABLES, copy_without_local
from store.switching import disk_in_words
from tests.store.contributions import AT, MEASURES, counts
from tests.store.contributions import SOURCE as STREET
from tests.store.test_local_details import MEASURE, figures
from tests.store.test_local_details import SOURCE as LOCAL
from tests.store.test_place_areas import written

# A number that stands for nothing else in these worlds, and the words of a community.
SECRET = 7654321.0
SECRET_WORDS = ("local-volunteers", "Zwischenzeit", "secret-rows.xlsx", "The hall")
ORIGINS = "SELECT DISTINCT origin FROM fetched_file WHERE file_id > 0 ORDER BY 1"


def rows(database: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(duckdb.connect(str(database), read_only=True)) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture
def with_local(small_folder: Folder) -> Path:
    """A database of two published months and two local figures of which one was revised."""
    written(small_folder, "here", ["E01019968"])
    sources = {STREET: MEASURES, LOCAL: (MEASURE,)}
    local = figures("secret-rows.xlsx", {"here": 7.0}, title="Zwischenzeit")
    build(small_folder, [counts({"2020-01": 3, "2020-02": 5}), local], sources, AT)
    newer = figures("secret-rows.xlsx", {"here": SECRET}, title="Zwischenzeit later", minute=1)
    build(small_folder, [newer], sources, AT + timedelta(minutes=1))
    database = small_folder.database()
    with closing(duckdb.connect(str(database))) as connection:
        connection.execute(
            "INSERT INTO revision SELECT NULL, measure_id, 1, DATE '2024-01-01', 7, ? FROM measure WHERE name = ?",
            [SECRET, MEASURE.name],
        )
    return database


def test_nothing_local_is_in_any_table_of_the_copy(with_local: Path, tmp_path: Path) -> None:
    held = [rows(with_local, f"SELECT * FROM {table}") for table in TABLES]
    assert str(SECRET) in repr(held)
    assert all(word in repr(held) for word in SECRET_WORDS)
    assert len(rows(with_local, "SELECT * FROM revision")) == 1
    target = tmp_path / "copy.duckdb"
    copied = copy_without_local(with_local, target, [])
    everything = repr([rows(target, f"SELECT * FROM {table}") for table in TABLES])
    assert str(SECRET) not in everything
    assert [word for word in SECRET_WORDS if word in everything] == []
    # Nor in the file itself, as rows that were written and deleted would be.
    assert [word for word in SECRET_WORDS if word.encode() in target.read_bytes()] == []
    assert copied.local_left_out == 1
    assert rows(target, "SELECT count(*) FROM revision") == [(0,)]


def test_everything_else_is_there_in_its_order(with_local: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.duckdb"
    copy_without_local(with_local, target, [])
    for table in TABLES:
        if table in ("meta", "observation", "coverage", "fetched_file", "measure", "local_detail", "revision"):
            continue
        assert rows(target, f"SELECT * FROM {table}") == rows(with_local, f"SELECT * FROM {table}"), table
    assert rows(target, "SELECT area, measure, numerator FROM observation_in_words ORDER BY ALL") == [
        ("E01019968", "burglary", 3.0), ("E01019968", "burglary", 5.0),
    ]  # fmt: skip
    assert rows(target, "SELECT count(*) FROM coverage") == [(2,)]
    assert rows(target, ORIGINS) == [("publisher",)]
    assert rows(target, "SELECT count(*) FROM local_detail") == [(0,)]


def test_a_local_measure_of_the_project_keeps_its_name_and_a_communitys_own_does_not(
    with_local: Path, tmp_path: Path
) -> None:
    names = "SELECT name FROM measure WHERE name LIKE 'local-%'"
    copy_without_local(with_local, tmp_path / "own.duckdb", [])
    copy_without_local(with_local, tmp_path / "declared.duckdb", [MEASURE.name])
    assert rows(tmp_path / "own.duckdb", names) == []
    assert rows(tmp_path / "declared.duckdb", names) == [(MEASURE.name,)]


def test_a_copy_says_of_itself_what_it_is(small_folder: Folder, with_local: Path, tmp_path: Path) -> None:
    meta = "SELECT schema_version, software_version, built_at, content_sha256, is_sample FROM meta"
    copied = copy_without_local(with_local, tmp_path / "copy.duckdb", [])
    (was,), (now,) = rows(with_local, meta), rows(tmp_path / "copy.duckdb", meta)
    assert now[:3] == was[:3]
    assert now[3] != was[3]
    assert (copied.software_version, copied.built_at, copied.is_sample) == (was[1], was[2].isoformat(), False)


def test_without_local_figures_the_content_is_the_same(small_folder: Folder, tmp_path: Path) -> None:
    build(small_folder, [counts({"2020-01": 3})], {STREET: MEASURES}, AT)
    copied = copy_without_local(small_folder.database(), tmp_path / "copy.duckdb", [])
    content = "SELECT content_sha256 FROM meta"
    assert copied.local_left_out == 0
    assert rows(tmp_path / "copy.duckdb", content) == rows(small_folder.database(), content)


def test_a_database_of_an_earlier_schema_is_copied_into_this_one(small_folder: Folder, tmp_path: Path) -> None:
    build(small_folder, [counts({"2020-01": 3})], {STREET: MEASURES}, AT)
    old = tmp_path / "old.duckdb"
    old.write_bytes(small_folder.database().read_bytes())
    with closing(duckdb.connect(str(old))) as connection:
        connection.execute("DROP TABLE local_detail; UPDATE meta SET schema_version = 1")
    target = tmp_path / "copy.duckdb"
    copy_without_local(old, target, [])
    assert rows(target, "SELECT schema_version FROM meta") == [(SCHEMA_VERSION,)]
    assert rows(target, "SELECT count(*) FROM local_detail") == [(0,)]
    assert rows(target, "SELECT numerator FROM observation") == [(3.0,)]


def test_a_copy_that_fails_leaves_no_file(with_local: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(snapshot, "_copy", stop)
    with pytest.raises(KeyboardInterrupt):
        copy_without_local(with_local, tmp_path / "copy.duckdb", [])
    assert list(tmp_path.glob("copy.duckdb*")) == []


def test_a_build_that_waits_too_long_for_another_says_so(small_folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    build(small_folder, [counts({"2020-01": 3})], {STREET: MEASURES}, AT)
    stamp = small_folder.stamp()
    monkeypatch.setattr(switching, "_LOCK_SECONDS", 0)
    newer = [counts({"2020-02": 5})]
    with (
        FileLock(small_folder.outcomes / "build.lock"),
        pytest.raises(OutcomesError, match=r"Another build is at work.*\(build\.lock\)\. Wait until it is done"),
    ):
        build(small_folder, newer, {STREET: MEASURES}, AT + timedelta(minutes=1))
    assert small_folder.stamp() == stamp
    assert build(small_folder, newer, {STREET: MEASURES}, AT + timedelta(minutes=1)).stamp != stamp


@pytest.mark.parametrize(("error", "words"), [
    (OSError(28, "No space left on device", "/somewhere/x.duckdb"), "written: No space left on device (/somewhere/x.duckdb). See that"),
    (PermissionError(), "written: PermissionError. See that"),
    (duckdb.IOException("IO Error: Could not write file."), "written: IO Error: Could not write file. See that"),
])  # fmt: skip
def test_what_the_disk_refuses_is_one_sentence(error: Exception, words: str) -> None:
    with pytest.raises(OutcomesError) as caught, disk_in_words():
        raise error
    assert words in str(caught.value)
    with pytest.raises(ZeroDivisionError), disk_in_words():
        raise ZeroDivisionError
