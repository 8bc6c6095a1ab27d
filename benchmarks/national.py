"""The whole country, measured in one run: from archives to a table that can be asked, and one neighbourhood's page from it.

    python -m benchmarks.national --work FOLDER [--rows 16000000] [--runs 3] [--polars PYTHON] [--anyway] [--json]

Makes the archive first (benchmarks.archive). Every arm runs in a process of its own, so that its peak of memory is its own,
and the arms take turns, so that a slow minute falls on all of them. “Table” means the sorted cells with their coverage in the
database file that the pages read, from files alone: sha256, UTF-8, header, month, force, crime type and code of every row are
checked on the way. The complete command – with lookups, areas, neighbourhood files, and the switch – stands beside it.
``--polars`` is an interpreter that has this project's requirements and polars. A machine that is busy is refused, unless
``--anyway``: then compare processor seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.archive import write_archive
from benchmarks.national_arms import ARMS, archive_of, grow, prepare

_LAYOUT_ROWS = 35_000_000
_QUIET = 0.3
# What is set against what, and the bar: the first arm may take so many times the second (below 1: must take less).
_BARS = (
    ("zip → table, against inflating the zip alone", "zip", "inflating", "seconds", 1.7),
    ("CSV folder → table, against DuckDB's count(*)", "folder", "counting", "seconds", 2.2),
    ("CSV folder → table, against a pandas loop", "folder", "pandas", "seconds", 0.25),
    ("peak memory, against the pandas loop", "folder", "pandas", "megabytes", 0.6),
    ("one neighbourhood's page, against unsorted rows", "page, sorted", "page, unsorted", "seconds", 0.1),
)


def run_arm(name: str, work: Path, python: str = sys.executable) -> dict[str, Any] | None:
    """One arm in a process of its own; None where what it needs is not installed."""
    done = subprocess.run(  # noqa: S603
        [python, "-m", "benchmarks.national", "--work", str(work), "--arm", name],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        if "ModuleNotFoundError" in done.stderr:
            return None
        raise SystemExit(f"{name}: {done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def whole_command(work: Path) -> dict[str, Any]:
    """``python -m loaders import police_uk`` on a new data folder, from start to end."""
    data = work / "command"
    shutil.rmtree(data, ignore_errors=True)
    before, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(  # noqa: S603
        [sys.executable, "-m", "loaders", "import", "police_uk", str(archive_of(work)), "--json"],
        env={**os.environ, "OUTCOMES_DATA": str(data)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    return {"seconds": time.perf_counter() - before, "processor_seconds": processor}


def measure(work: Path, runs: int, names: list[str], polars: str) -> dict[str, dict[str, Any]]:
    """The median of every figure of every arm, the arms taking turns."""
    found: dict[str, list[dict[str, Any]]] = {}
    for _ in range(runs):
        for name in names:
            result = (
                whole_command(work)
                if name == "command"
                else run_arm(name, work, polars if name == "polars" else sys.executable)
            )
            if result is not None:
                found.setdefault(name, []).append(result)
    return {name: {key: statistics.median(one[key] for one in each) for key in each[0]} for name, each in found.items()}


def compared(found: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Every bar whose two arms were measured."""
    rows = []
    for what, ours, theirs, figure, bar in _BARS:
        if ours in found and theirs in found:
            ratio = found[ours][figure] / found[theirs][figure]
            row = {"what": what, "ratio": ratio, "bar": bar, "met": ratio <= bar}
            if figure == "seconds" and "processor_seconds" in found[ours]:
                row["processor_ratio"] = found[ours]["processor_seconds"] / found[theirs]["processor_seconds"]
            rows.append(row)
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=16_000_000)
    parser.add_argument("--layout-rows", type=int, default=_LAYOUT_ROWS)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--polars", default=sys.executable)
    parser.add_argument("--only", default="", help="some arms, with semicolons between")
    parser.add_argument("--anyway", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--arm", choices=ARMS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.arm:
        print(json.dumps(ARMS[given.arm](given.work)))
        return
    given.work.mkdir(parents=True, exist_ok=True)
    if not archive_of(given.work).exists():
        write_archive(archive_of(given.work), given.rows)
    prepare(given.work)
    if not (given.work / "table.duckdb").exists():
        run_arm("zip", given.work)
    for name, order in (("sorted", "sorted"), ("unsorted", "period_start, authority_id, hash(area_id)")):
        grow(given.work, name, given.layout_rows, order)
    busy = os.getloadavg()[0] / (os.cpu_count() or 1)
    if busy > _QUIET and not given.anyway:
        raise SystemExit(f"The machine is busy (load {busy:.1f} a core): wait, or repeat with --anyway.")
    names = given.only.split(";") if given.only else [*ARMS, "command"]
    found = measure(given.work, given.runs, names, given.polars)
    rows = compared(found)
    if given.json:
        print(json.dumps({"load_a_core": busy, "arms": found, "compared": rows}))
        return
    for name, figures in found.items():
        print(f"{name}: " + ", ".join(f"{key} {value:,.3f}" for key, value in figures.items()))
    for row in rows:
        processor = f" (processor {row['processor_ratio']:.2f})" if "processor_ratio" in row else ""
        print(
            f"{row['what']}: {row['ratio']:.2f} times{processor}; bar {row['bar']}: {'met' if row['met'] else 'missed'}"
        )


if __name__ == "__main__":
    main()
