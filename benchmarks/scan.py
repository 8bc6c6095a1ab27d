"""Time and memory of a scan of every small area, beside the same answers asked one by one through ``study``.

    OUTCOMES_DATA=FOLDER python -m benchmarks.scan --indicator burglary --start 2021-10 [--workers 2] [--studied 20] [--json]

The scan runs as its command runs it, in as many processes as there are cores; its memory is the most that its own process
and its workers held at once, read from the system every tenth of a second. Then ``--studied`` of the areas, spread evenly
over the codes, are asked one by one through the one door on one open database, as a loop over ``study`` would, and the time
is multiplied; their answers must be the scan's. The bar is a minute and 4 GB for all areas of England and Wales, on an otherwise
quiet machine of two cores: the load beforehand is printed.
"""

from __future__ import annotations

import argparse
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from indicators.questions import question_of
from indicators.scan import ScanQuestion, made_up
from indicators.scan_row import ScanRow
from indicators.scan_summary import summary_of
from indicators.scan_workers import scan
from indicators.study import study_all
from store.database import open_store
from store.folder import data_folder
from store.period import parse_month

SECONDS, GIGABYTES, AREAS = 60.0, 4.0, 34_630
_TODAY = date(2026, 11, 22)
_EVERY = 0.1


def held_megabytes(own: int) -> float | None:
    """Memory that this process and its children hold now, shared pages counted once a process; None where the system does not
    say."""
    found = 0
    try:
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit() and (int(folder.name) == own or _parent(folder) == own):
                found += int((folder / "statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return found * os.sysconf("SC_PAGE_SIZE") / 1e6


def _parent(folder: Path) -> int:
    # The name in brackets may hold blanks; what follows it does not.
    try:
        return int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
    except (OSError, IndexError):
        return 0


@contextmanager
def most_held() -> Iterator[list[float]]:
    """The most megabytes held while something runs, as the last of a list."""
    seen: list[float] = []
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(_EVERY):
            now = held_megabytes(os.getpid())
            if now is not None:
                seen.append(max(now, seen[-1] if seen else 0.0))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        stop.set()
        watcher.join()


def processor_seconds() -> float:
    """Seconds of the processor that this process and its workers have used; other work on the machine lengthens them little."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def one_by_one(asked: ScanQuestion, rows: list[ScanRow]) -> float:
    """Seconds of the same places through the one door; an error where an answer is another."""
    store = open_store(data_folder())
    start = time.perf_counter()
    found = []
    for row in rows:
        place = made_up(row.place)
        view = store.with_place(place)
        question = question_of(view, place, asked.indicator, today=_TODAY, start=asked.start)
        found.append(study_all(view, [question], otherwise=())[0].finding)
    taken = time.perf_counter() - start
    for row, finding in zip(rows, found, strict=True):
        if row.alone != finding.verdict:
            raise SystemExit(f"{row.place}: the scan says “{row.alone}”, the study “{finding.verdict}”")
    return taken


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--indicator", default="burglary")
    parser.add_argument("--start", default="2021-10")
    parser.add_argument("--workers", type=int)
    parser.add_argument("--studied", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    asked = ScanQuestion(given.indicator, parse_month(given.start), None, None, _TODAY)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    start, used = time.perf_counter(), processor_seconds()
    with most_held() as held:
        found = scan(data_folder(), asked, which=("single",), workers=given.workers)
    taken, used = time.perf_counter() - start, processor_seconds() - used
    rows = list(found.rows)
    chosen = rows[:: max(1, len(rows) // given.studied)][: given.studied]
    alone = one_by_one(asked, chosen) / len(chosen)
    summary = summary_of(rows)
    measured: dict[str, Any] = {
        "indicator": given.indicator, "areas": len(rows), "compared": sum(row.ratio is not None for row in rows),
        "verdicts": dict(summary.alone), "load before": load, "seconds": taken, "processor's seconds": used, "areas a second": len(rows) / taken,
        "seconds for all": taken * AREAS / len(rows), "megabytes": held[-1] if held else None,
        "one by one, seconds a place": alone, "one by one, seconds for the same": alone * len(rows), "times as fast": alone * len(rows) / taken,
    }  # fmt: skip
    if given.json:
        print(json.dumps(measured, ensure_ascii=False))
        return
    for what, value in measured.items():
        print(f"{what:34} {value:,.3f}" if isinstance(value, float) else f"{what:34} {value}")
    print(f"{'bar':34} {SECONDS:.0f} s and {GIGABYTES:.0f} GB for {AREAS:,} areas")


if __name__ == "__main__":
    main()
