"""Putting new lookups in place together with the database built from them: both, or neither, also after a kill."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence

from filelock import FileLock

from store.folder import Folder, replace_whole

_BEFORE = ".before"
_NOTE = "note.json"
_LOCK_SECONDS = 600


def lookup_lock(folder: Folder) -> FileLock:
    """Held by whoever changes the lookups."""
    folder.outcomes.mkdir(parents=True, exist_ok=True)
    return FileLock(folder.outcomes / "lookups.lock", timeout=_LOCK_SECONDS)


def mend_lookups(folder: Folder) -> None:
    """Finish or take back what a command that was killed had begun to change."""
    if (folder.lookups / _BEFORE).is_dir():
        with lookup_lock(folder):
            restore(folder)


def remember(folder: Folder, names: Sequence[str]) -> None:
    """Set these lookups aside as they are, and the name of the database that belongs to them."""
    for left in folder.lookups.glob(f"{_BEFORE}.*"):
        shutil.rmtree(left, ignore_errors=True)
    beside = folder.lookups / f"{_BEFORE}.{os.getpid()}"
    beside.mkdir()
    for name in names:
        if (folder.lookups / name).is_file():
            shutil.copyfile(folder.lookups / name, beside / name)
    note = {"stamp": folder.stamp(), "names": list(names)}
    (beside / _NOTE).write_text(json.dumps(note), encoding="utf-8")
    beside.rename(folder.lookups / _BEFORE)


def restore(folder: Folder) -> None:
    """Put back what was set aside, unless the database built from the new lookups is already in use."""
    before = folder.lookups / _BEFORE
    if not before.is_dir():
        return
    note = json.loads((before / _NOTE).read_text(encoding="utf-8"))
    if note["stamp"] == folder.stamp():
        for name in note["names"]:
            if (before / name).is_file():
                replace_whole(folder.lookups / name, (before / name).read_bytes())
            else:
                (folder.lookups / name).unlink(missing_ok=True)
    forget(folder)


def forget(folder: Folder) -> None:
    """The new lookups stand: what was set aside is not needed any more."""
    # Renamed first: half of what was set aside must never be put back.
    gone = folder.lookups / f"{_BEFORE}.{os.getpid()}"
    (folder.lookups / _BEFORE).rename(gone)
    shutil.rmtree(gone, ignore_errors=True)
