"""Fetching several sources at the same time, with an end: when nobody answers at all, that is said within a minute."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from loaders.hosts import Hosts
from loaders.session import NoAnswer
from store.errors import OutcomesError

# Seconds after which a refresh in which no publisher has said a word stops waiting, and after which it gives up whatever
# still runs though nothing moves any more: far longer than any single wait or timeout, so that no refresh runs for ever.
PATIENCE = 45.0
STUCK = 900.0
_LOOK_EVERY = 0.5

Fetched = list[Path] | OutcomesError


def unexpected(error: Exception, doing: str) -> OutcomesError:
    """What to say of an error nobody thought of: one source must not take the others down with it."""
    if isinstance(error, OSError):
        return OutcomesError(
            f"This machine could not {doing} a file: {error.strerror or error}",
            do="Make room on the disk and look at the data folder's permissions.",
        )
    return OutcomesError(
        f"The loader stopped at something it does not expect, {type(error).__name__}: {error}",
        do="Nothing of this source was used. Please report it with this sentence.",
    )


def fetch_all(
    tasks: Mapping[str, Callable[[], list[Path]]],
    hosts: Hosts,
    patience: float = PATIENCE,
    clock: Callable[[], float] = time.monotonic,
) -> dict[str, Fetched]:
    """Run every task in a thread of its own; by name, the files it fetched or why it could not.

    ``hosts`` are those the tasks ask: each lets in one at a time. When none has answered after ``patience`` seconds, or
    nothing has come from any of them for a quarter of an hour, whatever still waits is NoAnswer.
    """
    done: queue.SimpleQueue[tuple[str, Fetched]] = queue.SimpleQueue()

    def work(name: str, task: Callable[[], list[Path]]) -> None:
        try:
            done.put((name, task()))
        except OutcomesError as error:
            done.put((name, error))
        except Exception as error:
            done.put((name, unexpected(error, "write")))

    started = clock()
    for name, task in tasks.items():
        # Daemons: a thread that hangs in a name server's silence must not keep the command from ending.
        threading.Thread(target=work, args=(name, task), name=f"fetch-{name}", daemon=True).start()
    found: dict[str, Fetched] = {}
    silent = NoAnswer(f"No publisher said a word within {patience:.0f} seconds")
    while len(found) < len(tasks):
        try:
            name, result = done.get(timeout=min(_LOOK_EVERY, patience))
            found[name] = result
        except queue.Empty:
            if not hosts.any_answered():
                if clock() - started >= patience:
                    break
            elif clock() - max(started, hosts.last_moved()) >= STUCK:
                silent = NoAnswer(f"Nothing came any more for {STUCK / 60:.0f} minutes")
                break
    return {name: found.get(name, silent) for name in tasks}
