"""Every measurement that belongs to docs/benchmarks.md, one after the other on a quiet machine, as one JSON document.

    python -m benchmarks --work FOLDER [--country DATA-FOLDER] [--only studied_board site …] [--anyway] > measured.json

``FOLDER`` takes a generated national archive and the databases made from it (about 3 GB). The scan asks ``--country``, a data
folder with counts, residents and ranks of the whole country, and is left out without one. Arms that are set against one
another take turns inside their own benchmark. A machine on which others work is refused before each of them, unless
``--anyway``. Some 40 minutes on two cores.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.serving import others_at_work

_MOST_AT_WORK = 0.1  # of the processors
_PATIENCE = 300.0


def _commands(work: Path, country: Path | None) -> dict[str, tuple[list[str], dict[str, str]]]:
    """Name → arguments and environment of each benchmark, in the order they run."""
    return {
        "studied_board": ([], {}),
        "browsing": ([], {}),
        "site": ([], {}),
        "serving": ([], {}),
        "national": (["--work", str(work), "--runs", "1"], {}),
    } | ({"scan": (["--studied", "2"], {"OUTCOMES_DATA": str(country)})} if country else {})


def quiet_by(deadline: float) -> bool:
    """Whether others leave the machine alone before ``deadline`` (of the monotonic clock)."""
    while others_at_work() > _MOST_AT_WORK:
        if time.monotonic() > deadline:
            return False
    return True


def run(name: str, arguments: list[str], environment: dict[str, str]) -> Any:
    """What a benchmark measured, or how it failed."""
    done = subprocess.run(  # noqa: S603 – our own modules
        [sys.executable, "-m", f"benchmarks.{name}", "--json", *arguments],
        env=os.environ | environment, stdout=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    # A missed bar ends some with 1, and they have measured all the same.
    return json.loads(done.stdout) if done.stdout.strip() else {"failed": done.returncode}


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="All benchmarks.")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--country", type=Path)
    parser.add_argument("--only", nargs="+", default=[])
    parser.add_argument("--anyway", action="store_true")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    commands = _commands(given.work, given.country)
    found: dict[str, Any] = {
        "measured_at": datetime.now(UTC).isoformat(timespec="minutes"), "processors": os.cpu_count(),
        "machine": platform.machine(), "python": platform.python_version(),
    }  # fmt: skip
    for name in given.only or commands:
        if not given.anyway and not quiet_by(time.monotonic() + _PATIENCE):
            print("Others are at work on this machine: wait, or repeat with --anyway.", file=sys.stderr)
            return 1
        print(f"{name} …", file=sys.stderr, flush=True)
        found[name] = run(name, *commands[name])
    print(json.dumps(found, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
