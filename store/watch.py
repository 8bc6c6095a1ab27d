"""Giving up a query that lasts too long, so that one question cannot keep everybody waiting."""

from __future__ import annotations

import contextlib
import itertools
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from store.errors import TooSlow

_TICK = 0.1
_RUNNING: dict[int, tuple[float, duckdb.DuckDBPyConnection]] = {}
_ANY = threading.Event()
_NUMBERS = itertools.count()


def _interrupt_overdue(now: float) -> None:
    # A function of its own: what a sleeping thread's variables hold would never be let go.
    for until, cursor in list(_RUNNING.values()):
        if now > until:
            cursor.interrupt()


def _tend() -> None:
    """Interrupt what is overdue, for as long as the process lasts; asleep while nothing runs."""
    while True:
        _ANY.wait()
        _ANY.clear()
        while _RUNNING:
            time.sleep(_TICK)
            _interrupt_overdue(time.monotonic())


_TENDING = threading.Thread(target=_tend, name="query-watch", daemon=True)
_STARTING = threading.Lock()


def _start() -> None:
    with _STARTING:
        if _TENDING.ident is None:
            _TENDING.start()


@dataclass(frozen=True, slots=True)
class Watch:
    """``patience``: seconds a query may last; None lets it last."""

    patience: float | None = None

    @contextlib.contextmanager
    def over(self, cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """While the block runs its one query on ``cursor``; TooSlow when that was given up."""
        if self.patience is None:
            yield
            return
        if _TENDING.ident is None:
            _start()
        number = next(_NUMBERS)
        _RUNNING[number] = (time.monotonic() + self.patience, cursor)
        _ANY.set()
        try:
            yield
        except duckdb.InterruptException:
            raise TooSlow(
                f"This took longer than {self.patience:g} seconds, so it was given up",
                do="Try again in a minute, or ask for less at once.",
            ) from None
        finally:
            del _RUNNING[number]
