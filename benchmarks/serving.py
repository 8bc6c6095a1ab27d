"""Serving many visitors at once: the pages' own server beside Streamlit's plain one, on the shipped sample.

    python -m benchmarks.serving [--rounds 3] [--runs 25] [--visitors 10 50 100] [--seconds 90] [--json]
    python -m benchmarks.serving --soak 60 [--visitors 20]
    python -m benchmarks.serving --rebuild [--visitors 20]

*Busy* are five visitors who open page after page without reading any: the same 5 × ``--runs`` pages by ``python -m views.serve``
and by ``streamlit run app.py``, one server after the other in each round, everything worked out beforehand. Pages a second, and
pages a second of the server's processor time, which other work on the machine moves less. The bar: twice as many.

*Reading* visitors open a page (other place, other outcome, other page), look at it for 10 to 30 seconds, and go on; a page
holds one or two minutes of text and charts, so this is somebody in a hurry. What is measured is a page from the question to its
last piece, every one of which must be whole. The bars: 95 in 100 of 50 visitors' pages within 2.5 times the time of 10
visitors'; with 100 visitors no error, and 95 in 100 within two seconds.

``--soak`` prints the server's memory each minute; the bar is within a twentieth of what it was after a sixth of the time.
``--rebuild`` builds the database anew, twice, and puts it in use while visitors read; the bar: no visit is cut off, no page wrong.
Linux only. Ends with 1 where a bar is not met.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.visitors import Answer, busy, every_page, reading
from loaders.importing import ensure_database
from store.folder import Folder, seed
from tests.browser.serving import REPOSITORY, answer, started

THINK = (10.0, 30.0)
_READY = 300.0
BUILD = """
from datetime import datetime, UTC
from pathlib import Path
import sys
from loaders.importing import build_with
from loaders.reading import Reading
from store.folder import Folder
build_with(Folder(Path(sys.argv[1])), Reading((), ()), datetime.now(UTC).replace(tzinfo=None))
"""


def others_at_work(seconds: float = 3.0) -> float:
    """The share of this machine's processors that others use."""

    def spent() -> tuple[int, int]:
        numbers = [int(word) for word in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
        return sum(numbers), numbers[3] + numbers[4]

    before = spent()
    time.sleep(seconds)
    whole, idle = (after - was for after, was in zip(spent(), before, strict=True))
    return 1 - idle / whole if whole else 0.0


def processor_seconds(process: int) -> float:
    """What a process has used of the processors."""
    words = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def megabytes(process: int) -> float:
    """What a process holds in memory."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) * 1024 / 1e6


def wait_until_ready(port: int) -> None:
    """Wait for ``/ready``."""
    end = time.monotonic() + _READY
    while answer(port, "/ready")[0] != 200:
        if time.monotonic() > end:
            raise SystemExit(f"The server was not ready: {answer(port, '/ready')[1]}")
        time.sleep(0.5)


def late(answers: Sequence[Answer]) -> float:
    """Seconds within which 95 in 100 pages were there."""
    seconds = sorted(item.seconds for item in answers)
    return seconds[int(0.95 * (len(seconds) - 1))]


def wrong(answers: Sequence[Answer]) -> list[str]:
    """What was wrong with the answers."""
    return [f"{item.page}: {item.wrong}" for item in answers if item.wrong]


@contextmanager
def _sample() -> Iterator[tuple[Folder, Path]]:
    with tempfile.TemporaryDirectory(prefix="serving-") as scratch:
        folder = Folder(Path(scratch) / "data")
        seed(folder.root)
        ensure_database(folder)
        yield folder, Path(scratch)


def throughput(folder: Folder, scratch: Path, rounds: int, runs: int) -> dict[str, Any]:
    """Pages a second of both servers."""
    with ExitStack() as stack:
        arms: dict[str, tuple[int, int]] = {}
        for name, plain in (("plain", True), ("served", False)):
            port, server = stack.enter_context(
                started(folder.root, scratch / f"{name}.log", plain=plain, settings={"OUTCOMES_LOG": "off"})
            )
            if not plain:
                wait_until_ready(port)
            asyncio.run(every_page(port))
            arms[name] = (port, server.pid)
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in arms}
        faults: list[str] = []
        for number in range(rounds):
            # Whoever was first in one round is second in the next.
            for name in list(arms) if number % 2 == 0 else [*reversed(arms)]:
                port, process = arms[name]
                before, begun = processor_seconds(process), time.perf_counter()
                answers = asyncio.run(busy(port, 5, runs, number))
                seconds, used = time.perf_counter() - begun, processor_seconds(process) - before
                found[name].append((len(answers) / seconds, len(answers) / used))
                faults += wrong(answers)
        memory = {name: megabytes(process) for name, (_, process) in arms.items()}
    middle = {name: [statistics.median(values) for values in zip(*pairs, strict=True)] for name, pairs in found.items()}
    return {
        "a second": {name: values[0] for name, values in middle.items()},
        "a processor second": {name: values[1] for name, values in middle.items()},
        "megabytes": memory,
        "times": statistics.median(s[0] / p[0] for s, p in zip(found["served"], found["plain"], strict=True)),
        "times by processor": statistics.median(
            s[1] / p[1] for s, p in zip(found["served"], found["plain"], strict=True)
        ),
        "wrong": faults,
    }


def crowd(folder: Folder, scratch: Path, numbers: Sequence[int], seconds: float) -> dict[int, dict[str, Any]]:
    """How long pages take with so many visitors."""
    found = {}
    with started(folder.root, scratch / "crowd.log") as (port, server):
        wait_until_ready(port)
        asyncio.run(every_page(port))
        for number in numbers:
            before, begun = processor_seconds(server.pid), time.perf_counter()
            answers = asyncio.run(reading(port, number, seconds, THINK, number))
            share = (processor_seconds(server.pid) - before) / (time.perf_counter() - begun)
            found[number] = {
                "pages": len(answers), "median": statistics.median(item.seconds for item in answers), "p95": late(answers),
                "processors": share, "megabytes": megabytes(server.pid), "wrong": wrong(answers),
            }  # fmt: skip
    return found


def soak(folder: Folder, scratch: Path, minutes: int, visitors: int) -> dict[str, Any]:
    """Memory each minute, with so many visitors, and a new visitor for each that leaves after ten minutes."""
    held: list[float] = []
    with started(folder.root, scratch / "soak.log") as (port, server):
        wait_until_ready(port)
        asyncio.run(every_page(port))
        stop = threading.Event()

        def watch() -> None:
            while not stop.wait(60):
                held.append(megabytes(server.pid))
                print(f"minute {len(held)}: {held[-1]:.0f} MB", file=sys.stderr, flush=True)

        watching = threading.Thread(target=watch)
        watching.start()
        answers: list[Answer] = []
        end, turn = time.monotonic() + minutes * 60, 0
        while (left := end - time.monotonic()) > 0:
            turn += 1
            answers += asyncio.run(reading(port, visitors, min(left, 600), THINK, turn))
        stop.set()
        watching.join()
    settled = held[len(held) // 6 :] or [0.0]
    change = max((value / settled[0] - 1 for value in settled), key=abs) if settled[0] else 0.0
    return {"megabytes": held, "change": change, "pages": len(answers), "p95": late(answers), "wrong": wrong(answers)}


def rebuild(folder: Folder, scratch: Path, visitors: int, seconds: float) -> dict[str, Any]:
    """Visitors reading on while the database is built anew and put in use, twice."""
    stamps = [folder.stamp()]
    with started(folder.root, scratch / "rebuild.log") as (port, _):
        wait_until_ready(port)
        asyncio.run(every_page(port))

        def build() -> None:
            for _ in range(2):
                time.sleep(seconds / 4)
                subprocess.run([sys.executable, "-c", BUILD, str(folder.root)], cwd=REPOSITORY, check=True)  # noqa: S603
                stamps.append(folder.stamp())

        building = threading.Thread(target=build)
        building.start()
        answers = asyncio.run(reading(port, visitors, seconds, THINK, 1))
        building.join()
    return {"databases": len({*stamps}), "pages": len(answers), "p95": late(answers), "wrong": wrong(answers)}


def _print_crowd(found: dict[int, dict[str, Any]]) -> bool:
    for number, row in found.items():
        print(
            f"{number} visitors reading: {row['pages']} pages, median {row['median']:.2f} s, 95 in 100 within {row['p95']:.2f} s, "
            f"{row['processors']:.0%} of a processor, {row['megabytes']:.0f} MB, {len(row['wrong'])} wrong"
        )
    good = not any(row["wrong"] for row in found.values())
    if {10, 50} <= found.keys():
        times = found[50]["p95"] / found[10]["p95"]
        print(f"50 visitors against 10: {times:.2f} times (bar 2.5)")
        good = good and times <= 2.5
    return good and (100 not in found or found[100]["p95"] < 2)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--runs", type=int, default=25)
    parser.add_argument("--visitors", type=int, nargs="+")
    parser.add_argument("--seconds", type=float, default=90)
    parser.add_argument("--soak", type=int, metavar="MINUTES")
    parser.add_argument("--rebuild", action="store_true")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    busyness = others_at_work()
    found: dict[str, Any] = {"others at work": busyness}
    if busyness > 0.1:
        print(f"Others use {busyness:.0%} of this machine: times are longer than they would be alone.", file=sys.stderr)
    with _sample() as (folder, scratch):
        if given.soak:
            found["soak"] = row = soak(folder, scratch, given.soak, (given.visitors or [20])[0])
            good = not row["wrong"] and abs(row["change"]) <= 0.05
            print(
                f"{row['pages']} pages, memory changed by {row['change']:+.1%} once settled, {len(row['wrong'])} wrong"
            )
        elif given.rebuild:
            found["rebuild"] = row = rebuild(folder, scratch, (given.visitors or [20])[0], given.seconds)
            good = not row["wrong"] and row["databases"] == 3
            print(
                f"{row['pages']} pages over {row['databases']} databases, {len(row['wrong'])} wrong, p95 {row['p95']:.2f} s"
            )
        else:
            found["busy"] = row = throughput(folder, scratch, given.rounds, given.runs)
            for what in ("a second", "a processor second", "megabytes"):
                print(f"{what}: " + ", ".join(f"{name} {value:.2f}" for name, value in row[what].items()))
            print(
                f"served against plain: {row['times']:.2f} times, by processor time {row['times by processor']:.2f} (bar 2)"
            )
            found["reading"] = rows = crowd(folder, scratch, given.visitors or [10, 50, 100], given.seconds)
            good = _print_crowd(rows) and row["times"] >= 2 and not row["wrong"]
    for fault in [fault for row in found.values() if isinstance(row, dict) for fault in row.get("wrong", ())][:10]:
        print(fault, file=sys.stderr)
    if given.json:
        print(json.dumps(found))
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
