"""Importing: files in, a new database out, or nothing changed at all."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from loaders.discovery import all_loaders, loader
from loaders.lookup_changes import forget, lookup_lock, mend_lookups, remember, restore
from loaders.reading import Context, Problem, Progress, Reading, no_progress
from loaders.sample import read_sample
from store.building import Built, build
from store.completeness import Fewer, fewer_than_held, in_words
from store.contribution import Measure
from store.database import open_store
from store.errors import NoDatabase
from store.folder import Folder
from store.lookups import PROVENANCE, Lookups, read_lookups, write_lookup
from store.placing import placement
from store.source import Source

SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class Imported:
    """An import's reading, and the build that followed (None when nothing was new).

    ``fewer`` is what the files would have taken away, or did where that was accepted.
    """

    reading: Reading
    built: Built | None
    fewer: tuple[Fewer, ...] = ()


def utc_now() -> datetime:
    """Now, in UTC, without a time zone: as the database stores it."""
    return datetime.now(UTC).replace(tzinfo=None)


def held_files(folder: Folder) -> frozenset[tuple[str, str]]:
    """(original name, sha256) of every file in the database that was used with all its rows."""
    return frozenset(file for file, refused in _files(folder).items() if not refused)


def _files(folder: Folder) -> dict[tuple[str, str], int]:
    try:
        store = open_store(folder)
    except NoDatabase:
        return {}
    return {
        (name, sha256): int(refused)
        for name, sha256, refused in store.rows("SELECT original_name, sha256, rows_refused FROM fetched_file")
    }


def reading_context(
    folder: Folder, lookups: Lookups, moment: datetime, progress: Progress, accept_refused: int = 0
) -> Context:
    """What a loader is told: the lookups, and which files the database in use was made from."""
    files = _files(folder)
    return Context(
        placement=placement(lookups),
        lookups=lookups,
        now=moment,
        held=frozenset(file for file, refused in files.items() if not refused),
        accepted={file: refused for file, refused in files.items() if refused},
        accept_refused=accept_refused,
        progress=progress,
        staged=folder.staged,
    )


def sources() -> dict[Source, tuple[Measure, ...]]:
    """Every source the project knows, with the measures it can bring."""
    return {item.SOURCE: tuple(getattr(item, "MEASURES", ())) for item in all_loaders().values()}


def import_files(
    folder: Folder,
    source: str,
    paths: Sequence[Path],
    *,
    accept_refused: int = 0,
    accept_fewer: bool = False,
    progress: Progress = no_progress,
    now: datetime | None = None,
) -> Imported:
    """Read ``paths`` as files of ``source`` and build a database with them.

    Any error in any file leaves the database as it was: the reading then carries the errors and ``built`` is None. So
    does a file that would replace a publisher's figures with fewer, unless ``accept_fewer``.
    """
    moment = now or utc_now()
    mend_lookups(folder)
    if source == SAMPLE:
        reading = read_sample()
        if {(item.file, item.sha256) for item in reading.accounts} <= held_files(folder):
            return Imported(_unchanged(reading), None)
    else:
        context = reading_context(folder, read_lookups(folder.lookups), moment, progress, accept_refused)
        reading = loader(source).read(paths, context)
    if reading.errors or not (reading.contributions or reading.lookups):
        return Imported(reading, None)
    fewer = fewer_than_held(database_of(folder), reading.contributions)
    if fewer and not accept_fewer:
        return Imported(_refused(reading, fewer), None, fewer)
    return Imported(reading, build_with(folder, reading, moment), fewer)


def database_of(folder: Folder) -> Path | None:
    """The database in use; None before the first build."""
    try:
        return folder.database()
    except NoDatabase:
        return None


def _refused(reading: Reading, fewer: Sequence[Fewer]) -> Reading:
    accounts = tuple(replace(item, state="refused") if item.state == "loaded" else item for item in reading.accounts)
    loaded = next(item.file for item in reading.accounts if item.state == "loaded")
    problem = Problem(
        "error", loaded, None, (), f"Figures that are held would give way to fewer – {in_words(fewer)}",
        "Import all areas together, or repeat with --accept-fewer if the publisher has withdrawn the others.",
    )  # fmt: skip
    return Reading((), accounts, (*reading.problems, problem))


def _unchanged(reading: Reading) -> Reading:
    return Reading((), tuple(replace(item, state="unchanged") for item in reading.accounts), reading.problems)


def build_with(folder: Folder, reading: Reading, moment: datetime) -> Built:
    """Build with what was read; new lookups are put in place first and taken back if the build fails."""
    built = _build_with(folder, reading, moment)
    for item in reading.contributions:
        # What was read of this source is in the database now.
        shutil.rmtree(folder.staged / item.source.name, ignore_errors=True)
    return built


def _build_with(folder: Folder, reading: Reading, moment: datetime) -> Built:
    if not reading.lookups:
        return build(folder, reading.contributions, sources(), moment)
    with lookup_lock(folder):
        restore(folder)
        remember(folder, [*(item.name for item in reading.lookups), PROVENANCE])
        try:
            for item in reading.lookups:
                write_lookup(folder.lookups, item.name, item.frame, item.provenance)
            built = build(folder, reading.contributions, sources(), moment)
        except BaseException:
            restore(folder)
            raise
        forget(folder)
        return built


def ensure_database(folder: Folder) -> bool:
    """Build the sample in where there is no database yet; returns whether it had to."""
    if folder.stamp() is not None:
        open_store(folder)
        return False
    import_files(folder, SAMPLE, ())
    return True
