"""The pointer to the database in use: who may move it, how it is moved, and what is cleared away afterwards."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from store.errors import OutcomesError
from store.folder import Folder

_LOCK_SECONDS = 600


@contextmanager
def held(path: Path, busy: str) -> Iterator[None]:
    """Hold the lock file ``path`` for as long as the block lasts; where another process keeps it for longer than ten
    minutes, OutcomesError says ``busy``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        taken = FileLock(path, timeout=_LOCK_SECONDS).acquire()
    except Timeout as error:
        raise OutcomesError(busy, file=path.name, do="Wait until it is done, then repeat.") from error
    with taken:
        yield


def build_lock(folder: Folder) -> AbstractContextManager[None]:
    """The lock of whoever builds a database, or puts one in place that was built elsewhere: one at a time."""
    return held(folder.outcomes / "build.lock", "Another build is at work in this data folder")


@contextmanager
def disk_in_words() -> Iterator[None]:
    """Turn what the disk refuses, to us or to DuckDB, into an OutcomesError."""
    try:
        yield
    except (OSError, duckdb.IOException) as error:
        said, name = (error.strerror, error.filename) if isinstance(error, OSError) else (None, None)
        raise OutcomesError(
            f"A file could not be read or written: {said or str(error).rstrip('.') or type(error).__name__}", file=None if name is None else str(name),
            do="See that the disk has room and that this account may write there, then repeat.",
        ) from error  # fmt: skip


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
