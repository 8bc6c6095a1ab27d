"""Refreshing: each source by itself, one new database at the end, yesterday's data for whatever did not come."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal

import requests
from filelock import FileLock, Timeout

from loaders import ons_geography
from loaders.discovery import Loader, all_loaders, loader
from loaders.hosts import Hosts
from loaders.importing import build_with, database_of, reading_context
from loaders.lookup_changes import mend_lookups
from loaders.parallel import PATIENCE, Fetched, fetch_all, unexpected
from loaders.reading import Progress, Reading, no_progress
from loaders.refresh_report import describe, write_report
from loaders.session import Fetching, address_of, new_session
from store.completeness import Fewer, fewer_than_held, in_words
from store.errors import OutcomesError, Unreachable
from store.folder import Folder
from store.lookups import EXACT_FIT, WARDS_AND_COUNCILS, Lookups, read_lookups
from store.place import Place
from store.placing import Placement, placement
from store.revisions import Changes, changes

State = Literal["updated", "unchanged", "unreachable", "refused"]
# How many rows of what a release lacks, and how many warnings, go into a report.
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class SourceRefresh:
    """How one source fared; ``fewer`` is what its release lacks of what is held, ``warnings`` what its files made known."""

    source: str
    state: State
    message: str
    retry_after: int | None
    files: tuple[str, ...]
    fewer: tuple[Fewer, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How a refresh went: by source, and the database in use afterwards; ``report`` as loaders.refresh_report describes."""

    sources: tuple[SourceRefresh, ...]
    revisions: tuple[dict[str, str | float], ...]
    swapped: bool
    stamp: str | None
    report: Mapping[str, Any] | None = None

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
                 "files": list(item.files), "revisions": [row for row in self.revisions if row["source"] == item.source],
                 "fewer": [row.as_json() for row in item.fewer[:_SHOWN]], "fewer_in_all": len(item.fewer),
                 "warnings": list(item.warnings[:_SHOWN])}
                for item in self.sources
            ],
            "database": {"swapped": self.swapped, "stamp": self.stamp},
            **(self.report or {}),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a refresh was asked for."""

    now: datetime
    councils: tuple[str, ...]
    areas: frozenset[str] | None
    accept_fewer: bool
    progress: Progress


def refresh_sources(
    folder: Folder,
    names: Sequence[str],
    *,
    now: datetime,
    place: Place | None = None,
    since: date | None = None,
    accept_fewer: bool = False,
    progress: Progress = no_progress,
    sleep: Callable[[float], None] = time.sleep,
    patience: float = PATIENCE,
) -> Refreshed:
    """Fetch all sources at once and build once with what came. A source that fails keeps yesterday's files.

    A release with less than is held of its publisher is refused unless ``accept_fewer``. The report is written to the
    data folder as well. Raises OutcomesError where another refresh is at work in this data folder.
    """
    modules = {name: loader(name) for name in names}
    folder.raw.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder.raw / "refresh.lock", timeout=0):
            return _refresh(folder, modules, now, place, since, accept_fewer, progress, sleep, patience)
    except Timeout as error:
        raise OutcomesError(
            "Another refresh is at work in this data folder", do="Wait until it is done, then repeat."
        ) from error


def refreshable(modules: Mapping[str, Loader]) -> list[str]:
    """The sources that can be fetched: those of which an address is known."""
    return [name for name, module in modules.items() if address_of(module.SOURCE)]


def _refresh(
    folder: Folder, modules: Mapping[str, Loader], now: datetime, place: Place | None, since: date | None,
    accept_fewer: bool, progress: Progress, sleep: Callable[[float], None], patience: float,
) -> Refreshed:  # fmt: skip
    mend_lookups(folder)
    lookups = read_lookups(folder.lookups)
    where = placement(lookups)
    councils = _councils(where, place)
    areas = frozenset(code for code, council in where.council.items() if council in councils) if councils else None
    wanted = _Wanted(now, councils, areas, accept_fewer, progress)
    hosts = Hosts()
    sessions: dict[str, requests.Session] = {}
    tasks = {}
    for name, module in modules.items():
        # One session for all sources of a host, which lets in one of them at a time: one connection to it.
        host = hosts.of(address_of(module.SOURCE) or "").name
        fetching = Fetching(
            source=module.SOURCE, raw=folder.raw / name, session=sessions.setdefault(host, new_session()), now=now,
            since=since, councils=councils, lookups=lookups, progress=progress, sleep=sleep, hosts=hosts,
        )  # fmt: skip
        tasks[name] = partial(module.fetch, fetching)
    fetched = fetch_all(tasks, hosts, patience)
    results, readings = _read_all(folder, modules, fetched, lookups, wanted)
    done, found = _build(folder, readings, results, now)
    known = [module.SOURCE for module in all_loaders().values() if address_of(module.SOURCE)]
    states = {item.source: item.state for item in done.sources}
    report = describe(database_of(folder), found, states, known, now)
    written = write_report(folder, replace(done, report=report).as_json(), now)
    return replace(done, report={**report, "report_file": str(written)})


def _read_all(
    folder: Folder, modules: Mapping[str, Loader], fetched: Mapping[str, Fetched], lookups: Lookups, wanted: _Wanted
) -> tuple[dict[str, SourceRefresh], dict[str, Reading]]:
    """How each source fared, in the order asked for, and the readings that can be built with.

    Lookups are read first: whatever comes with them has to be placed by the new ones.
    """
    found: dict[str, SourceRefresh] = {}
    readings: dict[str, Reading] = {}
    for name in sorted(fetched, key=lambda name: name != ons_geography.SOURCE.name):
        result = fetched[name]
        if isinstance(result, Unreachable):
            found[name] = SourceRefresh(name, "unreachable", str(result), getattr(result, "retry_after", None), ())
        elif isinstance(result, OutcomesError):
            found[name] = SourceRefresh(name, "refused", str(result), None, ())
        else:
            found[name], reading = _read(folder, modules[name], result, lookups, wanted)
            if reading is not None:
                readings[name] = reading
                new = {item.name: item.frame for item in reading.lookups}
                lookups = replace(
                    lookups,
                    exact_fit=new.get(EXACT_FIT, lookups.exact_fit),
                    wards=new.get(WARDS_AND_COUNCILS, lookups.wards),
                )
    return {name: found[name] for name in fetched}, readings


def _read(
    folder: Folder, module: Loader, paths: Sequence[Path], lookups: Lookups, wanted: _Wanted
) -> tuple[SourceRefresh, Reading | None]:
    fared = SourceRefresh(module.SOURCE.name, "refused", "", None, tuple(path.name for path in paths))
    try:
        reading = module.read(paths, reading_context(folder, lookups, wanted.now, wanted.progress))
        fewer = () if reading.errors else _fewer(folder, reading, wanted)
    except OutcomesError as error:
        return replace(fared, message=str(error)), None
    except Exception as error:
        return replace(fared, message=str(unexpected(error, "read"))), None
    told = (f"{item.file}: {item.message}. {item.do}" for item in reading.problems if item.level == "warning")
    fared = replace(fared, warnings=tuple(told), fewer=fewer)
    if reading.errors:
        first = reading.errors[0]
        return replace(fared, message=f"{first.file}: {first.message}. {first.do}"), None
    less = f"The release has less than is held of it – {in_words(fewer)}." if fewer else ""
    if fewer and not wanted.accept_fewer:
        return replace(fared, message=f"{less} {_advice(wanted)}"), None
    if not (reading.contributions or reading.lookups):
        return replace(fared, state="unchanged", message=less), None
    return replace(fared, state="updated", message=less), reading


def _advice(wanted: _Wanted) -> str:
    everything = "Refresh without --area, or r" if wanted.councils else "R"
    return f"{everything}epeat with --accept-fewer if the publisher has withdrawn the rest."


def _fewer(folder: Folder, reading: Reading, wanted: _Wanted) -> tuple[Fewer, ...]:
    unchanged = {(item.file, item.sha256) for item in reading.accounts if item.state == "unchanged"}
    return fewer_than_held(
        database_of(folder), reading.contributions, whole=True, unchanged=unchanged, councils=wanted.councils,
        areas=wanted.areas,
    )  # fmt: skip


def _build(
    folder: Folder, readings: Mapping[str, Reading], results: Mapping[str, SourceRefresh], now: datetime
) -> tuple[Refreshed, Changes]:
    """One build with everything; where it fails, one for each source, so that one bad source stops only itself."""
    outcomes = dict(results)
    groups = [list(readings)] if readings else []
    revisions: list[dict[str, str | float]] = []
    found = Changes()
    swapped = False
    while groups:
        group = groups.pop(0)
        before = database_of(folder)
        try:
            built = build_with(folder, _together([readings[name] for name in group]), now)
        except Exception as error:
            if len(group) > 1:
                groups = [[name] for name in group]
                continue
            told = error if isinstance(error, OutcomesError) else unexpected(error, "write")
            outcomes[group[0]] = replace(outcomes[group[0]], state="refused", message=str(told))
            if {item.name for item in readings[group[0]].lookups} & {EXACT_FIT, WARDS_AND_COUNCILS}:
                # What was placed by lookups that are not in use after all must not be built in.
                words = f"It came together with {group[0]}, which could not be used; refresh again."
                outcomes |= {name: replace(outcomes[name], state="refused", message=words) for (name,) in groups}
                break
            continue
        swapped = True
        revisions += built.revisions
        found = found.and_then(changes(before, folder.database()))
        for name in group:
            if _is_older(readings[name], built.superseded):
                words = "What came is older than what is held, which was kept."
                outcomes[name] = replace(outcomes[name], state="unchanged", message=words)
    return Refreshed(tuple(outcomes.values()), tuple(revisions), swapped, folder.stamp()), found


def _together(readings: Sequence[Reading]) -> Reading:
    return Reading(
        contributions=tuple(item for reading in readings for item in reading.contributions),
        accounts=tuple(item for reading in readings for item in reading.accounts),
        lookups=tuple(item for reading in readings for item in reading.lookups),
    )


def _is_older(reading: Reading, superseded: Sequence[tuple[str, str]]) -> bool:
    """Whether nothing of what was read is in use."""
    files = {(file.original_name, file.sha256) for item in reading.contributions for file in item.files}
    return bool(files) and not reading.lookups and files <= set(superseded)


def _councils(where: Placement, place: Place | None) -> tuple[str, ...]:
    """The councils of the place's police force area: those its comparison areas lie in."""
    if place is None:
        return ()
    forces = {where.force[where.stable[code]] for code in place.small_areas if code in where.stable}
    return tuple(sorted({where.council[code] for code, force in where.force.items() if force in forces}))
