"""A publisher of snapshots and its replica, in a world of a few small areas."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb

from loaders.fetching_snapshot import Fetched, Origin, fetch_snapshot
from loaders.publishing import Published, publish
from loaders.snapshot_manifest import MANIFEST
from store.building import build
from store.folder import Folder
from tests.loaders.publishers import Asked, Publisher, Reply, Script, ranged
from tests.store.contributions import AT, MEASURES, SOURCE, counts

AREA_FILE = """schema = 1
name = "{name}"
[place]
small_areas = ["E01019968"]
"""


def area(folder: Folder, slug: str, name: str) -> None:
    """Write an area file."""
    (folder.areas / f"{slug}.toml").write_text(AREA_FILE.format(name=name), encoding="utf-8")


def built(folder: Folder, events: int, minutes: int = 0) -> str:
    """A database with so many burglaries in one month."""
    given = counts({"2020-01": events}, name=f"{events}.csv", fetched_at=AT + timedelta(minutes=minutes))
    return build(folder, [given], {SOURCE: MEASURES}, AT + timedelta(minutes=minutes)).stamp


def events(folder: Folder) -> list[tuple[Any, ...]]:
    """The counts in the database in use."""
    with closing(duckdb.connect(str(folder.database()), read_only=True)) as connection:
        return connection.execute("SELECT numerator FROM observation").fetchall()


def published(folder: Folder, target: Path, number: int, minutes: int = 0) -> Published:
    """Build with so many burglaries and publish."""
    built(folder, number, minutes)
    return publish(folder, target)


def serving(target: Path) -> Script:
    """A web server of this folder that can be asked for any part of a file."""

    def answer(asked: Asked) -> Reply:
        path = target / asked.path.strip("/")
        if not path.is_file():
            return Reply(b"not here", 404)
        body = path.read_bytes()
        return ranged(body, f'"{path.name}-{hash(body)}"')(asked)

    return answer


def fetched(folder: Folder, where: str | Path | Publisher, take_over: bool = False) -> tuple[Fetched, list[float]]:
    """A fetch whose waits are only noted: (what it did, the seconds it would have waited)."""
    waits: list[float] = []
    address = where.address if isinstance(where, Publisher) else str(where)
    done = fetch_snapshot(folder, Origin(address, AT, sleep=waits.append), take_over=take_over)
    return done, waits


def kinds(playing: Publisher) -> list[str]:
    """What was asked for: the manifest or the database."""
    return ["manifest" if one.path.endswith(MANIFEST) else "database" for one in playing.asked]
