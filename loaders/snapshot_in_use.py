"""What a replica was given last, so that nothing of its operator's own is ever taken for the publisher's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb

from loaders.snapshot_manifest import hash_of
from store.errors import OutcomesError
from store.folder import SHIPPED, Folder, replace_whole

STATE = "in-use.json"
_TAKE_OVER = "Move it away, or repeat with --take-over if the snapshot may take its place."


def remember(into: Path, stamp: str, before: str | None, files: Mapping[str, str], was: Mapping[str, str]) -> None:
    """Note what is about to be put in place, and what it replaces: a fetch that is cut off can then be done again."""
    said = {"stamp": stamp, "before": before, "files": _hashes(files), "was": _hashes(was)}
    replace_whole(into / STATE, json.dumps(said, indent=1).encode())


def _hashes(files: Mapping[str, str]) -> dict[str, str]:
    return {name: hash_of(words) for name, words in files.items()}


def refuse_own(folder: Folder, into: Path, here: Mapping[str, str], published: Mapping[str, str]) -> None:
    """Raise OutcomesError where the database or a file in the folder came neither with a snapshot nor with the project."""
    held = _held(into)
    stamp = folder.stamp()
    if stamp not in (None, held.get("stamp"), held.get("before")) and _is_own(folder.outcomes / str(stamp)):
        raise OutcomesError(
            "The database here was built here, and a snapshot would take its place", file=stamp, do=_TAKE_OVER
        )
    for name, words in here.items():
        given = (published.get(name), _shipped(name))
        known = [held.get(when, {}).get(name) for when in ("files", "was")]
        if words not in given and hash_of(words) not in known:
            raise OutcomesError("This file is not the publisher's, and a snapshot would take its place", file=name, do=_TAKE_OVER)  # fmt: skip


def _held(into: Path) -> dict[str, Any]:
    try:
        said = json.loads((into / STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _shipped(name: str) -> str | None:
    path = SHIPPED / name
    return path.read_bytes().decode("utf-8") if path.is_file() else None


def _is_own(database: Path) -> bool:
    """Whether a database holds more than the sample; one that is gone holds nothing, one that cannot be read may."""
    if not database.is_file():
        return False
    with closing(duckdb.connect()) as connection:
        try:
            connection.execute(f"ATTACH '{str(database).replace(chr(39), chr(39) * 2)}' AS own (READ_ONLY)")
            # Lookups are files too, with numbers below nought; they come with the project.
            brought = "SELECT 1 FROM own.fetched_file WHERE file_id > 0 AND origin <> 'sample' LIMIT 1"
            return bool(connection.execute(brought).fetchall())
        except duckdb.Error:
            return True
