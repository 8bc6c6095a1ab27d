"""Reading archives: what is kept of an interrupted import, how members are unpacked, and how fast it is said to go."""

from __future__ import annotations

import contextlib
import hashlib
import multiprocessing
import os
import pickle
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from benchmarks.archive import write_archive
from loaders import police_uk, staged_streets, street_groups, street_reading
from loaders.importing import import_files
from loaders.reading import Context, Label, Reading
from loaders.street_files import StreetFile, find, find_inside, on_disk
from loaders.street_text import StreetText
from loaders.unpacking import Archives, Seen, bytes_of, pieces
from store.database import open_store
from store.errors import OutcomesError
from store.folder import SHIPPED, Folder
from store.lookups import read_lookups
from store.placing import placement

NOW = datetime.fromisoformat("2026-11-22T09:30")
ROOT = Path(__file__).resolve().parents[2]
Street = Callable[..., Path]


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small made-up archive of the whole country: three months, one of them with codes of 2011."""
    path = tmp_path_factory.mktemp("archive") / "2023-07.zip"
    write_archive(path, 6_000, months=3, last="2023-07", level=1)
    return path


@pytest.fixture(scope="module")
def context() -> Context:
    lookups = read_lookups(SHIPPED / "lookups")
    return Context(placement(lookups), NOW, lookups=lookups)


def told(reading: Reading) -> list[tuple[Any, ...]]:
    """All that a reading says, in an order of its own."""
    (contribution,) = reading.contributions
    rows = contribution.rows().drop(columns="file")
    return [sorted(map(tuple, rows[["area_code", "measure", "period_start", "numerator", "authority"]].to_numpy())),
            list(reading.accounts), [(f.sha256, f.bytes, f.rows_read) for f in contribution.files]]  # fmt: skip


def test_an_archive_reads_the_same_whole_file_by_file_and_row_by_row(
    made_up: Path, context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = police_uk.read([made_up], context)
    assert whole.problems == ()
    assert sum(account.rows_read for account in whole.accounts) == 6_000
    assert sum(account.rows_unlocated for account in whole.accounts) > 100
    assert {account.state for account in whole.accounts} == {"loaded"}
    some = [account for account in whole.accounts if account.authority in ("kent", "dorset", "btp")]
    with zipfile.ZipFile(made_up) as archive:
        for account in some:
            archive.extract(account.file, tmp_path)
    cells = [row for row in told(whole)[0] if row[4] in ("kent", "dorset", "btp")]
    assert len(cells) > 100
    assert told(police_uk.read([tmp_path], context))[0] == cells
    monkeypatch.setattr(StreetText, "cells", lambda self: None)
    slow = police_uk.read([tmp_path], context)
    assert told(slow)[0] == cells
    assert sorted(map(str, slow.accounts)) == sorted(map(str, some))


_IN_PROCESSES = """
import sys
from datetime import date, datetime
from pathlib import Path
from loaders import police_uk, street_groups
from loaders.reading import Context
from store.folder import SHIPPED
from store.lookups import read_lookups
from store.placing import placement
street_groups._BYTES_WORTH_PROCESSES = 0
street_groups.os.cpu_count = lambda: 2
if __name__ == "__main__":
    lookups = read_lookups(SHIPPED / "lookups")
    context = Context(placement(lookups), datetime(2026, 11, 22, 12, 0), lookups=lookups)
    read = police_uk.read([Path(sys.argv[1])], context)
    print(sum(item.rows_read for item in read.accounts), sorted({item.state for item in read.accounts}))
    print(sorted((item.file, item.sha256, item.rows_placed) for item in read.accounts))
