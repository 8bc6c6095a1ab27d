"""Importing: files in, a new database out, or nothing changed at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from loaders.discovery import all_loaders, loader
from loaders.reading import Context, Progress, Reading, no_progress
from loaders.sample import read_sample
from store.building import Built, build
from store.contribution import Measure
from store.database import open_store
from store.errors import NoDatabase
from store.folder import Folder
from store.lookups import PROVENANCE, read_lookups, replace_whole, write_lookup
from store.placing import placement
from store.source import Source

SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class Imported:
    """An import's reading, and the build that followed (None when nothing was new)."""

    reading: Reading
    built: Built | None


def utc_now() -> datetime:
    """Now, in UTC, without a time zone: as the database stores it."""
    return datetime.now(UTC).replace(tzinfo=None)


def held_files(folder: Folder) -> frozenset[tuple[str, str]]:
    """(original name, sha256) of every file whose rows are in the database."""
    try:
        store = open_store(folder)
    except NoDatabase:
        return frozenset()
    return frozenset(store.rows("SELECT original_name, sha256 FROM fetched_file"))


def sources() -> dict[Source, tuple[Measure, ...]]:
    """Every source the project knows, with the measures it can bring."""
    return {item.SOURCE: tuple(getattr(item, "MEASURES", ())) for item in all_loaders().values()}


def import_files(
    folder: Folder,
    source: str,
    paths: Sequence[Path],
    *,
    accept_refused: int = 0,
    progress: Progress = no_progress,
    now: datetime | None = None,
) -> Imported:
    """Read ``paths`` as files of ``source`` and build a database with them.

    Any error in any file leaves the database as it was: the reading then carries the errors and ``built`` is None.
    """
    moment = now or utc_now()
    if source == SAMPLE:
        reading = read_sample()
        if {(item.file, item.sha256) for item in reading.accounts} <= held_files(folder):
            return Imported(_unchanged(reading), None)
    else:
        lookups = read_lookups(folder.lookups)
        context = Context(
            placement=placement(lookups),
            lookups=lookups,
            now=moment,
            held=held_files(folder),
            accept_refused=accept_refused,
            progress=progress,
        )
        reading = loader(source).read(paths, context)
    if reading.errors or not (reading.contributions or reading.lookups):
        return Imported(reading, None)
    return Imported(reading, build_with(folder, reading, moment))


def _unchanged(reading: Reading) -> Reading:
    return Reading((), tuple(replace(item, state="unchanged") for item in reading.accounts), reading.problems)


def build_with(folder: Folder, reading: Reading, moment: datetime) -> Built:
    """Build with what was read; new lookups are put in place first and taken back if the build fails."""
    touched = [*(item.name for item in reading.lookups), PROVENANCE] if reading.lookups else []
    before = {name: (folder.lookups / name).read_bytes() for name in touched}
    try:
        for item in reading.lookups:
            write_lookup(folder.lookups, item.name, item.frame, item.provenance)
        return build(folder, reading.contributions, sources(), moment)
    except BaseException:
        for name, content in before.items():
            replace_whole(folder.lookups / name, content)
        raise


def ensure_database(folder: Folder) -> bool:
    """Build the sample in where there is no database yet; returns whether it had to."""
    if folder.stamp() is not None:
        open_store(folder)
        return False
    import_files(folder, SAMPLE, ())
    return True
