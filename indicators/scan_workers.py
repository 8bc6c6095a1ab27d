"""A scan spread over processes: a part at a time, each process with one open database of its own."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from indicators.scan import Part, ScanQuestion, checked, parts_of, scan_part, scan_saved
from indicators.scan_row import ScanRow, among_all
from store.database import Store, open_store
from store.errors import BadQuestion
from store.folder import Folder
from store.read_once import ReadOnce

Which = Literal["single", "saved"]
Heard = Callable[[int, int], None]

# Areas of one sitting: a police force is one, a country is several.
LARGEST_PART = 5000
# Fewer areas than this are done before a second process has started.
_ALONE = 1500
_OPEN: dict[str, Store] = {}


@dataclass(frozen=True, slots=True)
class Scan:
    """What was asked, what was said of each place (small areas by code, then saved neighbourhoods by name), and how many
    areas were passed over because nothing is loaded of the authority with this code."""

    question: ScanQuestion
    stamp: str
    rows: tuple[ScanRow, ...]
    unloaded: dict[str, int]


def scan(
    folder: Folder, question: ScanQuestion, *, which: Sequence[Which] = ("single", "saved"), codes: Sequence[str] | None = None,
    workers: int | None = None, heard: Heard | None = None,
) -> Scan:  # fmt: skip
    """Scan what is loaded in ``folder``. ``codes`` are the small areas asked about where they are not all.

    ``workers`` is how many processes work at once, as many as the machine has cores where it is left out. ``heard`` is told
    how many of how many small areas are done. BadQuestion where nothing can be asked.
    """
    store = ReadOnce(open_store(folder))
    item = checked(store, question)
    wanted = None if codes is None else sorted(set(store.stable_codes(codes).values()))
    parts, unloaded = parts_of(store, item, wanted, LARGEST_PART) if "single" in which else ((), {})
    rows: list[ScanRow] = []
    total = sum(len(part.codes) for part in parts)
    for done in _scanned(folder, store, question, parts, workers):
        rows += done
        if heard is not None:
            heard(len(rows), total)
    rows.sort(key=lambda row: row.place)
    if "saved" in which:
        rows += scan_saved(store, question, store.places)
    if not rows:
        raise BadQuestion(
            f"Nothing is loaded of “{question.indicator}” that could be scanned", do="Load it, for example with “python -m loaders refresh”."
        )  # fmt: skip
    return Scan(question, store.stamp, among_all(rows), unloaded)


def _scanned(
    folder: Folder, store: Store, question: ScanQuestion, parts: Sequence[Part], workers: int | None
) -> Iterator[list[ScanRow]]:
    number = min(workers or os.cpu_count() or 1, len(parts))
    if number < 2 or sum(len(part.codes) for part in parts) < _ALONE:
        for part in parts:
            yield scan_part(store, question, part)
        return
    # Not forked: a copy of a process with an open database in it may wait for ever.
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(number, mp_context=spawn, initializer=open_here, initargs=(folder.root,)) as pool:
        # The largest first, so that none is left over at the end.
        largest_first = sorted(parts, key=lambda part: -len(part.codes))
        for future in as_completed([pool.submit(scan_here, question, part) for part in largest_first]):
            stamp, rows = future.result()
            if stamp != store.stamp:
                raise BadQuestion("The database was built anew during the scan", do="Run the scan again.")
            yield rows


def open_here(root: Path) -> None:
    """Open the database in this process; what all parts read alike is read once."""
    _OPEN["store"] = ReadOnce(open_store(Folder(root)))


def scan_here(question: ScanQuestion, part: Part) -> tuple[str, list[ScanRow]]:
    """The stamp of the database that is open in this process, and the rows of one part."""
    store = _OPEN["store"]
    return store.stamp, scan_part(store, question, part)
