"""Fetching a published snapshot: checked in every part, then put to use in one step, or nothing changed at all."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import duckdb

from loaders.download import Download, NoAnswer
from loaders.hosts import Hosts
from loaders.raw import SIDECAR
from loaders.reading import Progress, no_progress, sha256_of
from loaders.session import LARGEST, new_session
from loaders.snapshot_in_use import STATE, refuse_own, remember
from loaders.snapshot_manifest import (
    LARGEST_MANIFEST,
    MANIFEST,
    Manifest,
    check_small_files,
    read_manifest,
    small_files,
)
from store.errors import OutcomesError, SourceChanged
from store.folder import SHIPPED, Folder
from store.switching import build_lock, disk_in_words, held, switch

FOLDER = "snapshot"
_MANIFEST, _DATABASE = "snapshot-manifest", "snapshot-database"
_NEEDED = {"meta", "area", "measure", "observation", "coverage"}
_ON_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_STAYS = "The database in use stays as it is."


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetch did: whether anything changed, the database in use, and how many small files were written or went."""

    changed: bool
    swapped: bool
    stamp: str
    files_written: int
    files_gone: int

    def as_json(self) -> dict[str, object]:
        """The whole report."""
        return {
            "schema_version": 1, "state": "updated" if self.changed else "unchanged",
            "files": {"written": self.files_written, "gone": self.files_gone},
            "database": {"swapped": self.swapped, "stamp": self.stamp},
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a snapshot is published: a web address or a folder. ``sleep`` and ``clock`` are as in ``Fetching``."""

    where: str
    now: datetime
    progress: Progress = no_progress
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def bring(self, name: str, into: Path, largest: int) -> Path:
        """The published file ``name`` in the folder ``into``; NoAnswer, SourceChanged or OutcomesError."""
        what = _MANIFEST if name == MANIFEST else _DATABASE
        if not self.where.startswith(("http://", "https://")):
            return self._copied(name, into / f"{what}.copied", largest)
        try:
            url = urljoin(self.where.rstrip("/") + "/", name)
            parts = urlsplit(url)
        except ValueError as error:
            raise OutcomesError(f"“{self.where}” is no address that can be asked", do="Correct it.") from error
        if parts.scheme == "http" and parts.hostname not in _ON_THIS_MACHINE:
            raise OutcomesError(
                "A snapshot is fetched over https only", do="Give an address that begins with https://."
            )
        host = Hosts().of(url)
        download = Download(
            new_session(), host, url, what, into, largest, (), self.now, self.progress, self.sleep, self.clock
        )
        return download.run(Path(name).suffix.lstrip("."))

    def _copied(self, name: str, target: Path, largest: int) -> Path:
        path = Path(self.where) / name
        try:
            if path.stat().st_size > largest:
                raise SourceChanged(f"{name} is larger than it may be", file=self.where, do=_STAYS)
            shutil.copyfile(path, target)
        except OSError as error:
            raise NoAnswer(f"There is no snapshot to be read at {self.where}") from error
        return target


@disk_in_words()
def fetch_snapshot(folder: Folder, origin: Origin, *, take_over: bool = False) -> Fetched:
    """Bring the published snapshot into ``folder`` and switch to it; nothing is done where it is in use already.

    The database and the small files become the publisher's. Where ``folder`` holds a database built here, or files of
    its own, that is refused, unless ``take_over``. Any error leaves the data in use as they were.
    """
    if folder.root == SHIPPED:
        raise OutcomesError(
            "The project's own data folder cannot be a replica",
            do="Set OUTCOMES_DATA to a folder of the replica's own.",
        )
    into = folder.outcomes / FOLDER
    into.mkdir(parents=True, exist_ok=True)
    with held(folder.outcomes / "snapshot.lock", "Another fetch of a snapshot is at work in this data folder"):
        came = origin.bring(MANIFEST, into, LARGEST_MANIFEST)
        manifest = read_manifest(came)
        here = small_files(folder)
        new = not _is_in_use(folder, manifest)
        if not new and here == manifest.files:
            return Fetched(False, False, manifest.own_stamp, 0, 0)
        if not take_over:
            refuse_own(folder, into, here, manifest.files)
        check_small_files(manifest)
        path = _database(origin, into, manifest) if new else None
        with build_lock(folder):
            # A build or an edit may have come while the database was on its way.
            here = small_files(folder)
            if not take_over:
                refuse_own(folder, into, here, manifest.files)
            if path is None and folder.stamp() != manifest.own_stamp:
                raise OutcomesError("A database was built here while the snapshot was fetched", do="Repeat the fetch.")
            remember(into, manifest.own_stamp, folder.stamp(), manifest.files, here)
            try:
                changed, gone = _put(folder, manifest.files, here)
                if path is not None:
                    switch(folder, path, manifest.own_stamp)
            except BaseException:
                # The files go with the database: once the pointer has moved they stay, before that none of them does.
                if path is None or not _is_in_use(folder, manifest):
                    _put(folder, here, small_files(folder))
                raise
        _tidy(into, came)
        return Fetched(True, new, manifest.own_stamp, changed, gone)


def _is_in_use(folder: Folder, manifest: Manifest) -> bool:
    return folder.stamp() == manifest.own_stamp and (folder.outcomes / manifest.own_stamp).is_file()


def _put(folder: Folder, files: Mapping[str, str], here: Mapping[str, str]) -> tuple[int, int]:
    """Make the small files ``here`` into ``files``; returns how many were written and how many went.

    All are written beside their places before the first is renamed, so that a full disk changes nothing.
    """
    changed = {folder.root / name: words for name, words in files.items() if here.get(name) != words}
    beside = {path: path.with_name(f".{path.name}.{os.getpid()}") for path in changed}
    try:
        for path, words in changed.items():
            beside[path].write_bytes(words.encode())
        for path in changed:
            os.replace(beside[path], path)
    finally:
        for part in beside.values():
            part.unlink(missing_ok=True)
    gone = [folder.root / name for name in here if name not in files]
    for path in gone:
        path.unlink()
    return len(changed), len(gone)


def _database(origin: Origin, into: Path, manifest: Manifest) -> Path:
    """The database file, whole, as it was published, and one that can be read."""
    if manifest.bytes > LARGEST:
        raise SourceChanged(
            f"The snapshot says it has {manifest.bytes:,} bytes; at most {LARGEST:,} are fetched",
            file=MANIFEST,
            do=_STAYS,
        )
    path = origin.bring(manifest.name, into, manifest.bytes)
    try:
        size, sha256 = path.stat().st_size, sha256_of(path)
        if size != manifest.bytes or sha256 != manifest.sha256:
            raise SourceChanged(
                f"The database that came is not the one that was published: {size:,} bytes with the hash {sha256[:8]}…, "
                f"where {manifest.bytes:,} with {manifest.sha256[:8]}… were promised",
                file=manifest.name, do=f"{_STAYS} Fetch again; if it happens again, look who can write to the storage.",
            )  # fmt: skip
        _check_database(path, manifest)
    except BaseException:
        # Not kept: the next fetch would be told that it holds this very file.
        path.unlink()
        path.with_name(path.name + SIDECAR).unlink(missing_ok=True)
        raise
    return path


def _check_database(path: Path, manifest: Manifest) -> None:
    tables = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'snapshot'"
    with closing(duckdb.connect()) as connection:
        try:
            connection.execute(f"ATTACH '{str(path).replace(chr(39), chr(39) * 2)}' AS snapshot (READ_ONLY)")
            there = {row[0] for row in connection.execute(tables).fetchall()}
            versions = connection.execute("SELECT schema_version FROM snapshot.meta").fetchall()
        except duckdb.Error as error:
            raise SourceChanged(
                "The snapshot's file is no database of this project", file=manifest.name, do=_STAYS
            ) from error
    if versions != [(manifest.schema_version,)] or _NEEDED - there:
        raise SourceChanged(
            "The snapshot's database is not the one its manifest describes", file=manifest.name, do=_STAYS
        )


def _tidy(into: Path, manifest: Path) -> None:
    """Keep the manifest, under whose mark the publisher can say that nothing changed, and the note of what is in use; an
    older manifest may hold a story that was withdrawn since."""
    for path in into.iterdir():
        if path.name not in (STATE, manifest.name, manifest.name + SIDECAR):
            path.unlink()
