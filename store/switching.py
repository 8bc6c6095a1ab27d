"""The pointer to the database in use: who may move it, how it is moved, and what is cleared away afterwards."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from filelock import FileLock

from store.folder import Folder

_LOCK_SECONDS = 600


def build_lock(folder: Folder) -> FileLock:
    """The lock of whoever builds a database, or puts one in place that was built elsewhere: one at a time."""
    folder.outcomes.mkdir(parents=True, exist_ok=True)
    return FileLock(folder.outcomes / "build.lock", timeout=_LOCK_SECONDS)


def switch(folder: Folder, beside: Path, stamp: str) -> None:
    """Give the finished database ``beside`` the name ``stamp``, point ``current`` at it, and clear away what nobody
    will open again. Call it with the lock held, and ``beside`` on the same disk."""
    previous = folder.stamp()
    beside.replace(folder.outcomes / stamp)
    new = folder.outcomes / "current.tmp"
    with new.open("w", encoding="ascii") as file:
        file.write(stamp + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, folder.pointer)
    for path in folder.outcomes.glob("outcomes-*.duckdb"):
        # The previous file stays one build longer, for a reader that has read its name but not yet opened it.
        if path.name not in (stamp, previous):
            remove_database(path)


def remove_database(path: Path) -> None:
    """Delete if nobody holds it: Windows refuses an open file, and then the next build tries again."""
    for file in (path, path.with_name(path.name + ".wal")):
        with contextlib.suppress(OSError):
            file.unlink()
