"""Publishing the database in use as files that any web server or object storage can hold."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from loaders.importing import sources
from loaders.reading import sha256_of
from loaders.snapshot_manifest import MANIFEST, Manifest, check_small_files, read_manifest, small_files
from store.errors import OutcomesError
from store.folder import Folder, replace_whole
from store.parquet_tables import write_parquet
from store.schema import SCHEMA_VERSION
from store.snapshot import Copied, copy_without_local
from store.switching import disk_in_words, held, remove_database

# What a database is called where it is published; any other file there is somebody else's.
_PUBLISHED = re.compile(r"[0-9a-f]{64}\.duckdb")


@dataclass(frozen=True, slots=True)
class Published:
    """What was published: the manifest, whether anything of it was new, and how many local figures stayed on this
    machine (None where the database had been published already and was not read again)."""

    manifest: Manifest
    changed: bool
    local_left_out: int | None

    def as_json(self) -> dict[str, object]:
        """The report's ``snapshot``."""
        return {
            "state": "updated" if self.changed else "unchanged", "name": self.manifest.name, "bytes": self.manifest.bytes,
            "built_at": self.manifest.built_at, "files": sorted(self.manifest.files), "local_left_out": self.local_left_out,
        }  # fmt: skip


@disk_in_words()
def publish(folder: Folder, target: Path) -> Published:
    """Write the database in use and the small files that belong to it into ``target``; nothing where it is there already.

    The database comes first, under the name of its hash; the manifest that points to it comes last, in one step. The
    database of the manifest before stays for whoever is fetching it, older ones go. OutcomesError where ``target`` is
    where the databases of this machine lie.
    """
    if target.resolve().is_relative_to(folder.outcomes.resolve()):
        raise OutcomesError(
            "The databases of this machine lie here, and a snapshot is published elsewhere",
            file=str(target), do="Name a folder of the snapshot's own.",
        )  # fmt: skip
    with _publishing(folder):
        return _publish(folder, target)


def _publish(folder: Folder, target: Path) -> Published:
    database = folder.database()
    files = small_files(folder)
    before = _published_before(target)
    if before is not None and before.stamp == database.name:
        manifest, left_out = replace(before, files=files), None
        check_small_files(manifest)
    else:
        with _copy_of(folder, database) as (beside, copied):
            manifest = Manifest(
                sha256=sha256_of(beside), bytes=beside.stat().st_size, schema_version=SCHEMA_VERSION,
                software_version=copied.software_version, built_at=copied.built_at, is_sample=copied.is_sample,
                stamp=database.name, files=files,
            )  # fmt: skip
            check_small_files(manifest)
            target.mkdir(parents=True, exist_ok=True)
            _place(beside, target / manifest.name)
        left_out = copied.local_left_out
    if manifest == before:
        return Published(manifest, False, left_out)
    replace_whole(target / MANIFEST, manifest.written().encode())
    for path in target.glob("*.duckdb"):
        if _PUBLISHED.fullmatch(path.name) and path.name not in (manifest.name, before.name if before else ""):
            remove_database(path)
    return Published(manifest, True, left_out)


@disk_in_words()
def publish_parquet(folder: Folder, target: Path) -> int:
    """Write the database in use as Parquet files into ``target``; returns how many local figures were left out."""
    with _publishing(folder), _copy_of(folder, folder.database()) as (beside, copied):
        write_parquet(beside, target)
    return copied.local_left_out


def _publishing(folder: Folder) -> AbstractContextManager[None]:
    """The lock of whoever publishes, from reading what is there to taking away what is old: one at a time."""
    return held(folder.outcomes / "publish.lock", "Another publication is at work in this data folder")


@contextmanager
def _copy_of(folder: Folder, database: Path) -> Iterator[tuple[Path, Copied]]:
    """A copy that may leave, on this machine's own disk for as long as the block lasts: the folder it goes to may be a
    mounted storage that can only be written from beginning to end. Call it with the lock held."""
    for stale in folder.outcomes.glob("publishing-*.duckdb"):
        remove_database(stale)
    beside = folder.outcomes / f"publishing-{os.getpid()}.duckdb"
    declared = [measure.name for measures in sources().values() for measure in measures]
    try:
        yield beside, copy_without_local(database, beside, declared)
    finally:
        remove_database(beside)


def _place(beside: Path, path: Path) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("rb") as origin, part.open("wb") as file:
            shutil.copyfileobj(origin, file, 1 << 20)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _published_before(target: Path) -> Manifest | None:
    """What this folder holds whole; None where it holds nothing that can be used, and everything is written anew."""
    try:
        before = read_manifest(target / MANIFEST)
        return before if sha256_of(target / before.name) == before.sha256 else None
    except (OSError, OutcomesError):
        return None
