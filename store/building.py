"""Building a new database beside the one in use, and switching to it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pandas as pd

from store import __version__
from store.areas import STABLE_EDITION, area_rows
from store.contribution import Contribution, Measure
from store.errors import BadPlace, OutcomesError
from store.folder import Folder
from store.local_details import write_local_details
from store.lookups import FORCES, read_lookups
from store.merging import Slices, merge
from store.other_areas import write_other_areas
from store.outline import touching
from store.place import read_places
from store.place_areas import write_place_areas, write_place_members
from store.programme import read_programmes
from store.recording_break import read_breaks
from store.schema import READABLE_VERSIONS, SCHEMA, SCHEMA_VERSION
from store.source import Source
from store.switching import build_lock, remove_database, switch


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did: the new database's name, and what it changed.

    ``superseded`` are (file name, sha256) of incoming files of which nothing is used, newer editions being held.
    ``revisions`` are past figures that moved: ``source, measure, authority, period, was, is``.
    """

    stamp: str
    superseded: tuple[tuple[str, str], ...]
    revisions: tuple[dict[str, str | float], ...]


def build(
    folder: Folder,
    contributions: Sequence[Contribution],
    sources: Mapping[Source, Sequence[Measure]],
    built_at: datetime,
) -> Built:
    """Build the database from yesterday's and ``contributions``, then switch ``current`` to it.

    ``sources`` are all the project knows, each with the measures it can bring; ``built_at`` is UTC. Any error leaves the database in use as it was.
    """
    with build_lock(folder):
        beside = folder.outcomes / f"building-{os.getpid()}.duckdb"
        # Whoever holds the lock is the only builder: any unfinished file is left from a build that was cut off.
        for stale in folder.outcomes.glob("building-*.duckdb*"):
            remove_database(stale)
        try:
            slices, content = _write(folder, beside, contributions, sources, built_at)
            stamp = _switch(folder, beside, built_at, content)
        finally:
            remove_database(beside)
        return Built(stamp=stamp, superseded=slices.superseded, revisions=slices.revisions)


def _write(
    folder: Folder,
    beside: Path,
    contributions: Sequence[Contribution],
    sources: Mapping[Source, Sequence[Measure]],
    built_at: datetime,
) -> tuple[Slices, str]:
    """Write the new database; returns what it carried and took, and the hash of what it was made from."""
    connection = duckdb.connect(str(beside))
    try:
        connection.execute(SCHEMA)
        old = _attach_old(connection, folder)
        _write_sources(connection, sources, contributions, old)
        _write_areas(connection, folder, contributions, old)
        write_place_areas(connection, read_places(folder.areas))
        declared = {source.name: tuple(measures) for source, measures in sources.items()}
        slices = merge(connection, contributions, declared, old)
        write_local_details(connection, contributions, old)
        _write_breaks(connection, folder)
        _write_calibration(connection, folder)
        write_place_members(connection)
        read_programmes(folder.programmes)  # a programme file that cannot be read stops the build, not a later page
        content = _content(connection, folder)
        connection.execute(
            "INSERT INTO meta SELECT ?, ?, ?, ?, EXISTS(SELECT 1 FROM coverage JOIN fetched_file USING (file_id) "
            "WHERE origin = 'sample')",
            [SCHEMA_VERSION, __version__, built_at, content],
        )
        if old:
            connection.execute("DETACH old")
        connection.execute("CHECKPOINT")
        return slices, content
    finally:
        connection.close()


def _attach_old(connection: duckdb.DuckDBPyConnection, folder: Folder) -> bool:
    """Attach yesterday's database, if there is one of this schema, as ``old``."""
    stamp = folder.stamp()
    if stamp is None or not (folder.outcomes / stamp).is_file():
        return False
    connection.execute(f"ATTACH '{str(folder.outcomes / stamp).replace(chr(39), chr(39) * 2)}' AS old (READ_ONLY)")
    version = connection.execute("SELECT schema_version FROM old.meta").fetchall()[0][0]
    if version not in READABLE_VERSIONS:
        raise OutcomesError(
            f"The database in use has schema version {version}; this software writes {SCHEMA_VERSION}",
            file=stamp,
            do="Move the folder “outcomes” away and import the sources again.",
        )
    return True


def _write_sources(
    connection: duckdb.DuckDBPyConnection, sources: Iterable[Source], given: Sequence[Contribution], old: bool
) -> None:
    known = {source.name: source for source in (*sources, *(item.source for item in given))}
    rows: list[tuple[object, ...]] = [
        (s.name, s.title, s.publisher, s.landing_page, s.licence, s.attribution, s.geography, s.frequency, s.format_evidence)
        for s in known.values()
    ]  # fmt: skip
    if old:
        held = connection.execute(
            "SELECT name, title, publisher, landing_page, licence, attribution, geography, frequency, format_evidence "
            "FROM old.source"
        ).fetchall()
        rows += [row for row in held if row[0] not in known]
    numbered = [(number, *row) for number, row in enumerate(sorted(rows, key=lambda r: str(r[0])), start=1)]
    if numbered:  # in one statement, since each takes as long as all of them together
        values = ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"] * len(numbered))
        connection.execute(f"INSERT INTO source VALUES {values}", [value for row in numbered for value in row])


