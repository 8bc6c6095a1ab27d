"""Refreshing: each source by itself, one new database at the end, yesterday's data for whatever did not come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from loaders.discovery import loader
from loaders.importing import build_with, held_files
from loaders.reading import Context, Progress, Reading, no_progress
from loaders.session import Fetching, new_session
from store.errors import OutcomesError, Unreachable
from store.folder import Folder
from store.lookups import read_lookups
from store.place import Place
from store.placing import Placement, placement

State = Literal["updated", "unchanged", "unreachable", "refused"]


@dataclass(frozen=True, slots=True)
class SourceRefresh:
    """How one source fared."""

    source: str
    state: State
    message: str
    retry_after: int | None
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How a refresh went: by source, and the database in use afterwards."""

    sources: tuple[SourceRefresh, ...]
    revisions: tuple[dict[str, str | float], ...]
    swapped: bool
    stamp: str | None

    @property
    def exit_code(self) -> int:
        """0 all reached, 3 some, 4 none."""
        reached = [item.state in ("updated", "unchanged") for item in self.sources]
        if all(reached):
            return 0
        return 3 if any(item.state != "unreachable" for item in self.sources) else 4

    def as_json(self) -> dict[str, Any]:
        """The report of a refresh (docs/commands.md)."""
        return {
            "schema_version": 1,
            "sources": [
                {"source": item.source, "state": item.state, "message": item.message, "retry_after": item.retry_after,
                 "files": list(item.files), "revisions": [row for row in self.revisions if row["source"] == item.source]}
                for item in self.sources
            ],
            "database": {"swapped": self.swapped, "stamp": self.stamp},
        }  # fmt: skip


def refresh_sources(
    folder: Folder,
    names: Sequence[str],
    *,
    now: datetime,
    place: Place | None = None,
    since: date | None = None,
    progress: Progress = no_progress,
) -> Refreshed:
    """Fetch each source and build once with what came. A source that fails keeps yesterday's files."""
    lookups = read_lookups(folder.lookups)
    where = placement(lookups)
    councils = _councils(where, place)
    readings: list[Reading] = []
    results: list[SourceRefresh] = []
    session = new_session()
    for name in names:
        module = loader(name)
        try:
            paths = module.fetch(
                Fetching(
                    source=module.SOURCE, raw=folder.raw / name, session=session, now=now, since=since,
                    councils=councils, lookups=lookups, progress=progress,
                )
            )  # fmt: skip
            context = Context(placement=where, lookups=lookups, now=now, held=held_files(folder), progress=progress)
            reading = module.read(paths, context)
        except Unreachable as error:
            results.append(SourceRefresh(name, "unreachable", str(error), getattr(error, "retry_after", None), ()))
            continue
        except OutcomesError as error:
            results.append(SourceRefresh(name, "refused", str(error), None, ()))
            continue
        results.append(_result(name, reading, paths))
        if not reading.errors and (reading.contributions or reading.lookups):
            readings.append(reading)
    return _build(folder, readings, results, now)


def _result(name: str, reading: Reading, paths: Sequence[Path]) -> SourceRefresh:
    files = tuple(path.name for path in paths)
    if reading.errors:
        first = reading.errors[0]
        return SourceRefresh(name, "refused", f"{first.file}: {first.message}. {first.do}", None, files)
    new = bool(reading.contributions or reading.lookups)
    return SourceRefresh(name, "updated" if new else "unchanged", "", None, files)


def _build(folder: Folder, readings: Sequence[Reading], results: list[SourceRefresh], now: datetime) -> Refreshed:
    if not readings:
        return Refreshed(tuple(results), (), False, folder.stamp())
    together = Reading(
        contributions=tuple(item for reading in readings for item in reading.contributions),
        accounts=tuple(item for reading in readings for item in reading.accounts),
        lookups=tuple(item for reading in readings for item in reading.lookups),
    )
    try:
        built = build_with(folder, together, now)
    except OutcomesError as error:
        failed = tuple(
            replace(item, state="refused", message=str(error)) if item.state == "updated" else item for item in results
        )
        return Refreshed(failed, (), False, folder.stamp())
    return Refreshed(tuple(results), built.revisions, True, built.stamp)


def _councils(where: Placement, place: Place | None) -> tuple[str, ...]:
    """The councils of the place's police force area: those its comparison areas lie in."""
    if place is None:
        return ()
    forces = {where.force[where.stable[code]] for code in place.small_areas if code in where.stable}
    return tuple(sorted({where.council[code] for code, force in where.force.items() if force in forces}))