"""


def test_processes_count_what_threads_count(made_up: Path, context: Context, tmp_path: Path) -> None:
    """In a process of its own: workers start from whatever a test before this one has made the main module."""
    program = tmp_path / "program.py"
    program.write_text(_IN_PROCESSES, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(program), str(made_up)], check=True, capture_output=True, text=True, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=300,
    )  # fmt: skip
    plain = police_uk.read([made_up], context).accounts
    accounts = sorted((item.file, item.sha256, item.rows_placed) for item in plain)
    assert done.stdout.splitlines() == ["6000 ['loaded']", repr(accounts)]


def test_a_worker_reads_what_it_is_given_and_goes_with_whoever_asked(
    context: Context, street: Street, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = tmp_path / "known"
    known.write_bytes(pickle.dumps((context.placement, frozenset(), context.now.date())))
    monkeypatch.setattr(street_groups, "_HERE", {})
    ended: list[int] = []
    monkeypatch.setattr(street_groups.os, "_exit", ended.append)
    theirs, ours = multiprocessing.Pipe()
    ours.close()
    street_groups._go_with(theirs.fileno())
    assert ended == [1]
    street_groups.begin_here(known)
    path = street()
    found = street_groups.Found(0, find(path)[0], date(2018, 10, 1), "devon-and-cornwall")
    read = street_groups.read_here([found])
    assert [hashed.sha256 for hashed in read.files] == [hashlib.sha256(path.read_bytes()).hexdigest()]
    assert set(read.counted) == {0}


def test_one_file_that_stops_the_engine_does_not_slow_the_others(
    context: Context, street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = [street(), street("2018-11")]
    bad = street("2018-12")
    bad.write_text(bad.read_text(encoding="utf-8") + "cut,2018-12\n", encoding="utf-8")
    looked_at: list[str] = []
    tidy = street_reading.tidy
    monkeypatch.setattr(street_reading, "tidy", lambda *given: (looked_at.append(given[1]), tidy(*given))[1])
    reading = police_uk.read([*good, bad], context)
    assert looked_at == [bad.name]
    assert sorted(account.state for account in reading.accounts) == ["loaded", "loaded", "refused"]


# Going on where an import was interrupted --------------------------------------------------------------------------


class Interrupted(Exception):
    pass


def stop_after(number: int) -> Callable[[Iterable[Any], Label, int | None], Iterable[Any]]:
    def progress(items: Iterable[Any], label: Label, length: int | None) -> Iterable[Any]:
        for done, item in enumerate(items):
            if done == number:
                raise Interrupted
            yield item

    return progress


def test_an_interrupted_import_goes_on_with_the_months_it_has_not_read(
    made_up: Path, context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = told(police_uk.read([made_up], context))
    keeping = replace(context, staged=tmp_path / "staged")
    with pytest.raises(Interrupted):
        police_uk.read([made_up], replace(keeping, progress=stop_after(2)))
    assert len(list((tmp_path / "staged" / "police_uk").glob("*.parquet"))) == 2
    unpacked: list[str] = []
    monkeypatch.setattr(
        street_groups, "bytes_of", lambda found, *rest: (unpacked.append(found.name[:7]), bytes_of(found, *rest))[1]
    )
    assert told(police_uk.read([made_up], keeping)) == plain
    assert set(unpacked) == {"2023-07"}


def test_half_a_staged_file_and_another_archive_are_read_again(made_up: Path, context: Context, tmp_path: Path) -> None:
    keeping = replace(context, staged=tmp_path)
    plain = told(police_uk.read([made_up], keeping))
    staged = sorted((tmp_path / "police_uk").glob("*.parquet"))
    assert len(staged) == 3
    staged[0].write_bytes(staged[0].read_bytes()[:100])
    assert told(police_uk.read([made_up], keeping)) == plain
    other = tmp_path / "2023-08.zip"
    write_archive(other, 3_000, seed=2, months=3, last="2023-07", level=1)
    assert sum(account.rows_read for account in police_uk.read([other], keeping).accounts) == 3_000


def test_a_lookup_that_places_otherwise_makes_what_is_kept_worthless(
    made_up: Path, context: Context, tmp_path: Path
) -> None:
    group = find_inside(made_up)[:3]
    store = staged_streets.StagedStreets(tmp_path, context.placement)
    with_other = replace(context.placement, force={**context.placement.force, "E01000001": "kent"})
    police_uk.read([made_up], replace(context, staged=tmp_path))
    assert store.read(group) is None  # a group is a whole month
    month = [item for item in find_inside(made_up) if item.name.startswith("2023-05")]
    kept = staged_streets.StagedStreets(tmp_path / "police_uk", context.placement)
    assert kept.read(month) is not None
    assert staged_streets.StagedStreets(tmp_path / "police_uk", with_other).read(month) is None


def test_what_was_kept_goes_once_it_is_in_a_database(small_folder: Folder, street: Street, tmp_path: Path) -> None:
    path = tmp_path / "2018-10.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(street(), "2018-10/2018-10-devon-and-cornwall-street.csv")
    other = small_folder.staged / "another_source"
    other.mkdir(parents=True)
    import_files(small_folder, "police_uk", [path], now=NOW)
    assert open_store(small_folder).rows("SELECT sum(numerator) FROM observation") == [(1.0,)]
    assert list(small_folder.staged.iterdir()) == [other]


def test_months_that_are_held_already_are_not_taken_from_what_was_kept(
    made_up: Path, context: Context, tmp_path: Path
) -> None:
    keeping = replace(context, staged=tmp_path)
    first = police_uk.read([made_up], keeping)
    held = frozenset((account.file, account.sha256) for account in first.accounts)
    again = police_uk.read([made_up], replace(keeping, held=held))
    assert {account.state for account in again.accounts} == {"unchanged"}
    assert again.contributions == ()


# Unpacking ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_BZIP2])
def test_members_come_out_as_they_went_in(tmp_path: Path, kind: int) -> None:
    content = {"empty.csv": b"", "a.csv": b"line\n" * 3_000_000, "b.csv": bytes(range(256)) * 999}
    # More may come out of a piece than is taken at once, to the last byte of it.
    content |= {f"{more}.csv": b"0123456789,abc\n" * 279_620 + bytes(more) for more in (4, 5, 104, 1_000)}
    path = tmp_path / "some.zip"
    with zipfile.ZipFile(path, "w", kind) as archive:
        for name, given in content.items():
            archive.writestr(name, given)
    with zipfile.ZipFile(path) as archive:
        for name, given in content.items():
            out = list(pieces(archive, archive.getinfo(name)))
            assert b"".join(out) == given
            assert max(map(len, out), default=0) <= 4 << 20


@pytest.mark.parametrize("change", ["check sum", "size", "header", "cut", "compressed", "short"])
def test_a_damaged_member_never_passes_for_a_whole_one(tmp_path: Path, change: str) -> None:
    path = tmp_path / "2018-10.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("2018-10/2018-10-kent-street.csv", b"".join(b"%d,row\n" % number for number in range(50_000)))
    raw = bytearray(path.read_bytes())
    archives = Archives()
    member = archives.of(path).infolist()[0]
    if change == "check sum":
        member.CRC ^= 1
    elif change == "size":
        member.file_size -= 10
    elif change == "header":
        raw[0:4] = b"none"
    elif change == "cut":
        raw = raw[:1000]
    elif change == "compressed":
        raw[2000:2100] = bytes(100)
    else:
        member.compress_size -= 50
    path.write_bytes(raw)
    found = street_file(path, member.filename)
    with pytest.raises(OutcomesError, match="cannot be unpacked"):
        list(bytes_of(found, archives))
    archives.close()


def test_a_full_disk_is_not_called_a_damaged_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no disk that is always full")
    path = tmp_path / "2018-10.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("2018-10/2018-10-kent-street.csv", b"line\n" * 100_000)
    full = tmp_path / "full"
    full.mkdir()
    (full / "member.csv").symlink_to("/dev/full")
    monkeypatch.setattr(
        "loaders.street_files.tempfile.TemporaryDirectory", lambda **_: contextlib.nullcontext(str(full))
    )
    found = street_file(path, "2018-10/2018-10-kent-street.csv")
    with pytest.raises(OutcomesError, match="no room on this disk"), on_disk(found):
        pass


def street_file(path: Path, member: str) -> StreetFile:
    return StreetFile(member, path, member, "2018-10")


@pytest.mark.parametrize(
    ("content", "is_text"),
    [(b"plain", True), ("Café".encode(), True), ("Café".encode("latin-1"), False), ("é".encode()[:1], False),
     (b"x" * ((4 << 20) - 1) + "é".encode() + b"y", True)],
)  # fmt: skip
def test_other_text_than_utf_8_is_noticed_also_where_a_letter_lies_across_two_pieces(
    tmp_path: Path, content: bytes, is_text: bool
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    seen = Seen()
    for piece in bytes_of(street_file(path, ""), Archives()):
        seen.add(piece)
    assert seen.is_text is is_text
    assert (seen.size, seen.sha256) == (len(content), hashlib.sha256(content).hexdigest())


# Progress ----------------------------------------------------------------------------------------------------------


def test_progress_tells_rows_rate_and_time_left(made_up: Path, context: Context) -> None:
    lines: list[str] = []

    def progress(items: Iterable[Any], label: Label, length: int | None) -> Iterable[Any]:
        assert callable(label)
        for item in items:
            lines.append(label())
            yield item
        assert length == 3

    police_uk.read([made_up], replace(context, progress=progress))
    assert lines[0].startswith("Reading street files (0 rows, 0 a second")
    assert "left" not in lines[0]
    assert "left)" in lines[2]
    assert " rows, " in lines[2]


def test_long_times_are_told_in_minutes() -> None:
    assert street_reading._in_time(99) == "99 s"
    assert street_reading._in_time(600) == "10 minutes"