def _write_areas(
    connection: duckdb.DuckDBPyConnection, folder: Folder, contributions: Sequence[Contribution], old: bool
) -> None:
    lookups = read_lookups(folder.lookups)
    areas, members = area_rows(lookups)
    outlines = [item.outlines for item in contributions if len(item.outlines)]
    given = pd.concat(outlines).drop_duplicates("stable", keep="last") if outlines else None
    for name, frame in (("areas_in", areas.reset_index(names="number")), ("members_in", members)):
        connection.register(name, frame)
    connection.execute(
        "INSERT INTO area SELECT number + 1, kind, code, edition, name, country, comparable, NULL, NULL, NULL "
        "FROM areas_in ORDER BY number"
    )
    connection.execute(
        "INSERT INTO area_member SELECT p.area_id, m.area_id, i.relation, i.fit, i.share, i.basis FROM members_in i "
        "JOIN area p ON (p.kind, p.code, p.edition) = (i.parent_kind, i.parent_code, i.parent_edition) "
        "JOIN area m ON (m.kind, m.code, m.edition) = (i.member_kind, i.member_code, i.member_edition) "
        "ORDER BY p.area_id, i.relation, m.area_id"
    )
    write_other_areas(connection, contributions, old)
    if old:
        connection.execute(
            "UPDATE area SET outline = o.outline, longitude = o.longitude, latitude = o.latitude FROM old.area o "
            "WHERE o.kind = 'stable' AND area.kind = 'stable' AND o.code = area.code AND o.outline IS NOT NULL"
        )
    if given is not None:
        connection.register("outlines_in", given)
        connection.execute(
            "UPDATE area SET outline = o.outline, longitude = o.longitude, latitude = o.latitude FROM outlines_in o "
            "WHERE area.kind = 'stable' AND o.stable = area.code"
        )
    held = connection.execute(
        "SELECT area_id, outline::VARCHAR FROM area WHERE outline IS NOT NULL ORDER BY area_id"
    ).fetchall()
    if held:
        pairs = pd.DataFrame(touching(held), columns=["area_id", "neighbour_id"])
        connection.register("pairs_in", pairs)
        connection.execute("INSERT INTO area_neighbour SELECT area_id, neighbour_id FROM pairs_in ORDER BY ALL")
    _write_lookup_files(connection, lookups.provenance)


def _write_lookup_files(connection: duckdb.DuckDBPyConnection, provenance: Sequence[dict[str, str | int]]) -> None:
    """The lookups are files too: what stands in the database can be traced to their hashes."""
    known = connection.execute("SELECT source_id FROM source WHERE name = 'ons_geography'").fetchall()
    if not known:
        return
    for number, item in enumerate(provenance):
        connection.execute(
            "INSERT INTO fetched_file VALUES (?, ?, ?, '', ?, 0, NULL, ?, 'publisher', ?, ?, 0, 0, NULL)",
            [-1 - number, known[0][0], item["publisher_file"], item["sha256"], item["edition"], item["rows"], item["rows"]],
        )  # fmt: skip


def _write_breaks(connection: duckdb.DuckDBPyConnection, folder: Folder) -> None:
    for item in read_breaks(folder.breaks):
        authority = connection.execute(
            "SELECT area_id FROM area WHERE code = ? AND kind IN ('police_force', 'council', 'country')",
            [item.authority],
        ).fetchall()
        if item.authority and not authority:
            raise BadPlace(f"Break {item.name} names an unknown authority, “{item.authority}”", file=folder.breaks.name)
        connection.execute(
            "INSERT INTO recording_break VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [item.name, authority[0][0] if authority else None, item.country or None, list(item.measures),
             item.months.first, item.months.last, item.kind, item.shared_by, item.reason, item.evidence],
        )  # fmt: skip


def _write_calibration(connection: duckdb.DuckDBPyConnection, folder: Folder) -> None:
    names = ("indicator", "rule", "scenario", "effect_percent", "runs", "false_findings", "coverage", "power",
             "no_answer", "seed", "data_sha256", "software_version", "computed_on")  # fmt: skip
    rows: list[list[object]] = []
    for path in sorted((folder.root / "calibration").glob("*.json")):
        rows += [[row.get(name) for name in names] for row in json.loads(path.read_text(encoding="utf-8"))]
    if rows:
        connection.register("calibration_in", pd.DataFrame(rows, columns=list(names)))
        connection.execute(f"INSERT INTO calibration SELECT {', '.join(names)} FROM calibration_in")
        connection.unregister("calibration_in")


def _content(connection: duckdb.DuckDBPyConnection, folder: Folder) -> str:
    """A hash of everything the database was made from; no clock and no path enters it."""
    hasher = hashlib.sha256(f"{SCHEMA_VERSION}|{__version__}|{STABLE_EDITION}".encode())
    files = connection.execute(
        "SELECT DISTINCT s.name, f.sha256, f.edition FROM fetched_file f JOIN source s USING (source_id) "
        "WHERE f.superseded_by IS NULL ORDER BY ALL"
    ).fetchall()
    for row in files:
        hasher.update("|".join(str(value) for value in row).encode())
    given = [folder.breaks, folder.root / "suppression.toml", folder.lookups / FORCES]
    calibrations = (folder.root / "calibration").glob("*.json")
    for path in sorted([*folder.areas.glob("*.toml"), *folder.programmes.glob("*.toml"), *calibrations, *given]):
        hasher.update(path.name.encode() + (path.read_bytes() if path.is_file() else b""))
    return hasher.hexdigest()


def _switch(folder: Folder, beside: Path, built_at: datetime, content: str) -> str:
    """Give the new file its name, point ``current`` at it, and clear away what nobody will open again."""
    stamp = f"outcomes-{built_at:%Y%m%dT%H%M%S}-{content[:8]}.duckdb"
    # The same content built twice within a second: the file in use is already right, and may be open.
    if stamp != folder.stamp():
        switch(folder, beside, stamp)
    return stamp
